// SPDX-License-Identifier: Apache-2.0
// Snapshot + Session -> what to draw, as plain values. Pure functions, no ImGui, no GL: tests read the same values the panels draw.
#pragma once

#include "app/session/action_context.h"
#include "app/viewmodel/snapshot.h"
#include "app/viewmodel/view_inputs.h"
#include "core/base/matrix.h"
#include "core/trace/score_parts.h"

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace regard {

struct Session;  // app/session/session.h

/// Which attention is shown: what the session asks for where the model has an encoder and a decoder, else self.
[[nodiscard]] AttentionKind shown_kind(const Snapshot& snapshot, const Session& session);
/// The Trace that holds it; snapshot.trace must not be null.
[[nodiscard]] const Trace& shown_trace(const Snapshot& snapshot, const Session& session);
/// Are there none of the head on show? A captured run may have weights alone.
[[nodiscard]] bool lacks_scores(const Snapshot& snapshot, const Session& session);
/// The sizes of the stack that makes it; snapshot.model must not be null.
[[nodiscard]] const ModelConfig& shown_config(const Snapshot& snapshot, const Session& session);
/// The tokens that ask, and those that are looked at.
[[nodiscard]] const Encoding& asking_encoding(const Snapshot& snapshot, const Session& session);
[[nodiscard]] const Encoding& asked_encoding(const Snapshot& snapshot, const Session& session);

/// What apply() may ask about the world, as this snapshot shows it.
[[nodiscard]] ActionContext action_context(const Snapshot& snapshot, const Session& session);

/// The selection as this snapshot can show it: the session may be a few keystrokes or a model ahead of it.
[[nodiscard]] std::size_t selected_query(const Snapshot& snapshot,
                                         const Session& session);  ///< token, 0 if there is none
[[nodiscard]] std::size_t selected_key(const Snapshot& snapshot, const Session& session);
[[nodiscard]] HeadRef shown_head(const Snapshot& snapshot, const Session& session);  ///< clamped to the model
/// A token's text as a label: visible_word() of core/text/visible_text.h.
[[nodiscard]] std::string label_of(const Token& token);

/// One row or column of a picture: a token, or a word at word level. Specials hidden by the session are left out (a [MASK]
/// in the text is what one looks at, so it stays).
struct Unit {
  std::string label{};                ///< readable text
  std::vector<std::size_t> tokens{};  ///< token indices, in order
  bool special = false;
  bool glued = false;  ///< no space stands between the unit before and it: a further piece of a word, a comma
};
/// A whole axis, or the units of a window onto it.
struct Axis {
  std::vector<Unit> units{};
  Range window{};         ///< which units of the whole axis these are
  std::size_t total = 0;  ///< size of the whole axis; larger than size() only beyond window_units
  [[nodiscard]] std::size_t size() const { return units.size(); }
  /// Unit that holds a token; size() if it is hidden.
  [[nodiscard]] std::size_t unit_of(std::size_t token) const;
};
[[nodiscard]] Axis make_axis(const Snapshot& snapshot, AxisInputs inputs, const Encoding& encoding);
/// Of the texts that ask and are asked.
struct Axes {
  Axis rows{}, cols{};
};
[[nodiscard]] Axes make_axes(const Snapshot& snapshot, const WholeAxesInputs& inputs);

/// Longer axes are shown by windows of this many units (T×T numbers of a book would fill the memory).
inline constexpr std::size_t window_units = 512;
/// The window that holds the selected query; everything if that is few enough. Moves by half windows, so that a neighbour's
/// selection seldom changes it.
[[nodiscard]] Range window_of(const Axis& axis, std::size_t selected_unit);
/// Of whole axes, around the selected tokens.
[[nodiscard]] GridWindows windows_of(const Axis& rows, const Axis& cols, AttentionKind kind, std::size_t query,
                                     std::size_t key);
/// The units of a window (clamped to the axis).
[[nodiscard]] Axis windowed(Axis whole, Range window);

/// Both grids of the selected head. At word level: weights are summed over the pieces attended to and averaged over the pieces
/// that ask; scores are averaged over both (the allowed pairs, where there are any). With hidden specials the weights are
/// renormalised per row, over all keys that are not hidden, whether or not they are inside the window.
struct GridView {
  Axis rows{};                   ///< who asks: the units of the window
  Axis cols{};                   ///< who is looked at; in self-attention the same units
  std::vector<float> outside{};  ///< [rows] each row's weight on keys outside the window; empty when nothing is outside
  /// [rows] the share of the head's sink, which is no key (core/trace/sink.h): what a row's weights leave to 1, mean over the pieces
  /// that ask. Empty where the head has none, and where tokens are hidden: the sink is left out with them
  std::vector<float> sinks{};
  bool has_sink = false;    ///< the head has one, shown or not
  float sink_score = 0.0F;  ///< of every row, where there are sinks
  Matrix scores{};          ///< [rows, cols]
  Matrix weights{};         ///< [rows, cols]
  /// The terms that the scores are sums of, before cap and interventions; empty where there is but one.
  std::vector<ScorePart> score_parts{};
  std::optional<ScorePartKind> score_part{};  ///< the term that is shown in the place of the scores
  std::vector<bool> masked{};                 ///< [rows·cols]: no query piece may look at any key piece
  float score_limit = 1.0F;   ///< the legend of shown_scores() spans −limit … +limit (largest |allowed score|)
  float weight_limit = 1.0F;  ///< the weights' legend spans 0 … limit; −limit … limit where they are signed
  bool renormalised = false;
  bool has_softmax =
      true;  ///< else there are no scores, weights are signed, and rows sum to anything; so also of a head in sigmoid
  KindOfAttention kind{};                     ///< that an intervention puts the head in
  std::optional<PositionSwitch> positions{};  ///< that one gives it
  bool trained_so = true;                     ///< in the kind, and with its own positions
  [[nodiscard]] KindOfAttention untrained_kind() const { return trained_so ? KindOfAttention{} : kind; }
  std::size_t query = 0;  ///< selected row (a unit); rows.size() when it is hidden or outside the window
  std::size_t key = 0;    ///< selected column; cols.size() likewise
  [[nodiscard]] bool is_masked(std::size_t query_unit, std::size_t key_unit) const {
    return masked[query_unit * cols.size() + key_unit];
  }
};
/// The scores, or the term of them that is asked for.
[[nodiscard]] const Matrix& shown_scores(const GridView& grid);
/// Without a selection: see select().
[[nodiscard]] GridView make_grid(const Snapshot& snapshot, const GridInputs& inputs);
/// Marks the units of the selected tokens.
void select(GridView& grid, std::size_t query, std::size_t key);
/// What the session asks for, with its selection.
[[nodiscard]] GridView make_grid(const Snapshot& snapshot, const Session& session);
/// The same for any windows of units of the whole axes (clamped to them).
[[nodiscard]] GridView make_grid(const Snapshot& snapshot, const Session& session, Range rows, Range cols);

/// One key as the selected query sees it (always pieces: the formula is about tokens).
struct KeyBar {
  std::size_t token = 0;
  std::string label{};
  bool special = false;
  bool masked = false;
  bool hidden = false;  ///< an intervention masks it, whatever weight another one gives it
  float dot = 0.0F;     ///< q·k
  float scaled = 0.0F;  ///< q·k · scale
  float bias = 0.0F;    ///< ALiBi's −slope·(query − key); 0 elsewhere
  float added = 0.0F;   ///< by interventions
  /// By kind: the terms that q·k · scale, bias included, is the sum of; 0 where the head has none of that kind.
  std::array<float, score_part_kinds> parts{};
  float score = 0.0F;        ///< cap·tanh(scaled / cap) + bias + added; most models have neither cap nor bias
  float exponential = 0.0F;  ///< exp(score/temperature − row maximum)
  float weight = 0.0F;       ///< softmax
};
/// "One question": softmax of one row with its own numbers.
struct QuestionView {
  static constexpr std::size_t most_bars = 64;
  std::size_t query = 0, key = 0;  ///< tokens
  std::string query_label{}, key_label{};
  /// Sentence order, or by weight where the session sorts. With more than most_bars keys: the strongest ones and the selected
  /// key; the others are summed up in `other_…`, and all sums below count them.
  std::vector<KeyBar> bars{};
  std::size_t other_keys = 0;
  float other_weight = 0.0F;
  float other_exponential = 0.0F;
  float scale = 1.0F;          ///< 1/√d
  float score_cap = 0.0F;      ///< soft cap of the scores (Gemma 2); 0 = none
  float alibi_slope = 0.0F;    ///< of the head (BLOOM); 0 = none
  bool relative_bias = false;  ///< the bias is a learned number for the distance (T5)
  bool has_scores = true;      ///< a captured run may have weights alone; the numbers before them are NaN then
  std::vector<ScorePartKind> score_parts{};  ///< the terms of the scores; empty where there is but one
  std::size_t head_dim = 0;
  float temperature = 1.0F;  ///< what this head was run with: an intervention's, else the request's
  bool has_softmax = true;   ///< else the row is signed, or of a head in sigmoid: bars have weights alone
  KindOfAttention kind{};    ///< that an intervention puts the head in
  std::optional<PositionSwitch> positions{};  ///< that one gives it
  bool trained_so = true;                     ///< in the kind, and with its own positions
  [[nodiscard]] KindOfAttention untrained_kind() const { return trained_so ? KindOfAttention{} : kind; }
  bool weights_set = false;      ///< an intervention gave the row other weights than its softmax
  float row_maximum = 0.0F;      ///< max of score/temperature over allowed keys
  float exponential_sum = 0.0F;  ///< Σ exp(score/temperature − row maximum)
  float weight_sum = 0.0F;       ///< Σ weight, as added up
  bool has_sink =
      false;  ///< the row has the head's sink (core/trace/sink.h) beside its keys; not where keys are hidden
  float sink_score = 0.0F;        ///< before temperature
  float sink_exponential = 0.0F;  ///< part of exponential_sum
  float sink_share = 0.0F;        ///< what the weights leave to 1
  bool renormalised =
      false;  ///< hidden keys have no bar, the sums are without them; products and output are the model's
  std::vector<float> query_vector{}, key_vector{};
  std::vector<float>
      products{};  ///< [d] q_d·k_d·scale of the selected key: adds up to its q·k · scale; empty where the scores are not made so
  std::vector<float> output{};     ///< [d] Σ_j A[i,j]·v_j
  std::vector<float> key_value{};  ///< [d] A[i,key]·v_key, the selected key's part of it
};
[[nodiscard]] QuestionView make_question(const Snapshot& snapshot, const QuestionInputs& inputs);
[[nodiscard]] QuestionView make_question(const Snapshot& snapshot, const Session& session);

struct Arc {
  std::size_t query = 0;  ///< unit of the rows
  std::size_t key = 0;    ///< unit of the cols
  float weight = 0.0F;
  std::size_t colour = 0;  ///< 0 = session.head, 1… = compared_heads in order
  bool labelled =
      false;  ///< write the weight: the strongest of each query and head; of several heads whose queries all
              ///< ask, the strongest of each query
};
struct ArcsView {
  static constexpr std::size_t most_arcs = 64;             ///< of one query and head; the weaker ones count as hidden
  static constexpr std::size_t most_arcs_from_all = 1500;  ///< of one head, when all queries ask
  bool two_lines = false;   ///< rows and cols are different sentences: two lines, the one that asks below
  Axis rows{}, cols{};      ///< the grid's: the units of its windows
  std::vector<Arc> arcs{};  ///< weakest first, so that strong ones are drawn on top
  std::size_t hidden = 0;   ///< allowed pairs of the window below the threshold, or beyond the strongest most_arcs
  /// [1 + compared]: the selected query's weight that is not drawn, in all; of a head without softmax in the window, and signed
  std::vector<float> hidden_weight{};
  std::vector<float> sink_shares{};  ///< [1 + compared]: of the selected query, which no arc leads to; 0 without a sink
  bool renormalised = false;
};
[[nodiscard]] ArcsView make_arcs(const Snapshot& snapshot, const ArcsInputs& inputs);
[[nodiscard]] ArcsView make_arcs(const Snapshot& snapshot, const Session& session);

/// Token strip: the chips and how strongly the selected query looks at each.
struct Chip {
  Token token{};
  float weight = 0.0F;  ///< renormalised where tokens are hidden
  bool masked = false;
  bool hidden = false;  ///< a special token that the session leaves out
};
struct StripView {
  bool renormalised = false;
  std::vector<Chip> chips{};
  std::size_t query = 0, key = 0;  ///< chips.size() where no query, or no key, is chosen in this text
  bool asks = true, asked = true;  ///< a click chooses the query here; weights are shown, and keys chosen, here
  std::size_t dropped = 0;         ///< tokens beyond the model's context
  std::shared_ptr<const ImageInput> image{};   ///< the picture whose patches the chips are, or null
  std::size_t patch_rows = 0, patch_cols = 0;  ///< of the picture
  std::size_t specials = 0;                    ///< chips before the first patch
  bool has_softmax = true;                     ///< else the row sums to anything, and may be signed
  /// Colours span least_weight() … this: the largest weight of a patch or, without softmax, the largest amount of the row; else 1.
  float weight_limit = 1.0F;
  [[nodiscard]] float least_weight() const { return has_softmax ? 0.0F : -weight_limit; }
};
[[nodiscard]] StripView make_strip(const Snapshot& snapshot, const StripInputs& inputs);
[[nodiscard]] StripView make_strip(const Snapshot& snapshot, const Session& session, TextSide side = TextSide::encoder);

struct PredictionRow {
  std::string text{};
  std::int32_t id = 0;
  float probability = 0.0F;
  float logit = 0.0F;
  friend bool operator==(const PredictionRow&, const PredictionRow&) = default;
};
/// Which position is predicted: the selected query if it is a mask, else the first mask, else the last position of a causal
/// model, else (no mask in a bidirectional model) the selected query itself, "as if it were unknown" is NOT implied.
struct PredictionView {
  enum class Why { mask, last, query, image, text_class, token_class, span, none };
  Why why = Why::none;  ///< none: the model predicts nothing, or there is no text
  std::size_t position = 0;
  std::string position_label{};
  std::vector<PredictionRow> rows{};  ///< top 10
  bool pending = false;               ///< the rows of this position are not in the snapshot: with_rows() makes them
  friend bool operator==(const PredictionView&, const PredictionView&) = default;
};
[[nodiscard]] PredictionView make_predictions(const Snapshot& snapshot, const PredictionInputs& inputs);
[[nodiscard]] PredictionView make_predictions(const Snapshot& snapshot, const Session& session);

/// The view with the rows that the engine gives for its position. As slow as an unembedding: for a background job.
[[nodiscard]] PredictionView with_rows(PredictionView view, const Trace& trace);

/// All digits of what a grid shows, tab separated with labels: for the clipboard. `masked` stands in cells that have no
/// number.
[[nodiscard]] std::string grid_as_text(const GridView& grid, bool weights, std::string_view masked);

}  // namespace regard
