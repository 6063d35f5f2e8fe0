// SPDX-License-Identifier: Apache-2.0
#include "app/viewmodel/selection.h"
#include "app/viewmodel/views.h"
#include "core/trace/sink.h"

#include <algorithm>
#include <cmath>

namespace regard {
namespace {

struct Candidates {
  std::vector<Arc> arcs{};
  std::size_t hidden = 0;
};

bool stronger(const Arc& left, const Arc& right) {
  return std::abs(left.weight) > std::abs(right.weight);
}

/// Keeps the `most` strongest; the others count as hidden.
void keep_strongest(Candidates& found, std::size_t most) {
  if (found.arcs.size() <= most) return;
  std::stable_sort(found.arcs.begin(), found.arcs.end(), stronger);
  found.hidden += found.arcs.size() - most;
  found.arcs.resize(most);
}

/// The arcs of one query, those above the threshold; its strongest carries the label.
Candidates arcs_of_row(const Trace& trace, HeadRef head, const ArcsView& view, std::size_t query,
                       std::span<const float> weights, float threshold) {
  Candidates found;
  for (std::size_t key = 0; key < view.cols.size(); ++key) {
    const TokenGroup& looked_at = view.cols.units[key].tokens;
    const auto sees = [&](std::size_t from) {
      const AllowedKeys reach = allowed_keys(trace, head.layer, from);
      return std::any_of(looked_at.begin(), looked_at.end(), [&](std::size_t to) { return reach.contains(to); });
    };
    const TokenGroup& asking = view.rows.units[query].tokens;
    if (std::none_of(asking.begin(), asking.end(), sees)) continue;
    if (std::abs(weights[key]) >= threshold)
      found.arcs.push_back({.query = query, .key = key, .weight = weights[key]});
    else
      ++found.hidden;
  }
  keep_strongest(found, ArcsView::most_arcs);
  const auto strongest = std::max_element(found.arcs.begin(), found.arcs.end(),
                                          [](const Arc& left, const Arc& right) { return stronger(right, left); });
  if (strongest != found.arcs.end()) strongest->labelled = true;
  return found;
}

/// What all heads of the picture share.
struct Picture {
  const Trace& trace;
  std::vector<TokenGroup> rows{};      ///< the units of the window that ask
  std::vector<TokenGroup> cols{};      ///< the units of the window
  std::vector<TokenGroup> all_cols{};  ///< every unit that is not hidden, inside the window or not
  std::size_t first_query = 0;         ///< unit of the view's rows that rows.front() is
  std::size_t selected = 0;            ///< unit of the view's rows, or their number
  float threshold = 0.0F;
};

/// What falls to the head's sink, mean over the pieces that ask.
float sink_of(const Trace& trace, HeadRef head, const TokenGroup& asking) {
  float sum = 0.0F;
  for (const std::size_t query : asking)
    sum += sink_share(trace, head, query);
  return sum / static_cast<float>(asking.size());
}

/// The weight of a row that no arc and no sink shows: what is left to 1, or of others to what they sum to.
float weight_not_drawn(const Picture& picture, HeadRef head, const TokenGroup& asking, double shown) {
  if (weights_are_softmax(picture.trace, head)) return std::max(0.0F, static_cast<float>(1.0 - shown));
  return static_cast<float>(grouped_mass(picture.trace, head, {&asking, 1}, picture.all_cols).front() - shown);
}

void add_head(ArcsView& view, const Picture& picture, HeadRef head, std::size_t colour) {
  Matrix weights = grouped_weights(picture.trace, head, picture.rows, picture.cols);
  if (view.renormalised && weights_are_softmax(picture.trace, head)) {
    if (picture.cols.size() < picture.all_cols.size())
      renormalise_rows(weights, grouped_mass(picture.trace, head, picture.rows, picture.all_cols));
    else
      renormalise_rows(weights);
  }
  Candidates head_arcs;
  for (std::size_t row = 0; row < weights.rows; ++row) {
    const std::size_t query = picture.first_query + row;
    Candidates found = arcs_of_row(picture.trace, head, view, query, weights.row(row), picture.threshold);
    head_arcs.hidden += found.hidden;
    head_arcs.arcs.insert(head_arcs.arcs.end(), found.arcs.begin(), found.arcs.end());
  }
  keep_strongest(head_arcs, ArcsView::most_arcs_from_all);
  double drawn = 0.0;
  for (Arc& arc : head_arcs.arcs) {
    arc.colour = colour;
    if (arc.query == picture.selected) drawn += arc.weight;
  }
  view.hidden += head_arcs.hidden;
  const bool selected = picture.selected < view.rows.size();
  const TokenGroup asking = selected ? view.rows.units[picture.selected].tokens : TokenGroup{};
  const float sink = selected && !view.renormalised ? sink_of(picture.trace, head, asking) : 0.0F;
  view.hidden_weight.push_back(selected ? weight_not_drawn(picture, head, asking, drawn + static_cast<double>(sink))
                                        : 0.0F);
  view.sink_shares.push_back(sink);
  view.arcs.insert(view.arcs.end(), head_arcs.arcs.begin(), head_arcs.arcs.end());
}

/// Of several heads the strongest arc of each query alone is labelled: no number stands twice at a word.
void label_once_per_query(ArcsView& view) {
  std::vector<const Arc*> strongest(view.rows.size(), nullptr);
  for (const Arc& arc : view.arcs)
    if (strongest[arc.query] == nullptr || stronger(arc, *strongest[arc.query])) strongest[arc.query] = &arc;
  for (Arc& arc : view.arcs)
    arc.labelled = strongest[arc.query] == &arc;
}

}  // namespace

ArcsView make_arcs(const Snapshot& snapshot, const Session& session) {
  if (!snapshot.trace) return {};
  const Axes axes = make_axes(snapshot, whole_axes_inputs(snapshot, session));
  return make_arcs(snapshot, view_inputs(snapshot, session, &axes.rows, &axes.cols).arcs);
}

ArcsView make_arcs(const Snapshot& snapshot, const ArcsInputs& inputs) {
  ArcsView view;
  if (!snapshot.trace || snapshot.trace->tokens() == 0) return view;
  const AttentionKind kind = inputs.grid.axes.kind;
  const Trace& trace = attention_of(*snapshot.trace, kind);
  const auto [rows, cols] = make_axes(snapshot, inputs.grid.axes);
  const GridWindows windows = inputs.grid.windows.value_or(GridWindows{{0, rows.size()}, {0, cols.size()}});
  view.two_lines = trace.request.cross;
  view.renormalised = hides_tokens(cols, asked_encoding(snapshot, kind)) &&
                      weights_are_softmax(trace, inputs.grid.head);  // other rows are no shares
  view.rows = windowed(rows, windows.rows);
  view.cols = windowed(cols, windows.cols);

  Picture picture{.trace = trace,
                  .cols = groups_of(view.cols.units),
                  .all_cols = groups_of(cols.units),
                  .selected = view.rows.unit_of(inputs.query),
                  .threshold = inputs.threshold};
  std::span<const Unit> asking(view.rows.units);
  if (!inputs.from_all) {
    picture.first_query = std::min(picture.selected, asking.size());
    asking = asking.subspan(picture.first_query, picture.selected < asking.size() ? 1 : 0);
  }
  picture.rows = groups_of(asking);

  add_head(view, picture, inputs.grid.head, 0);
  const ModelConfig& config = trace.model->config;
  for (std::size_t index = 0; index < inputs.compared.size(); ++index) {
    const HeadRef head = inputs.compared[index];
    if (has_head(config, head)) {
      add_head(view, picture, head, index + 1);
      continue;
    }
    view.hidden_weight.push_back(0.0F);
    view.sink_shares.push_back(0.0F);
  }
  if (inputs.from_all && !inputs.compared.empty()) label_once_per_query(view);
  std::stable_sort(view.arcs.begin(), view.arcs.end(),
                   [](const Arc& left, const Arc& right) { return stronger(right, left); });
  return view;
}

}  // namespace regard
