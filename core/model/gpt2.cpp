// SPDX-License-Identifier: Apache-2.0
// GPT-2 (Radford et al. 2019) and DistilGPT-2: learned positions, LayerNorm before each block, one fused matrix for query, key
// and value; matrices are stored [in, out].
#include "core/base/error.h"
#include "core/model/config_reader.h"
#include "core/model/decoder_layout.h"
#include "core/model/family.h"
#include "core/model/fused.h"
#include "core/model/weight_reader.h"

namespace regard {

void read_gpt2_config(const ConfigReader& reader, ModelConfig& config) {
  config.causal = true;
  config.layers = reader.size("n_layer", {.most = bounds::kLayers}, 12);
  const std::size_t heads = reader.size("n_head", {.most = bounds::kHeads}, 12);
  config.hidden = reader.size("n_embd", {.most = bounds::kHidden}, 768);
  if (config.hidden % heads != 0) reader.fail("n_embd", "n × " + std::to_string(heads));
  LayerPlan plan{.attention = even_heads(heads, config.hidden), .feed_forward = {.bias = true}};
  plan.attention.bias = plan.attention.output_bias = true;
  plan.feed_forward.width = reader.size("n_inner", {.most = bounds::kFeedForward}, 4 * config.hidden, Null::missing);
  config.vocabulary = reader.size("vocab_size", {.most = bounds::kVocabulary}, 50'257);
  config.context = reader.size("n_positions", {.most = bounds::kContext}, 1'024);
  plan.feed_forward.activation = read_activation(reader, "gelu_new", "activation_function");
  config.norm_epsilon = reader.positive("layer_norm_epsilon", 0.1F, 1e-5F);
  if (reader.flag("add_cross_attention", false)) reader.fail("add_cross_attention", "false");
  config.tied_embeddings = reader.flag("tie_word_embeddings", true);
  config.embedded_positions = LearnedPositions{};

  const bool scaled = reader.flag("scale_attn_weights", true);
  const bool by_layer = reader.flag("scale_attn_by_inverse_layer_idx", false);
  for (std::size_t layer = 0; layer < config.layers; ++layer) {
    const float width_scale = scaled ? usual_scale(plan.attention.head_dim) : 1.0F;
    plan.attention.scale = by_layer ? width_scale / static_cast<float>(layer + 1) : width_scale;
    config.plans.push_back(plan);
  }
}

namespace {

Linear read_conv1d(WeightReader& reader, const std::string& name, std::size_t out, std::size_t in) {
  if (reader.checkpoint().outputs_first || reader.has(name + ".qweight")) return reader.linear(name, out, in, true);
  TensorView matrix = reader.tensor(name + ".weight", {in, out});
  if (matrix.apart.scale != nullptr)
    throw Error("config_quantized", {.file = reader.checkpoint().listing,
                                     .expected = "F32, F16, BF16, GPTQ (4, 8), AWQ (4, GEMM), GGUF",
                                     .found = "Conv1D, FP8"});
  Linear result = stored_by_input(std::move(matrix));
  result.bias = reader.vector(name + ".bias", out);
  reader.adapt(name, result);
  return result;
}

LayerWeights read_gpt2_layer(const ModelConfig& config, const LayerPlan& plan, WeightReader& reader,
                             const std::string& name) {
  const std::size_t hidden = config.hidden, inner = plan.feed_forward.width;
  LayerWeights layer;
  layer.attention_norm = reader.layer_norm(name + "ln_1", hidden);
  const Linear fused = read_conv1d(reader, name + "attn.c_attn", 3 * hidden, hidden);
  layer.query = output_rows(fused, 0, hidden);
  layer.key = output_rows(fused, hidden, hidden);
  layer.value = output_rows(fused, 2 * hidden, hidden);
  layer.output = read_conv1d(reader, name + "attn.c_proj", hidden, hidden);
  layer.feed_forward_norm = reader.layer_norm(name + "ln_2", hidden);
  layer.up = read_conv1d(reader, name + "mlp.c_fc", inner, hidden);
  layer.down = read_conv1d(reader, name + "mlp.c_proj", hidden, inner);
  return layer;
}

}  // namespace

Weights read_gpt2_weights(const ModelConfig& config, WeightReader& reader) {
  // The files of the first release have no prefix, although they are used with a head.
  constexpr std::string_view kAnchor = "h.0.ln_1.weight";
  const std::string root =
      config.has_lm_head ? reader.root(kAnchor, {"transformer.", ""}) : reader.root(kAnchor, {"", "transformer."});
  Weights weights;
  weights.token_embedding = read_token_table(config, reader, root + "wte.weight");
  weights.position_embedding = reader.tensor(root + "wpe.weight", {config.context, config.hidden});
  weights.layers = reader.layers(config.layers, root + "h.", [&](std::size_t layer, const std::string& name) {
    return read_gpt2_layer(config, config.plans[layer], reader, name);
  });
  weights.final_norm = reader.layer_norm(root + "ln_f", config.hidden);
  read_unembedding(config, reader, weights);
  weights.storage = reader.take_storage();
  return weights;
}

}  // namespace regard
