// SPDX-License-Identifier: Apache-2.0
#include "app/viewmodel/selection.h"
#include "app/viewmodel/views.h"
#include "core/analysis/row_steps.h"
#include "core/trace/head_edits.h"

#include <algorithm>
#include <cmath>

namespace regard {
namespace {

bool stronger(const KeyBar& left, const KeyBar& right) {
  if (left.masked != right.masked) return right.masked;
  return std::abs(left.weight) > std::abs(right.weight);
}

/// Leaves the strongest bars and the selected key's, the strongest first; the others are added to the view's rest.
void keep_strongest(QuestionView& view) {
  const auto kept = static_cast<std::ptrdiff_t>(QuestionView::most_bars);
  const auto selected =
      std::find_if(view.bars.begin() + kept, view.bars.end(), [&](const KeyBar& bar) { return bar.token == view.key; });
  if (selected != view.bars.end()) std::rotate(view.bars.begin() + kept - 1, selected, selected + 1);
  double weight = 0.0, exponential = 0.0;
  for (auto bar = view.bars.begin() + kept; bar != view.bars.end(); ++bar) {
    weight += bar->weight;
    exponential += bar->exponential;
  }
  view.other_keys = view.bars.size() - QuestionView::most_bars;
  view.other_weight = static_cast<float>(weight);
  view.other_exponential = static_cast<float>(exponential);
  view.bars.resize(QuestionView::most_bars);
}

void choose_bars(QuestionView& view, bool sorted) {
  const bool too_many = view.bars.size() > QuestionView::most_bars;
  if (sorted || too_many) std::stable_sort(view.bars.begin(), view.bars.end(), stronger);
  if (too_many) keep_strongest(view);
  if (!sorted)
    std::sort(view.bars.begin(), view.bars.end(),
              [](const KeyBar& left, const KeyBar& right) { return left.token < right.token; });
  else
    std::stable_sort(view.bars.begin(), view.bars.end(), stronger);
}

/// Without the bars of hidden keys; the others' weights are shares of what they have together.
void leave_hidden_out(QuestionView& view, const std::vector<bool>& hidden) {
  if (hidden.empty()) return;
  view.renormalised = true;
  renormalise(hidden, [&](std::size_t key) -> float& { return view.bars[key].weight; });
  double exponentials = 0.0;
  std::erase_if(view.bars, [&](const KeyBar& bar) { return hidden[bar.token]; });
  for (const KeyBar& bar : view.bars)
    if (!bar.masked) exponentials += bar.exponential;
  view.exponential_sum = static_cast<float>(exponentials);
  view.has_sink = false;  // left out with them
}

/// The terms of the scores, where there are several.
void add_parts_of_row(QuestionView& view, const Trace& trace, HeadRef head) {
  const std::vector<ScorePart> parts = score_parts(trace, head, {view.query, view.query + 1}, {0, trace.keys()});
  if (parts.size() < 2) return;
  for (const ScorePart& part : parts) {
    view.score_parts.push_back(part.kind);
    for (KeyBar& bar : view.bars)
      bar.parts[static_cast<std::size_t>(part.kind)] = part.scores(0, bar.token);
  }
}

/// A weight that is not its exponential's share of the sum comes from an intervention.
bool weights_are_set(const RowSteps& steps) {
  constexpr float kRounding = 1e-5F;
  for (std::size_t key = 0; key < steps.weights.size(); ++key) {
    const float share = steps.sum > 0.0F ? steps.exponentials[key] / steps.sum : 0.0F;
    if (std::abs(share - steps.weights[key]) > kRounding) return true;
  }
  return false;
}

}  // namespace

std::vector<KeyBar> all_bars(const Encoding& asked, const RowSteps& steps) {
  std::vector<KeyBar> bars(steps.weights.size());
  for (std::size_t key = 0; key < bars.size(); ++key) {
    const Token& token = asked.tokens[key];
    const bool allowed = steps.allowed.contains(key);
    const bool hidden = key < steps.hidden.size() && steps.hidden[key];
    bars[key] = {.token = key,
                 .label = label_of(token),
                 .special = token.special,
                 .masked = !allowed || (hidden && steps.weights[key] == 0.0F),
                 .hidden = hidden,
                 .dot = steps.dots[key],
                 .scaled = steps.scaled[key],
                 .bias = steps.biases[key],
                 .added = steps.added[key],
                 .score = steps.scores[key],
                 .exponential = steps.exponentials[key],
                 .weight = steps.weights[key]};
  }
  return bars;
}

QuestionView make_question(const Snapshot& snapshot, const Session& session) {
  return make_question(snapshot, question_inputs(snapshot, session));
}

QuestionView make_question(const Snapshot& snapshot, const QuestionInputs& inputs) {
  if (!snapshot.trace || snapshot.trace->tokens() == 0) return {};
  const Trace& trace = attention_of(*snapshot.trace, inputs.kind);
  const Encoding& asked = asked_encoding(snapshot, inputs.kind);
  const HeadRef head = inputs.head;
  QuestionView view;
  view.query = inputs.query;
  view.key = inputs.key;
  view.query_label = label_of(asking_encoding(snapshot, inputs.kind).tokens[view.query]);
  view.key_label = label_of(asked.tokens[view.key]);
  view.scale = trace.model->config.plans[head.layer].attention.scale;
  view.head_dim = trace.model->config.head_dim(head.layer);

  const RowSteps steps = row_steps(trace, head, view.query);
  view.temperature = steps.temperature;
  view.has_softmax = weights_are_softmax(trace, head);
  view.kind = applied_kind(trace, head);
  view.trained_so = view.kind == trained_kind(trace.model->config.plans[head.layer]);
  view.positions = applied_positions(trace, head);
  view.weights_set = view.has_softmax && !trace.model->capture && weights_are_set(steps);
  view.has_scores = has_scores(trace, head.layer);
  view.score_cap = steps.rule.cap;
  view.alibi_slope = steps.rule.slope;
  view.relative_bias = steps.rule.knows_positions() && steps.rule.slope == 0.0F;
  view.row_maximum = steps.maximum;
  view.exponential_sum = steps.sum;
  view.has_sink = steps.sink_score != kNoSink;
  if (view.has_sink) view.sink_score = steps.sink_score;
  view.sink_exponential = steps.sink_exponential;
  view.sink_share = steps.sink_share;
  view.bars = all_bars(asked, steps);
  add_parts_of_row(view, trace, head);
  if (view.has_softmax) leave_hidden_out(view, hidden_tokens(snapshot, inputs.hide_special, asked));
  double sum = 0.0;
  for (const KeyBar& bar : view.bars)
    sum += bar.weight;
  view.weight_sum = static_cast<float>(sum);
  choose_bars(view, inputs.sorted);

  const auto copy = [](std::span<const float> row) { return std::vector<float>(row.begin(), row.end()); };
  view.query_vector = copy(query_of(trace, head, view.query));
  view.key_vector = copy(key_of(trace, head, view.key));
  view.products = score_products(trace, head, view.query, view.key);
  view.output = copy(output_of(trace, head, view.query));
  view.key_value = weighted_value(trace, head, view.key, steps.weights[view.key]);
  return view;
}

}  // namespace regard
