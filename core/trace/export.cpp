// SPDX-License-Identifier: Apache-2.0
#include "core/trace/export.h"

#include "core/format/npz.h"

#include <vector>

namespace regard {
namespace {

using HeadGrid = Matrix (*)(const Trace&, HeadRef);

/// [L, H, T, T]
void add_grids(NpzWriter& file, const char* name, const Trace& trace, HeadGrid grid) {
  const ModelConfig& config = trace.model->config;
  const std::size_t shape[] = {config.layers, config.heads, trace.tokens(), trace.tokens()};
  file.begin(name, shape);
  for (std::size_t layer = 0; layer < config.layers; ++layer)
    for (std::size_t head = 0; head < config.heads; ++head)
      file.append(grid(trace, {layer, head}).values);
}

/// [L, heads, T, d] from per-layer matrices [T, heads·d].
void add_heads(NpzWriter& file, const char* name, const Trace& trace, std::size_t heads, Matrix LayerTrace::*tensor) {
  const std::size_t width = trace.model->config.head_dim;
  const std::size_t shape[] = {trace.layers.size(), heads, trace.tokens(), width};
  file.begin(name, shape);
  for (const LayerTrace& layer : trace.layers)
    for (std::size_t head = 0; head < heads; ++head)
      for (std::size_t token = 0; token < trace.tokens(); ++token)
        file.append((layer.*tensor).row(token).subspan(head * width, width));
}

}  // namespace

void write_npz(const Trace& trace, const std::filesystem::path& path) {
  const ModelConfig& config = trace.model->config;
  NpzWriter file(path);
  const std::vector<float> ids(trace.request.ids.begin(), trace.request.ids.end());
  const std::size_t tokens[] = {ids.size()};
  file.add("ids", tokens, ids);
  add_grids(file, "scores", trace, &scores);
  add_grids(file, "weights", trace, &weights);
  add_heads(file, "q", trace, config.heads, &LayerTrace::queries);
  add_heads(file, "k", trace, config.kv_heads, &LayerTrace::keys);
  add_heads(file, "v", trace, config.kv_heads, &LayerTrace::values);
  add_heads(file, "head_out", trace, config.heads, &LayerTrace::head_outputs);
  const std::size_t residual[] = {trace.residual.size(), trace.tokens(), config.hidden};
  file.begin("residual", residual);
  for (const Matrix& stream : trace.residual)
    file.append(stream.values);
  if (!trace.logits.empty()) {
    const std::size_t logits[] = {trace.logits.rows, trace.logits.cols};
    file.add("logits", logits, trace.logits.values);
  }
  file.finish();
}

}  // namespace regard
