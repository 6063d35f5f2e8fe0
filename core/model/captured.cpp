// SPDX-License-Identifier: Apache-2.0
#include "core/model/captured.h"

#include "core/base/error.h"
#include "core/text/given_tokens.h"

#include <string>

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

std::string name_of(const std::filesystem::path& path) {
  return (path.has_filename() ? path : path.parent_path()).filename().string();
}

}  // namespace

std::unique_ptr<const Tokenizer> tokenizer_of(const Capture& capture) {
  return make_given_tokenizer({name_of(capture.path), capture.tokens, capture.ids, capture.has_ids});
}

void refuse_capture(const Model& model) {
  if (model.capture) throw Error("capture_fixed", {.item = model.name});
}

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
  model->tokenizer = tokenizer_of(*capture);
  model->bytes_on_disk = capture->bytes;
  return model;
}

}  // namespace regard
