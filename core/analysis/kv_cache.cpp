// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/kv_cache.h"

#include <algorithm>

namespace regard {
namespace {

/// One row of logits: BERT's head transforms the stream first, OPT 350M narrows it.
std::uint64_t unembedding_of_row(const ModelConfig& config) {
  const std::uint64_t width = config.table_width();
  const bool extra = config.head_activation || width != config.hidden;
  return width * config.vocabulary + (extra ? config.hidden * width : 0);
}

/// What one row pays for the block, or for its share of a mixture and the choice of it.
std::uint64_t feed_forward_of_row(const FeedForward& plan, std::uint64_t hidden) {
  const std::uint64_t block = feed_forward_matrices(plan) * hidden;
  if (!plan.experts) return block * plan.width;
  const Experts& experts = *plan.experts;
  const std::uint64_t gate = experts.shared_is_gated ? hidden : 0;
  const std::uint64_t shared = experts.shared_width > 0 ? block * experts.shared_width + gate : 0;
  return hidden * experts.count + experts.chosen * block * plan.width + shared;
}

/// What one row pays for queries, keys and values, and the output.
std::uint64_t projections_of_row(const ModelConfig& config, std::size_t layer) {
  const std::uint64_t hidden = config.hidden, queries = config.queries_width(layer);
  const std::uint64_t outputs = config.outputs_width(layer);
  const LayerPlan& plan = config.plans[layer];
  if (keeps_state(plan)) {
    const std::uint64_t channels = convolved_channels(plan);
    const std::uint64_t of_heads = (std::holds_alternative<GatedDelta>(plan.mixer) ? 2 : 1) * plan.attention.heads;
    if (decays_by_channel(plan)) {
      const std::uint64_t rank = std::get<StateSpace>(plan.mixer).step_rank,
                          narrow = rank + 2 * plan.attention.head_dim;
      return hidden * 3 * channels + channels * (narrow + rank + convolved_tokens(plan));
    }
    return hidden * (channels + 2 * outputs + of_heads) + channels * convolved_tokens(plan);
  }
  const std::uint64_t gate = plan.attention.output_gate ? outputs : 0;
  const auto& latent = plan.attention.latent;
  const std::uint64_t keys = plan.attention.keys_of ? 0 : config.keys_width(layer);
  const std::uint64_t values =
      plan.attention.keys_of || plan.attention.values_are_keys ? 0 : config.values_width(layer);
  if (!latent) return hidden * (queries + outputs + keys + values + gate);
  const std::uint64_t rank = latent->query_rank;
  const std::uint64_t of_queries = rank > 0 ? rank * (hidden + queries) : hidden * queries;
  const std::uint64_t up = queries - config.heads(layer) * latent->shared_dims + outputs;
  return of_queries + hidden * (latent->rank + latent->shared_dims + outputs) + latent->rank * up;
}

/// What one row pays in a layer for predicting and correcting several streams.
std::uint64_t streams_of_row(const ModelConfig& config) {
  if (!config.streams) return 0;
  const std::uint64_t count = config.streams->count, hidden = config.hidden;
  return 2 * count * hidden + count * count * (count + 1) + (count * count + count) * hidden;
}

}  // namespace

std::size_t cached_numbers(const ModelConfig& config, std::size_t layer) {
  if (const auto& latent = config.plans[layer].attention.latent) return latent->rank + latent->shared_dims;
  if (config.plans[layer].attention.keys_of) return 0;
  return config.keys_width(layer) + config.values_width(layer);
}

std::uint64_t state_numbers(const LayerPlan& plan) {
  if (!keeps_state(plan)) return 0;
  const std::uint64_t of_head = plan.attention.head_dim * value_dim(plan.attention);
  return plan.attention.heads * of_head + (convolved_tokens(plan) - 1) * convolved_channels(plan);
}

std::uint64_t cache_bytes_of_encoder(const ModelConfig& config, std::size_t encoded, std::size_t bytes_per_number) {
  std::uint64_t numbers = 0;
  for (std::size_t layer = 0; layer < config.layers; ++layer)
    if (config.plans[layer].cross) numbers += std::uint64_t{2} * config.queries_width(layer) * encoded;
  return numbers * bytes_per_number;
}

std::uint64_t cache_bytes(const ModelConfig& config, std::size_t tokens, std::size_t bytes_per_number) {
  std::uint64_t numbers = 0;
  for (std::size_t layer = 0; layer < config.layers; ++layer)
    numbers += has_softmax(config.plans[layer]) ? std::uint64_t{cached_numbers(config, layer)} * tokens
                                                : state_numbers(config.plans[layer]);
  return numbers * bytes_per_number;
}

std::uint64_t cache_bytes_ungrouped(const ModelConfig& config, std::size_t tokens, std::size_t bytes_per_number) {
  std::uint64_t numbers = 0;
  for (std::size_t layer = 0; layer < config.layers; ++layer)
    numbers += has_softmax(config.plans[layer])
                   ? std::uint64_t{config.queries_width(layer) + config.outputs_width(layer)} * tokens
                   : state_numbers(config.plans[layer]);
  return numbers * bytes_per_number;
}

std::uint64_t cache_bytes_in_windows(const ModelConfig& config, std::size_t tokens, std::size_t bytes_per_number) {
  if (tokens == 0) return 0;
  std::uint64_t numbers = 0;
  for (std::size_t layer = 0; layer < config.layers; ++layer) {
    if (!has_softmax(config.plans[layer])) {
      numbers += state_numbers(config.plans[layer]);
      continue;
    }
    const std::size_t rows = allowed_keys(config.plans[layer].attention.window, true, tokens - 1, tokens).count();
    numbers += std::uint64_t{cached_numbers(config, layer)} * rows;
  }
  return numbers * bytes_per_number;
}

std::uint64_t attention_pairs(Range rows, std::size_t tokens, bool causal, const KeyWindow& window) {
  std::uint64_t pairs = 0;
  for (std::size_t query = rows.begin; query < rows.end; ++query)
    pairs += allowed_keys(window, causal, query, tokens).count();
  return pairs;
}

Arithmetic arithmetic(const ModelConfig& config, Range rows, std::size_t tokens, bool causal, std::size_t unembedded,
                      std::size_t encoded) {
  const std::uint64_t count = rows.size();
  const std::uint64_t hidden = config.hidden;
  Arithmetic sum;
  if (config.table_width() != config.hidden) sum.projections = count * config.table_width() * hidden;
  if (config.streams) sum.projections += count * 2 * (config.streams->count - 1) * hidden * hidden;
  const std::uint64_t encoded_once = rows.begin == 0 && count > 0 ? encoded : 0;
  for (std::size_t layer = 0; layer < config.layers; ++layer) {
    const LayerPlan& plan = config.plans[layer];
    const std::uint64_t queries = plan.attention.heads * plan.attention.head_dim;
    const std::uint64_t pairs = attention_pairs(rows, tokens, causal, plan.attention.window);
    sum.projections +=
        count * (projections_of_row(config, layer) + 2 * hidden * plan.side_rank + streams_of_row(config));
    const std::uint64_t erasing = std::holds_alternative<GatedDelta>(plan.mixer) ? queries : 0;  // u − β k (k·u)
    sum.attention += pairs * (queries + erasing + config.outputs_width(layer));
    if (plan.cross) sum.cross += (count + encoded_once) * 2 * hidden * queries + count * encoded * 2 * queries;
    sum.feed_forward += count * (feed_forward_of_row(plan.feed_forward, hidden) + 3 * hidden * plan.token_row);
  }
  if (config.has_lm_head) sum.unembedding = unembedded * unembedding_of_row(config);
  return sum;
}

}  // namespace regard
