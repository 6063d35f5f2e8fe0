// SPDX-License-Identifier: Apache-2.0
#include "core/engine/layer_buffers.h"

#include <algorithm>

namespace regard {
namespace {

bool lies_by_turns(const LayerWeights& layer) {
  const std::vector<FeedForwardWeights>& experts = layer.mixture.experts;
  return !experts.empty() && !experts.front().gate_and_up.weight.empty();
}

}  // namespace

LayerBuffers layer_buffers(const Pass& pass) {
  const ModelConfig& config = pass.config();
  std::size_t widest = 0, widest_gated = 0, widest_query = 0, widest_up = 0, widest_heads = 0;
  std::size_t widest_row = 0;
  bool mixes = false, own_norms = false;
  for (std::size_t layer = 0; layer < config.layers; ++layer) {
    const LayerPlan& plan = config.plans[layer];
    if (plan.attention.output_gate || keeps_state(plan))
      widest_heads = std::max(widest_heads, config.outputs_width(layer));
    const FeedForward& block = plan.feed_forward;
    const std::size_t width = std::max(block.width, block.experts ? block.experts->shared_width : 0);
    widest = std::max(widest, width);
    if (block.gated) widest_gated = std::max(widest_gated, width);
    mixes = mixes || block.experts;
    own_norms = own_norms || (block.experts && block.experts->own_norms);
    widest_row = std::max(widest_row, plan.token_row);
    const auto& latent = plan.attention.latent;
    if (!latent) continue;
    widest_query = std::max(widest_query, latent->query_rank);
    widest_up = std::max(widest_up, config.queries_width(layer) + config.outputs_width(layer));
  }
  const std::size_t rows = pass.rows.size(), expert_rows = mixes ? rows : 0;
  const std::vector<LayerWeights>& layers = pass.weights().layers;
  const bool by_turns = std::any_of(layers.begin(), layers.end(), lies_by_turns);
  return {.read = Matrix(rows, config.hidden),
          .inner = Matrix(rows, widest),
          .gate = Matrix(rows, widest_gated),
          .gate_and_up = Matrix(by_turns ? rows : 0, 2 * widest_gated),
          .gated = Matrix(rows, widest_heads),
          .expert_read = Matrix(expert_rows, config.hidden),
          .expert_written = Matrix(expert_rows, config.hidden),
          .own_read = Matrix(own_norms ? rows : 0, config.hidden),
          .embedding = Matrix(widest_row > 0 ? rows : 0, config.hidden),
          .token_rows = Matrix(rows, widest_row),
          .token_gate = Matrix(rows, widest_row),
          .predicted = std::vector<Matrix>(config.streams ? config.streams->count : 0, Matrix(rows, config.hidden)),
          .latent_query = Matrix(rows, widest_query),
          .latent_up = Matrix(rows, widest_up),
          .rotary = RotaryTables(pass.places(), pass.text_tokens(), config.patches)};
}

LayerBuffers attention_buffers(const Pass& pass, std::size_t layer) {
  const ModelConfig& config = pass.config();
  const SoftmaxAttention& attention = config.plans[layer].attention;
  const std::size_t rows = pass.rows.size();
  const std::size_t queries = attention.latent ? attention.latent->query_rank : 0;
  const std::size_t up = attention.latent ? config.queries_width(layer) + config.outputs_width(layer) : 0;
  return {.read = Matrix(rows, config.hidden),
          .gated = Matrix(rows, attention.output_gate ? config.outputs_width(layer) : 0),
          .latent_query = Matrix(rows, queries),
          .latent_up = Matrix(rows, up),
          .rotary = RotaryTables(pass.places(), pass.text_tokens(), config.patches)};
}

}  // namespace regard
