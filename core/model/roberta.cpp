// SPDX-License-Identifier: Apache-2.0
// RoBERTa (Liu et al. 2019, https://arxiv.org/abs/1907.11692) and XLM-R (Conneau et al. 2019): BERT whose positions are counted
// from behind the padding id, padding left out, and whose prediction head has names of its own.
#include "core/model/config_reader.h"
#include "core/model/encoder_layout.h"
#include "core/model/family.h"

#include <algorithm>

namespace regard {

void read_roberta_config(const ConfigReader& reader, ModelConfig& config) {
  read_bert_config(reader, config);
  const std::size_t padding =
      reader.size("pad_token_id", {.least = 0, .most = std::min(config.vocabulary, config.context) - 1}, 1);
  const LearnedPositions positions{.offset = padding + 1, .unplaced_id = static_cast<std::int32_t>(padding)};
  if (config.context <= positions.offset)
    reader.fail("max_position_embeddings", "> " + std::to_string(positions.offset));
  config.context -= positions.offset;  // the file counts rows of the table
  config.embedded_positions = positions;
  config.head_activation = Activation::gelu;
}

Weights read_roberta_weights(const ModelConfig& config, WeightReader& reader) {
  Weights weights = read_bert_encoder(config, reader, "roberta.", "lm_head.decoder.weight");
  if (config.has_lm_head) read_roberta_head(config, reader, weights);
  weights.storage = reader.take_storage();
  return weights;
}

}  // namespace regard
