// SPDX-License-Identifier: Apache-2.0
// A small random T5 as a Hugging Face folder: an encoder of 3 layers, a decoder of 2, 3 heads of 4, width 10, 11 pieces, tied.
#pragma once

#include "tests/core/model/tiny_checkpoint.h"

namespace regard::testing {

inline void add_t5_attention(TinyCheckpoint& model, const std::string& name) {
  for (const char* part : {"q", "k", "v"})
    model.add(name + "." + part + ".weight", {12, 10});
  model.add(name + ".o.weight", {10, 12});
}

inline TinyCheckpoint tiny_t5() {
  TinyCheckpoint model;
  model.config = R"({"architectures": ["T5ForConditionalGeneration"], "model_type": "t5", "d_model": 10, "d_kv": 4,
        "d_ff": 7, "num_layers": 3, "num_decoder_layers": 2, "num_heads": 3, "vocab_size": 11,
        "relative_attention_num_buckets": 8, "relative_attention_max_distance": 12, "decoder_start_token_id": 0,
        "feed_forward_proj": "gated-gelu"})";
  model.add("shared.weight", {11, 10});
  for (const std::string stack : {"encoder", "decoder"}) {
    const bool decoder = stack == "decoder";
    for (const char* block : {"0", "1", "2"}) {
      if (decoder && std::string(block) == "2") continue;
      const std::string name = stack + ".block." + block + ".layer.";
      add_t5_attention(model, name + "0.SelfAttention");
      if (std::string(block) == "0") model.add(name + "0.SelfAttention.relative_attention_bias.weight", {8, 3});
      model.add(name + "0.layer_norm.weight", {10});
      if (decoder) {
        add_t5_attention(model, name + "1.EncDecAttention");
        model.add(name + "1.layer_norm.weight", {10});
      }
      const std::string last = name + (decoder ? "2." : "1.");
      model.add(last + "DenseReluDense.wi_0.weight", {7, 10});
      model.add(last + "DenseReluDense.wi_1.weight", {7, 10});
      model.add(last + "DenseReluDense.wo.weight", {10, 7});
      model.add(last + "layer_norm.weight", {10});
    }
    model.add(stack + ".final_layer_norm.weight", {10});
  }
  return model;
}

}  // namespace regard::testing
