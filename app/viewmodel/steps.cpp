// SPDX-License-Identifier: Apache-2.0
#include "app/viewmodel/steps.h"

#include "core/base/error.h"
#include "core/model/weights.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <span>

namespace regard {
namespace {

constexpr std::size_t kMostColumns = 16'384;  // of a picture on the graphics card
constexpr float kNoShare = 5e-5F;             // of a row: rounding, or too little to speak of

/// Columns between heads: enough to be seen, where there is room for them.
std::size_t gap_between(std::size_t columns, std::size_t heads) {
  if (heads < 2) return 0;
  const std::size_t wanted = std::max<std::size_t>(1, columns / heads / 8);
  return columns + (heads - 1) * wanted <= kMostColumns ? wanted : 0;
}

Matrix columns_of(const Matrix& matrix, std::size_t first, std::size_t width) {
  Matrix part(matrix.rows, width);
  for (std::size_t row = 0; row < matrix.rows; ++row)
    std::copy_n(matrix.row(row).begin() + static_cast<std::ptrdiff_t>(first), width, part.row(row).begin());
  return part;
}

/// The five steps are those of softmax attention.
void check_softmax(const LayerOf& of) {
  if (!has_softmax(of.plan()) || (of.plan().attention.linear && !of.crosses()))
    throw Error("no_softmax", {.item = std::to_string(of.layer), .expected = "softmax(q·k)"});
  for (std::size_t head = 0; head < of.config().heads(of.layer); ++head)
    if (const KindOfAttention kind = applied_kind(of.part(), {of.layer, head});
        kind.form != KindForm::softmax && !chooses_by_place(kind.form))
      throw Error("kind_no_steps", {.item = std::to_string(of.layer), .found = kind_text(kind)});
}

void describe(const LayerOf& of, StepsView& view) {
  const ModelConfig& config = of.config();
  const AttentionMatrices matrices = attention_matrices(of);
  const LayerWeights& w = of.weights();
  view.hidden = config.hidden;
  view.heads = config.heads(of.layer);
  view.kv_heads = config.kv_heads(of.layer);
  view.head_dim = config.head_dim(of.layer);
  view.value_dim = config.value_dim(of.layer);
  if (is_latent(of)) view.latent = of.plan().attention.latent;
  view.causal = of.part().causal();
  view.crosses = of.crosses();
  view.reach = view.crosses ? 0 : of.plan().attention.window.width;
  view.by_root = divides_by_root(of);
  view.turned = turns_by_position(of);
  view.qk_norm = of.plan().attention.qk_norm;
  const Norm& norm = of.crosses() ? w.cross_norm : w.attention_norm;
  view.norm_before = normalises_read(of.plan().norms) && !norm.empty();
  view.reads_embeddings = normalises_read(of.plan().norms) && norm.empty();
  view.output_gate = of.plan().attention.output_gate;
  view.norm_after = normalises_after(of.plan());
  view.root_mean_square = norm.shift.empty();
  view.projections_biased = !(view.latent ? w.latent.down : matrices.query).bias.empty();
  view.output_biased = !matrices.output.bias.empty();
  view.output_normed = !of.crosses() && normalises_written(of.plan().norms);
  if (!of.crosses()) view.residual_scale = of.plan().residual_scale;
  if (const auto& streams = config.streams) view.streams = streams->count;
  view.side_path = !of.crosses() && of.plan().side_rank > 0;
  if (of.crosses()) return;
  view.keys_of = of.plan().attention.keys_of;
  view.values_are_keys = key_source(of).plan().attention.values_are_keys;
  view.value_norm = of.plan().attention.value_norm;
}

/// The heads of the view, as the switches cut them.
void cut_view(const LayerOf& of, StepsView& view) {
  const LayerSteps& numbers = view.numbers;
  view.shown_heads = heads_of(of, view.of.switches);
  view.shown_head = view.of.head.head * view.shown_heads / view.heads;
  view.shown_width = view.heads * view.head_dim / view.shown_heads;
  view.shown_value_width = view.heads * view.value_dim / view.shown_heads;
  view.cuts = possible_cuts(of);
  view.changed = changes(of, view.of.switches);
  view.edits_left_out = leaves_out_edits(of, view.of.switches);
  const bool recut = view.shown_heads != view.heads;
  const std::size_t kv_heads = recut ? view.shown_heads : view.kv_heads;
  const Matrix keys = recut ? repeat_heads(numbers.placed_keys, view.heads, view.kv_heads) : numbers.placed_keys;
  const Matrix values = recut ? repeat_heads(numbers.values, view.heads, view.kv_heads) : numbers.values;
  const std::size_t group = view.shown_heads / kv_heads;
  view.parted_queries = part_heads(numbers.placed_queries, view.shown_heads);
  view.parted_keys = part_heads(keys, kv_heads, group);
  view.parted_values = part_heads(values, kv_heads, group);
  view.parted_outputs = part_heads(numbers.joined, view.shown_heads);
  const std::size_t width = view.shown_width;
  const std::size_t query_column = view.shown_head * width;
  const std::size_t kv_head = view.shown_head * kv_heads / view.shown_heads;
  view.head_queries = columns_of(numbers.placed_queries, query_column, width);
  view.head_keys = columns_of(keys, kv_head * width, width);
  view.head_values = columns_of(values, kv_head * view.shown_value_width, view.shown_value_width);
  if (recut || (!view.turned && view.qk_norm == QkNorm::none)) return;
  view.head_queries_before = columns_of(numbers.projected_queries, query_column, width);
  view.head_keys_before = columns_of(numbers.projected_keys, kv_head * width, width);
}

}  // namespace

Range steps_window_of(std::size_t token, std::size_t tokens) {
  if (tokens <= steps_window) return {0, tokens};
  constexpr std::size_t half = steps_window / 2, quarter = half / 2;
  const std::size_t at = std::min(token, tokens - 1);
  const std::size_t begin = std::min(at < quarter ? 0 : (at - quarter) / half * half, tokens - steps_window);
  return {begin, begin + steps_window};
}

bool has_steps(const Snapshot& snapshot) {
  const Trace* trace = snapshot.trace.get();
  return trace != nullptr && trace->tokens() > 0 && trace->model && trace->model->weights &&
         trace->model->weights->layers.size() == trace->layers.size() &&
         trace->residual.size() == trace->layers.size() + 1;
}

StepsQuestion steps_question(const Snapshot& snapshot, const Session& session, const StepSwitches& switches) {
  StepsQuestion question{
      .trace = snapshot.trace, .kind = shown_kind(snapshot, session), .head = shown_head(snapshot, session)};
  const LayerOf of{*question.trace, question.kind, question.head.layer};
  const std::size_t query = selected_query(snapshot, session);
  question.queries = steps_window_of(query, of.part().tokens());
  question.keys = steps_window_of(of.crosses() ? selected_key(snapshot, session) : query, of.part().keys());
  question.switches = effective(of, switches);
  return question;
}

PartedHeads part_heads(const Matrix& joined, std::size_t heads, std::size_t groups) {
  const std::size_t width = joined.cols / heads, count = heads * groups;
  const std::size_t between = gap_between(width * count, count);
  const std::size_t room = groups * width + (groups - 1) * between;  // of a head with its group
  PartedHeads parted;
  parted.values = Matrix(joined.rows, heads * room + (heads - 1) * between, std::numeric_limits<float>::quiet_NaN());
  for (std::size_t head = 0; head < heads; ++head) {
    const std::size_t first = head * (room + between) + (room - width) / 2;
    parted.pieces.push_back({first, first + width});
    for (std::size_t row = 0; row < joined.rows; ++row)
      std::copy_n(joined.row(row).begin() + static_cast<std::ptrdiff_t>(head * width), width,
                  parted.values.row(row).begin() + static_cast<std::ptrdiff_t>(first));
  }
  return parted;
}

PartedColumn head_column(const PartedHeads& parted, std::size_t column) {
  for (std::size_t head = 0; head < parted.pieces.size(); ++head)
    if (parted.pieces[head].contains(column)) return {head, column - parted.pieces[head].begin, true};
  return {};
}

const char* input_letter(const StepsView& view, Projection projection) {
  if (projection == Projection::query) return "x";
  if (view.crosses) return "e";
  return view.keys_of ? "u" : "x";
}

const char* matrix_letter(const StepsView& view, Projection projection) {
  if (projection == Projection::query) return "Q";
  return projection == Projection::key || view.values_are_keys ? "K" : "V";
}

bool has_mask(const StepsView& view) {
  return !view.of.switches.unmasked || view.numbers.focus.touched.closed > 0;
}

float weight_outside(const StepsView& view) {
  const HeadRows& focus = view.numbers.focus;
  float most = 0.0F;
  for (std::size_t row = 0; row < focus.weights.rows; ++row) {
    const std::span<const float> shown = focus.weights.row(row);
    const double sum = std::accumulate(shown.begin(), shown.end(), 0.0);
    most = std::max(most, static_cast<float>(static_cast<double>(focus.weight_sums[row]) - sum));
  }
  return most > kNoShare ? most : 0.0F;
}

std::shared_ptr<const StepsView> make_steps(const StepsQuestion& question, const std::stop_token& stop) {
  const LayerOf of{*question.trace, question.kind, question.head.layer};
  check_softmax(of);
  auto view = std::make_shared<StepsView>();
  view->of = question;
  view->of.switches = effective(of, question.switches);
  describe(of, *view);
  const StepSwitches& switches = view->of.switches;
  const std::size_t head = question.head.head * heads_of(of, switches) / view->heads;
  view->numbers = layer_steps(of, head, question.queries, question.keys, switches, stop);
  view->norms = block_norms(of, question.queries);
  cut_view(of, *view);
  return view;
}

std::shared_ptr<const StepsToken> make_steps_token(const StepsTokenQuestion& question, const std::stop_token& stop) {
  const LayerOf of{*question.trace, question.kind, question.layer};
  check_softmax(of);
  auto token = std::make_shared<StepsToken>();
  token->of = question;
  token->parts = output_parts(of, question.token, question.switches, stop);
  const OutputParts& parts = token->parts;
  token->has_bias = !parts.bias.empty();
  token->side_path = !of.crosses() && of.plan().side_rank > 0;
  const std::size_t heads = parts.heads.rows;
  token->contributions = Matrix(heads + (token->has_bias ? 2 : 1), parts.heads.cols);
  std::copy(parts.heads.values.begin(), parts.heads.values.end(), token->contributions.values.begin());
  if (token->has_bias) std::copy(parts.bias.begin(), parts.bias.end(), token->contributions.row(heads).begin());
  std::copy(parts.written.begin(), parts.written.end(),
            token->contributions.row(token->contributions.rows - 1).begin());
  for (std::size_t row = 0; row < token->contributions.rows; ++row)
    token->lengths.push_back(length_of(token->contributions.row(row)));
  token->movers = Matrix(parts.other.empty() ? 2 : 3, parts.heads.cols);
  std::copy(parts.recorded.begin(), parts.recorded.end(), token->movers.row(0).begin());
  if (!parts.other.empty()) std::copy(parts.other.begin(), parts.other.end(), token->movers.row(1).begin());
  std::copy(parts.feed_forward.begin(), parts.feed_forward.end(), token->movers.row(token->movers.rows - 1).begin());
  token->attention = length_of(parts.recorded);
  token->other = length_of(parts.other);
  token->feed_forward = length_of(parts.feed_forward);
  return token;
}

std::shared_ptr<const StepsNumber> make_steps_number(const StepsNumberQuestion& question, const std::stop_token& stop) {
  const LayerOf of{*question.trace, question.kind, question.layer};
  return std::make_shared<const StepsNumber>(
      StepsNumber{question, number_sum(of, question.projection, question.token, question.output, stop)});
}

}  // namespace regard
