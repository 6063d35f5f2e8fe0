// SPDX-License-Identifier: Apache-2.0
// What a person changes inside a run: an ordered list of plain values, part of the Request and therefore of the Trace. The engine
// applies it in core/engine/edits.h and core/engine/attention.h, the accessors of a Trace apply the same to every tile.
// Values; any thread.
//
// One head, one query, in this order:
//   1. q, k, v            patched (after position encoding, as LayerTrace holds them)
//   2. s[i,j]             every `add` that covers the cell is added
//   3. s[i,j] = −∞        in cells that a `mask` or `hide_tokens` covers. A row that has nothing left has weights 0 and output 0,
//                         row_sum 0, log_sum_exp −∞; where the head has a sink (core/trace/sink.h) that takes all of it
//                         `attention` closes more keys here, or has other scores instead of s from 1 on, or A = σ(s/τ − ln n) in 4
//   4. A = softmax(s/τ)   τ of the last `temperature` that covers the head, else the Request's; a sink's score is divided by it, too
//   5. A[i,·]             `copy_pattern` replaces the row; cells of `set_weight` get their weight, and the row's other weights are
//                         multiplied by one number so that the row sums to 1 (rules at InterventionKind). A sink's share is one of
//                         the row's other weights that nobody can set
//   6. o_i = Σ A[i,j]·v_j patched, scaled, ablated in the order of the list
//   7. what attention and feed-forward write, and the residual stream, are patched where they are recorded
// In an encoder–decoder model all of it is about the decoder's attention to itself and its stream.
// Causality and windows always hold: no intervention lets a query look at a key that allowed_keys() leaves out.
#pragma once

#include "core/base/range.h"
#include "core/model/model.h"
#include "core/trace/kind_of_attention.h"
#include "core/trace/position_switch.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace regard {

class Error;
struct Trace;

enum class InterventionKind {
  mask,  ///< scores of `cells` become −∞
  add,   ///< `amount` is added to the scores of `cells` (before temperature); finite
  set_weight,  ///< weights of `cells` become `amount`, 0…1. All set cells of a row keep their numbers together (the later item
  ///< wins a cell) and the others share what is left in their old proportions; set weights that sum to more than 1,
  ///< or stand alone in their row, are divided by their sum. Works on masked cells too
  copy_pattern,  ///< rows `positions` of A become those of `source` at the aligned positions; weight of keys without a partner
  ///< here is lost, and only then the row is divided by its sum. Rows without a partner stay. The share of a sink
  ///< goes to the sink here; a head without one is no partner for it
  ablate,       ///< head outputs become 0, or with `mean` their mean over the text's positions
  scale,        ///< head outputs are multiplied by `amount`; finite
  keep_only,    ///< every other head of the layer is ablated (0, or the mean)
  hide_tokens,  ///< no head of any layer can look at `positions`, not even they themselves: `mask` of whole columns
  temperature,  ///< of the scope's heads is `amount` > 0
  shift_positions,  ///< `positions` stand `amount` places further (a whole number, may be negative). Learned table: another row of
  ///< it, which must exist. RoPE: another angle. ALiBi, T5, DeBERTa: another distance. Order and mask stay.
  ///< A model without positions has none to shift: refused
  no_positions,  ///< learned table: nothing is added. RoPE: nothing is turned (all tokens at place 0). ALiBi, T5: no bias.
                 ///< DeBERTa: q·k alone
  attention,  ///< heads of the scope attend as `as` says, for which the model was not trained; of several the last. No head of the
  ///< scope may have an obstacle (core/trace/kind_obstacle.h). Softmax and flash are what the model does anyway: refused
  positions,  ///< heads of the scope know where tokens stand as `positioned` says, for which the model was not trained; of several the
              ///< last. No head of the scope may have an obstacle (core/trace/switched_positions.h)
  patch,      ///< `site` at `positions` gets the numbers of `source` at the aligned positions
};

/// Where a patch puts numbers. In all but the last three a patch is of whole rows and the scope names the layer only.
enum class PatchSite {
  residual,             ///< scope.layer indexes Trace::residual: 0 the embedding, l the stream after layer l − 1; of
                        ///< several streams all
  attention_output,     ///< what attention writes into the stream
  feed_forward_output,  ///< what the feed-forward block writes
  head_output,          ///< of the scope's head, or of all heads of the layer
  query,                ///< likewise
  key,                  ///< likewise; heads that share keys and values are patched together
  value,                ///< likewise
};

/// Which heads: one (layer and head), a layer (layer alone), or all.
struct HeadScope {
  std::optional<std::size_t> layer{};
  std::optional<std::size_t> head{};
  [[nodiscard]] bool covers(HeadRef one) const {
    return layer.value_or(one.layer) == one.layer && head.value_or(one.head) == one.head;
  }
  friend bool operator==(const HeadScope&, const HeadScope&) = default;
};

/// A rectangle of the grid. A cell, a row or a column is one with a side of 1; kToEnd reaches as far as the text.
struct Cells {
  Range queries{0, kToEnd};
  Range keys{0, kToEnd};
  friend bool operator==(const Cells&, const Cells&) = default;
};

/// One item of the list. A kind reads only the fields its line above names, and `scope`.
struct Intervention {
  InterventionKind kind = InterventionKind::mask;
  HeadScope scope{};               ///< hide_tokens, shift_positions, no_positions: must be empty
  std::vector<Cells> cells{};      ///< not empty; may overlap (an `add` counts once for a cell)
  std::vector<Range> positions{};  ///< empty: every position
  float amount = 0.0F;
  bool mean = false;
  KindOfAttention as{};
  PositionSwitch positioned{};
  PatchSite site = PatchSite::residual;
  std::string source_name{};              ///< which text, as people call it: "A". What files keep of the source
  std::shared_ptr<const Trace> source{};  ///< a run of a model of the same sizes; compared by identity
  std::vector<std::int32_t>
      source_positions{};  ///< [T] the partner of each position in `source`, −1 where it has none;
                           ///< empty: the same position
  friend bool operator==(const Intervention&, const Intervention&) = default;
};

/// Why this item cannot be applied to a text of so many tokens, or nothing: Error intervention_value (a layer, head, position,
/// cell or number out of range) or intervention_source (no source, or one of another size). `number` counts the item from 0.
[[nodiscard]] std::optional<Error> complaint(const Intervention& item, std::size_t number, const ModelConfig& config,
                                             std::size_t tokens);

/// Throws the first complaint.
void check_interventions(std::span<const Intervention> list, const ModelConfig& config, std::size_t tokens);

/// Is the position among them? Empty: yes.
[[nodiscard]] bool among(std::span<const Range> positions, std::size_t position);

/// The partner of a position in the item's source, or nothing.
[[nodiscard]] std::optional<std::size_t> partner(const Intervention& item, std::size_t position);

/// Where the list first changes a run: what lies before is as without it. `layer` may be config.layers: nothing changes.
struct FirstChange {
  std::size_t layer = 0;
  std::size_t position = 0;  ///< of a causal run: the first row that changes
};
/// The first change between two lists.
[[nodiscard]] FirstChange first_change(std::span<const Intervention> before, std::span<const Intervention> after,
                                       const ModelConfig& config);

/// Does an item put a mean over all positions into this layer or a later one?
[[nodiscard]] bool averages_from(std::span<const Intervention> list, std::size_t layer);

/// The place of each token of [T], as position encodings count them: 0, 1, 2… unless shifted; all 0 under no_positions.
[[nodiscard]] std::vector<float> places(std::span<const Intervention> list, std::size_t tokens);

/// Is there a no_positions?
[[nodiscard]] bool without_positions(std::span<const Intervention> list);

}  // namespace regard
