// SPDX-License-Identifier: Apache-2.0
#include "core/model/shared_table.h"

#include <cstddef>
#include <string>
#include <vector>

namespace regard {

TensorView read_shared_table(const ModelConfig& config, WeightReader& reader, const std::string& root) {
  const std::string shared = root + "shared.weight", encoder = root + "encoder.embed_tokens.weight",
                    decoder = root + "decoder.embed_tokens.weight";
  const std::vector<std::size_t> shape{config.vocabulary, config.hidden};
  if (config.has_lm_head && config.tied_embeddings)
    return reader.tied({shared, encoder, decoder, "lm_head.weight"}, shape);
  return reader.tied({shared, encoder, decoder}, shape);
}

}  // namespace regard
