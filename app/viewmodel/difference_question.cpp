// SPDX-License-Identifier: Apache-2.0
#include "app/session/look.h"
#include "app/viewmodel/baseline.h"
#include "app/viewmodel/comparison.h"
#include "app/viewmodel/difference_views.h"
#include "app/viewmodel/selection.h"

#include <algorithm>
#include <cmath>
#include <span>

namespace regard {
namespace {

/// One of the two texts' rows of keys.
struct AskedRow {
  const Trace& trace;
  HeadRef head{};
  std::size_t query = 0;
  RowSteps steps{};
  std::vector<KeyBar> bars{};
  std::vector<bool> hidden{};  ///< by token; empty where none is
  [[nodiscard]] bool hides(const std::optional<KeyBar>& bar) const {
    return bar && !hidden.empty() && hidden[bar->token];
  }
};

AskedRow row_of(const Snapshot& snapshot, const Session& session, HeadRef head, std::size_t query) {
  AskedRow row{shown_trace(snapshot, session), head, query, {}, {}, {}};
  row.steps = row_steps(row.trace, head, query);
  row.bars = all_bars(asked_encoding(snapshot, session), row.steps);
  row.hidden = hidden_tokens(snapshot, look_of(session).hide_special, asked_encoding(snapshot, session));
  if (weights_are_softmax(row.trace, head))
    renormalise(row.hidden, [&](std::size_t key) -> float& { return row.bars[key].weight; });
  return row;
}

/// The keys of both texts in the order of the live one; those that vanished follow what they followed before.
std::vector<KeyChange> merged(const std::vector<KeyBar>& baseline, const std::vector<KeyBar>& live,
                              const Alignment& keys) {
  std::vector<KeyChange> changes;
  const auto add_vanished = [&](std::size_t from) {
    for (; from < baseline.size() && keys.to_second[from] < 0; ++from)
      changes.push_back({baseline[from], std::nullopt});
  };
  add_vanished(0);
  for (std::size_t key = 0; key < live.size(); ++key) {
    const std::int32_t partner = keys.to_first[key];
    if (partner < 0) {
      changes.push_back({std::nullopt, live[key]});
      continue;
    }
    changes.push_back({baseline[static_cast<std::size_t>(partner)], live[key]});
    add_vanished(static_cast<std::size_t>(partner) + 1);
  }
  return changes;
}

float larger_weight(const KeyChange& key) {
  return std::max(key.live ? key.live->weight : 0.0F, key.baseline ? key.baseline->weight : 0.0F);
}

/// Of keys that changed alike, the stronger ones come first.
bool changed_more(const KeyChange& left, const KeyChange& right) {
  const float first = std::abs(left.weight_change()), second = std::abs(right.weight_change());
  return first != second ? first > second : larger_weight(left) > larger_weight(right);
}

/// Leaves what changed most, and the selected key; the others are summed up.
void keep_most_changed(QuestionDifference& view, std::size_t selected, bool sorted) {
  constexpr std::size_t most = QuestionView::most_bars;
  if (sorted) std::stable_sort(view.keys.begin(), view.keys.end(), changed_more);
  if (view.keys.size() <= most) return;
  std::vector<std::size_t> order(view.keys.size());
  for (std::size_t key = 0; key < order.size(); ++key)
    order[key] = key;
  const auto is_selected = [&](const KeyChange& key) { return key.live && key.live->token == selected; };
  std::stable_sort(order.begin(), order.end(), [&](std::size_t left, std::size_t right) {
    const KeyChange &first = view.keys[left], &second = view.keys[right];
    return is_selected(first) != is_selected(second) ? is_selected(first) : changed_more(first, second);
  });
  double weight = 0.0, baseline_weight = 0.0;
  for (std::size_t rank = most; rank < order.size(); ++rank) {
    const KeyChange& key = view.keys[order[rank]];
    weight += key.live ? static_cast<double>(key.live->weight) : 0.0;
    baseline_weight += key.baseline ? static_cast<double>(key.baseline->weight) : 0.0;
  }
  view.other_keys = order.size() - most;
  view.other_weight = static_cast<float>(weight);
  view.other_baseline_weight = static_cast<float>(baseline_weight);
  order.resize(most);
  std::sort(order.begin(), order.end());
  std::vector<KeyChange> kept;
  kept.reserve(order.size());
  for (const std::size_t key : order)
    kept.push_back(std::move(view.keys[key]));
  view.keys = std::move(kept);
}

float shown_sum(const AskedRow& row) {
  double sum = 0.0;
  for (const KeyBar& bar : row.bars)
    if (!row.hides(bar)) sum += bar.weight;
  return static_cast<float>(sum);
}

std::vector<float> copied(std::span<const float> row) {
  return {row.begin(), row.end()};
}

void add_dimensions(const AskedRow& baseline, const AskedRow& live, std::size_t key, const Alignment& keys,
                    QuestionDifference& view) {
  const ModelConfig &before = baseline.trace.model->config, &now = live.trace.model->config;
  if (before.head_dim(baseline.head.layer) != now.head_dim(live.head.layer) ||
      before.value_dim(baseline.head.layer) != now.value_dim(live.head.layer))
    return;
  view.output = copied(output_of(live.trace, live.head, live.query));
  view.baseline_output = copied(output_of(baseline.trace, baseline.head, baseline.query));
  if (view.output.size() != view.baseline_output.size())
    view.output = view.baseline_output = {};  // one was captured without
  if (key >= keys.to_first.size() || keys.to_first[key] < 0) return;
  const auto partner = static_cast<std::size_t>(keys.to_first[key]);
  view.products = score_products(live.trace, live.head, live.query, key);
  view.baseline_products = score_products(baseline.trace, baseline.head, baseline.query, partner);
  if (view.products.size() != view.baseline_products.size()) view.products = view.baseline_products = {};
}

}  // namespace

QuestionDifference make_question_difference(const Snapshot& live, const Session& session) {
  QuestionDifference view;
  const std::size_t query = selected_query(live, session), key = selected_key(live, session);
  const std::optional<std::size_t> partner = baseline_token(live, asking_text(live, session), query);
  if (!partner || live.trace->tokens() == 0) return view;
  const Snapshot& baseline = *live.comparison->baseline;
  const HeadRef head = shown_head(live, session);
  const Alignment& keys = axes_of(*live.comparison, shown_kind(live, session)).keys;
  const AskedRow before = row_of(baseline, session_at_baseline(live, session), head, *partner);
  const AskedRow now = row_of(live, session, head, query);
  view.paired = true;
  view.baseline_query = *partner;
  view.baseline_query_label = label_of(asking_encoding(baseline, session).tokens[*partner]);
  view.weight_sum = shown_sum(now);
  view.baseline_weight_sum = shown_sum(before);
  view.keys = merged(before.bars, now.bars, keys);
  std::erase_if(view.keys, [&](const KeyChange& each) { return now.hides(each.live) || before.hides(each.baseline); });
  keep_most_changed(view, key, look_of(session).sort_bars);
  add_dimensions(before, now, key, keys, view);
  return view;
}

}  // namespace regard
