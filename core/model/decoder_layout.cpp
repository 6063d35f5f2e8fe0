// SPDX-License-Identifier: Apache-2.0
#include "core/model/decoder_layout.h"

#include <algorithm>

namespace regard {

Weights read_decoder(const ModelConfig& config, WeightReader& reader, ReadLayer read_layer, ReadNorm read_norm,
                     std::string_view anchor) {
  // "transformer." stands before models with a head that looks for answers.
  const std::string root = config.has_lm_head ? reader.root(anchor, {"model.", "", "transformer."})
                                              : reader.root(anchor, {"", "model.", "transformer."});
  Weights weights;
  weights.token_embedding = read_token_table(config, reader, root + "embed_tokens.weight");
  weights.layers = reader.layers(config.layers, root + "layers.", [&](std::size_t layer, const std::string& name) {
    return read_layer(config, config.plans[layer], reader, name);
  });
  weights.final_norm = read_norm(reader, root + "norm", config.hidden);
  read_unembedding(config, reader, weights);
  weights.storage = reader.take_storage();
  return weights;
}

Norm read_head_norms(WeightReader& reader, const std::string& name, std::size_t heads, std::size_t head_dim) {
  Norm norm{.scale = std::vector<float>(heads * head_dim), .shift = std::vector<float>(heads * head_dim)};
  if (!reader.has(name + ".norms.0.weight")) {
    copy_as_f32(reader.tensor(name + ".weight", {heads, head_dim}), 0, norm.scale);
    return norm;
  }
  for (std::size_t head = 0; head < heads; ++head) {
    const std::vector<float> scale = reader.vector(name + ".norms." + std::to_string(head) + ".weight", head_dim);
    std::copy(scale.begin(), scale.end(), norm.scale.begin() + static_cast<std::ptrdiff_t>(head * head_dim));
  }
  return norm;
}

Norm read_centred_norm(WeightReader& reader, const std::string& name, std::size_t size) {
  Norm norm = reader.rms_norm(name, size);
  if (reader.checkpoint().whole_norms) return norm;
  for (float& scale : norm.scale)
    scale += 1.0F;
  return norm;
}

TensorView read_token_table(const ModelConfig& config, WeightReader& reader, const std::string& name,
                            std::string_view head) {
  if (config.has_lm_head && config.tied_embeddings)
    return reader.tied({name, head}, {config.vocabulary, config.table_width()});
  return reader.tensor(name, {config.vocabulary, config.table_width()});
}

void read_unembedding(const ModelConfig& config, WeightReader& reader, Weights& weights) {
  if (!config.has_lm_head) return;
  weights.unembedding.weight = config.tied_embeddings
                                   ? weights.token_embedding
                                   : reader.tensor("lm_head.weight", {config.vocabulary, config.hidden});
  reader.adapt("lm_head", weights.unembedding);
}

}  // namespace regard
