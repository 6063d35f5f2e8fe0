// SPDX-License-Identifier: Apache-2.0
// The Steps view: one layer of attention as five pictures, with the numbers of the run. Too slow for a frame where the model is
// large: made in the background. Pure; any thread, but for steps_question().
#pragma once

#include "app/session/stage.h"
#include "app/viewmodel/views.h"
#include "core/analysis/layer_steps.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

namespace regard {

/// Longer texts are shown by windows of this many tokens around the one that asks.
inline constexpr std::size_t steps_window = 128;

/// What is looked at. `trace` is not null and has a token.
struct StepsQuestion {
  std::shared_ptr<const Trace> trace{};
  AttentionKind kind = AttentionKind::self;
  HeadRef head{};
  Range queries{}, keys{};
  StepSwitches switches{};  ///< those that change something
  friend bool operator==(const StepsQuestion&, const StepsQuestion&) = default;
};
/// Is there a run with a token, and are there the weights and the stream that its steps are made of?
[[nodiscard]] bool has_steps(const Snapshot& snapshot);
/// What the session shows; the snapshot has steps. Of the switches it has those that change something there: what the window shows
/// is what is exported.
[[nodiscard]] StepsQuestion steps_question(const Snapshot& snapshot, const Session& session,
                                           const StepSwitches& switches);
/// The tokens around one of `tokens`, at most steps_window of them; moves by half windows.
[[nodiscard]] Range steps_window_of(std::size_t token, std::size_t tokens);

/// A matrix with its heads apart: columns between them are no numbers (NaN).
struct PartedHeads {
  Matrix values{};
  std::vector<Range> pieces{};  ///< columns of each head
};
/// `groups` gives every kv head as much room as its query heads take together, so that it can stand under them; 1: side by side.
[[nodiscard]] PartedHeads part_heads(const Matrix& joined, std::size_t heads, std::size_t groups = 1);
/// Which head and which of its dimensions a column is; false for a column between heads.
struct PartedColumn {
  std::size_t head = 0, dimension = 0;
  bool exists = false;
};
[[nodiscard]] PartedColumn head_column(const PartedHeads& parted, std::size_t column);

struct StepsView {
  StepsQuestion of{};
  LayerSteps numbers{};
  BlockNorms norms{};  ///< of numbers.queries
  // The layer as the model has it.
  std::size_t hidden = 0, heads = 0, kv_heads = 0, head_dim = 0, value_dim = 0;
  std::optional<LatentAttention> latent{};  ///< keys and values come out of a narrow row
  bool causal = false, crosses = false;
  std::size_t reach = 0;          ///< the mask leaves keys nearer than this; 0: however far
  bool by_root = false;           ///< scores are divided by √d
  bool turned = false;            ///< queries and keys are turned by their positions
  bool output_gate = false;       ///< what heads put out is multiplied by σ(W_g x), and shown so
  QkNorm qk_norm = QkNorm::none;  ///< whether they are normalised, and how
  bool norm_before = false;       ///< the stream is normalised before attention reads it
  bool reads_embeddings = false;  ///< it would be, but the embeddings' own norm serves the first layer (ModernBERT)
  bool norm_after = false;        ///< the stream is normalised after a block
  bool root_mean_square = false;  ///< that norm is RMSNorm
  float residual_scale = 1.0F;    ///< what attention writes is multiplied by it before it is added
  std::size_t streams = 1;        ///< of the model; of several, what is shown is the one that the layer predicts
  bool side_path = false;         ///< a low-rank path stands beside attention
  std::optional<std::size_t> keys_of{};  ///< the earlier layer that makes the keys and values
  bool values_are_keys = false;          ///< the matrix of keys makes values, too
  bool value_norm = false;               ///< each head's value is divided by its root mean square
  bool projections_biased = false, output_biased = false, output_normed = false;
  // As the switches cut it.
  bool changed = false;         ///< something is otherwise than in the run
  bool edits_left_out = false;  ///< and interventions of the run do not act on it
  std::size_t shown_heads = 0, shown_head = 0, shown_width = 0;
  std::size_t shown_value_width = 0;  ///< of values and of what heads put out
  std::vector<std::size_t> cuts{};
  PartedHeads parted_queries{}, parted_keys{}, parted_values{}, parted_outputs{};
  Matrix head_queries_before{},
      head_keys_before{};  ///< [Q, d'], [K, d'] of the head; empty where nothing comes between
  Matrix head_queries{}, head_keys{}, head_values{};
};
/// Throws Cancelled.
[[nodiscard]] std::shared_ptr<const StepsView> make_steps(const StepsQuestion& question,
                                                          const std::stop_token& stop = {});

/// What the formulas call the rows that a projection reads: "x", "e" of the encoder, "u" of the earlier layer that makes keys and values.
[[nodiscard]] const char* input_letter(const StepsView& view, Projection projection);
/// And the matrix: "Q", "K", "V"; "K" of values, too, where it makes both.
[[nodiscard]] const char* matrix_letter(const StepsView& view, Projection projection);
/// Does the mask M take part: is it on, or do interventions close cells?
[[nodiscard]] bool has_mask(const StepsView& view);
/// The largest share of a row's weight that lies on keys outside the window, 0 … 1; what may be rounding is 0.
[[nodiscard]] float weight_outside(const StepsView& view);

/// Step 5 of one token.
struct StepsTokenQuestion {
  std::shared_ptr<const Trace> trace{};
  AttentionKind kind = AttentionKind::self;
  std::size_t layer = 0, token = 0;
  StepSwitches switches{};
  friend bool operator==(const StepsTokenQuestion&, const StepsTokenQuestion&) = default;
};
struct StepsToken {
  StepsTokenQuestion of{};
  OutputParts parts{};
  Matrix
      contributions{};  ///< [H' (+ 1: bias) + 1, D] of each head, of the bias, and their sum, which is what attention writes
  std::vector<float> lengths{};  ///< [rows of contributions] ‖·‖
  Matrix movers{};  ///< [2 or 3, D] attention, the layer's other attention, feed-forward: as the run has them
  float attention = 0.0F, other = 0.0F, feed_forward = 0.0F;  ///< ‖·‖ of those
  bool has_bias = false;
  bool side_path = false;  ///< what attention writes is divided with a path beside it: these lengths cannot be compared
};
[[nodiscard]] std::shared_ptr<const StepsToken> make_steps_token(const StepsTokenQuestion& question,
                                                                 const std::stop_token& stop = {});

/// One number of Q, K or V.
struct StepsNumberQuestion {
  std::shared_ptr<const Trace> trace{};
  AttentionKind kind = AttentionKind::self;
  std::size_t layer = 0;
  Projection projection = Projection::query;
  std::size_t token = 0, output = 0;
  friend bool operator==(const StepsNumberQuestion&, const StepsNumberQuestion&) = default;
};
struct StepsNumber {
  StepsNumberQuestion of{};
  NumberSum sum{};
};
[[nodiscard]] std::shared_ptr<const StepsNumber> make_steps_number(const StepsNumberQuestion& question,
                                                                   const std::stop_token& stop = {});

}  // namespace regard
