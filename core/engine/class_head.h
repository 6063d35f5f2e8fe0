// SPDX-License-Identifier: Apache-2.0
// What a fine-tuned model answers: classes of the text or of each token, or where an answer begins and ends. Any thread.
#pragma once

#include "core/engine/engine.h"
#include "core/trace/trace.h"

#include <cstddef>
#include <span>
#include <vector>

namespace regard {

/// Where the head on the whole text reads the stream: the first token, in a causal model the last one. (A pooled head reads all.)
[[nodiscard]] std::size_t class_position(const Trace& trace);

/// [positions.size(), labels], or [positions.size(), 2] of spans, or [1, labels] of a pooled text: what the head says of some positions, before any softmax. The
/// model has a class head.
[[nodiscard]] Matrix class_logits(const Trace& trace, Range positions);

/// The labels at a position, most probable first; ids count labels. Probability: softmax over the labels, the logistic function of
/// each where they do not exclude each other, NaN where the answer is a number and no class.
[[nodiscard]] std::vector<Prediction> predict_classes(const Trace& trace, std::size_t position, std::size_t count);

/// Tokens [begin, last] that may be the answer.
struct AnswerSpan {
  std::size_t begin = 0;
  std::size_t last = 0;
  float logit = 0.0F;        ///< of the beginning plus of the end
  float probability = 0.0F;  ///< softmax over the beginnings · softmax over the ends
};
inline constexpr std::size_t most_answer_tokens = 30;

/// The most probable spans of at most most_answer_tokens tokens, none of which is `left_out` ([T]; empty: none is), best first. The
/// softmax is over all tokens.
[[nodiscard]] std::vector<AnswerSpan> predict_spans(const Trace& trace, const std::vector<bool>& left_out,
                                                    std::size_t count);

}  // namespace regard
