// SPDX-License-Identifier: Apache-2.0
#include "core/trace/export.h"

#include "core/format/npz.h"
#include "core/trace/sink.h"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace regard {
namespace {

/// Layers whose heads have the same sizes, as one array.
struct LayerGroup {
  std::string suffix{};  ///< of the array's name
  Range layers{};
};

/// All of them; in a model whose layers differ, each by itself ("weights_3"), those without heads left out.
std::vector<LayerGroup> groups_of(const Trace& trace) {
  const ModelConfig& config = trace.model->config;
  if (layers_alike(config)) return {{"", {0, trace.layers.size()}}};
  std::vector<LayerGroup> groups;
  for (std::size_t layer = 0; layer < trace.layers.size(); ++layer)
    if (config.heads(layer) > 0) groups.push_back({"_" + std::to_string(layer), {layer, layer + 1}});
  return groups;
}

/// Sizes of an array of a group: without its first one, [L], where the layer stands by itself.
std::span<const std::size_t> shape_of(const LayerGroup& group, const std::array<std::size_t, 4>& sizes) {
  return std::span(sizes).subspan(group.suffix.empty() ? 0 : 1);
}

bool any_layer(std::size_t) {
  return true;
}

/// [L, heads, T, keys] of the layers that have them.
template <typename GridOf, typename Has = bool (*)(std::size_t)>
void add_grids(NpzWriter& file, const std::string& name, const Trace& trace, const GridOf& grid_of,
               const Has& has = any_layer) {
  for (const LayerGroup& group : groups_of(trace)) {
    bool there = true;
    for (std::size_t layer = group.layers.begin; layer < group.layers.end; ++layer)
      there = there && has(layer);
    if (!there) continue;
    const std::size_t heads = trace.model->config.heads(group.layers.begin);
    file.begin(name + group.suffix, shape_of(group, {group.layers.size(), heads, trace.tokens(), trace.keys()}));
    for (std::size_t layer = group.layers.begin; layer < group.layers.end; ++layer)
      for (std::size_t head = 0; head < heads; ++head)
        file.append(grid_of(HeadRef{layer, head}).values);
  }
}

/// Vectors of every layer's heads, or of its key heads, as [L, heads, rows, width]; nothing where a captured run has none.
struct HeadVectors {
  std::span<const float> (*of)(const Trace&, HeadRef, std::size_t) = nullptr;
  bool of_kv_heads = false;  ///< one for each key, else one for each query
  bool of_values = false;    ///< as wide as a value, else as a query
};

void add_heads(NpzWriter& file, const std::string& name, const Trace& trace, const HeadVectors& vectors) {
  const ModelConfig& config = trace.model->config;
  for (const LayerGroup& group : groups_of(trace)) {
    const std::size_t first = group.layers.begin, heads = config.heads(first);
    const std::size_t kept = vectors.of_kv_heads ? config.kv_heads(first) : heads;
    const std::size_t rows = vectors.of_kv_heads ? trace.keys() : trace.tokens();
    const std::size_t width = vectors.of_values ? config.value_dim(first) : config.head_dim(first);
    if (rows > 0 && vectors.of(trace, {first, 0}, 0).empty()) continue;
    file.begin(name + group.suffix, shape_of(group, {group.layers.size(), kept, rows, width}));
    for (std::size_t layer = group.layers.begin; layer < group.layers.end; ++layer)
      for (std::size_t head = 0; head < heads; head += heads / kept)
        for (std::size_t row = 0; row < rows; ++row)
          file.append(vectors.of(trace, {layer, head}, row));
  }
}

/// Of latent attention: [L, T, width].
void add_narrow_rows(NpzWriter& file, const std::string& name, const Trace& trace, Matrix LayerTrace::*tensor) {
  const Matrix& first = trace.layers.front().*tensor;
  if (first.cols == 0) return;
  file.begin(name, std::array{trace.layers.size(), first.rows, first.cols});
  for (const LayerTrace& layer : trace.layers)
    file.append((layer.*tensor).values);
}

/// What the weights of each row leave to sum to 1, [L, H, T]; nothing in a model without sinks.
void add_sinks(NpzWriter& file, const std::string& name, const Trace& trace) {
  if (!has_sinks(trace)) return;
  for (const LayerGroup& group : groups_of(trace)) {
    const std::size_t heads = trace.model->config.heads(group.layers.begin);
    const std::array<std::size_t, 3> sizes{group.layers.size(), heads, trace.tokens()};
    file.begin(name + group.suffix, std::span(sizes).subspan(group.suffix.empty() ? 0 : 1));
    for (std::size_t layer = group.layers.begin; layer < group.layers.end; ++layer)
      for (std::size_t head = 0; head < heads; ++head)
        file.append(sink_shares(trace, {layer, head}, {0, trace.tokens()}));
  }
}

void add_residuals(NpzWriter& file, const std::string& name, const Trace& trace) {
  if (trace.residual.empty()) return;
  const std::array<std::size_t, 3> shape{trace.residual.size(), trace.tokens(), trace.model->config.hidden};
  file.begin(name, shape);
  for (const Matrix& residual : trace.residual)
    file.append(residual.values);
}

/// [L, S − 1, T, D] the streams beside the first one in front of each layer; nothing where there is one.
void add_other_streams(NpzWriter& file, const Trace& trace) {
  if (trace.other_streams.empty() || trace.other_streams.front().empty()) return;
  file.begin("other_streams", std::array{trace.other_streams.size(), trace.other_streams.front().size(), trace.tokens(),
                                         trace.model->config.hidden});
  for (const std::vector<Matrix>& beside : trace.other_streams)
    for (const Matrix& other : beside)
      file.append(other.values);
}

/// Of a mixture of experts: which layers have them, and there [layers, T, experts], and [layers, experts] that is added to them where
/// they choose.
void add_router(NpzWriter& file, const Trace& trace) {
  std::vector<std::int32_t> layers;
  std::vector<float> probabilities, bias;
  for (std::size_t layer = 0; layer < trace.layers.size(); ++layer) {
    const Matrix& router = trace.layers[layer].router;
    if (router.cols == 0) continue;
    layers.push_back(static_cast<std::int32_t>(layer));
    probabilities.insert(probabilities.end(), router.values.begin(), router.values.end());
    if (const auto& own = trace.model->config.plans[layer].feed_forward.experts->choice_bias)
      bias.insert(bias.end(), own->begin(), own->end());
  }
  if (layers.empty()) return;
  const std::size_t experts = trace.layers[static_cast<std::size_t>(layers.front())].router.cols;
  file.add("router_layers", layers);
  file.add("router", std::array{layers.size(), trace.tokens(), experts}, probabilities);
  if (!bias.empty()) file.add("router_bias", std::array{layers.size(), experts}, bias);
}

/// How the scores are made, [L], and which keys are seen.
void add_rules(NpzWriter& file, const std::string& prefix, const Trace& trace) {
  std::vector<float> scale, cap, window;
  for (const LayerPlan& plan : trace.model->config.plans) {
    scale.push_back(plan.attention.scale);
    cap.push_back(plan.attention.cap);
    window.push_back(trace.request.cross ? 0.0F : static_cast<float>(plan.attention.window.width));
  }
  const std::array layers{trace.layers.size()};
  file.add(prefix + "scale", layers, scale);
  file.add(prefix + "cap", layers, cap);
  file.add(prefix + "window", layers, window);
  if (!trace.request.cross) file.add(prefix + "causal", std::array{trace.causal() ? 1 : 0});
}

/// The learned scores of sinks, [L, H].
void add_sink_scores(NpzWriter& file, const Trace& trace) {
  if (!has_sinks(trace)) return;
  for (const LayerGroup& group : groups_of(trace)) {
    std::vector<float> scores;
    const std::size_t heads = trace.model->config.heads(group.layers.begin);
    for (std::size_t layer = group.layers.begin; layer < group.layers.end; ++layer)
      for (std::size_t head = 0; head < heads; ++head)
        scores.push_back(sink_score(trace, {layer, head}));
    const std::array sizes{group.layers.size(), heads};
    file.add("sink_score" + group.suffix, std::span(sizes).subspan(group.suffix.empty() ? 0 : 1), scores);
  }
}

void add_notes(NpzWriter& file, const Trace& trace, const CaptureNotes& notes) {
  add_rules(file, "", trace);
  add_sink_scores(file, trace);
  file.add("tokens", notes.tokens);
  if (trace.cross) add_rules(file, "cross_", *trace.cross);
  if (trace.encoder) {
    add_rules(file, "encoder_", *trace.encoder);
    file.add("encoder_tokens", notes.encoder_tokens);
  }
  file.add_text("metadata", notes.metadata);
}

/// What attention of one kind recorded; `prefix` tells the kinds apart.
void add_attention(NpzWriter& file, const std::string& prefix, const Trace& trace) {
  const auto has_scores_in = [&](std::size_t layer) { return has_scores(trace, layer); };
  add_grids(
      file, prefix + "scores", trace, [&](HeadRef head) { return scores(trace, head); }, has_scores_in);
  add_grids(file, prefix + "weights", trace, [&](HeadRef head) { return weights(trace, head); });
  add_sinks(file, prefix + "sink", trace);
  add_heads(file, prefix + "q", trace, {query_of});
  add_heads(file, prefix + "k", trace, {key_of, true});
  add_heads(file, prefix + "v", trace, {value_of, true, true});
  add_heads(file, prefix + "head_out", trace, {output_of, false, true});
  add_narrow_rows(file, prefix + "latent", trace, &LayerTrace::latent);
  add_narrow_rows(file, prefix + "shared_key", trace, &LayerTrace::shared_key);
}

}  // namespace

void write_npz(const Trace& trace, const std::filesystem::path& path, const CaptureNotes* notes, const Matrix* logits) {
  NpzWriter file(path);
  file.add("ids", trace.request.ids);
  add_attention(file, "", trace);
  add_residuals(file, "residual", trace);
  add_other_streams(file, trace);
  add_router(file, trace);
  if (trace.cross) add_attention(file, "cross_", *trace.cross);
  if (trace.encoder) {
    file.add("encoder_ids", trace.encoder->request.ids);
    add_attention(file, "encoder_", *trace.encoder);
    add_residuals(file, "encoder_residual", *trace.encoder);
  }
  const Matrix& predicted = logits == nullptr ? trace.logits : *logits;
  if (predicted.cols > 0) file.add("logits", std::array{predicted.rows, predicted.cols}, predicted.values);
  if (notes != nullptr) add_notes(file, trace, *notes);
  file.finish();
}

}  // namespace regard
