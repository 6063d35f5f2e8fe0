// SPDX-License-Identifier: Apache-2.0
// A small BERT encoder (Devlin et al. 2018, https://arxiv.org/abs/1810.04805) forward, with everything kept that its gradients need, and
// back again: norm after each block, biases, ReLU, learned positions, an output that shares the table of tokens. Gradients are written by
// hand, after the chain rule. On the calling thread alone; equal arguments give equal bits.
#pragma once

#include "core/base/aligned.h"
#include "core/train/decoder.h"
#include "core/train/parameters.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace regard::train {

struct EncoderShape {
  std::size_t layers = 4;
  std::size_t heads = 8;  ///< of each layer; a divisor of `width`
  std::size_t width = 64;
  std::size_t feed_forward = 256;
  std::size_t vocabulary = 0;
  std::size_t context = 128;  ///< tokens of the longest sentence

  [[nodiscard]] std::size_t head_dim() const { return width / heads; }
  friend bool operator==(const EncoderShape&, const EncoderShape&) = default;
};
/// Throws Error training_value: what is out of bounds, heads that do not divide the width.
void check(const EncoderShape& shape);

/// y = x·Wᵀ + b: [out, in] and [1, out].
struct LinearSlots {
  Slot weight{}, bias{};
};

struct EncoderLayerSlots {
  LinearSlots query_key_value{};  ///< 3·D rows: queries, then keys, then values
  LinearSlots output{};
  NormSlots attention_norm{};
  LinearSlots up{}, down{};
  NormSlots feed_forward_norm{};
};

struct EncoderLayout {
  Slot token_embedding{};     ///< [V, D]
  Slot position_embedding{};  ///< [T, D]
  Slot type_embedding{};      ///< [2, D] BERT has it: stays zero, for there is one type, and positions can say the same
  NormSlots embedding_norm{};
  std::vector<EncoderLayerSlots> layers{};
  LinearSlots transform{};  ///< [D, D] of the word head: norm(relu(transform·x)), then the table of tokens
  NormSlots transform_norm{};
  Slot word_bias{};      ///< [1, V]
  LinearSlots probe{};   ///< [labels, D]: thrown away when the model is written
  std::size_t size = 0;  ///< of the array; between tensors lie zeros, so that each begins at a cache line
};
[[nodiscard]] EncoderLayout layout_of(const EncoderShape& shape, std::size_t labels);

/// The tensors of the model by the names that a checkpoint has for them (BertForMaskedLM), each once; the probe is not among them.
[[nodiscard]] std::vector<NamedSlot> named_slots(const EncoderLayout& layout);

/// Matrices normal with variance 2/(rows + cols) (Glorot & Bengio 2010), tokens normal and positions sinusoidal (Vaswani et al. 2017), both
/// times 0.05, scales 1, shifts and biases 0. The same for equal shapes and seeds.
[[nodiscard]] AlignedFloats first_parameters(const EncoderShape& shape, const EncoderLayout& layout,
                                             std::uint64_t seed);

/// Sentences one behind the other, N tokens in all.
struct PackedSentences {
  std::vector<std::int32_t> ids{};     ///< [N]
  std::vector<std::size_t> starts{0};  ///< [sentences + 1]: where each begins, and where the last one ends
  [[nodiscard]] std::size_t rows() const { return ids.size(); }
  [[nodiscard]] std::size_t sentences() const { return starts.size() - 1; }
  [[nodiscard]] std::size_t tokens(std::size_t sentence) const { return starts[sentence + 1] - starts[sentence]; }
};

struct EncoderLayerState {
  AlignedFloats query_key_value{};  ///< [N, 3·D]
  AlignedFloats weights{};          ///< of each sentence [H, T, T]
  AlignedFloats heads{};            ///< [N, D] Σ_j A[i,j]·v_j
  NormState attention_norm{};
  AlignedFloats active{};  ///< [N, F] relu(up·x)
  NormState feed_forward_norm{};
};

/// The memory of a pass; it takes the size of what it is given.
struct EncoderPass {
  EncoderShape shape{};
  EncoderLayout layout{};
  std::stop_token stop{};  ///< asked for between parts of a pass, which then throws Cancelled
  PackedSentences of{};
  std::vector<std::size_t> grids{};  ///< [sentences + 1]: where the weights of each sentence's heads begin
  AlignedFloats sum{};               ///< [N, D] what a norm reads
  NormState embedding_norm{};
  std::vector<EncoderLayerState> layers{};
  // What the losses ask, between forward() and backward(); forward() makes zeros of it.
  std::vector<AlignedFloats> told_weights{};  ///< [layers] ∂loss/∂weights, as the weights lie
  std::vector<AlignedFloats> told_states{};   ///< [layers] ∂loss/∂state(layer) [N, D]
  // Gradients on their way back.
  AlignedFloats d_stream{}, d_sum{}, d_heads{};  ///< [N, D]
  AlignedFloats d_query_key_value{};             ///< [N, 3·D]
  AlignedFloats d_inner{};                       ///< [N, F]
  AlignedFloats d_scores{};                      ///< [T, T] of the longest sentence

  [[nodiscard]] std::size_t rows() const { return of.rows(); }
  /// Where the weights of a head of a sentence begin, [T, T].
  [[nodiscard]] std::size_t grid_of(std::size_t sentence, std::size_t head) const {
    return grids[sentence] + head * of.tokens(sentence) * of.tokens(sentence);
  }
  /// What the layer writes, [N, D].
  [[nodiscard]] const AlignedFloats& state(std::size_t layer) const { return layers[layer].feed_forward_norm.read; }
};
/// `shape` is checked; `labels` of the probe.
[[nodiscard]] EncoderPass make_pass(const EncoderShape& shape, std::size_t labels);

/// Weights and states of all layers. No sentence is longer than the context.
void forward(EncoderPass& pass, const AlignedFloats& parameters, const PackedSentences& of);

/// gradient += ∂loss/∂parameters of what told_weights and told_states ask, after forward() with the same parameters. It is zero but where
/// the losses have put the gradients of the word head and the probe.
void backward(EncoderPass& pass, const AlignedFloats& parameters, AlignedFloats& gradient);

}  // namespace regard::train
