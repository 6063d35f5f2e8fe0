// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/residual_path.h"

#include "core/base/progress.h"

#include <cassert>
#include <cmath>
#include <numeric>
#include <span>

namespace regard {
namespace {

using Row = std::span<const float>;

double dot(Row first, Row second) {
  return std::inner_product(first.begin(), first.end(), second.begin(), 0.0);
}

double length(Row row) {
  return std::sqrt(dot(row, row));
}

double cosine(Row first, Row second) {
  const double lengths = length(first) * length(second);
  return lengths > 0.0 ? dot(first, second) / lengths : 0.0;
}

/// The row a block wrote, empty where the model has no such block.
Row written(const Matrix& block, std::size_t token) {
  return block.empty() ? Row{} : block.row(token);
}

void add(float& sum, double value) {
  sum += static_cast<float>(value);
}

void add_writers(ResidualStep& step, Row attention, Row cross, Row feed_forward, Row final_state) {
  const double from_attention = length(attention);
  const double from_cross = length(cross);
  const double from_feed_forward = length(feed_forward);
  add(step.attention_norm, from_attention);
  add(step.cross_norm, from_cross);
  add(step.feed_forward_norm, from_feed_forward);
  if (const double all = from_attention + from_cross + from_feed_forward; all > 0.0) {
    add(step.attention_share, from_attention / all);
    add(step.cross_share, from_cross / all);
    add(step.feed_forward_share, from_feed_forward / all);
  }
  const double square = dot(final_state, final_state);
  if (square == 0.0) return;
  add(step.attention_part, dot(attention, final_state) / square);
  add(step.cross_part, dot(cross, final_state) / square);
  add(step.feed_forward_part, dot(feed_forward, final_state) / square);
}

void add_token(ResidualPath& path, const Trace& trace, std::size_t token) {
  const Row embedding = trace.residual.front().row(token);
  const Row final_state = trace.residual.back().row(token);
  for (std::size_t index = 0; index < path.steps.size(); ++index) {
    ResidualStep& step = path.steps[index];
    const Row stream = trace.residual[index].row(token);
    add(step.norm, length(stream));
    add(step.cosine_to_embedding, cosine(stream, embedding));
    add(step.cosine_to_final, cosine(stream, final_state));
    if (index == 0) continue;
    const LayerTrace& layer = trace.layers[index - 1];
    const Row cross = trace.cross ? written(trace.cross->layers[index - 1].attention_output, token) : Row{};
    add_writers(step, written(layer.attention_output, token), cross, written(layer.feed_forward_output, token),
                final_state);
  }
}

void divide(ResidualStep& step, float count) {
  for (float* number : {&step.norm, &step.cosine_to_embedding, &step.cosine_to_final, &step.attention_norm,
                        &step.cross_norm, &step.feed_forward_norm, &step.attention_share, &step.cross_share,
                        &step.feed_forward_share, &step.attention_part, &step.cross_part, &step.feed_forward_part})
    *number /= count;
}

}  // namespace

ResidualPath residual_path(const Trace& trace, Range tokens, const std::stop_token& stop) {
  assert(tokens.end <= trace.tokens());
  ResidualPath path;
  path.steps.resize(trace.residual.size());
  path.rows = tokens.size();
  path.has_cross = trace.cross != nullptr;
  for (std::size_t token = tokens.begin; token < tokens.end; ++token) {
    throw_if_stopped(stop);
    add_token(path, trace, token);
  }
  if (path.rows == 0) return path;
  for (ResidualStep& step : path.steps)
    divide(step, static_cast<float>(path.rows));
  return path;
}

}  // namespace regard
