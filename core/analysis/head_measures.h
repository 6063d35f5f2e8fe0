// SPDX-License-Identifier: Apache-2.0
// What kind of looking a head does, in a few numbers per head: how sharp, how far, at which places. Formulas: entropy and
// attention distance as in Clark et al. 2019 and Vig & Belinkov 2019; sink share α as in Gu et al. 2024; duplicate-token and
// induction scores as in Olsson et al. 2022. Weights are recomputed by blocks of rows: memory grows with T, never with T².
// Pure; any thread; on the calling thread alone.
#pragma once

#include "core/text/tokenizer.h"
#include "core/trace/trace.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <stop_token>
#include <string_view>
#include <vector>

namespace regard {

/// A mean over rows (queries).
struct Measure {
  float value = 0.0F;
  float uniform = 0.0F;  ///< what a head that looks at all allowed keys alike would get on the same rows
  std::size_t rows = 0;  ///< how many rows were averaged; 0: the measure is not defined here, the numbers mean nothing
  [[nodiscard]] bool defined() const { return rows > 0; }
};

/// A[i,j] is the weight of query i on key j; natural logarithms. Sums run over all keys; allowed keys are those that causality,
/// window and interventions leave. In a head with a sink (core/trace/sink.h) the weights on keys are taken as they are, summing to less
/// than 1, but for the entropies: there the sink is one more place to look at.
struct HeadMeasures {
  Measure entropy{};             ///< −Σ_j A ln A, nats
  Measure normalised_entropy{};  ///< that / ln(number of allowed places), 0…1; rows with two allowed places at least
  Measure confidence{};          ///< largest weight of the row
  Measure distance{};            ///< Σ_j A·|i−j|, tokens
  Measure previous{};            ///< A[i,i−1], i ≥ 1
  Measure next{};                ///< A[i,i+1]; not defined in a causal run
  Measure self{};                ///< A[i,i]
  Measure first{};               ///< α: A[i,0], i ≥ 1
  Measure duplicate{};           ///< rows whose token stood before: weight on its earlier places
  Measure induction{};           ///< the same rows: weight on what followed the earlier places, i itself left out
  // With marks.
  Measure separator{};    ///< weight on separators
  Measure punctuation{};  ///< weight on punctuation
  Measure same_word{};    ///< rows that may look at another piece of their word: weight on those
};

/// What a text's tokens are, where that is measured, too. Each list is empty or has an entry for each key.
struct TokenMarks {
  std::vector<bool> separator{};     ///< what the tokenizer puts around a text: [CLS], [SEP], <s>
  std::vector<bool> punctuation{};   ///< nothing but punctuation
  std::vector<std::int32_t> word{};  ///< index of the token's word; negative: none
};
[[nodiscard]] TokenMarks token_marks(std::span<const Token> tokens);

/// A query of a text whose tokens are known.
struct AskingRow {
  const Trace& trace;
  const TokenMarks& marks;  ///< an entry for each key
  std::size_t query = 0;
};
/// A measure by the name that files and tables have for it.
struct NamedMeasure {
  std::string_view name{};
  Measure HeadMeasures::*measure = nullptr;
  /// Is the row's weight on this key part of its share? Of every key where the measure is no share of weight.
  bool (*counts)(const AskingRow& row, std::size_t key) = nullptr;
};
/// All of them: previous_token, next_token, self, first_token, separator, punctuation, same_word, duplicate_token, induction,
/// confidence, entropy, normalised_entropy, distance.
[[nodiscard]] std::span<const NamedMeasure> named_measures();

/// Of the queries [queries.begin, queries.end) of one head, over all keys; nothing is defined where the layer has no softmax. Where queries and keys are different texts
/// (cross-attention) only entropy and confidence are defined. Throws Cancelled.
[[nodiscard]] HeadMeasures measure_head(const Trace& trace, HeadRef head, Range queries,
                                        const std::stop_token& stop = {});
[[nodiscard]] HeadMeasures measure_head(const Trace& trace, HeadRef head, const std::stop_token& stop = {});
[[nodiscard]] HeadMeasures measure_head(const Trace& trace, HeadRef head, Range queries, const TokenMarks& marks,
                                        const std::stop_token& stop = {});

/// Where a text repeats itself: tokens [begin, begin + period) stand again at [begin + period, begin + 2·period).
struct RepeatedText {
  std::size_t begin = 0;
  std::size_t period = 0;
};

/// Olsson et al.'s induction score of one head on random tokens that are repeated: the mean of A[i, i − (period − 1)], the
/// token after the first copy's place, over the queries of the second copy. `repeated` must lie within the trace.
[[nodiscard]] Measure repeated_induction(const Trace& trace, HeadRef head, RepeatedText repeated,
                                         const std::stop_token& stop = {});

}  // namespace regard
