// SPDX-License-Identifier: Apache-2.0
// The numbers of a checkpoint, in the order the paper uses them. Views into memory-mapped files (or into copies of what
// lies there in another order); `storage` keeps whatever the views point into alive.
#pragma once

#include "core/format/stored_tensor.h"

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

namespace regard {

using DType = StoredType;  ///< of weights: what dequantize() reads

/// A dense row-major tensor somewhere in memory; not owning. Empty (no data) where the model has no such tensor.
struct TensorView {
  DType dtype = DType::f32;
  std::vector<std::size_t> shape{};
  const std::byte* data = nullptr;  ///< aligned to the element size if it has one (not quantised)

  [[nodiscard]] bool empty() const { return data == nullptr; }
  [[nodiscard]] std::size_t rows() const { return shape.empty() ? 0 : shape.front(); }
  [[nodiscard]] std::size_t cols() const { return shape.size() < 2 ? 1 : shape[1]; }
};

/// Numbers [first, first + target.size()) of the tensor, counted row by row, as float32. They must exist.
void copy_as_f32(const TensorView& tensor, std::size_t first, std::span<float> target);

/// y = x·Wᵀ + b
struct Linear {
  TensorView weight{};        ///< [out, in]
  std::vector<float> bias{};  ///< [out] or empty
  /// Not 0: the numbers lie the other way round, as in GPT-2's Conv1D; the weight of output o for input i is number
  /// i·input_stride + o. Not for quantised matrices.
  std::size_t input_stride = 0;
};

/// LayerNorm (scale and shift) or RMSNorm (scale only).
struct Norm {
  std::vector<float> scale{};
  std::vector<float> shift{};  ///< empty for RMSNorm
  [[nodiscard]] bool empty() const { return scale.empty(); }
};

/// Of one block of feed-forward; the gate is empty where its plan has none.
struct FeedForwardWeights {
  Linear gate{}, up{}, down{};
};

/// A mixture of experts.
struct MixtureWeights {
  Linear router{};  ///< [experts, D]
  std::vector<FeedForwardWeights> experts{};
  FeedForwardWeights shared{};  ///< the expert of every token; empty where there is none
  Linear shared_gate{};         ///< [1, D]
};

/// What a gated delta layer has in the place of query, key and value.
struct DeltaWeights {
  Linear projection{};               ///< [C, D] queries, keys and values, before the convolution
  std::vector<float> convolution{};  ///< [C, tokens], the asking token's last
  Linear write{};                    ///< [H, D] β = σ(·)
  Linear decay{};                    ///< [H, D] log g = −exp(log_rate)·softplus(·)
  std::vector<float> log_rate{};     ///< [H]
  Norm norm{};                       ///< [d] RMSNorm of what each head puts out
};

struct LayerWeights {
  Norm attention_norm{};  ///< BERT: after attention (post-norm); GPT, Llama: before it
  Linear query{}, key{}, value{}, output{};
  DeltaWeights delta{};
  Linear output_gate{};           ///< [H·d, D] W_g, W_z; empty where what heads put out is projected as it is
  Norm query_norm{}, key_norm{};  ///< RMSNorm, over what QkNorm says
  Norm feed_forward_norm{};       ///< BERT: after the feed-forward block; GPT, Llama: before it
  Norm attention_output_norm{}, feed_forward_output_norm{};  ///< Gemma 2 and 3: of what a block writes
  Linear gate{};                                             ///< empty where the plan has none
  Linear up{}, down{};
  MixtureWeights mixture{};  ///< in the place of gate, up and down
  Norm cross_norm{};         ///< decoders that listen to an encoder: of cross-attention
  Linear cross_query{}, cross_key{}, cross_value{}, cross_output{};
};

struct Weights {
  TensorView token_embedding{};     ///< [V, E], E = config.table_width(); ViT: [specials, D]
  TensorView position_embedding{};  ///< [offset of the first + context, E or D], where positions are learned
  TensorView type_embedding{};      ///< [types, E], BERT
  Norm embedding_norm{};            ///< BERT, BLOOM
  Linear embedding_projection{};    ///< [D, E], where E ≠ D; ViT: [D, numbers of a patch]
  Linear output_projection{};       ///< [E, D], OPT 350M: before the unembedding
  std::vector<LayerWeights> layers{};
  /// [layers] T5: what RelativeBias::values of the plan becomes; null where the table is shared. Empty elsewhere.
  std::vector<std::shared_ptr<const std::vector<float>>> relative_bias{};
  std::shared_ptr<const Weights> encoder{};  ///< of an encoder–decoder model
  Norm final_norm{};                         ///< GPT, Llama, ViT
  Linear head_transform{};                   ///< BERT's prediction head: dense, activation, norm
  Norm head_norm{};
  Linear unembedding{};  ///< [V, D] or [V, E] (may be a view of token_embedding) and BERT's decoder bias
  Linear class_transform{}, class_output{};  ///< config.class_head: [D, D] or empty, [labels, D]
  std::vector<std::shared_ptr<const void>> storage{};
};

}  // namespace regard
