// SPDX-License-Identifier: Apache-2.0
// The map of patching: states of a pinned text (A) carried over into the live one (B), and how much of A's answer each brings
// back. Too slow for a frame: made in background jobs. Pure; any thread. Formula: core/analysis/patching.h.
#pragma once

#include "app/viewmodel/snapshot.h"
#include "core/analysis/patching.h"
#include "core/base/matrix.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace regard {

struct Session;  // app/session/session.h

/// What is carried over.
enum class PatchWhat { residual, attention_output, feed_forward_output, head_output, query, key, value, pattern };
inline constexpr std::size_t patch_whats = 8;
/// Their names, as locale keys, in that order.
inline constexpr std::array<const char*, patch_whats> patch_names{"patching.site.residual",
                                                                  "patching.site.attention_output",
                                                                  "patching.site.feed_forward_output",
                                                                  "patching.site.head_output",
                                                                  "patching.site.query",
                                                                  "patching.site.key",
                                                                  "patching.site.value",
                                                                  "patching.site.pattern"};
/// Does every head have one of its own?
[[nodiscard]] constexpr bool has_heads(PatchWhat what) {
  return what >= PatchWhat::head_output;
}

/// Rows and columns of the map. The first is the only one of what has no heads.
enum class PatchGrid { layers_tokens, layers_heads, heads_tokens };

/// A and B, and the positions of the answer in both.
struct PatchingPair {
  std::shared_ptr<const Trace> clean{}, corrupt{};
  std::string pin{};      ///< A's name
  Alignment alignment{};  ///< first: A, second: B
  std::size_t clean_position = 0, position = 0;
  friend bool operator==(const PatchingPair&, const PatchingPair&) = default;
};

/// Why there is no pair.
enum class NoPair { none, no_pin, other_text, other_sizes, no_answer };
struct FoundPair {
  std::optional<PatchingPair> pair{};
  NoPair why = NoPair::none;
};
/// The pin that is compared with as A; the live text without its interventions as B, so that the map stays as it is while
/// patches are added by clicks.
[[nodiscard]] FoundPair patching_pair(const Snapshot& live, std::size_t position);

/// What both texts predict: the right answer is A's, the wrong one B's.
struct AnswerTokens {
  std::vector<Prediction> clean{}, corrupt{};  ///< most probable first
  std::int32_t right = 0;                      ///< A's first
  std::int32_t wrong = 0;                      ///< B's first; where that is the same, B's second
  [[nodiscard]] bool same() const { return !clean.empty() && !corrupt.empty() && clean[0].id == corrupt[0].id; }
};
inline constexpr std::size_t answer_choices = 8;
[[nodiscard]] AnswerTokens make_answers(const PatchingPair& pair);

struct PatchingQuestion {
  PatchingPair pair{};
  PatchWhat what = PatchWhat::residual;
  PatchGrid grid = PatchGrid::layers_tokens;
  std::size_t layer = 0;  ///< of heads × tokens
  std::int32_t right = 0, wrong = 0;
  friend bool operator==(const PatchingQuestion&, const PatchingQuestion&) = default;
};

struct PatchingView {
  PatchWhat what = PatchWhat::residual;
  PatchGrid grid = PatchGrid::layers_tokens;
  std::size_t rows = 0, cols = 0;
  PatchingMap map{};  ///< results in row-major order of the grid, cells without a head left out
  static constexpr std::size_t no_result = std::numeric_limits<std::size_t>::max();
  std::vector<std::size_t>
      result_of{};            ///< [rows·cols] index into map.results; no_result where the layer has fewer heads
  std::vector<bool> known{};  ///< [rows·cols] computed, or without a partner in A
  Matrix
      recovered{};  ///< [rows, cols] 0 where it is not known yet; NaN where the position has no partner in A or there is no head
  std::uint64_t revision = 0;  ///< no two parts of any map have the same one
};

using PublishPatching = std::function<void(std::shared_ptr<const PatchingView>)>;

[[nodiscard]] std::vector<PatchCell> cells_of(const PatchingQuestion& question);
[[nodiscard]] std::shared_ptr<const PatchingView> make_patching(const PatchingQuestion& question,
                                                                const PublishPatching& publish = {},
                                                                const std::function<void()>& give_way = {},
                                                                const std::stop_token& stop = {},
                                                                Progress* progress = nullptr);

/// The patch of a cell as a line of the list of interventions, on the words of this text.
[[nodiscard]] PlacedIntervention patch_line(const PatchCell& cell, const std::string& pin, const Encoding& encoding);
/// Where that line stands in the list, switched on or off.
[[nodiscard]] std::optional<std::size_t> line_of_patch(const Session& session, const PatchCell& cell,
                                                       const std::string& pin, const Encoding& encoding);

}  // namespace regard
