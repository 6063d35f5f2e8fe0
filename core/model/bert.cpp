// SPDX-License-Identifier: Apache-2.0
// BERT (Devlin et al. 2018, https://arxiv.org/abs/1810.04805): learned positions, token types, post-norm, bidirectional.
#include "core/model/config_reader.h"
#include "core/model/encoder_layout.h"
#include "core/model/family.h"

namespace regard {

void read_bert_config(const ConfigReader& reader, ModelConfig& config) {
  read_encoder_config(reader, {}, config);
  if (reader.text("position_embedding_type", "absolute") != "absolute")
    reader.fail("position_embedding_type", "absolute");
  if (reader.flag("add_cross_attention", false)) reader.fail("add_cross_attention", "false");
  config.causal = reader.flag("is_decoder", false);
}

Weights read_bert_weights(const ModelConfig& config, WeightReader& reader) {
  Weights weights = read_bert_encoder(config, reader, "bert.", "cls.predictions.decoder.weight");
  if (config.has_lm_head) read_bert_head(config, reader, weights);
  weights.storage = reader.take_storage();
  return weights;
}

}  // namespace regard
