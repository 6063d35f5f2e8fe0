// SPDX-License-Identifier: Apache-2.0
// ALBERT (Lan et al. 2019, https://arxiv.org/abs/1909.11942): a BERT whose layers, all or in groups, have the same weights, and
// whose embeddings are narrow and always widened behind their norm.
#include "core/model/config_reader.h"
#include "core/model/encoder_layout.h"
#include "core/model/family.h"

#include <map>

namespace regard {
namespace {

constexpr std::size_t kMostParts = 1'000;  // groups, and layers of a group

constexpr EncoderNames kAlbertNames{.query = "attention.query",
                                    .key = "attention.key",
                                    .value = "attention.value",
                                    .output = "attention.dense",
                                    .attention_norm = "attention.LayerNorm",
                                    .up = "ffn",
                                    .down = "ffn_output",
                                    .feed_forward_norm = "full_layer_layer_norm"};

/// "0.albert_layers.0." …: whose weights a layer has.
std::string shared_name(const ModelConfig& config, std::size_t layer) {
  const std::size_t inner = config.sharing.inner, count = config.layers / inner;
  // The library divides twice, in this order, and cuts off what is behind the point.
  const double repeats = static_cast<double>(count) / static_cast<double>(config.sharing.groups);
  const auto group = static_cast<std::size_t>(static_cast<double>(layer / inner) / repeats);
  return std::to_string(group) + ".albert_layers." + std::to_string(layer % inner) + ".";
}

}  // namespace

void read_albert_config(const ConfigReader& reader, ModelConfig& config) {
  read_encoder_config(reader, {.activation = "gelu_new"}, config);
  if (reader.text("position_embedding_type", "absolute") != "absolute")
    reader.fail("position_embedding_type", "absolute");
  config.embedding_width = reader.size("embedding_size", {.most = bounds::kHidden}, 128);
  const std::size_t groups = reader.size("num_hidden_groups", {.most = kMostParts}, 1);
  if (groups > config.layers) reader.fail("num_hidden_groups", "≤ " + std::to_string(config.layers));
  const std::size_t inner = reader.size("inner_group_num", {.most = kMostParts}, 1);
  if (config.layers * inner > bounds::kLayers)
    reader.fail("inner_group_num", "≤ " + std::to_string(bounds::kLayers / config.layers));
  config.sharing = {groups, inner};
  config.layers *= inner;
  config.plans.resize(config.layers, config.plans.front());
}

Weights read_albert_weights(const ModelConfig& config, WeightReader& reader) {
  const std::string layers = "encoder.albert_layer_groups.";
  const std::string root = encoder_root(config, reader, layers + "0.albert_layers.0.attention.query.weight", "albert.");
  Weights weights = read_encoder_tables(config, reader, root, "predictions.decoder.weight");
  weights.embedding_projection =
      reader.linear(root + "encoder.embedding_hidden_mapping_in", config.hidden, config.table_width(), true);
  std::map<std::string, std::size_t> first_with;  // the same tensors are read once, and their memory is one
  for (std::size_t layer = 0; layer < config.layers; ++layer) {
    const std::string name = shared_name(config, layer);
    const auto [known, is_new] = first_with.emplace(name, layer);
    weights.layers.push_back(
        is_new ? read_encoder_layer(config, config.plans[layer], reader, root + layers + name, kAlbertNames)
               : weights.layers[known->second]);
    reader.report(static_cast<float>(layer + 1) / static_cast<float>(config.layers));
  }
  if (config.has_lm_head)
    read_word_head(config, reader,
                   {.dense = "predictions.dense",
                    .norm = "predictions.LayerNorm",
                    .bias = "predictions.bias",
                    .decoder = "predictions.decoder"},
                   weights);
  weights.storage = reader.take_storage();
  return weights;
}

}  // namespace regard
