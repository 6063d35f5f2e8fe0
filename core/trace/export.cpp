// SPDX-License-Identifier: Apache-2.0
#include "core/trace/export.h"

#include "core/format/npz.h"

#include <array>
#include <vector>

namespace regard {
namespace {

template <typename GridOf>
void add_grids(NpzWriter& file, const char* name, const Trace& trace, const GridOf& grid_of) {
  const ModelConfig& config = trace.model->config;
  const std::array<std::size_t, 4> shape{config.layers, config.heads, trace.tokens(), trace.tokens()};
  file.begin(name, shape);
  for (std::size_t layer = 0; layer < config.layers; ++layer)
    for (std::size_t head = 0; head < config.heads; ++head)
      file.append(grid_of(HeadRef{layer, head}).values);
}

/// A [T, heads·d] tensor of every layer as [L, heads, T, d].
void add_heads(NpzWriter& file, const char* name, const Trace& trace, std::size_t heads, Matrix LayerTrace::*tensor) {
  const std::size_t head_dim = trace.model->config.head_dim;
  const std::array<std::size_t, 4> shape{trace.layers.size(), heads, trace.tokens(), head_dim};
  file.begin(name, shape);
  for (const LayerTrace& layer : trace.layers)
    for (std::size_t head = 0; head < heads; ++head)
      for (std::size_t token = 0; token < trace.tokens(); ++token)
        file.append((layer.*tensor).row(token).subspan(head * head_dim, head_dim));
}

void add_residuals(NpzWriter& file, const Trace& trace) {
  const std::array<std::size_t, 3> shape{trace.residual.size(), trace.tokens(), trace.model->config.hidden};
  file.begin("residual", shape);
  for (const Matrix& residual : trace.residual)
    file.append(residual.values);
}

}  // namespace

void write_npz(const Trace& trace, const std::filesystem::path& path) {
  const ModelConfig& config = trace.model->config;
  NpzWriter file(path);
  const std::vector<float> ids(trace.request.ids.begin(), trace.request.ids.end());
  file.add("ids", std::array{trace.tokens()}, ids);
  add_grids(file, "scores", trace, [&](HeadRef head) { return scores(trace, head); });
  add_grids(file, "weights", trace, [&](HeadRef head) { return weights(trace, head); });
  add_heads(file, "q", trace, config.heads, &LayerTrace::queries);
  add_heads(file, "k", trace, config.kv_heads, &LayerTrace::keys);
  add_heads(file, "v", trace, config.kv_heads, &LayerTrace::values);
  add_heads(file, "head_out", trace, config.heads, &LayerTrace::head_outputs);
  add_residuals(file, trace);
  if (trace.logits.cols > 0) file.add("logits", std::array{trace.logits.rows, trace.logits.cols}, trace.logits.values);
  file.finish();
}

}  // namespace regard
