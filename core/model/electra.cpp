// SPDX-License-Identifier: Apache-2.0
// ELECTRA (Clark et al. 2020, https://arxiv.org/abs/2003.10555): a BERT whose embeddings may be narrower than its stream. Its
// generator predicts words from that narrow space; its discriminator predicts none.
#include "core/model/config_reader.h"
#include "core/model/encoder_layout.h"
#include "core/model/family.h"

namespace regard {

void read_electra_config(const ConfigReader& reader, ModelConfig& config) {
  read_bert_config(reader, config);
  const std::size_t width = reader.size("embedding_size", {.most = bounds::kHidden}, 128);
  config.embedding_width = width == config.hidden ? 0 : width;
  config.head_activation = Activation::gelu;
}

Weights read_electra_weights(const ModelConfig& config, WeightReader& reader) {
  Weights weights = read_bert_encoder(config, reader, "electra.", "generator_lm_head.weight");
  if (config.has_lm_head)
    read_word_head(config, reader,
                   {.dense = "generator_predictions.dense",
                    .norm = "generator_predictions.LayerNorm",
                    .bias = "generator_lm_head.bias",
                    .decoder = "generator_lm_head"},
                   weights);
  weights.storage = reader.take_storage();
  return weights;
}

}  // namespace regard
