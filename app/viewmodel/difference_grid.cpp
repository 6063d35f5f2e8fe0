// SPDX-License-Identifier: Apache-2.0
#include "app/session/look.h"
#include "app/viewmodel/baseline.h"
#include "app/viewmodel/comparison.h"
#include "app/viewmodel/difference_views.h"
#include "app/viewmodel/selection.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace regard {
namespace {

constexpr float kNothing = std::numeric_limits<float>::quiet_NaN();

Axis axis_of(const Snapshot& snapshot, const Session& session, bool asking) {
  return make_axis(snapshot, axis_inputs(session),
                   asking ? asking_encoding(snapshot, session) : asked_encoding(snapshot, session));
}

/// [units of `from`] the unit of `to` that holds most partners of its tokens; −1 where none does.
std::vector<std::int32_t> best_partners(const Axis& from, const Axis& to, const std::vector<std::int32_t>& partners) {
  std::vector<std::int32_t> best(from.size(), -1);
  for (std::size_t unit = 0; unit < from.size(); ++unit) {
    std::map<std::size_t, std::size_t> votes;
    for (const std::size_t token : from.units[unit].tokens)
      if (token < partners.size() && partners[token] >= 0)
        if (const std::size_t at = to.unit_of(static_cast<std::size_t>(partners[token])); at < to.size()) ++votes[at];
    const auto most = std::max_element(votes.begin(), votes.end(),
                                       [](const auto& left, const auto& right) { return left.second < right.second; });
    if (most != votes.end()) best[unit] = static_cast<std::int32_t>(most->first);
  }
  return best;
}

/// The baseline's units that the live window's partners span, at most so many that two windows have room.
Range partners_window(const Alignment& units, Range live, std::size_t baseline_units) {
  std::vector<std::size_t> partners;
  for (std::size_t unit = live.begin; unit < live.end; ++unit)
    if (units.to_first[unit] >= 0) partners.push_back(static_cast<std::size_t>(units.to_first[unit]));
  if (baseline_units <= window_units) return {0, baseline_units};
  if (partners.empty()) return {0, 0};
  std::sort(partners.begin(), partners.end());
  const Range range{partners.front(), partners.back() + 1};
  if (range.size() <= 2 * window_units) return range;
  const std::size_t middle = partners[partners.size() / 2];  // someone has paired words that are far apart
  const std::size_t begin = middle < window_units ? 0 : middle - window_units;
  return {begin, std::min(begin + 2 * window_units, baseline_units)};
}

PairedAxis paired(Axis baseline, const Axis& whole_live, const Axis& live, const Alignment& units) {
  PairedAxis axis;
  const Range window = partners_window(units, live.window, baseline.size());
  axis.partner.assign(live.size(), kNoPartner);
  for (std::size_t unit = 0; unit < live.size(); ++unit) {
    const std::int32_t partner = units.to_first[live.window.begin + unit];
    if (partner < 0)
      axis.only_live.push_back(whole_live.units[live.window.begin + unit].label);
    else if (window.contains(static_cast<std::size_t>(partner)))
      axis.partner[unit] = static_cast<std::size_t>(partner) - window.begin;
  }
  for (std::size_t unit = window.begin; unit < window.end; ++unit)
    if (units.to_second[unit] < 0) axis.only_baseline.push_back(baseline.units[unit].label);
  axis.baseline = windowed(std::move(baseline), window);
  return axis;
}

PairedAxis paired_axis(const Snapshot& live, const Session& session, const Session& at_baseline, const Axis& shown,
                       bool asking) {
  const AlignedAxes axes = axes_of(*live.comparison, shown_kind(live, session));
  Axis baseline = axis_of(*live.comparison->baseline, at_baseline, asking);
  const Axis whole = axis_of(live, session, asking);
  const Alignment units = pair_units(baseline, whole, asking ? axes.queries : axes.keys, look_of(session).word_level);
  return paired(std::move(baseline), whole, shown, units);
}

/// A's numbers of what B shows; a head that does not have that term adds nothing.
Matrix same_scores(const GridView& baseline, const std::optional<ScorePartKind>& part) {
  if (!part) return baseline.scores;
  const ScorePart* same = part_of(baseline.score_parts, *part);
  return same == nullptr ? Matrix(baseline.rows.size(), baseline.cols.size()) : same->scores;
}

/// B − A of every cell that both texts have.
void subtract(const GridView& live, const GridView& baseline, GridDifference& difference) {
  const std::size_t rows = live.rows.size(), cols = live.cols.size();
  const Matrix& live_scores = shown_scores(live);
  const Matrix baseline_scores = same_scores(baseline, live.score_part);
  for (Matrix* matrix :
       {&difference.scores, &difference.weights, &difference.baseline_scores, &difference.baseline_weights})
    *matrix = Matrix(rows, cols, kNothing);
  difference.masked.assign(rows * cols, true);
  difference.baseline_masked.assign(rows * cols, false);
  for (std::size_t row = 0; row < rows; ++row)
    for (std::size_t col = 0; col < cols; ++col) {
      const std::size_t from_row = difference.rows.partner[row], from_col = difference.cols.partner[col];
      if (from_row == kNoPartner || from_col == kNoPartner) continue;
      const bool baseline_masked = baseline.is_masked(from_row, from_col);
      difference.baseline_masked[row * cols + col] = baseline_masked;
      difference.masked[row * cols + col] = baseline_masked && live.is_masked(row, col);
      difference.baseline_scores(row, col) = baseline_scores(from_row, from_col);
      difference.baseline_weights(row, col) = baseline.weights(from_row, from_col);
      difference.scores(row, col) = live_scores(row, col) - baseline_scores(from_row, from_col);
      difference.weights(row, col) = live.weights(row, col) - baseline.weights(from_row, from_col);
    }
}

/// Each row's weight on keys that the other text does not have.
void add_gained_and_lost(const GridView& live, const GridView& baseline, GridDifference& difference) {
  std::vector<bool> kept(baseline.cols.size(), false);
  for (const std::size_t partner : difference.cols.partner)
    if (partner != kNoPartner) kept[partner] = true;
  difference.gained.assign(live.rows.size(), 0.0F);
  difference.lost.assign(live.rows.size(), 0.0F);
  for (std::size_t row = 0; row < live.rows.size(); ++row) {
    const std::size_t from_row = difference.rows.partner[row];
    if (from_row == kNoPartner) continue;
    for (std::size_t col = 0; col < live.cols.size(); ++col)
      if (difference.cols.partner[col] == kNoPartner) difference.gained[row] += live.weights(row, col);
    for (std::size_t col = 0; col < baseline.cols.size(); ++col)
      if (!kept[col]) difference.lost[row] += baseline.weights(from_row, col);
  }
}

float scale_of(const Matrix& values, const std::vector<bool>& masked, float least) {
  float limit = least;
  for (std::size_t cell = 0; cell < masked.size(); ++cell)
    if (!masked[cell] && std::isfinite(values.values[cell])) limit = std::max(limit, std::abs(values.values[cell]));
  return limit;
}

/// One row's changes of at least the threshold.
std::size_t add_arcs_of_row(const GridDifference& difference, std::size_t row, float threshold,
                            std::vector<Arc>& arcs) {
  std::vector<Arc> found;
  std::size_t hidden = 0;
  const std::size_t cols = difference.weights.cols;
  for (std::size_t col = 0; col < cols; ++col) {
    const float change = difference.weights(row, col);
    if (difference.masked[row * cols + col] || std::isnan(change) || change == 0.0F) continue;
    if (std::abs(change) >= threshold)
      found.push_back({.query = row, .key = col, .weight = change});
    else
      ++hidden;
  }
  const auto farther = [](const Arc& left, const Arc& right) { return std::abs(left.weight) > std::abs(right.weight); };
  std::stable_sort(found.begin(), found.end(), farther);
  if (found.size() > ArcsView::most_arcs) {
    hidden += found.size() - ArcsView::most_arcs;
    found.resize(ArcsView::most_arcs);
  }
  // The number stands at what grew most and at what shrank most.
  for (const bool grew : {true, false}) {
    const auto first =
        std::find_if(found.begin(), found.end(), [&](const Arc& arc) { return (arc.weight > 0.0F) == grew; });
    if (first != found.end()) first->labelled = true;
  }
  arcs.insert(arcs.end(), found.begin(), found.end());
  return hidden;
}

}  // namespace

Alignment pair_units(const Axis& baseline, const Axis& live, const Alignment& tokens, bool words) {
  Alignment units;
  units.to_second = best_partners(baseline, live, tokens.to_second);
  units.to_first = best_partners(live, baseline, tokens.to_first);
  const auto mutual = [](std::vector<std::int32_t> from, const std::vector<std::int32_t>& back) {
    for (std::size_t unit = 0; unit < from.size(); ++unit)
      if (from[unit] >= 0 && back[static_cast<std::size_t>(from[unit])] != static_cast<std::int32_t>(unit))
        from[unit] = -1;
    return from;
  };
  const std::vector<std::int32_t> to_second = mutual(units.to_second, units.to_first);
  units.to_first = mutual(units.to_first, units.to_second);
  units.to_second = to_second;
  for (std::size_t unit = 0; unit < units.to_second.size(); ++unit)
    if (units.to_second[unit] >= 0) units.pairs.push_back({unit, static_cast<std::size_t>(units.to_second[unit])});
  return words ? with_equal_gaps(units) : units;
}

WholePairs make_whole_pairs(const Snapshot& live, const Session& session) {
  const Snapshot& baseline = *live.comparison->baseline;
  const SharedSession at_baseline = session_at_baseline(live, session);
  const AlignedAxes axes = axes_of(*live.comparison, shown_kind(live, session));
  WholePairs pairs{axis_of(baseline, at_baseline, true), axis_of(baseline, at_baseline, false), {}, {}, false};
  pairs.renormalised = hides_tokens(pairs.cols, asked_encoding(baseline, at_baseline)) &&
                       weights_are_softmax(shown_trace(baseline, at_baseline), shown_head(baseline, at_baseline));
  const auto partners = [&](const Axis& from, bool asking) {
    const Alignment units = pair_units(from, axis_of(live, session, asking), asking ? axes.queries : axes.keys,
                                       look_of(session).word_level);
    std::vector<std::size_t> partner;
    for (const std::int32_t unit : units.to_first)
      partner.push_back(unit < 0 ? kNoPartner : static_cast<std::size_t>(unit));
    return partner;
  };
  pairs.row_partner = partners(pairs.rows, true);
  pairs.col_partner = partners(pairs.cols, false);
  return pairs;
}

GridDifference make_grid_difference(const Snapshot& live, const Session& session, const GridView& shown) {
  GridDifference difference;
  const SharedSession at_baseline = session_at_baseline(live, session);
  difference.rows = paired_axis(live, session, at_baseline, shown.rows, true);
  difference.cols = paired_axis(live, session, at_baseline, shown.cols, false);
  const GridView baseline = make_grid(*live.comparison->baseline, at_baseline, difference.rows.baseline.window,
                                      difference.cols.baseline.window);
  subtract(shown, baseline, difference);
  add_gained_and_lost(shown, baseline, difference);
  difference.score_limit = scale_of(difference.scores, difference.masked, least_score_scale);
  difference.weight_limit = scale_of(difference.weights, difference.masked, least_weight_scale);
  const bool same = baseline.score_part == shown.score_part;
  difference.baseline_score_limit = same ? baseline.score_limit : shown.score_limit;
  difference.baseline_weight_limit = baseline.weight_limit;
  return difference;
}

float largest_change(const Matrix& changes) {
  float largest = 0.0F;
  for (const float change : changes.values)
    if (std::isfinite(change)) largest = std::max(largest, std::abs(change));
  return largest;
}

ArcsDifference make_arcs_difference(const Session& session, const GridView& shown, const GridDifference& difference,
                                    bool two_lines) {
  ArcsDifference arcs;
  ArcsView& view = arcs.view;
  view.two_lines = two_lines;
  view.rows = shown.rows;
  view.cols = shown.cols;
  view.renormalised = shown.renormalised;
  for (std::size_t row = 0; row < shown.rows.size(); ++row) {
    if (!look_of(session).arcs_from_all && row != shown.query) continue;
    for (const float change : difference.weights.row(row))
      if (std::isfinite(change)) arcs.largest = std::max(arcs.largest, std::abs(change));
    view.hidden += add_arcs_of_row(difference, row, look_of(session).arc_threshold, view.arcs);
  }
  const auto weaker = [](const Arc& left, const Arc& right) { return std::abs(left.weight) < std::abs(right.weight); };
  std::stable_sort(view.arcs.begin(), view.arcs.end(), weaker);
  if (view.arcs.size() > ArcsView::most_arcs_from_all) {
    const std::size_t weakest = view.arcs.size() - ArcsView::most_arcs_from_all;
    view.hidden += weakest;
    view.arcs.erase(view.arcs.begin(), view.arcs.begin() + static_cast<std::ptrdiff_t>(weakest));
  }
  if (shown.query >= shown.rows.size()) return arcs;
  arcs.query_has_partner = difference.rows.partner[shown.query] != kNoPartner;
  arcs.gained = difference.gained[shown.query];
  arcs.lost = difference.lost[shown.query];
  double changed = 0.0, drawn = 0.0;
  for (const float change : difference.weights.row(shown.query))
    if (!std::isnan(change)) changed += std::abs(change);
  for (const Arc& arc : view.arcs)
    if (arc.query == shown.query) drawn += std::abs(arc.weight);
  arcs.not_drawn = static_cast<float>(std::max(0.0, changed - drawn));
  return arcs;
}

}  // namespace regard
