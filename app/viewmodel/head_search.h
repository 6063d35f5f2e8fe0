// SPDX-License-Identifier: Apache-2.0
// "Heads like this": the heads of all models at hand, those first that are nearest to a pattern on the text they have read, or that
// a corpus has shown to do something most. Made in background jobs. Pure; any thread. Formulas: core/analysis/pattern_search.h.
#pragma once

#include "app/viewmodel/snapshot.h"
#include "core/analysis/head_likeness.h"
#include "core/analysis/pattern_search.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace regard {

enum class SearchBy { example, paint, measure, relation };

struct HeadSearchQuestion {
  /// The live text's run, and the baseline's where another model reads the same tokens; of one kind of attention.
  std::vector<std::shared_ptr<const Trace>> traces{};
  SearchBy by = SearchBy::example;
  UncomparedTokens left_out{};                 ///< of examples and paintings: tokens that are not compared
  HeadRef example{};                           ///< of the first trace
  std::shared_ptr<const Matrix> paint{};       ///< [queries, keys] 0 or above
  std::shared_ptr<const HeadReport> report{};  ///< of the first trace's model: measures and relations
  std::size_t measure = 0;                     ///< a place in named_measures()
  bool smallest_first = false;                 ///< of a measure
  std::string relation{};
  friend bool operator==(const HeadSearchQuestion&, const HeadSearchQuestion&) = default;
};

struct FoundHead {
  ModelHead head{};
  float value = 0.0F;     ///< distance to the pattern; the measure; the share that is right
  float baseline = 0.0F;  ///< of measures and relations
  Thumbnail thumbnail{};  ///< its weights on the text
};
struct HeadSearchView {
  SearchBy by = SearchBy::example;
  std::vector<FoundHead> found{};  ///< best first, at most found_heads
  std::size_t searched = 0;        ///< heads
  std::size_t rows = 0;            ///< of the pattern; of the corpus
  bool without_special = false;    ///< rows and columns of some tokens were left out
  std::uint64_t revision = 0;      ///< no two views have the same one
};
inline constexpr std::size_t found_heads = 48;

/// The runs to search, the live one first; it is null where its model has no such attention. `live` has a trace. `other_tokens`: there is a baseline with another model, and it reads other tokens.
struct SearchedRuns {
  std::vector<std::shared_ptr<const Trace>> traces{};
  std::vector<std::string> models{};  ///< names
  bool other_tokens = false;
};
[[nodiscard]] SearchedRuns searched_runs(const Snapshot& live, AttentionKind kind);

/// What is left out of the live text's rows and columns. Panels and exports ask the same.
[[nodiscard]] UncomparedTokens left_out_of(const Snapshot& live, AttentionKind kind, SpecialTokens special);
/// The choice of a person, else the usual one of the run's model.
[[nodiscard]] SpecialTokens special_tokens(const Model& model, const std::optional<SpecialTokens>& chosen);

/// Throws Cancelled.
[[nodiscard]] std::shared_ptr<const HeadSearchView> make_head_search(const HeadSearchQuestion& question,
                                                                     const std::stop_token& stop = {},
                                                                     Progress* progress = nullptr);

/// Patterns to begin a painting with, [tokens, tokens] of 0 and 1; rows that may not look there stay empty.
enum class PaintedHabit { previous, next, self, first };
[[nodiscard]] Matrix painted_habit(PaintedHabit habit, std::size_t tokens, bool causal);

}  // namespace regard
