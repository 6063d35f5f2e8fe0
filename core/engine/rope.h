// SPDX-License-Identifier: Apache-2.0
// Rotary position encoding (Su et al. 2021), in half-split pairs (k, k + d/2) or in neighbours (2k, 2k + 1), with the scalings of
// long-context checkpoints.
#pragma once

#include "core/engine/rows.h"
#include "core/model/config.h"

#include <cstddef>
#include <deque>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace regard {

/// θ_k for k = 0…d/2−1, radians per token; d is the number of dimensions that are turned. Only `dynamic` and `longrope` depend on `tokens`, the length of the text.
[[nodiscard]] std::vector<float> rotary_frequencies(const RopeConfig& rope, std::size_t head_dim, std::size_t tokens);

/// cos and sin of every angle of some positions, times YaRN's attention factor. [places.size() × d/2] each.
struct RotaryTable {
  Matrix cosine{};
  Matrix sine{};
  bool interleaved = false;  ///< of which pairs: Rotary::interleaved
};
[[nodiscard]] RotaryTable rotary_table(const std::vector<float>& frequencies, std::span<const float> places,
                                       float attention_factor);

/// Likewise by rows and columns of a picture (Rotary::two_axes): `frequencies` [d/4] are turns, of the pairs of either axis.
[[nodiscard]] RotaryTable picture_table(const std::vector<float>& frequencies, std::span<const float> places,
                                        const PatchConfig& patches);

/// The tables of the layers of one pass, each kind of turning made once.
class RotaryTables {
public:
  /// Of rows that stand at `places` in a text of so many tokens, or in a picture.
  RotaryTables(std::vector<float> places, std::size_t tokens, std::optional<PatchConfig> patches = {})
      : places_(std::move(places)), tokens_(tokens), patches_(std::move(patches)) {}
  [[nodiscard]] const RotaryTable& of(const Rotary& rotary);

private:
  std::vector<float> places_;
  std::size_t tokens_;
  std::optional<PatchConfig> patches_;
  std::deque<std::pair<Rotary, RotaryTable>> made_{};
};

/// Rotates 2·table.cosine.cols dimensions of every head of every row in place, from dimension `first` of the head on; row r stands
/// at row r of the table.
void rotate(Rows heads_side_by_side, const RotaryTable& table, std::size_t head_dim, std::size_t first = 0);

/// The same of some of the heads.
void rotate_heads(Rows heads_side_by_side, Range heads, const RotaryTable& table, std::size_t head_dim,
                  std::size_t first = 0);

}  // namespace regard
