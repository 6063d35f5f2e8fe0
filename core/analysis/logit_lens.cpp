// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/logit_lens.h"

#include "core/base/progress.h"
#include "core/engine/forward.h"
#include "core/engine/streams.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <span>
#include <utility>

namespace regard {
namespace {

constexpr std::size_t kLayersAtOnce = 8;

std::int32_t best_of(std::span<const float> logits) {
  return static_cast<std::int32_t>(std::max_element(logits.begin(), logits.end()) - logits.begin());
}

LensLayer read(std::span<const float> logits, std::int32_t final_id) {
  LensLayer layer;
  layer.top_id = best_of(logits);
  const float maximum = logits[static_cast<std::size_t>(layer.top_id)];
  const float final_logit = logits[static_cast<std::size_t>(final_id)];
  double sum = 0.0;
  for (const float logit : logits) {
    sum += static_cast<double>(std::exp(logit - maximum));
    if (logit > final_logit) ++layer.final_rank;
  }
  layer.top_probability = static_cast<float>(1.0 / sum);
  layer.final_probability = static_cast<float>(static_cast<double>(std::exp(final_logit - maximum)) / sum);
  return layer;
}

/// Logits after some of the layers, [layers.size(), V].
Matrix logits_after(const Trace& trace, std::size_t position, Range layers, const std::stop_token& stop) {
  Matrix stream(layers.size(), trace.residual.front().cols);
  for (std::size_t layer = layers.begin; layer < layers.end; ++layer) {
    const Matrix row = joined_streams(trace, layer, {position, position + 1}, stop);
    std::copy(row.values.begin(), row.values.end(), stream.row(layer - layers.begin).begin());
  }
  return unembed(*trace.model, all_rows(std::as_const(stream)), stop);
}

}  // namespace

LogitLens logit_lens(const Trace& trace, std::size_t position, const std::stop_token& stop) {
  LogitLens lens;
  if (!trace.model->config.has_lm_head || trace.model->capture) return lens;
  assert(position < trace.tokens());
  const std::size_t count = trace.residual.size();
  lens.layers.resize(count);
  // From the last layers to the first: what the last one predicts is asked of all of them.
  for (std::size_t end = count; end > 0; end -= std::min(end, kLayersAtOnce)) {
    throw_if_stopped(stop);
    const Range layers{end - std::min(end, kLayersAtOnce), end};
    const Matrix logits = logits_after(trace, position, layers, stop);
    if (end == count) lens.final_id = best_of(logits.row(logits.rows - 1));
    for (std::size_t layer = layers.begin; layer < layers.end; ++layer)
      lens.layers[layer] = read(logits.row(layer - layers.begin), lens.final_id);
  }
  return lens;
}

}  // namespace regard
