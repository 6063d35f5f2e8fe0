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

std::vector<Matrix> looks_of_heads(const Trace& trace, std::span<const TokenGroup> groups,
                                   const std::stop_token& stop) {
  const ModelConfig& config = trace.model->config;
  std::vector<Matrix> looks;
  looks.reserve(config.layers * config.heads);
  for (std::size_t layer = 0; layer < config.layers; ++layer)
    for (std::size_t head = 0; head < config.heads; ++head) {
      throw_if_stopped(stop);
      looks.push_back(grouped_weights(trace, {layer, head}, groups, groups));
    }
  return looks;
}

Matrix uniform_weights(const Trace& trace, std::size_t layer, std::span<const TokenGroup> rows,
                       std::span<const TokenGroup> cols) {
  assert(trace.request.interventions.empty());
  Matrix weights(rows.size(), cols.size());
  for (std::size_t row = 0; row < rows.size(); ++row)
    for (const std::size_t query : rows[row]) {
      const Range allowed = allowed_keys(trace, layer, query);
      const float share = 1.0F / static_cast<float>(allowed.size() * rows[row].size());
      for (std::size_t col = 0; col < cols.size(); ++col)
        weights(row, col) +=
            share * static_cast<float>(std::count_if(cols[col].begin(), cols[col].end(),
                                                     [&](std::size_t key) { return allowed.contains(key); }));
    }
  return weights;
}

}  // namespace regard
