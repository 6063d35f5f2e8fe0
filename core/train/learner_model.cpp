// SPDX-License-Identifier: Apache-2.0
#include "core/train/learner_model.h"

#include "core/model/weights.h"
#include "core/train/names.h"

#include <nlohmann/json.hpp>

namespace regard::train {
namespace {

TensorView view_of(const AlignedFloats& parameters, const Slot& slot) {
  return {.shape = {slot.rows, slot.cols}, .data = reinterpret_cast<const std::byte*>(parameters.data() + slot.first)};
}

std::vector<float> numbers_of(const AlignedFloats& parameters, const Slot& slot) {
  const auto first = parameters.begin() + static_cast<std::ptrdiff_t>(slot.first);
  return {first, first + static_cast<std::ptrdiff_t>(slot.size())};
}

Norm norm_of(const AlignedFloats& parameters, const NormSlots& slots) {
  return {.scale = numbers_of(parameters, slots.scale), .shift = numbers_of(parameters, slots.shift)};
}

LayerWeights layer_of(const AlignedFloats& parameters, const LayerSlots& slots) {
  LayerWeights layer;
  layer.attention_norm = norm_of(parameters, slots.attention_norm);
  layer.query.weight = view_of(parameters, part_of(slots.query_key_value, 0));
  layer.key.weight = view_of(parameters, part_of(slots.query_key_value, 1));
  layer.value.weight = view_of(parameters, part_of(slots.query_key_value, 2));
  layer.output.weight = view_of(parameters, slots.output);
  if (slots.up.size() == 0) return layer;
  layer.feed_forward_norm = norm_of(parameters, slots.feed_forward_norm);
  layer.up.weight = view_of(parameters, slots.up);
  layer.down.weight = view_of(parameters, slots.down);
  return layer;
}

std::shared_ptr<const Weights> weights_of(const Learner& learner) {
  const auto parameters = std::make_shared<const AlignedFloats>(learner.parameters);
  const Layout& layout = learner.pass.layout;
  auto weights = std::make_shared<Weights>();
  weights->token_embedding = view_of(*parameters, layout.token_embedding);
  if (layout.position_embedding.size() > 0)
    weights->position_embedding = view_of(*parameters, layout.position_embedding);
  for (const LayerSlots& slots : layout.layers)
    weights->layers.push_back(layer_of(*parameters, slots));
  weights->final_norm = norm_of(*parameters, layout.final_norm);
  weights->unembedding.weight = view_of(*parameters, layout.unembedding);
  weights->storage.push_back(parameters);
  return weights;
}

}  // namespace

std::shared_ptr<const Model> model_of(const Learner& learner) {
  auto model = std::make_shared<Model>();
  model->name = "step " + std::to_string(learner.steps);
  model->config = parse_model_config(config_json(learner.pass.shape), "config.json");
  model->weights = weights_of(learner);
  model->tokenizer = parse_tokenizer_json(tokenizer_json(learner.task), "tokenizer.json");
  model->parameters = parameter_count(learner.pass.layout);
  model->bytes_on_disk = model->parameters * sizeof(float);
  model->stored_as = "F32";
  return model;
}

std::string config_json(const Shape& shape) {
  const bool rms = shape.norm == NormKind::rms_norm;
  nlohmann::ordered_json config{{"architectures", {rms ? "RegardRmsDecoderForCausalLM" : "RegardDecoderForCausalLM"}},
                                {"model_type", rms ? "regard_rms_decoder" : "regard_decoder"},
                                {"vocab_size", shape.vocabulary},
                                {"hidden_size", shape.width},
                                {"num_hidden_layers", shape.layers},
                                {"num_attention_heads", shape.heads},
                                {"intermediate_size", shape.feed_forward},
                                {"max_position_embeddings", shape.context},
                                {"norm_epsilon", 1e-5},  // kNormEpsilon
                                {"positions", name_of(shape.positions)},
                                {"tie_word_embeddings", false}};
  if (shape.feed_forward > 0) config["hidden_act"] = "gelu_pytorch_tanh";
  if (shape.weigh != WeighKind::softmax) config["attention"] = name_of(shape.weigh);
  if (shape.window > 0) config["sliding_window"] = shape.window;
  if (shape.positions == PositionKind::rotary) config["rope_theta"] = 10'000.0;
  return config.dump(1) + "\n";
}

std::string tokenizer_json(const PreparedTask& task) {
  nlohmann::ordered_json vocabulary = nlohmann::ordered_json::object();
  for (std::size_t id = 0; id < task.pieces.size(); ++id)
    vocabulary[task.pieces[id]] = id;
  const bool characters = task.task.kind == TaskKind::text;
  nlohmann::ordered_json tokenizer{{"version", "1.0"}, {"added_tokens", nlohmann::ordered_json::array()}};
  if (characters) {
    tokenizer["pre_tokenizer"] = {{"type", "Split"}, {"pattern", {{"String", " "}}}, {"behavior", "Isolated"}};
    tokenizer["model"] = {{"type", "BPE"}, {"vocab", vocabulary}, {"merges", nlohmann::ordered_json::array()}};
  } else {
    tokenizer["pre_tokenizer"] = {{"type", "WhitespaceSplit"}};
    tokenizer["model"] = {{"type", "WordLevel"}, {"vocab", vocabulary}};
  }
  return tokenizer.dump(1) + "\n";
}

}  // namespace regard::train
