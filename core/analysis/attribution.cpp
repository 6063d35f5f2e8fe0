// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/attribution.h"

#include "core/analysis/attributed_heads.h"
#include "core/analysis/logit_reading.h"
#include "core/analysis/step_inputs.h"
#include "core/analysis/stream_attribution.h"
#include "core/base/progress.h"
#include "core/engine/engine.h"
#include "core/engine/linear.h"
#include "core/engine/norm.h"

#include <array>
#include <cassert>
#include <cmath>
#include <numeric>
#include <utility>

namespace regard {
namespace {

/// A block of a layer at the position: what it wrote, and the norm behind it with what that reads.
struct WrittenBlock {
  const Matrix* written = nullptr;
  const Norm* norm = nullptr;  ///< null: what is written is simply added
  Matrix sum{};                ///< [1, D] the norm's input
};

/// The blocks of a layer in their order: attention, cross-attention where there is one, feed-forward.
std::vector<WrittenBlock> blocks_of(const Trace& trace, std::size_t layer) {
  const LayerWeights& w = trace.model->weights->layers[layer];
  const bool after = normalises_after(trace.model->config.plans[layer]);
  const auto behind = [after](const Norm& norm) { return after ? &norm : nullptr; };
  std::vector<WrittenBlock> blocks{{&trace.layers[layer].attention_output, behind(w.attention_norm)}};
  if (trace.cross) blocks.push_back({&trace.cross->layers[layer].attention_output, behind(w.cross_norm)});
  blocks.push_back({&trace.layers[layer].feed_forward_output, behind(w.feed_forward_norm)});
  return blocks;
}

/// Adds up what the blocks wrote and fills their sums; returns the stream after the layer as the blocks alone make it, [1, D].
Matrix run_through(std::vector<WrittenBlock>& blocks, const Trace& trace, std::size_t layer, std::size_t position) {
  Matrix stream = some_rows(trace.residual[layer], {position, position + 1});
  for (WrittenBlock& block : blocks) {
    add(all_rows(std::as_const(stream)), rows_of(*block.written, {position, position + 1}), all_rows(stream));
    if (block.norm == nullptr) continue;
    block.sum = stream;
    normalise(all_rows(std::as_const(block.sum)), *block.norm, trace.model->config.norm_epsilon, all_rows(stream));
  }
  for (float& value : stream.values)
    value *= trace.model->weights->layers[layer].stream_factor;
  return stream;
}

double total(const std::vector<double>& parts) {
  return std::accumulate(parts.begin(), parts.end(), 0.0);
}

/// One layer, from its last block to its first; `reading` becomes that of the stream before the layer.
LayerAttribution attribute_layer(const Trace& trace, std::size_t layer, std::size_t position, LogitReading& reading,
                                 const std::stop_token& stop) {
  std::vector<WrittenBlock> blocks = blocks_of(trace, layer);
  const Matrix made = run_through(blocks, trace, layer, position);
  const bool edited = !trace.request.interventions.empty();
  LayerAttribution result;
  if (edited) result.interventions = reading.part(trace.residual[layer + 1].row(position)) - reading.part(made.row(0));
  reading.direction *= static_cast<double>(trace.model->weights->layers[layer].stream_factor);
  for (std::size_t index = blocks.size(); index-- > 0;) {
    const WrittenBlock& block = blocks[index];
    if (block.norm != nullptr) {
      const double before = reading.constant;
      reading = before_norm(reading, *block.norm, trace.model->config.norm_epsilon, block.sum.row(0));
      result.norms += reading.constant - before;
    }
    const double written = reading.part(block.written->row(position));
    if (index + 1 == blocks.size()) {
      result.feed_forward = written;
      continue;
    }
    const AttentionKind kind = index == 0 ? AttentionKind::self : AttentionKind::cross;
    HeadParts parts = head_parts({trace, kind, layer}, position, reading, stop);
    result.attention_bias += parts.bias;
    if (edited) result.interventions += written - parts.bias - total(parts.heads);
    (kind == AttentionKind::self ? result.heads : result.cross_heads) = std::move(parts.heads);
  }
  return result;
}

}  // namespace

double LayerAttribution::self_attention() const {
  return total(heads);
}

double LayerAttribution::cross_attention() const {
  return total(cross_heads);
}

double LayerAttribution::sum() const {
  return self_attention() + cross_attention() + attention_bias + feed_forward + norms + interventions;
}

double Attribution::sum() const {
  return std::accumulate(layers.begin(), layers.end(), embedding + head_bias,
                         [](double sum, const LayerAttribution& layer) { return sum + layer.sum(); });
}

bool has_attribution(const Model& model) {
  return model.config.has_lm_head && (model.config.streams || is_sum_of_writers(model.config));
}

Attribution attribution(const Trace& trace, std::size_t position, std::int32_t token, std::int32_t other,
                        const std::stop_token& stop) {
  assert(has_attribution(*trace.model) && position < trace.tokens());
  const std::span<const float> stream = trace.residual.back().row(position);
  LogitReading reading = logit_reading(*trace.model, stream, token, other, stop);
  Attribution result;
  result.frozen_gate = trace.model->config.head_activation.has_value();
  result.head_bias = reading.constant;
  const std::array<std::size_t, 1> positions{position};
  const Matrix logits = logits_at(trace, positions);
  const auto told = [&](std::int32_t id) {
    return id < 0 ? 0.0 : static_cast<double>(logits(0, static_cast<std::size_t>(id)));
  };
  result.logit = told(token) - told(other);
  if (trace.model->config.logit_cap != 0.0F) {
    result.capped = result.logit;
    result.logit = reading.part(stream) + reading.constant;
  }
  result.layers.resize(trace.layers.size());
  if (trace.model->config.streams) {
    attribute_streams(trace, position, reading, result, stop);
    return result;
  }
  for (std::size_t layer = trace.layers.size(); layer-- > 0;) {
    throw_if_stopped(stop);
    result.layers[layer] = attribute_layer(trace, layer, position, reading, stop);
  }
  result.embedding = reading.part(trace.residual.front().row(position));
  return result;
}

}  // namespace regard
