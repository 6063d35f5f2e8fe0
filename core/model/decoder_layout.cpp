// SPDX-License-Identifier: Apache-2.0
#include "core/model/decoder_layout.h"

namespace regard {

Weights read_decoder(const ModelConfig& config, WeightReader& reader, ReadLayer read_layer, ReadNorm read_norm) {
  const bool bare =
      reader.has("embed_tokens.weight") || (!config.has_lm_head && !reader.has("model.embed_tokens.weight"));
  const std::string root = bare ? "" : "model.";
  Weights weights;
  weights.token_embedding = reader.tensor(root + "embed_tokens.weight", {config.vocabulary, config.hidden});
  for (std::size_t layer = 0; layer < config.layers; ++layer) {
    weights.layers.push_back(read_layer(config, reader, root + "layers." + std::to_string(layer) + "."));
    reader.report(static_cast<float>(layer + 1) / static_cast<float>(config.layers));
  }
  weights.final_norm = read_norm(reader, root + "norm", config.hidden);
  read_unembedding(config, reader, weights);
  weights.storage = reader.take_storage();
  return weights;
}

void read_unembedding(const ModelConfig& config, WeightReader& reader, Weights& weights) {
  if (!config.has_lm_head) return;
  weights.unembedding.weight = config.tied_embeddings
                                   ? weights.token_embedding
                                   : reader.tensor("lm_head.weight", {config.vocabulary, config.hidden});
}

}  // namespace regard
