// SPDX-License-Identifier: Apache-2.0
// Kinds of measures, one file each. Private to app/lesson. Pure; any thread. They throw Error where there is no value.
#pragma once

#include "app/lesson/measure.h"
#include "app/viewmodel/views.h"
#include "core/trace/trace.h"

#include <cstddef>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace regard {

/// An expression in a run: its arguments, or the session's choice where it leaves them out.
struct AskedMeasure {
  const LessonExpression& expression;
  const LessonRun& run;

  [[nodiscard]] const Snapshot& snapshot() const { return *run.snapshot; }
  [[nodiscard]] const Model& model() const { return *run.snapshot->model; }
  [[nodiscard]] const Trace& trace() const { return shown_trace(snapshot(), run.session); }
  [[nodiscard]] const ModelConfig& config() const { return shown_config(snapshot(), run.session); }

  [[nodiscard]] HeadRef head() const;
  [[nodiscard]] std::size_t query() const;  ///< the first token of the word
  [[nodiscard]] std::size_t key() const;
  /// A whole number from `least` to `most`. Throws Error lesson_value.
  [[nodiscard]] std::size_t number(const char* argument, std::size_t least, std::size_t most) const;
  [[noreturn]] void undefined() const;
};

/// One row of a head, in the units that the views show.
struct LessonRow {
  std::vector<Unit> units{};
  std::vector<double> weights{};  ///< [units] summed over a unit's tokens; divided anew where tokens are hidden
  std::vector<double> scores{};   ///< [units] mean over a unit's tokens
  std::vector<bool> masked{};     ///< [units] may not be looked at
};
[[nodiscard]] LessonRow row_of(const LessonRun& run, HeadRef head, std::size_t query);
/// The unit that holds a token; units.size() where it is hidden.
[[nodiscard]] std::size_t unit_of(const LessonRow& row, std::size_t token);
/// The word that a token belongs to, as the text has it; else the token's own text.
[[nodiscard]] std::string whole_word(const Encoding& encoding, std::size_t token);

/// Of one row: weight, score, dot, rank, mass, row-sum, max-weight, allowed, top-key; nothing where it is none of them.
[[nodiscard]] std::optional<LessonValue> measure_of_row(const AskedMeasure& asked);
/// Of a head's pattern, or the mean over a layer's heads that have it: entropy, distance, measure; movement of a head.
[[nodiscard]] std::optional<LessonValue> measure_of_pattern(const AskedMeasure& asked, const std::stop_token& stop);
/// Of what the model predicts: probability, logit, token-rank, top-token, divergence, effect, drop.
[[nodiscard]] std::optional<LessonValue> measure_of_prediction(const AskedMeasure& asked, const std::stop_token& stop);
/// Of the stream, the text and the model: everything else.
[[nodiscard]] std::optional<LessonValue> measure_of_sizes(const AskedMeasure& asked);

}  // namespace regard
