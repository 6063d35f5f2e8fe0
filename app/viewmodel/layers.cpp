// SPDX-License-Identifier: Apache-2.0
#include "app/viewmodel/layers.h"

#include <algorithm>
#include <chrono>
#include <limits>

namespace regard {
namespace {

constexpr std::chrono::milliseconds kBetweenPublications{120};

/// The trace whose residual stream is that of the text that asks.
const Trace& stream_of(const Trace& trace, AttentionKind kind) {
  return kind == AttentionKind::encoder ? attention_of(trace, kind) : trace;
}

Range tokens_of(const LayersRequest& request, const Trace& trace) {
  if (request.whole_text) return {0, trace.tokens()};
  const std::size_t token = std::min(request.token, trace.tokens() - 1);
  return {token, token + 1};
}

/// A row of the grid of all heads, [heads]: a layer that has fewer leaves its end undefined.
void add_layer(HeadsChart& chart, const std::vector<HeadMeasures>& layer, std::size_t heads,
               Measure HeadMeasures::*measure) {
  double sum = 0.0;
  double uniform = 0.0;
  for (const HeadMeasures& head : layer) {
    const Measure& one = head.*measure;
    chart.defined = one.defined();
    chart.heads.push_back(one);
    chart.highest = std::max({chart.highest, one.value, one.uniform});
    sum += static_cast<double>(one.value);
    uniform += static_cast<double>(one.uniform);
  }
  chart.heads.resize(chart.heads.size() + heads - layer.size());
  if (layer.empty()) {
    chart.mean.push_back(std::numeric_limits<float>::quiet_NaN());
    chart.uniform.push_back(std::numeric_limits<float>::quiet_NaN());
    return;
  }
  const auto count = static_cast<double>(layer.size());
  chart.mean.push_back(static_cast<float>(sum / count));
  chart.uniform.push_back(static_cast<float>(uniform / count));
}

void add_layer(HeadsByLayer& view, const std::vector<HeadMeasures>& layer) {
  add_layer(view.distance, layer, view.heads, &HeadMeasures::distance);
  add_layer(view.entropy, layer, view.heads, &HeadMeasures::entropy);
  for (const HeadMeasures& head : layer)
    view.normalised_entropy.push_back(head.normalised_entropy.defined() ? head.normalised_entropy.value : -1.0F);
  view.normalised_entropy.resize(view.normalised_entropy.size() + view.heads - layer.size(), -1.0F);
  if (!layer.empty()) view.rows = layer.front().entropy.rows;
  ++view.ready;
}

}  // namespace

std::shared_ptr<const HeadsByLayer> make_heads_by_layer(const LayersRequest& request, const std::stop_token& stop,
                                                        Progress* progress, const PublishHeads& publish) {
  const Trace& trace = attention_of(*request.trace, request.kind);
  const ModelConfig& config = trace.model->config;
  const Range tokens = tokens_of(request, trace);
  HeadsByLayer view;
  view.layers = trace.layers.size();
  view.heads = most_heads(config);
  auto published = std::chrono::steady_clock::now();
  for (std::size_t layer = 0; layer < view.layers; ++layer) {
    std::vector<HeadMeasures> measured(has_softmax(config.plans[layer]) ? config.heads(layer) : 0);
    for (std::size_t head = 0; head < measured.size(); ++head)
      measured[head] = measure_head(trace, {layer, head}, tokens, stop);
    add_layer(view, measured);
    if (progress != nullptr) progress->fraction = static_cast<float>(view.ready) / static_cast<float>(view.layers);
    const auto now = std::chrono::steady_clock::now();
    if (!publish || now - published < kBetweenPublications) continue;
    publish(std::make_shared<HeadsByLayer>(view));
    published = now;
  }
  return std::make_shared<HeadsByLayer>(std::move(view));
}

std::shared_ptr<const StreamByLayer> make_stream_by_layer(const LayersRequest& request, const std::stop_token& stop) {
  const Trace& trace = stream_of(*request.trace, request.kind);
  auto view = std::make_shared<StreamByLayer>();
  if (trace.residual.empty()) return view;
  view->path = residual_path(trace, tokens_of(request, trace), stop);
  const LogitLens lens = logit_lens(trace, std::min(request.token, trace.tokens() - 1), stop);
  const auto readable = [&](std::int32_t id) {
    return trace.model->tokenizer ? trace.model->tokenizer->readable(id) : std::to_string(id);
  };
  for (const LensLayer& layer : lens.layers)
    view->lens.push_back({readable(layer.top_id), layer});
  if (!lens.layers.empty()) view->predicted = readable(lens.final_id);
  return view;
}

}  // namespace regard
