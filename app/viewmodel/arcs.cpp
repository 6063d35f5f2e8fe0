// SPDX-License-Identifier: Apache-2.0
#include "app/viewmodel/selection.h"
#include "app/viewmodel/views.h"

#include <algorithm>

namespace regard {
namespace {

struct Candidates {
  std::vector<Arc> arcs{};
  std::size_t hidden = 0;
};

bool stronger(const Arc& left, const Arc& right) {
  return left.weight > right.weight;
}

/// Keeps the `most` strongest; the others count as hidden.
void keep_strongest(Candidates& found, std::size_t most) {
  if (found.arcs.size() <= most) return;
  std::stable_sort(found.arcs.begin(), found.arcs.end(), stronger);
  found.hidden += found.arcs.size() - most;
  found.arcs.resize(most);
}

/// The arcs of one query, those above the threshold; its strongest carries the label.
Candidates arcs_of_row(const Trace& trace, HeadRef head, const Axis& axis, std::size_t query,
                       std::span<const float> weights, float threshold) {
  Candidates found;
  for (std::size_t key = 0; key < axis.size(); ++key) {
    const auto sees = [&](std::size_t from) {
      const Range reach = allowed_keys(trace, head.layer, from);
      return axis.units[key].tokens.front() < reach.end && axis.units[key].tokens.back() >= reach.begin;
    };
    if (std::none_of(axis.units[query].tokens.begin(), axis.units[query].tokens.end(), sees)) continue;
    if (weights[key] >= threshold)
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
  const Axis& axis;                    ///< the window
  const std::vector<TokenGroup>& all;  ///< every unit that is not hidden, inside the window or not
  Range window{};
  Range queries{};           ///< units of the window that ask
  std::size_t selected = 0;  ///< unit of the window, or its size
  float threshold = 0.0F;
};

void add_head(ArcsView& view, const Picture& picture, HeadRef head, std::size_t colour) {
  const auto shown = std::span(picture.all).subspan(picture.window.begin, picture.window.size());
  const auto asking = shown.subspan(picture.queries.begin, picture.queries.size());
  Matrix weights = grouped_weights(picture.trace, head, asking, shown);
  if (view.renormalised) {
    if (shown.size() < picture.all.size())
      renormalise_rows(weights, grouped_mass(picture.trace, head, asking, picture.all));
    else
      renormalise_rows(weights);
  }
  Candidates head_arcs;
  for (std::size_t row = 0; row < weights.rows; ++row) {
    const std::size_t query = picture.queries.begin + row;
    Candidates found = arcs_of_row(picture.trace, head, picture.axis, query, weights.row(row), picture.threshold);
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
  view.hidden_weight.push_back(picture.selected < picture.axis.size() ? std::max(0.0F, static_cast<float>(1.0 - drawn))
                                                                      : 0.0F);
  view.arcs.insert(view.arcs.end(), head_arcs.arcs.begin(), head_arcs.arcs.end());
}

}  // namespace

ArcsView make_arcs(const Snapshot& snapshot, const Session& session) {
  ArcsView view;
  if (!snapshot.trace || snapshot.trace->tokens() == 0) return view;
  view.axis = make_axis(snapshot, session);
  view.renormalised = hides_tokens(view.axis, snapshot);
  view.total_units = view.axis.size();
  const std::vector<TokenGroup> all = groups_of(view.axis.units);
  const std::size_t query_token = selected_query(snapshot, session);
  view.window = window_of(view.axis, view.axis.unit_of(query_token));
  view.axis.units.erase(view.axis.units.begin() + static_cast<std::ptrdiff_t>(view.window.end), view.axis.units.end());
  view.axis.units.erase(view.axis.units.begin(),
                        view.axis.units.begin() + static_cast<std::ptrdiff_t>(view.window.begin));

  Picture picture{*snapshot.trace,      view.axis, all, view.window, {}, view.axis.unit_of(query_token),
                  session.arc_threshold};
  if (session.arcs_from_all)
    picture.queries = {0, view.axis.size()};
  else if (picture.selected < view.axis.size())
    picture.queries = {picture.selected, picture.selected + 1};

  add_head(view, picture, shown_head(snapshot, session), 0);
  const ModelConfig& config = snapshot.trace->model->config;
  for (std::size_t index = 0; index < session.compared_heads.size(); ++index) {
    const HeadRef head = session.compared_heads[index];
    if (head.layer < config.layers && head.head < config.heads)
      add_head(view, picture, head, index + 1);
    else
      view.hidden_weight.push_back(0.0F);
  }
  std::stable_sort(view.arcs.begin(), view.arcs.end(),
                   [](const Arc& left, const Arc& right) { return stronger(right, left); });
  return view;
}

}  // namespace regard
