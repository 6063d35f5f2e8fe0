// SPDX-License-Identifier: Apache-2.0
// What Llama's relatives share, dense or mixtures of experts. For the files of the model families only.
#pragma once

#include "core/model/config.h"
#include "core/model/weight_reader.h"

#include <cstddef>
#include <string>
#include <vector>

namespace regard {

class ConfigReader;

/// What the classes of Hugging Face's library take where the file is silent; null may mean something else.
struct LlamaDefaults {
  std::size_t context = 2'048;
  std::size_t kv_heads = 0;  ///< 0: as many as query heads, which is what null means everywhere
  std::size_t head_dim = 0;  ///< 0: hidden / heads
  float norm_epsilon = 1e-6F;
  bool tied = false;
  const char* epsilon_key = "rms_norm_eps";
  const char* activation = "silu";
  bool gated = true;
  std::size_t feed_forward = 0;  ///< 0: the file has to tell
};

/// What all relatives share but RoPE, which needs to know which layers have a window.
void read_llama_sizes(const ConfigReader& reader, ModelConfig& config, const LlamaDefaults& defaults);

/// Of all layers.
void set_attention_bias(ModelConfig& config, bool of_projections, bool of_output);

/// "layer_types", checked: sliding_attention or full_attention of each layer; empty if there are none.
[[nodiscard]] std::vector<std::string> read_layer_types(const ConfigReader& reader, const ModelConfig& config);

/// Mistral's layers all have the window or none has; `fallback`: what a file that is silent means.
void read_one_window(const ConfigReader& reader, std::size_t fallback, ModelConfig& config);

/// Every `pattern`-th layer sees everything, the others the window; or as layer_types says. `width`: what a file that is silent
/// means.
void read_window_pattern(const ConfigReader& reader, std::size_t width, std::size_t pattern, ModelConfig& config);

/// q_proj, k_proj, v_proj and o_proj of the layer whose tensors' names begin with `name` ("model.layers.3.").
[[nodiscard]] LayerWeights read_llama_projections(const ModelConfig& config, const LayerPlan& plan,
                                                  WeightReader& reader, const std::string& name);

/// The RMSNorms of queries and keys, where the plan has some.
void read_query_key_norms(const LayerPlan& plan, WeightReader& reader, const std::string& name, LayerWeights& layer);

/// All of these and Llama's two norms.
[[nodiscard]] LayerWeights read_llama_attention(const ModelConfig& config, const LayerPlan& plan, WeightReader& reader,
                                                const std::string& name);

/// Where a class of mixtures of experts takes what the file does not tell.
struct MixtureDefaults {
  std::size_t count = 0, chosen = 0, width = 0, shared_width = 0;
  bool gates_sum_to_1 = false;
};
/// Qwen's mixtures with an expert for all tokens: in every layer that "decoder_sparse_step" and "mlp_only_layers" leave.
void read_shared_mixtures(const ConfigReader& reader, const MixtureDefaults& defaults, ModelConfig& config);
/// "n_group" and "topk_group", as DeepSeek's classes choose experts; `usual_…`: where the file is silent. The counts of the experts are
/// read already.
void read_expert_groups(const ConfigReader& reader, std::size_t usual_groups, std::size_t usual_chosen,
                        Experts& experts);
/// The numbers by which Granite multiplies embeddings, scores, what a block writes, and logits.
void read_granite_multipliers(const ConfigReader& reader, ModelConfig& config);
/// The block of a layer, dense or a mixture, as Qwen's files name its tensors.
void read_qwen_block(const ModelConfig& config, const FeedForward& plan, WeightReader& reader, const std::string& name,
                     LayerWeights& layer);

/// gate_proj, up_proj and down_proj of a layer without experts.
void read_feed_forward(const ModelConfig& config, const FeedForward& plan, WeightReader& reader,
                       const std::string& name, LayerWeights& layer);

}  // namespace regard
