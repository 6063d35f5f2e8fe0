// SPDX-License-Identifier: Apache-2.0
#include "core/model/captured.h"

#include "core/base/error.h"
#include "core/text/given_tokens.h"

#include <algorithm>
#include <string>
#include <utility>

namespace regard {
namespace {

LayerPlan plan_of(const CapturedLayer& layer) {
  LayerPlan plan;
  plan.attention = {.heads = layer.heads,
                    .kv_heads = layer.kv_heads,
                    .head_dim = layer.head_dim,
                    .value_dim = layer.value_dim == layer.head_dim ? 0 : layer.value_dim,
                    .scale = layer.scale,
                    .cap = layer.cap,
                    .window = {.width = layer.window},
                    .sink = !layer.sink.empty()};
  return plan;
}

/// A layer of a decoder, whose heads look at the encoder's text, too: queries and keys may be there of that alone.
void listen(const CapturedLayer& cross, LayerPlan& plan) {
  plan.cross = cross.heads > 0;
  SoftmaxAttention& attention = plan.attention;
  if (attention.head_dim == 0) attention.head_dim = cross.head_dim;
  if (regard::value_dim(attention) == 0) attention.value_dim = cross.value_dim;
}

std::string name_of(const std::filesystem::path& path) {
  return (path.has_filename() ? path : path.parent_path()).filename().string();
}

/// Of the one text that this kind of attention is of, or that looks.
std::unique_ptr<const Tokenizer> tokenizer_of_text(const Capture& capture, const std::string& name) {
  return make_given_tokenizer({name, capture.tokens, capture.ids, capture.has_ids});
}

}  // namespace

std::unique_ptr<const Tokenizer> tokenizer_of(const Capture& capture) {
  return tokenizer_of_text(capture.encoder ? *capture.encoder : capture, name_of(capture.path));
}

void refuse_states_alone(const Capture& capture) {
  const bool any = std::any_of(capture.layers.begin(), capture.layers.end(),
                               [](const CapturedLayer& layer) { return layer.heads > 0; });
  if (!any) throw Error("capture_checkpoint", {.file = capture.path.string(), .found = capture.origin.model});
}

void refuse_capture(const Model& model) {
  if (model.capture) throw Error("capture_fixed", {.item = model.name});
}

namespace {

/// The decoder reads its own text, by the tokenizer that the model had; the encoder's is the model's from now on.
void add_captured_encoder(Model& model) {
  const Capture& capture = *model.capture;
  auto encoder = std::make_shared<Model>(*model_of(capture.encoder));
  encoder->tokenizer = tokenizer_of_text(*capture.encoder, model.name);
  encoder->folder = model.folder;
  encoder->name = model.name;
  encoder->files = model.files;
  ModelConfig& config = model.config;
  for (std::size_t layer = 0; layer < capture.cross->layers.size(); ++layer)
    listen(capture.cross->layers[layer], config.plans[layer]);
  config.encoder = std::make_shared<const ModelConfig>(encoder->config);
  config.decoder_start = {capture.ids.front()};
  config.context = std::max(config.context, encoder->config.context);
  model.target_tokenizer = std::move(model.tokenizer);
  model.tokenizer = encoder->tokenizer;
  model.encoder = std::move(encoder);
}

}  // namespace

std::shared_ptr<const Model> model_of(const std::shared_ptr<const Capture>& capture) {
  auto model = std::make_shared<Model>();
  model->folder = capture->path;
  model->name = name_of(capture->path);
  ModelConfig& config = model->config;
  config.architecture = capture->origin.model;
  config.layers = capture->layers.size();
  for (const CapturedLayer& layer : capture->layers)
    config.plans.push_back(plan_of(layer));
  config.hidden = capture->residual.empty() ? 0 : capture->residual.front().cols;
  config.has_lm_head = !capture->logits.empty();
  config.vocabulary = capture->logits.cols;
  config.context = capture->token_count();
  config.causal = capture->causal;
  model->capture = capture;
  model->files = capture->files;
  model->tokenizer = tokenizer_of_text(*capture, model->name);
  model->bytes_on_disk = capture->bytes;
  if (capture->encoder) add_captured_encoder(*model);
  return model;
}

}  // namespace regard
