// SPDX-License-Identifier: Apache-2.0
#include "core/model/gemma_layout.h"

#include "core/model/fused.h"

#include <cmath>

namespace regard {

std::size_t share_keys(const ConfigReader& reader, const std::vector<bool>& far, std::size_t usual,
                       ModelConfig& config) {
  constexpr const char* kKey = "num_kv_shared_layers";
  const std::size_t first = config.layers - reader.size(kKey, {.least = 0, .most = config.layers - 1}, usual);
  for (std::size_t layer = first; layer < config.layers; ++layer) {
    std::size_t source = first;
    while (source > 0 && far[source - 1] != far[layer])
      --source;
    if (source == 0) reader.fail(kKey, "layer_types");
    config.plans[layer].attention.keys_of = source - 1;
    config.plans[layer].attention.values_are_keys = false;
  }
  return first;
}

void read_normed_heads(const ModelConfig& config, const SoftmaxAttention& plan, WeightReader& reader,
                       const std::string& name, LayerWeights& layer) {
  const std::size_t queries = plan.heads * plan.head_dim, keys = plan.kv_heads * plan.head_dim;
  layer.query = reader.linear(name + "q_proj", queries, config.hidden, plan.bias);
  layer.query_norm = reader.rms_norm(name + "q_norm", plan.head_dim);
  layer.output = reader.linear(name + "o_proj", config.hidden, queries, plan.output_bias);
  if (plan.keys_of) return;
  layer.key = reader.linear(name + "k_proj", keys, config.hidden, plan.bias);
  layer.key_norm = reader.rms_norm(name + "k_norm", plan.head_dim);
  if (!plan.values_are_keys) layer.value = reader.linear(name + "v_proj", keys, config.hidden, plan.bias);
  layer.value_norm.scale.assign(plan.head_dim, 1.0F);
}

void read_token_row(const ModelConfig& config, const LayerPlan& plan, WeightReader& reader, const std::string& name,
                    LayerWeights& layer) {
  if (plan.token_row == 0) return;
  layer.token_row.in = reader.linear(name + "per_layer_input_gate", plan.token_row, config.hidden, false);
  layer.token_row.out = reader.linear(name + "per_layer_projection", config.hidden, plan.token_row, false);
  layer.token_row.written_norm = reader.rms_norm(name + "post_per_layer_input_norm", config.hidden);
}

void read_row_tables(const ModelConfig& config, WeightReader& reader, Weights& weights) {
  const std::string& root = reader.found_root();
  const std::size_t width = config.plans.front().token_row, all = width * config.layers;
  const TensorView table = reader.tensor(root + "embed_tokens_per_layer.weight", {config.token_rows, all});
  const Linear of_embedding = reader.linear(root + "per_layer_model_projection", all, config.hidden, false);
  const Norm norm = reader.rms_norm(root + "per_layer_projection_norm", width);
  for (std::size_t layer = 0; layer < config.layers; ++layer) {
    TokenRowWeights& row = weights.layers[layer].token_row;
    row.table = table;
    row.first = layer * width;
    row.table_scale = std::sqrt(static_cast<float>(width));
    row.of_embedding = output_rows(of_embedding, layer * width, width);
    row.norm = norm;
  }
}

}  // namespace regard
