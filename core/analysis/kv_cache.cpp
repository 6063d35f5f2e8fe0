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

}  // namespace

std::uint64_t cache_bytes_of_encoder(const ModelConfig& config, std::size_t encoded, std::size_t bytes_per_number) {
  return config.encoder ? std::uint64_t{2} * config.layers * config.queries_width() * encoded * bytes_per_number : 0;
}

std::uint64_t cache_bytes(const ModelConfig& config, std::size_t tokens, std::size_t bytes_per_number) {
  return std::uint64_t{2} * config.layers * config.keys_width() * tokens * bytes_per_number;
}

std::uint64_t cache_bytes_ungrouped(const ModelConfig& config, std::size_t tokens, std::size_t bytes_per_number) {
  return std::uint64_t{2} * config.layers * config.queries_width() * tokens * bytes_per_number;
}

std::uint64_t cache_bytes_in_windows(const ModelConfig& config, std::size_t tokens, std::size_t bytes_per_number) {
  std::uint64_t rows = 0;
  for (const LayerPlan& plan : config.plans)
    rows += tokens == 0 ? 0 : allowed_keys(plan.attention.window, true, tokens - 1, tokens).count();
  return std::uint64_t{2} * config.keys_width() * rows * bytes_per_number;
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
  sum.projections = count * config.layers * 2 * hidden * (config.queries_width() + config.keys_width());
  if (config.table_width() != config.hidden) sum.projections += count * config.table_width() * hidden;
  for (const LayerPlan& plan : config.plans) {
    sum.attention += attention_pairs(rows, tokens, causal, plan.attention.window) * 2 * config.queries_width();
    sum.feed_forward += count * feed_forward_matrices(plan.feed_forward) * hidden * plan.feed_forward.width;
  }
  if (config.encoder) {
    const std::uint64_t once = rows.begin == 0 && count > 0 ? encoded * 2 * hidden * config.queries_width() : 0;
    sum.cross = config.layers *
                (count * 2 * hidden * config.queries_width() + count * encoded * 2 * config.queries_width() + once);
  }
  if (config.has_lm_head) sum.unembedding = unembedded * unembedding_of_row(config);
  return sum;
}

}  // namespace regard
