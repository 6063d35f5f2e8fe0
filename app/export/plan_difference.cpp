// SPDX-License-Identifier: Apache-2.0
// B − A of the views that show it.
#include "app/export/maps.h"
#include "app/export/plans.h"
#include "app/session/look.h"
#include "app/style/change_text.h"
#include "app/style/locale.h"
#include "app/style/scores_text.h"
#include "app/viewmodel/comparison.h"
#include "app/viewmodel/difference_memo.h"
#include "app/viewmodel/memo.h"
#include "core/base/error.h"
#include "core/text/visible_text.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace regard {
namespace {

/// "adapted − base" where the adapters alone make the difference.
bool of_adapters(const Snapshot& live) {
  const Comparison& comparison = *live.comparison;
  return comparison.name.empty() && comparison.baseline->model != live.model;
}

/// "model · layer 3, head 0 · Δ = B − A"
FigureCaption difference_caption(const Seen& seen) {
  FigureCaption caption = caption_of(*seen.snapshot, seen.session);
  const Comparison& comparison = *seen.snapshot->comparison;
  caption.first += " · Δ = " + told_difference(*seen.snapshot);
  std::string before = comparison.baseline->source_text;
  std::replace_if(
      before.begin(), before.end(), [](char byte) { return byte == '\n' || byte == '\r'; }, ' ');
  if (before != caption.second) caption.second = before + " → " + caption.second;
  return caption;
}

ExportTable start(const Seen& seen, ExportView view) {
  ExportTable table = table_about(*seen.snapshot, seen.session, view);
  table.about.emplace_back("shown", std::string("difference"));
  table.about.emplace_back("baseline", seen.snapshot->comparison->name);
  table.about.emplace_back("baseline_text", seen.snapshot->comparison->baseline->source_text);
  return table;
}

void fill_grid(ExportTable& table, const GridView& live, const GridDifference& difference) {
  table.columns = {"query", "key",          "query_label",     "key_label", "baseline_score",
                   "score", "score_change", "baseline_weight", "weight",    "weight_change"};
  for (std::size_t query = 0; query < live.rows.size(); ++query)
    for (std::size_t key = 0; key < live.cols.size(); ++key)
      table.rows.push_back(
          {query + live.rows.window.begin, key + live.cols.window.begin, live.rows.units[query].label,
           live.cols.units[key].label,
           score_or_masked(difference.baseline_scores(query, key),
                           difference.baseline_masked[query * live.cols.size() + key]),
           score_or_masked(shown_scores(live)(query, key), live.is_masked(query, key)),
           score_or_masked(difference.scores(query, key), difference.masked[query * live.cols.size() + key]),
           difference.baseline_weights(query, key), live.weights(query, key), difference.weights(query, key)});
  if (live.score_part) table.about.emplace_back("quantity", std::string(name_of(*live.score_part)));
  table.arrays = {{"scores", shown_scores(live)},
                  {"weights", live.weights},
                  {"baseline_scores", difference.baseline_scores},
                  {"baseline_weights", difference.baseline_weights},
                  {"score_change", difference.scores},
                  {"weight_change", difference.weights}};
}

/// The live grid with changes in the place of its numbers; both in the map of two directions.
Figure draw_grid(const Seen& seen, const GridView& live, const GridDifference& difference, bool scores,
                 const FigureStyle& style) {
  GridView changed = live;
  changed.score_part.reset();  // its numbers stand in the place of the scores
  changed.scores = scores ? difference.scores : difference.weights;
  changed.score_limit = scores ? difference.score_limit : difference.weight_limit;
  changed.masked = difference.masked;
  std::string about = std::string("Δ · ") + (scores ? score_part_name(live.score_part) : tr("grids.weights"));
  const std::string small =
      small_change_note(largest_change(changed.scores), scores ? least_score_scale : least_weight_scale);
  if (!small.empty()) about += " · " + small;
  return grid_figure(changed, true, seen.session, difference_caption(seen), style, about);
}

ContentPlan plan_grid(const Seen& seen, bool scores, const FigureStyle& style) {
  if (!scores && look_of(seen.session).grid_weight != GridWeight::attention)
    throw Error("export_weights_difference", {});
  const GridView live = make_grid(*seen.snapshot, seen.session);
  const GridDifference difference = make_grid_difference(*seen.snapshot, seen.session, live);
  Content content{start(seen, scores ? ExportView::scores : ExportView::weights), {}};
  fill_grid(content.table, live, difference);
  content.figure = draw_grid(seen, live, difference, scores, style);
  return [content](bool) { return content; };
}

ContentPlan plan_arcs(const Seen& seen, const FigureStyle& style) {
  const GridView live = make_grid(*seen.snapshot, seen.session);
  const GridDifference grid = make_grid_difference(*seen.snapshot, seen.session, live);
  const ArcsView shown = make_arcs(*seen.snapshot, seen.session);
  const ArcsDifference arcs = make_arcs_difference(seen.session, live, grid, shown.two_lines);
  Content content{start(seen, ExportView::arcs), {}};
  content.table.columns = {"query", "key", "query_label", "key_label", "weight_change"};
  Matrix numbers(arcs.view.arcs.size(), 3);
  for (std::size_t index = 0; index < arcs.view.arcs.size(); ++index) {
    const Arc& arc = arcs.view.arcs[index];
    content.table.rows.push_back(
        {arc.query, arc.key, arcs.view.rows.units[arc.query].label, arcs.view.cols.units[arc.key].label, arc.weight});
    numbers(index, 0) = static_cast<float>(arc.query);
    numbers(index, 1) = static_cast<float>(arc.key);
    numbers(index, 2) = arc.weight;
  }
  content.table.arrays.emplace_back("arcs", std::move(numbers));
  ArcsView drawn = arcs.view;
  drawn.hidden_weight.clear();  // what is left out is a change here, not a weight
  drawn.sink_shares.clear();
  FigureCaption caption = difference_caption(seen);
  if (drawn.arcs.empty())
    caption.first += " · " + small_change_note(arcs.largest, std::numeric_limits<float>::infinity());
  content.figure = arcs_figure(drawn, live, caption, style, {}, true);
  return [content](bool) { return content; };
}

const KeyBar& either(const KeyChange& change) {
  return change.live ? *change.live : *change.baseline;
}

ContentPlan plan_question(const Seen& seen, const FigureStyle& style) {
  const QuestionDifference view = make_question_difference(*seen.snapshot, seen.session);
  if (!view.paired) throw Error("nothing_to_compare", {.item = seen.snapshot->model->name});
  const QuestionView question = make_question(*seen.snapshot, seen.session);
  Content content{start(seen, ExportView::question), {}};
  content.table.about.emplace_back("query", question.query);
  content.table.about.emplace_back("baseline_query", view.baseline_query);
  content.table.columns = {"baseline_key",    "key",    "label",        "baseline_score", "score",
                           "baseline_weight", "weight", "weight_change"};
  FigureList list;
  list.columns = {{"", 170},
                  {"A · " + view.baseline_query_label + " →", 150, false, true},
                  {"B · " + question.query_label + " →", 150, false, true},
                  {"Δ", 150, false, true, true}};
  Matrix numbers(view.keys.size(), 3);
  for (std::size_t index = 0; index < view.keys.size(); ++index) {
    const KeyChange& key = view.keys[index];
    const auto number = [](const std::optional<KeyBar>& bar, float KeyBar::*which) {
      return bar ? (*bar).*which : kNoNumber;
    };
    const auto score = [](const std::optional<KeyBar>& bar) {
      return score_or_masked(bar ? bar->score : kNoNumber, bar && bar->masked);
    };
    const auto place = [](const std::optional<KeyBar>& bar) {
      return bar ? TableCell(bar->token) : TableCell(std::string());
    };
    const float before = number(key.baseline, &KeyBar::weight), after = number(key.live, &KeyBar::weight);
    content.table.rows.push_back({place(key.baseline), place(key.live), either(key).label, score(key.baseline),
                                  score(key.live), before, after, key.weight_change()});
    numbers(index, 0) = before;
    numbers(index, 1) = after;
    numbers(index, 2) = key.weight_change();
    const auto cell = [](const std::optional<KeyBar>& bar) {
      if (!bar || bar->masked) return ListCell{"–"};
      return ListCell{figure_number(bar->weight, 4), bar->weight};
    };
    list.rows.push_back({{either(key).label, kNoNumber, key.live && key.live->token == question.key},
                         cell(key.baseline),
                         cell(key.live),
                         {signed_figure_number(key.weight_change(), 4), key.weight_change()}});
  }
  content.table.arrays.emplace_back("question", std::move(numbers));
  content.figure = list_figure(list, difference_caption(seen), style);
  return [content](bool) { return content; };
}

ContentPlan plan_predictions(const Seen& seen, const FigureStyle& style) {
  const Snapshot& snapshot = *seen.snapshot;
  const PredictionPlaces places = prediction_places(snapshot, make_predictions(snapshot, seen.session));
  if (places.why == PredictionPlaces::Why::no_head) throw Error("nothing_to_export", {.item = snapshot.model->name});
  if (places.why != PredictionPlaces::Why::found) throw Error("nothing_to_compare", {.item = snapshot.model->name});
  FigureList list;
  list.columns = {{"", 160}, {"A", 180, false, true}, {"B", 180, false, true}, {tr("difference.log_change"), 80, true}};
  return [seen, style, list, places, caption = difference_caption(seen)](bool picture) {
    const PredictionDifference view =
        compare_predictions(*seen.snapshot->comparison->baseline->trace, *seen.snapshot->trace, places);
    Content content{start(seen, ExportView::predictions), {}};
    content.table.about.insert(content.table.about.end(),
                               {{"position", places.position},
                                {"baseline_position", places.baseline_position},
                                {"divergence", view.one_vocabulary ? view.divergence : std::nan("")}});
    content.table.columns = {"token", "baseline_probability", "probability", "log_probability_change"};
    Matrix numbers(view.rows.size(), 3);
    double largest = 1e-9;
    for (const PredictionChange& row : view.rows)
      largest = std::max({largest, row.probability, row.baseline_probability});
    FigureList drawn = list;
    for (std::size_t index = 0; index < view.rows.size(); ++index) {
      const PredictionChange& row = view.rows[index];
      content.table.rows.push_back({row.text, row.baseline_probability, row.probability, row.log_change});
      numbers(index, 0) = static_cast<float>(row.baseline_probability);
      numbers(index, 1) = static_cast<float>(row.probability);
      numbers(index, 2) = static_cast<float>(row.log_change);
      const auto cell = [&](double value) {
        return ListCell{figure_number(static_cast<float>(value), 4), static_cast<float>(value / largest)};
      };
      drawn.rows.push_back({{visible_text(row.text)},
                            cell(row.baseline_probability),
                            cell(row.probability),
                            {signed_figure_number(row.log_change, 3)}});
    }
    if (picture) content.figure = list_figure(drawn, caption, style);
    content.table.arrays.emplace_back("predictions", std::move(numbers));
    return content;
  };
}

}  // namespace

std::string told_difference(const Snapshot& live) {
  if (of_adapters(live)) return tr("compare.adapted_less_base");
  const std::string& name = live.comparison->name;
  return "B − " + (name.empty() ? std::string("A") : name);
}

ContentPlan plan_difference(const Seen& seen, ExportView view, const FigureStyle& style) {
  ViewMemo memo;
  DifferenceMemo differences;
  const DifferenceViews* known =
      differences.update(seen.snapshot, seen.session, memo.update(seen.snapshot, seen.session));
  if (known == nullptr || (known->problem != NoDifference::none && view != ExportView::predictions))
    throw Error("nothing_to_compare", {.item = seen.snapshot->model->name});
  switch (view) {
    case ExportView::arcs:
      return plan_arcs(seen, style);
    case ExportView::question:
      return plan_question(seen, style);
    case ExportView::predictions:
      return plan_predictions(seen, style);
    default:
      return plan_grid(seen, view == ExportView::scores, style);
  }
}

}  // namespace regard
