// SPDX-License-Identifier: Apache-2.0
// The numbers of a checkpoint, in the order the paper uses them. Views into memory-mapped files (or into copies of what
// lies there in another order); `storage` keeps whatever the views point into alive.
#pragma once

#include "core/base/kernels/product.h"
#include "core/base/matrix.h"
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
  /// Of MXFP4 alone: where the scales of the blocks lie, if they lie apart (core/format/mxfp4.h); data are the numbers without them then
  const std::byte* scales = nullptr;
  ScalesApart apart{};  ///< of kinds F8, GPTQ and AWQ; kept by Weights::storage
  /// Not 0: rows lie in another order. Of each head's so many rows, those that are turned together are neighbours in the file.
  std::size_t paired = 0;

  [[nodiscard]] bool empty() const { return data == nullptr; }
  [[nodiscard]] std::size_t rows() const { return shape.empty() ? 0 : shape.front(); }
  [[nodiscard]] std::size_t cols() const { return shape.size() < 2 ? 1 : shape[1]; }
  [[nodiscard]] std::size_t stored_row(std::size_t row) const;  ///< as which one it lies in the file
};

/// Where number `index` of `width` lies that are stored as pairs (2k, 2k + 1) of numbers k and k + width/2.
[[nodiscard]] constexpr std::size_t place_in_pairs(std::size_t index, std::size_t width) {
  return 2 * (index % (width / 2)) + index / (width / 2);
}

inline std::size_t TensorView::stored_row(std::size_t row) const {
  return paired == 0 ? row : row - row % paired + place_in_pairs(row % paired, paired);
}

/// Numbers [first, first + target.size()) of the tensor, counted row by row, as float32. They must exist.
void copy_as_f32(const TensorView& tensor, std::size_t first, std::span<float> target);

/// Of DoRA (Liu et al. 2024, https://arxiv.org/abs/2402.09353), for each output o: its row of W + s·B·A is made as long as
/// `length[o]`. How long it is before that, s decides: ‖w + s·δ‖² = ‖w‖² + 2s·(w·δ) + s²·‖δ‖², with δ the row of B·A.
struct Magnitudes {
  std::vector<float> length{};    ///< [out]
  std::vector<double> weight{};   ///< [out] ‖w‖²
  std::vector<double> between{};  ///< [out] w·δ
  std::vector<double> change{};   ///< [out] ‖δ‖²
};

/// What an adapter adds to the outputs of a matrix: s·B(A·x) with s = strength·scale (LoRA, Hu et al. 2021,
/// https://arxiv.org/abs/2106.09685).
struct LowRank {
  std::size_t adapter = 0;                         ///< whose: index in Model::adapters
  TensorView a{};                                  ///< [r, in]
  TensorView b{};                                  ///< [out, r]
  float scale = 1.0F;                              ///< α/r of the file, or α/√r
  float strength = 1.0F;                           ///< 0: the matrix is as it was (but see magnitudes), 1: as trained
  std::shared_ptr<const Magnitudes> magnitudes{};  ///< DoRA's; null elsewhere

  [[nodiscard]] float factor() const { return strength * scale; }
  /// At this strength it changes nothing.
  [[nodiscard]] bool silent() const { return strength == 0.0F && magnitudes == nullptr; }
};

/// y = x·Wᵀ + b
struct Linear {
  TensorView weight{};        ///< [out, in]
  std::vector<float> bias{};  ///< [out] or empty
  /// Not 0: the numbers lie the other way round, as in GPT-2's Conv1D; the weight of output o for input i is number
  /// i·input_stride + o. Not for quantised matrices.
  std::size_t input_stride = 0;
  std::vector<LowRank> adapted{};  ///< what adapters add; mostly empty
};

/// The weights that make one output, widened, with what adapters add: [in].
void copy_weights_of(const Linear& linear, std::size_t output, std::span<float> target);
/// The same without what adapters add.
void copy_own_weights_of(const Linear& linear, std::size_t output, std::span<float> target);
/// DoRA: what a row of W + s·B·A is multiplied by, so that it is as long as was learned; 1 elsewhere.
[[nodiscard]] float stretch_of(const LowRank& low_rank, std::size_t output);

/// LayerNorm (scale and shift) or RMSNorm (scale only).
struct Norm {
  std::vector<float> scale{};
  std::vector<float> shift{};  ///< empty for RMSNorm
  [[nodiscard]] bool empty() const { return scale.empty(); }
};

/// Of one block of feed-forward; the gate is empty where its plan has none.
struct FeedForwardWeights {
  Linear gate{}, up{}, down{};
  Linear
      gate_and_up{};  ///< [2·F, D] in the place of both, where a file has their outputs by turns: gate 0, up 0, gate 1 …
};

/// A mixture of experts.
struct MixtureWeights {
  Linear router{};  ///< [experts, D]
  /// [experts] what Experts::choice_bias of the plan becomes; null where there is none
  std::shared_ptr<const std::vector<float>> choice_bias{};
  std::vector<FeedForwardWeights> experts{};
  FeedForwardWeights shared{};  ///< the expert of every token; empty where there is none
  Linear shared_gate{};         ///< [1, D]; empty where the plan has none
  /// [experts] what Experts::gate_factors of the plan becomes; null where there is none
  std::shared_ptr<const std::vector<float>> gate_factors{};
  // Where the plan has Experts::own_norms, RMSNorms [D] of what the router and the experts read, and of what the experts together and
  // the one of every token write:
  Norm router_norm{}, read_norm{}, written_norm{}, shared_norm{};
};

/// What makes queries, keys and values in latent attention. r: rank, R: query rank, s: shared dimensions, n = d − s, v: value width.
struct LatentWeights {
  Linear query_down{};  ///< [R, D] W_DQ; empty: LayerWeights::query [H·d, D] is W_Q
  Norm query_norm{};    ///< RMSNorm [R]; LayerWeights::query is W_UQ [H·d, R] then
  Linear down{};        ///< [r, D] W_DKV
  Norm norm{};          ///< RMSNorm [r]
  Linear shared_key{};  ///< [s, D] W_KR
  Linear up{};          ///< [H·(n + v), r], head by head n rows of W_UK and v rows of W_UV
};

/// What a layer that keeps a state has in the place of query, key and value: one of the gated delta rule, or a state space.
struct StateWeights {
  Linear projection{};                    ///< [C, D] queries, keys and values (x, B, C), before the convolution
  std::vector<float> convolution{};       ///< [C, tokens], the asking token's last
  std::vector<float> convolution_bias{};  ///< [C] or empty
  Linear write{};                         ///< [H, D] β = σ(·); empty in a state space, whose Δ = softplus(decay) is
  Linear decay{};  ///< [H, D] log g = −exp(log_rate)·softplus(·); of Mamba-1 [C, r], from the narrow row
  std::vector<float> log_rate{};  ///< [H]; of Mamba-1 [C, N]
  // Of Mamba-1, with the step's rank r and N numbers of a channel's state:
  Linear select{};                             ///< [r + 2·N, C] the narrow row, B and C from what is convolved
  Norm step_norm{}, key_norm{}, query_norm{};  ///< RMSNorm [r], [N], [N] of these, where the plan has them
  std::vector<float> skip{};                   ///< [H] D of a state space
  Norm
      norm{};  ///< RMSNorm: [v] of what each head puts out, or [H·v] of a state space's parts; empty where there is none
};

/// Of a layer with a row of its own for each token, of P numbers: u = (norm(W·e/√D) + r)/√2, with the token's embedding e and its row r.
struct TokenRowWeights {
  TensorView table{};        ///< [rows, L·P] of all layers
  std::size_t first = 0;     ///< the layer's first number in a row of the table
  float table_scale = 1.0F;  ///< of r: √P
  Linear of_embedding{};     ///< [P, D]
  Norm norm{};               ///< RMSNorm [P]
  Linear in{}, out{};        ///< [P, D], [D, P]
  Norm written_norm{};       ///< RMSNorm [D]
};

/// Of a layer that predicts and corrects S streams (Streams).
struct StreamWeights {
  Norm router_norm{};              ///< RMSNorm [D], its scale ÷ D
  Linear router{};                 ///< [S, D] W_m
  Linear prediction{};             ///< [S², S] W_P: row i·S + j makes P_ij
  Linear correction{};             ///< [S, S] W_c
  std::vector<float> row_scale{};  ///< [D] or empty: what x_0 is multiplied by where it asks for the token's row
};

/// Of the low-rank path beside attention (LayerPlan::side_rank).
struct SideWeights {
  Linear down{}, up{};  ///< [r, D] A, [D, r] B
  Norm norm{};          ///< RMSNorm [D]
};

struct LayerWeights {
  Norm attention_norm{};  ///< BERT: after attention (post-norm); GPT, Llama: before it; empty where there is none
  Linear query{}, key{}, value{}, output{};
  Norm value_norm{};              ///< ones [d], where the plan normalises values
  Norm query_norm{}, key_norm{};  ///< over what QkNorm says; [heads·d] where each head has its own
  Norm feed_forward_norm{};       ///< likewise; empty where attention_norm serves both
  Norm attention_output_norm{}, feed_forward_output_norm{};  ///< Gemma 2, OLMo 2: of what a block writes
  std::vector<float> sinks{};                                ///< [heads] the sinks' scores, where the plan has them
  LatentWeights latent{};                                    ///< in the place of key and value
  StateWeights state{};
  Linear output_gate{};  ///< [H·d, D] W_g, W_z; empty where what heads put out is projected as it is
  Linear position_query{}, position_key{};  ///< DeBERTa: of offsets; empty: `query` and `key` make theirs, too
  Linear gate{};                            ///< empty where the plan has none
  Linear up{}, down{};
  MixtureWeights mixture{};  ///< in the place of gate, up and down
  Norm cross_norm{};         ///< decoders that listen to an encoder: of cross-attention
  Linear cross_query{}, cross_key{}, cross_value{}, cross_output{};
  TokenRowWeights token_row{};
  float stream_factor = 1.0F;  ///< of the stream behind the layer
  StreamWeights streams{};
  SideWeights side{};
};

struct Weights {
  TensorView token_embedding{};     ///< [V, E], E = config.table_width(); ViT: [specials, D]
  TensorView position_embedding{};  ///< [offset of the first + context, E or D], where positions are learned
  TensorView type_embedding{};      ///< [types, E], BERT
  Norm embedding_norm{};            ///< BERT, BLOOM
  Linear embedding_projection{};    ///< [D, E], where E ≠ D; ViT: [D, numbers of a patch]
  Linear output_projection{};       ///< [E, D], OPT 350M: before the unembedding
  std::vector<Linear> streams_in{}, streams_out{};  ///< [S − 1] of [D, D]: U_i and V_i of Streams
  std::vector<LayerWeights> layers{};
  /// [layers] T5: what RelativeBias::values of the plan becomes; null where the table is shared. Empty elsewhere.
  std::vector<std::shared_ptr<const std::vector<float>>> relative_bias{};
  Matrix relative_embedding{};  ///< [2·span, D] DeBERTa: one row for each range of offsets, behind its norm
  std::shared_ptr<const Weights> encoder{};  ///< of an encoder–decoder model
  Norm final_norm{};                         ///< GPT, Llama, ViT
  Linear head_transform{};                   ///< BERT's prediction head: dense, activation, norm
  Norm head_norm{};
  Linear unembedding{};  ///< [V, D] or [V, E] (may be a view of token_embedding) and BERT's decoder bias
  Linear class_transform{}, class_output{};  ///< config.class_head: [D, D] or empty, [labels, D]
  Norm class_norm{};                         ///< ModernBERT: between them
  std::vector<std::shared_ptr<const void>> storage{};
};

}  // namespace regard
