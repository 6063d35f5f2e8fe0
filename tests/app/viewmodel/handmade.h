// SPDX-License-Identifier: Apache-2.0
// A snapshot made by hand: random queries, keys and values, and the plain
// softmax of them in double precision beside it.
#pragma once

#include "app/session/action.h"
#include "app/viewmodel/views.h"
#include "core/base/random.h"
#include "tests/app/session/sentence.h"
#include "tests/app/viewmodel/session_for.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace regard::testing {

inline constexpr std::int32_t kMaskId = 4;

/// Reads sentences as sentence() cuts them; knows a [MASK].
class WordTokenizer : public Tokenizer {
public:
  explicit WordTokenizer(std::size_t piece = 100, bool specials = true) : piece_(piece), specials_(specials) {}
  [[nodiscard]] Encoding encode(std::string_view text, const EncodeOptions& options) const override;
  [[nodiscard]] std::string decode(std::span<const std::int32_t> ids) const override;
  [[nodiscard]] std::string readable(std::int32_t id) const override;
  [[nodiscard]] std::optional<std::int32_t> id_of(std::string_view piece) const override;
  [[nodiscard]] std::size_t vocabulary_size() const override { return 1000; }
  [[nodiscard]] std::optional<std::int32_t> mask_id() const override { return kMaskId; }
  [[nodiscard]] std::optional<std::int32_t> end_id() const override { return std::nullopt; }
  [[nodiscard]] TemplatePieces template_pieces() const override;
  [[nodiscard]] std::string description() const override;

private:
  std::size_t piece_;
  bool specials_;
};

struct HandmadeOptions {
  std::size_t piece = 100;  ///< bytes of a piece
  bool specials = true;
  bool causal = false;
  float temperature = 1.0F;
  std::size_t layers = 2, heads = 4, kv_heads = 2, head_dim = 5;
  float spread = 1.5F;  ///< of queries and keys: larger gives sharper rows
};

std::shared_ptr<Model> handmade_model(const HandmadeOptions& options = {});

/// s[i,j] and A[i,j] by the definition, in double.
double plain_score(const Trace& trace, HeadRef head, std::size_t query, std::size_t key);
double plain_weight(const Trace& trace, HeadRef head, std::size_t query, std::size_t key);

Matrix random_matrix(std::size_t rows, std::size_t cols, float spread, Random& random);

std::shared_ptr<Trace> handmade_trace(const std::shared_ptr<const Model>& model, const Encoding& encoding,
                                      const HandmadeOptions& options, std::uint64_t seed = 1);

std::shared_ptr<Snapshot> handmade_snapshot(const std::string& text, const HandmadeOptions& options = {});

}  // namespace regard::testing
