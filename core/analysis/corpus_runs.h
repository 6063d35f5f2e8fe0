// SPDX-License-Identifier: Apache-2.0
// A model reads a corpus, a sentence at a time: memory does not grow with the corpus. Any thread; on the calling thread and those of the
// products.
#pragma once

#include "core/analysis/head_atlas.h"
#include "core/analysis/tree_words.h"
#include "core/base/progress.h"
#include "core/trace/trace.h"

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <stop_token>
#include <vector>

namespace regard {

/// How a long analysis goes on beside other work.
struct Pace {
  std::stop_token stop{};
  Progress* progress = nullptr;
  std::function<void()> between{};  ///< called before every run of a model: a place to let others run
};

/// A sentence that was read, while it is looked at.
struct ReadSentence {
  const TreeSentence& sentence;
  const std::vector<Token>& tokens;
  const Trace& trace;
};
/// Runs the reading model on every sentence that fits into its context → how many did not. Throws Error (reads_pictures and those of
/// tokenizer and engine), Cancelled, and what `visit` throws.
[[nodiscard]] std::size_t for_each_sentence(const std::shared_ptr<const Model>& model,
                                            std::span<const TreeSentence> sentences,
                                            const std::function<void(const ReadSentence&)>& visit, const Pace& pace);

/// The weights between groups of tokens of the head at a place of the grid of all layers, layer · most_heads() + head,
/// [groups, groups]; [0, 0] where that row is shorter or the layer has no
/// softmax, whose rows are shares. Those of all heads of a long sentence
/// are more than memory holds: they are made one after the other. Throws Cancelled.
[[nodiscard]] Matrix look_of_head(const Trace& trace, std::size_t place, std::span<const TokenGroup> groups,
                                  const std::stop_token& stop);

/// What grouped_weights() would be for a head of the layer that looks at all allowed keys alike. The trace has no interventions.
[[nodiscard]] Matrix uniform_weights(const Trace& trace, std::size_t layer, std::span<const TokenGroup> rows,
                                     std::span<const TokenGroup> cols);

}  // namespace regard
