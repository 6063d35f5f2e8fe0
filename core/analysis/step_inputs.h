// SPDX-License-Identifier: Apache-2.0
// What the blocks of one layer read and where their output goes, from a Trace: the normalised stream, the stream before and after
// attention, the queries and keys as they are projected, before norms and positions. Pure; any thread.
#pragma once

#include "core/engine/rows.h"
#include "core/model/weights.h"
#include "core/trace/trace.h"

#include <cstddef>
#include <stop_token>

namespace regard {

/// One layer of one kind of attention. `whole` is the Trace of the request, of which the kind is a part.
struct LayerOf {
  const Trace& whole;
  AttentionKind kind = AttentionKind::self;
  std::size_t layer = 0;

  /// The Trace with the layer's queries, keys and values.
  [[nodiscard]] const Trace& part() const { return attention_of(whole, kind); }
  /// The Trace with the stream that this attention reads: the encoder's, or that of the tokens that ask.
  [[nodiscard]] const Trace& stack() const { return kind == AttentionKind::encoder ? part() : whole; }
  [[nodiscard]] bool crosses() const { return part().request.cross; }
  [[nodiscard]] const ModelConfig& config() const { return stack().model->config; }
  [[nodiscard]] const LayerPlan& plan() const { return config().plans[layer]; }
  [[nodiscard]] const LayerWeights& weights() const;
  [[nodiscard]] const LayerTrace& recorded() const { return part().layers[layer]; }
};

/// The layer that makes the keys and values of this attention: itself, or an earlier one whose it reads.
[[nodiscard]] LayerOf key_source(const LayerOf& of);

/// The four matrices of a kind of attention; key and value are empty where they come out of a latent row, and the earlier layer's where
/// it makes them.
struct AttentionMatrices {
  const Linear &query, &key, &value, &output;
};
[[nodiscard]] AttentionMatrices attention_matrices(const LayerOf& of);

/// Is what a block writes normalised after it was added to the stream (BERT), instead of the stream before it is read?
[[nodiscard]] bool normalises_after(const LayerPlan& plan);
/// Are queries and keys of the layer turned by their positions (RoPE)?
[[nodiscard]] bool turns_by_position(const LayerOf& of);
/// Are they normalised, per head (Qwen3, Gemma 3) or all heads together (OLMoE)?
[[nodiscard]] bool normalises_heads(const LayerOf& of);

/// Do its keys and values come out of a latent row?
[[nodiscard]] bool is_latent(const LayerOf& of);

/// The stream as the block finds it, some rows: [rows.size(), D].
[[nodiscard]] Matrix stream_before_attention(const LayerOf& of, Range rows);
/// The same after the block's output was added, and normalised where the model does that: [rows.size(), D].
[[nodiscard]] Matrix stream_after_attention(const LayerOf& of, Range rows, const Matrix& before, const Matrix& written);
/// What queries are made of; in self-attention mostly keys and values, too.
[[nodiscard]] Matrix attention_input(const LayerOf& of, Range rows);
/// What keys and values are made of: another text's last stream in cross-attention, what key_source() reads else.
[[nodiscard]] Matrix key_input(const LayerOf& of, Range rows);

/// x·Wᵀ + b as the projection gives it; of the Trace where nothing comes between (interventions included).
[[nodiscard]] Matrix projected_queries(const LayerOf& of, Range rows, const Matrix& input, const std::stop_token& stop);
[[nodiscard]] Matrix projected_keys(const LayerOf& of, Range rows, const Matrix& input, const std::stop_token& stop);
[[nodiscard]] Matrix projected_values(const LayerOf& of, Range rows, const Matrix& input, const std::stop_token& stop);

/// What heads put out as the output projection reads it, through the gate where the layer has one: [rows.size(), H·d].
[[nodiscard]] Matrix projected_outputs(const LayerOf& of, Range rows);
/// The same of outputs that are not those recorded, [rows.size(), H·d], in place.
void apply_output_gate(const LayerOf& of, Range rows, Matrix& outputs);

/// Each kv head once for every query head that reads it: [T, G·d] -> [T, H·d].
[[nodiscard]] Matrix repeat_heads(const Matrix& shared, std::size_t heads, std::size_t kv_heads);

/// Copies of some rows.
[[nodiscard]] Matrix some_rows(const Matrix& matrix, Range rows);

}  // namespace regard
