// SPDX-License-Identifier: Apache-2.0
// What an array is, by its name. Pure; any thread.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace regard {

enum class CapturedKind {
  weights,
  scores,
  queries,
  turned_queries,  ///< TransformerLens: with rotary positions, in the place of `queries`
  keys,
  turned_keys,
  values,
  head_outputs,
  sink,
  sink_score,
  residual,         ///< [L + 1, T, D], or of one place of the stream
  residual_before,  ///< TransformerLens: of a layer
  residual_after,
  states,        ///< vLLM: the stream before the input norm of chosen layers, [T, layers, D], or of one layer
  state_layers,  ///< which layers these are
  logits,
  ids,
  tokens,
  scale,
  cap,
  window,
  causal,
};

struct CapturedName {
  CapturedKind kind = CapturedKind::weights;
  std::optional<std::size_t> layer{};  ///< of one layer alone
  bool tokens_first = false;           ///< [T, H, d] instead of [H, T, d]: TransformerLens
  friend bool operator==(const CapturedName&, const CapturedName&) = default;
};

/// "weights", "attn", "weights_3", "layers.3.q", "3/attentions", "blocks.3.attn.hook_pattern"; nothing for a name that is none of
/// these: it is not read.
[[nodiscard]] std::optional<CapturedName> captured_name(std::string_view name);

/// Whose attention an array of an encoder–decoder model is of.
enum class CapturedPart { self, cross, encoder };

struct PartName {
  CapturedPart part = CapturedPart::self;
  std::string_view name{};  ///< what captured_name() reads
};
/// "cross_attentions" → cross "attentions", "encoder_ids" → encoder "ids", "decoder_attentions" → self "attentions"; a name that does
/// not begin so, or whose rest is none of the above, is itself.
[[nodiscard]] PartName part_name(std::string_view name);

}  // namespace regard
