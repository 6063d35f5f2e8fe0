// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/residual_path.h"

#include "core/base/eigen.h"
#include "core/base/progress.h"
#include "core/engine/streams.h"
#include "core/model/weights.h"

#include <algorithm>
#include <cassert>
#include <limits>
#include <span>
#include <utility>
#include <vector>

namespace regard {
namespace {

float cosine(const VectorView& first, const VectorView& second) {
  const float lengths = first.norm() * second.norm();
  return lengths > 0.0F ? first.dot(second) / lengths : 0.0F;
}

/// The row a block wrote, empty where the model has no such block.
VectorView written(const Matrix& block, std::size_t token) {
  return as_vector(block.empty() ? std::span<const float>{} : block.row(token));
}

/// How much of `state` the vector makes up, in its direction.
float part_of(const VectorView& vector, const VectorView& state) {
  const float square = state.squaredNorm();
  return vector.size() > 0 && square > 0.0F ? vector.dot(state) / square : 0.0F;
}

/// `kept`: what becomes of what is written here on its way to the final state.
void add_writers(ResidualStep& step, const VectorView& attention, const VectorView& cross,
                 const VectorView& feed_forward, const VectorView& final_state, float kept) {
  const float from_attention = attention.norm();
  const float from_cross = cross.norm();
  const float from_feed_forward = feed_forward.norm();
  step.attention_norm += from_attention;
  step.cross_norm += from_cross;
  step.feed_forward_norm += from_feed_forward;
  if (const float all = from_attention + from_cross + from_feed_forward; all > 0.0F) {
    step.attention_share += from_attention / all;
    step.cross_share += from_cross / all;
    step.feed_forward_share += from_feed_forward / all;
  }
  step.attention_part += kept * part_of(attention, final_state);
  step.cross_part += kept * part_of(cross, final_state);
  step.feed_forward_part += kept * part_of(feed_forward, final_state);
}

/// [L] the product of the factors of the streams behind a layer and the later ones.
std::vector<float> kept_factors(const Trace& trace) {
  std::vector<float> kept(trace.layers.size(), 1.0F);
  float product = 1.0F;
  const std::size_t known = trace.model->weights ? trace.model->weights->layers.size() : 0;
  for (std::size_t layer = std::min(kept.size(), known); layer-- > 0;) {
    product *= trace.model->weights->layers[layer].stream_factor;
    kept[layer] = product;
  }
  return kept;
}

void add_token(ResidualPath& path, const Trace& trace, const std::vector<float>& kept, std::size_t token) {
  const auto row_at = [&](std::size_t place, Matrix& joined) {
    if (path.is_joined) joined = joined_streams(trace, place, {token, token + 1});
    return as_vector(path.is_joined ? std::as_const(joined).row(0) : trace.residual[place].row(token));
  };
  Matrix first, here;
  const VectorView embedding = row_at(0, first);
  const VectorView final_state = as_vector(trace.residual.back().row(token));
  for (std::size_t index = 0; index < path.steps.size(); ++index) {
    ResidualStep& step = path.steps[index];
    const VectorView stream = row_at(index, here);
    step.norm += stream.norm();
    step.cosine_to_embedding += cosine(stream, embedding);
    step.cosine_to_final += cosine(stream, final_state);
    if (index == 0) continue;
    const LayerTrace& layer = trace.layers[index - 1];
    const VectorView cross =
        trace.cross ? written(trace.cross->layers[index - 1].attention_output, token) : as_vector({});
    add_writers(step, written(layer.attention_output, token), cross, written(layer.feed_forward_output, token),
                final_state, kept[index - 1]);
  }
}

void divide(ResidualStep& step, float count) {
  for (float* number : {&step.norm, &step.cosine_to_embedding, &step.cosine_to_final, &step.attention_norm,
                        &step.cross_norm, &step.feed_forward_norm, &step.attention_share, &step.cross_share,
                        &step.feed_forward_share, &step.attention_part, &step.cross_part, &step.feed_forward_part})
    *number /= count;
}

void forget_writers(ResidualStep& step) {
  for (float* number :
       {&step.attention_norm, &step.cross_norm, &step.feed_forward_norm, &step.attention_share, &step.cross_share,
        &step.feed_forward_share, &step.attention_part, &step.cross_part, &step.feed_forward_part})
    *number = std::numeric_limits<float>::quiet_NaN();
}

}  // namespace

ResidualPath residual_path(const Trace& trace, Range tokens, const std::stop_token& stop) {
  assert(tokens.end <= trace.tokens());
  ResidualPath path;
  path.steps.resize(trace.residual.size());
  path.rows = tokens.size();
  path.has_cross = trace.cross != nullptr;
  path.is_joined = trace.model->config.streams.has_value();
  path.has_writers = trace.model->capture == nullptr && is_sum_of_writers(trace.model->config);
  const std::vector<float> kept = kept_factors(trace);
  for (std::size_t token = tokens.begin; token < tokens.end; ++token) {
    throw_if_stopped(stop);
    add_token(path, trace, kept, token);
  }
  if (path.rows == 0) return path;
  for (ResidualStep& step : path.steps) {
    divide(step, static_cast<float>(path.rows));
    if (!path.has_writers) forget_writers(step);
  }
  return path;
}

}  // namespace regard
