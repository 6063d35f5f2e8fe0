// SPDX-License-Identifier: Apache-2.0
// What one run of a model recorded, and every number that follows from it exactly. Immutable after the run; shared across threads.
#pragma once

#include "core/base/matrix.h"
#include "core/base/range.h"
#include "core/base/row_statistics.h"
#include "core/model/model.h"
#include "core/trace/allowed_keys.h"
#include "core/trace/intervention.h"

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace regard {

enum class MaskMode { as_trained, causal, bidirectional };

/// Whose attention: an encoder–decoder model has three kinds.
enum class AttentionKind {
  self,     ///< decoder token to decoder token; in every other model the only kind
  cross,    ///< decoder token to encoder token
  encoder,  ///< encoder token to encoder token
};

/// What to compute. A plain value; equal requests on the same model give equal traces.
struct Request {
  std::vector<std::int32_t> ids{};          ///< [T], at most config.context; of a picture 0, 1, … T−1
  std::shared_ptr<const Matrix> patches{};  ///< where the model reads a picture: ImageInput::patches; else null
  std::vector<std::int32_t>
      encoder_ids{};   ///< [S] of an encoder–decoder model: what the encoder reads (`ids`: the decoder)
  bool cross = false;  ///< set by run() in Trace::cross alone: the keys are the encoder's
  MaskMode mask = MaskMode::as_trained;  ///< of every self-attention, the encoder's too
  float temperature = 1.0F;              ///< weights = softmax(scores / temperature) in every head that has one; > 0
  bool all_logits = false;               ///< Trace::logits for every position (otherwise ask logits_at())
  std::vector<Intervention> interventions{};  ///< in the order they are applied; core/trace/intervention.h

  friend bool operator==(const Request&, const Request&) = default;
};

/// Does its self-attention see no key behind the query?
[[nodiscard]] bool reads_one_way(const ModelConfig& config, const Request& request);

/// One layer of a run; of a captured one (core/trace/captured.h) all is empty, and the accessors below read the file.
/// T tokens, D hidden, H heads, G kv heads, d head_dim, v value_dim; heads lie side by side in a row.
struct LayerTrace {
  Matrix queries{};  ///< [T, H·d] after position encoding and QK-norm; of a state space [T, groups·d], C
  Matrix keys{};     ///< [T, G·d] likewise; of a state space [T, groups·d], B; of a layer that reads another's, those
  Matrix values{};   ///< [T, G·v]
  Matrix latent{};   ///< [T, rank] of latent attention: what keys and values come out of, normalised; else [T, 0]
  Matrix shared_key{};    ///< [T, shared_dims] likewise: the part of the key that all heads have alike, turned
  Matrix head_outputs{};  ///< [T, H·v] Σ_j A[i,j]·v_j, before the output projection, after interventions on it
  /// [T, H·d] what they are multiplied by then, number by number; [T, 0] in a layer that has no such gate. σ(W_g x), or in a gated
  /// delta layer scale·silu(W_z x) ÷ the root mean square of the head's output o, in a state space ÷ that of o·silu(W_z x), or of o, or
  /// silu(W_z x) alone, as the plan says.
  Matrix output_gate{};
  // Of a layer that keeps a state, whose queries, keys and values are convolved (gated delta: q and k then made of length 1); [T, 0]
  // elsewhere:
  Matrix unconvolved{};  ///< [T, C] queries, keys and values as they are projected
  Matrix write{};        ///< [T, H] β; of a state space Δ
  Matrix
      decay{};  ///< [T, H] log g ≤ 0; of a state space A·Δ; [T, 0] of Mamba-1, whose A is one for each number of a state
  Matrix attention_output{};  ///< [T, D] what attention writes (after the output projection)
  Matrix
      feed_forward_output{};  ///< [T, D] what the feed-forward block writes, and with it, of one stream, LayerPlan::token_row's
  /// [T, experts] softmax(router·x) or σ(router·x), which chooses the experts (core/trace/experts.h); [T, 0] in a layer without them
  Matrix router{};
  // Of softmax; [0, T] in layers without, NaN in heads in sigmoid.
  Matrix log_sum_exp{};  ///< [H, T] lse_i = log Σ_{allowed j} exp(s[i,j]/temperature); −inf for a row with no key.
      ///< Of the softmax alone: set_weight and copy_pattern come after it. The score of a sink is in it, and in
      ///< the two below, like that of one more allowed key
  // The same in two parts, because one float32 cannot hold lse_i well enough for rows that sum to 1 ± 1e-6:
  Matrix row_maximum{};  ///< [H, T] m_i = max_{allowed j} s[i,j], before temperature
  Matrix row_sum{};  ///< [H, T] z_i = Σ_{allowed j} exp((s[i,j] − m_i)/temperature); lse_i = m_i/temperature + log z_i
};

struct Trace {
  std::shared_ptr<const Model> model{};
  Request request{};
  /// [L + 1] of [T, D]: embedding first, then the stream after each layer (times its factor, where it has one). Of several streams
  /// (ModelConfig::streams) the first one; the last entry is what the end of the model makes of them all
  std::vector<Matrix> residual{};
  /// [L] of [S − 1] of [T, D]: the streams beside residual[l]; empty where there is one stream
  std::vector<std::vector<Matrix>> other_streams{};
  std::vector<LayerTrace> layers{};  ///< [L]
  Matrix logits{};                   ///< [T, V] if request.all_logits, else empty
  std::size_t reused_tokens = 0;     ///< rows taken over from the previous Trace (causal prefix)
  std::size_t reused_layers = 0;     ///< layers taken over whole, before the first one that an intervention changes
  double milliseconds = 0.0;         ///< wall time of the run
  /// Of an encoder–decoder model, else null: the encoder's run (its model is Model::encoder), and the cross-attention of every
  /// layer, [T] queries and [S] keys; that one has no residual and no feed-forward.
  std::shared_ptr<const Trace> encoder{};
  std::shared_ptr<const Trace> cross{};

  [[nodiscard]] std::size_t tokens() const { return request.ids.size(); }
  [[nodiscard]] std::size_t keys() const { return request.cross ? request.encoder_ids.size() : request.ids.size(); }
  [[nodiscard]] bool causal() const;  ///< what request.mask means for this model
};

/// The Trace whose layers hold this kind of attention; `trace` itself where its model has but one.
[[nodiscard]] const Trace& attention_of(const Trace& trace, AttentionKind kind);

/// The keys this query may look at, by causality and window (request.mask applied); never empty. A bidirectional run of a
/// layer with a window w looks at |i−j| < w.
[[nodiscard]] AllowedKeys allowed_keys(const Trace& trace, std::size_t layer, std::size_t query);

[[nodiscard]] AllowedKeys allowed_keys(const ModelConfig& config, const Request& request, std::size_t layer,
                                       std::size_t query);

/// The smallest range that holds what these queries may look at.
[[nodiscard]] Range allowed_span(const ModelConfig& config, const Request& request, std::size_t layer, Range queries);

/// May this query look at this key?
[[nodiscard]] bool allowed(const Trace& trace, std::size_t layer, std::size_t query, std::size_t key);

/// Which of these keys an intervention hides from a query of this head (score −∞), [keys.size()]; says nothing about causality
/// and windows. Empty where no intervention hides anything in this head. Of a head in another kind, also what that closes.
[[nodiscard]] std::vector<bool> hidden_keys(const Trace& trace, HeadRef head, std::size_t query, Range keys);

/// Both: what the query sees of all keys, or of some that are asked for.
[[nodiscard]] SeenKeys seen_keys(const Trace& trace, HeadRef head, std::size_t query, Range keys = {0, kToEnd});

/// The kind of attention that an intervention puts a head in, else softmax.
/// That the head attends in: as an intervention says, else as trained.
[[nodiscard]] KindOfAttention applied_kind(const Trace& trace, HeadRef head);
/// Positions that an intervention gives the head; nothing: as trained.
[[nodiscard]] std::optional<PositionSwitch> applied_positions(const Trace& trace, HeadRef head);

/// Are the head's weights softmax(scores/temperature) over the keys that hidden_keys() leaves?
[[nodiscard]] bool weights_are_softmax(const Trace& trace, HeadRef head);

/// What the scores of a head are divided by: the request's, or an intervention's.
[[nodiscard]] float temperature_of(const Trace& trace, HeadRef head);

/// Are the weights of this layer signed, their rows' sums anything (gated delta, state space)? Else they are those of a softmax.
[[nodiscard]] bool weights_are_signed(const Trace& trace, std::size_t layer);

/// NaN where the layer has no softmax, hence no scores. Else any tile of s[i,j] = q_i·k_j · scale, capped where the model caps it, ALiBi's or T5's bias or DeBERTa's offsets added; position encoding applied, what
/// interventions add included; before any mask and before temperature. Of a head in cosine, linear or performer its own scores
/// (core/trace/kernel_scores.h).
/// → [queries.size(), keys.size()].
[[nodiscard]] Matrix scores(const Trace& trace, HeadRef head, Range queries, Range keys);

/// Any tile of A[i,j] = exp(s[i,j]/temperature − lse_i), 0 where masked, then set or copied where interventions say so: the
/// numbers the run used, to the last bit. In a layer that keeps a state, whose head puts out Σ_j A[i,j]·v_j just as well, that is
/// core/trace/hidden_attention.h. A head with a sink has rows that sum to less than 1 (core/trace/sink.h).
[[nodiscard]] Matrix weights(const Trace& trace, HeadRef head, Range queries, Range keys);

/// The same before interventions set or copy any: softmax's own.
[[nodiscard]] Matrix softmax_weights(const Trace& trace, HeadRef head, Range queries, Range keys);

/// Whole rows of one head.
[[nodiscard]] Matrix scores(const Trace& trace, HeadRef head);
[[nodiscard]] Matrix weights(const Trace& trace, HeadRef head);

/// Are the scores of a layer's heads known? Of a run in layers with softmax, of a captured one where the file tells; else they are NaN.
[[nodiscard]] bool has_scores(const Trace& trace, std::size_t layer);

/// Are they queries times keys, and are both there? A captured run may have neither.
[[nodiscard]] bool has_products(const Trace& trace, std::size_t layer);

/// Are values there?
[[nodiscard]] bool has_values(const Trace& trace, std::size_t layer);

/// m and z of a row, as LayerTrace holds them.
[[nodiscard]] RowStatistics row_statistics(const Trace& trace, HeadRef head, std::size_t query);

/// Rows of one head's tensors, [d] or [v] each (the key and value come from the head's kv head, the query and key of a state space from its group); empty where a captured run has none.
[[nodiscard]] std::span<const float> query_of(const Trace& trace, HeadRef head, std::size_t token);
[[nodiscard]] std::span<const float> key_of(const Trace& trace, HeadRef head, std::size_t token);
[[nodiscard]] std::span<const float> value_of(const Trace& trace, HeadRef head, std::size_t token);
[[nodiscard]] std::span<const float> output_of(const Trace& trace, HeadRef head, std::size_t token);
}  // namespace regard
