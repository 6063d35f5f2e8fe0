// SPDX-License-Identifier: Apache-2.0
// Granite 3 (IBM 2024, https://github.com/ibm-granite/granite-3.0-language-models): Llama's blocks, with a number of their own by
// which embeddings, scores, what a block writes, and logits are multiplied (Yang et al. 2022, https://arxiv.org/abs/2203.03466).
#include "core/model/config_reader.h"
#include "core/model/family.h"
#include "core/model/llama_layout.h"

namespace regard {

void read_granite_config(const ConfigReader& reader, ModelConfig& config) {
  read_llama_sizes(reader, config, {});
  const bool bias = reader.flag("attention_bias", false);
  set_attention_bias(config, bias, bias);
  const bool inner_bias = reader.flag("mlp_bias", false);
  for (LayerPlan& plan : config.plans)
    plan.feed_forward.bias = inner_bias;
  read_granite_multipliers(reader, config);
  read_rope(reader, config);
}

void read_granite_multipliers(const ConfigReader& reader, ModelConfig& config) {
  constexpr float kMost = 1e4F;
  const float scale = reader.positive("attention_multiplier", kMost, 1.0F);
  const float residual_scale = reader.positive("residual_multiplier", kMost, 1.0F);
  for (LayerPlan& plan : config.plans) {
    plan.attention.scale = scale;
    plan.residual_scale = residual_scale;
  }
  config.embedding_scale = reader.positive("embedding_multiplier", kMost, 1.0F);
  config.logit_scale = 1.0F / reader.positive("logits_scaling", kMost, 1.0F);
}

}  // namespace regard
