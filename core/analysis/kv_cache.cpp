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
  const std::uint64_t shared = experts.shared_width > 0 ? block * experts.shared_width + hidden : 0;
  return hidden * experts.count + experts.chosen * block * plan.width + shared;
}

}  // namespace

std::uint64_t state_numbers(const LayerPlan& plan) {
  const auto* delta = std::get_if<GatedDelta>(&plan.mixer);
  if (delta == nullptr) return 0;
  const std::uint64_t d = plan.attention.head_dim;
  return plan.attention.heads * d * d + (delta->convolution - 1) * convolved_channels(plan, *delta);
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
    numbers += has_softmax(config.plans[layer]) ? std::uint64_t{2} * config.keys_width(layer) * tokens
                                                : state_numbers(config.plans[layer]);
  return numbers * bytes_per_number;
}

std::uint64_t cache_bytes_ungrouped(const ModelConfig& config, std::size_t tokens, std::size_t bytes_per_number) {
  std::uint64_t numbers = 0;
  for (std::size_t layer = 0; layer < config.layers; ++layer)
    numbers += has_softmax(config.plans[layer]) ? std::uint64_t{2} * config.queries_width(layer) * tokens
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
    numbers += std::uint64_t{2} * config.keys_width(layer) * rows;
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
  const std::uint64_t encoded_once = rows.begin == 0 && count > 0 ? encoded : 0;
  for (std::size_t layer = 0; layer < config.layers; ++layer) {
    const LayerPlan& plan = config.plans[layer];
    const std::uint64_t queries = config.queries_width(layer);
    const std::uint64_t pairs = attention_pairs(rows, tokens, causal, plan.attention.window);
    const std::uint64_t gate =
        plan.attention.output_gate || std::holds_alternative<GatedDelta>(plan.mixer) ? queries : 0;
    if (const auto* delta = std::get_if<GatedDelta>(&plan.mixer)) {  // a pair: k·u, u − β k (k·u), A·v
      const std::uint64_t channels = convolved_channels(plan, *delta);
      sum.projections +=
          count * (hidden * (channels + queries + 2 * plan.attention.heads) + channels * delta->convolution);
      sum.attention += pairs * 3 * queries;
    } else {
      sum.projections += count * 2 * hidden * (queries + config.keys_width(layer));
      sum.attention += pairs * 2 * queries;
    }
    sum.projections += count * hidden * gate;
    if (plan.cross) sum.cross += (count + encoded_once) * 2 * hidden * queries + count * encoded * 2 * queries;
    sum.feed_forward += count * feed_forward_of_row(plan.feed_forward, hidden);
  }
  if (config.has_lm_head) sum.unembedding = unembedded * unembedding_of_row(config);
  return sum;
}

}  // namespace regard
