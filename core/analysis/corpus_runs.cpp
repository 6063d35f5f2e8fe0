// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/corpus_runs.h"

#include <algorithm>
#include <cassert>

namespace regard {

std::size_t for_each_sentence(const std::shared_ptr<const Model>& model, std::span<const TreeSentence> sentences,
                              const std::function<void(const ReadSentence&)>& visit, const Pace& pace) {
  std::size_t left_out = 0;
  for (std::size_t index = 0; index < sentences.size(); ++index) {
    throw_if_stopped(pace.stop);
    if (pace.between) pace.between();
    if (pace.progress != nullptr)
      pace.progress->fraction = static_cast<float>(index) / static_cast<float>(sentences.size());
    const SentenceRun read = run_sentence(model, sentences[index].text, pace.stop);
    if (read.trace)
      visit({sentences[index], read.tokens, *read.trace});
    else
      ++left_out;
  }
  return left_out;
}

Matrix look_of_head(const Trace& trace, std::size_t place, std::span<const TokenGroup> groups,
                    const std::stop_token& stop) {
  throw_if_stopped(stop);
  const std::size_t heads = most_heads(trace.model->config);
  const HeadRef head{place / heads, place % heads};
  return has_softmax(trace.model->config, head) ? grouped_weights(trace, head, groups, groups) : Matrix();
}

Matrix uniform_weights(const Trace& trace, std::size_t layer, std::span<const TokenGroup> rows,
                       std::span<const TokenGroup> cols) {
  assert(trace.request.interventions.empty());
  Matrix weights(rows.size(), cols.size());
  for (std::size_t row = 0; row < rows.size(); ++row)
    for (const std::size_t query : rows[row]) {
      const AllowedKeys allowed = allowed_keys(trace, layer, query);
      const float share = 1.0F / static_cast<float>(allowed.count() * rows[row].size());
      for (std::size_t col = 0; col < cols.size(); ++col)
        weights(row, col) +=
            share * static_cast<float>(std::count_if(cols[col].begin(), cols[col].end(),
                                                     [&](std::size_t key) { return allowed.contains(key); }));
    }
  return weights;
}

}  // namespace regard
