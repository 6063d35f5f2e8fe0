// SPDX-License-Identifier: Apache-2.0
#include "app/viewmodel/cache.h"

#include "app/viewmodel/views.h"

#include <algorithm>

namespace regard {
namespace {

constexpr std::size_t bytes_of_float = 4;
constexpr std::size_t bytes_of_half = 2;

void take_sizes(KvCacheView& view, const ModelConfig& config) {
  view.layers = config.layers;
  const std::size_t layer = nearest_head(config, {}).layer;
  view.heads = config.heads(layer);
  view.kv_heads = config.kv_heads(layer);
  view.head_dim = config.head_dim(layer);
  view.value_dim = config.value_dim(layer);
  view.latent = config.plans[layer].attention.latent;
  view.heads_alike = layers_alike(config) && std::all_of(config.plans.begin(), config.plans.end(), reads_stream_alone);
  for (std::size_t index = 0; index < config.layers; ++index) {
    view.states.push_back(state_numbers(config.plans[index]));
    view.state_numbers += view.states.back();
    const SoftmaxAttention& attention = config.plans[index].attention;
    view.keys_of.push_back(attention.keys_of);
    view.layers_without += attention.keys_of ? 1 : 0;
    view.layers_of_one_projection += attention.values_are_keys && !attention.keys_of ? 1 : 0;
    if (has_softmax(config.plans[index]) && !attention.keys_of) view.numbers_of_keys += config.keys_width(index);
  }
  view.hidden = config.hidden;
  view.feed_forward = config.plans.front().feed_forward.width;
  view.vocabulary = config.vocabulary;
  view.gated = config.plans.front().feed_forward.gated;
  view.experts = config.plans.front().feed_forward.experts;
  view.streams = config.streams ? config.streams->count : 1;
  view.blocks_alike = std::all_of(config.plans.begin(), config.plans.end(), [&](const LayerPlan& plan) {
    return plan.token_row == 0 && plan.feed_forward == config.plans.front().feed_forward;
  });
  for (const LayerPlan& plan : config.plans)
    view.windows.push_back(plan.attention.window);
  if (std::all_of(view.windows.begin(), view.windows.end(), [](const KeyWindow& window) { return window.width == 0; }))
    view.windows.clear();
}

void weigh(KvCacheView& view, const ModelConfig& config, std::size_t tokens) {
  view.bytes = cache_bytes(config, tokens, bytes_of_float);
  view.bytes_half = cache_bytes(config, tokens, bytes_of_half);
  view.bytes_ungrouped = cache_bytes_ungrouped(config, tokens, bytes_of_float);
  view.bytes_cross = cache_bytes_of_encoder(config, view.encoded, bytes_of_float);
  view.bytes_in_windows = cache_bytes_in_windows(config, tokens, bytes_of_float);
}

/// Every step needs the logits of its last token and no others.
Arithmetic work_of(const ModelConfig& config, const CacheStep& step, std::size_t reused, bool causal,
                   std::size_t encoded) {
  return arithmetic(config, {reused, step.tokens}, step.tokens, causal, 1, encoded);
}

}  // namespace

Range KvCacheView::forgotten(std::size_t layer) const {
  if (windows.empty()) return {};
  const AllowedKeys next = allowed_keys(windows[layer], true, last.tokens, last.tokens + 1);
  return {next.first.end, next.window.begin};
}

KvCacheView make_kv_cache(const Snapshot& snapshot, const Session& session) {
  return make_kv_cache(snapshot, cache_inputs(snapshot, session));
}

KvCacheView make_kv_cache(const Snapshot& snapshot, const CacheInputs& inputs) {
  KvCacheView view;
  if (!snapshot.model || !snapshot.trace || snapshot.steps.empty()) return view;
  const ModelConfig& config = snapshot.model->config;
  const bool causal = snapshot.trace->causal();
  take_sizes(view, config);
  view.encoded = snapshot.trace->request.encoder_ids.size();
  view.obstacle = causal          ? KvCacheView::Obstacle::none
                  : config.causal ? KvCacheView::Obstacle::mask
                                  : KvCacheView::Obstacle::model;
  view.steps = inputs.written.empty() ? snapshot.steps : inputs.written;
  view.last = view.steps.back();
  for (const Token& token : snapshot.encoding.tokens)
    view.labels.push_back(label_of(token));
  weigh(view, config, view.last.tokens);
  view.made = work_of(config, view.last, view.last.reused, causal, view.encoded);
  view.from_scratch = work_of(config, view.last, 0, causal, view.encoded);
  for (const CacheStep& step : view.steps) {
    view.widest_step = std::max(view.widest_step, step.tokens);
    view.all_made += work_of(config, step, step.reused, causal, view.encoded).total();
    view.all_from_scratch += work_of(config, step, 0, causal, view.encoded).total();
  }
  return view;
}

}  // namespace regard
