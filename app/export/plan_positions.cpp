// SPDX-License-Identifier: Apache-2.0
// The head's score against the distance as a chart, and one score as the sum of its terms and planes.
#include "app/export/maps.h"
#include "app/export/plans.h"
#include "app/export/positions_table.h"
#include "app/style/locale.h"
#include "app/style/positions_text.h"
#include "core/base/error.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace regard {
namespace {

constexpr double kPositionsWidth = 720;
constexpr std::size_t kListedPlanes = 16;

/// What is written beside the numbers, in the language chosen when the export was asked for.
struct PositionWords {
  FigureCaption caption{};
  std::string about{}, chart{}, axis{}, mean{}, pair{}, in_text{}, obstacle{}, sum{}, plane{}, wavelength{}, share{};
  std::string asked{};  ///< "old → king"
};

PositionWords position_words(const Trace& trace, HeadRef head, std::string query, std::string key) {
  PositionWords words{.about = told_positions(trace, head),
                      .chart = tr("positions.chart"),
                      .axis = tr("positions.axis"),
                      .mean = tr("positions.mean"),
                      .pair = tr("positions.this_pair", {{"query", query}, {"key", key}}),
                      .in_text = tr("positions.in_text"),
                      .sum = tr("positions.sum"),
                      .plane = tr("positions.plane_column"),
                      .wavelength = tr("positions.plane_wavelength"),
                      .share = tr("positions.plane_share"),
                      .asked = query + " → " + key};
  if (const DistanceObstacle obstacle = obstacle_to_distance(trace, head); obstacle != DistanceObstacle::none)
    words.obstacle = tr("positions.obstacle." + std::string(name_of(obstacle)));
  return words;
}

std::vector<float> as_floats(const std::vector<double>& values) {
  return {values.begin(), values.end()};
}

LayerChart distance_figure(const DistancesAnswer& distances, const TermsAnswer& terms, const PositionWords& words,
                           const FigureStyle& style) {
  LayerChart chart{.title = words.chart, .axis = words.axis};
  const ScoreByDistance& curve = distances.curve;
  const auto add = [&](const std::string& name, const std::vector<double>& values, gfx::Rgb ink, bool dashed) {
    if (!values.empty()) chart.lines.push_back({name, as_floats(values), ink, dashed});
  };
  if (distances.obstacle == DistanceObstacle::none) {
    add("", curve.low, mixed(style.ground, style.query, 0.45), true);
    add("", curve.high, mixed(style.ground, style.query, 0.45), true);
    add(words.mean, curve.mean, style.query, false);
    add(words.pair, terms.pair, style.key, false);
  }
  add(words.in_text, curve.in_text, style.muted, true);
  chart.low = std::numeric_limits<float>::infinity();
  chart.high = -chart.low;
  for (const ChartLine& line : chart.lines)
    for (const float value : line.values)
      if (std::isfinite(value)) chart.low = std::min(chart.low, value), chart.high = std::max(chart.high, value);
  if (!(chart.low < chart.high))
    chart.low = std::isfinite(chart.low) ? chart.low - 1.0F : 0.0F, chart.high = chart.low + 2.0F;
  for (std::size_t at = 0; at < curve.mean.size(); ++at)
    chart.places.push_back(std::to_string(curve.distance(at)));
  return chart;
}

FigureList terms_list(const TermsAnswer& terms, const std::vector<std::pair<std::string, double>>& named,
                      const PositionWords& words) {
  FigureList list;
  list.columns = {{words.asked, 260}, {words.wavelength, 110, true}, {words.share, 110, true}};
  for (const auto& [name, value] : named)
    list.rows.push_back({{name}, {""}, {figure_number(static_cast<float>(value), 4)}});
  ListCell score{figure_number(static_cast<float>(terms.terms.sum()), 4)};
  score.strong = true;
  list.rows.push_back({{words.sum}, {""}, score});
  for (std::size_t place = 0; place < std::min(kListedPlanes, terms.order.size()); ++place) {
    const RotaryPlane& plane = terms.terms.planes[terms.order[place]];
    list.rows.push_back({{words.plane + " " + std::to_string(terms.order[place])},
                         {told_wavelength(plane.wavelength())},
                         {figure_number(static_cast<float>(plane.share), 4)}});
  }
  return list;
}

}  // namespace

ContentPlan plan_positions(const Seen& seen, const FigureStyle& style) {
  const Snapshot& snapshot = *seen.snapshot;
  const DistancesQuestion question = distances_question(snapshot, seen.session);
  const Trace& trace = attention_of(*question.trace, question.attention);
  if (trace.tokens() == 0) throw Error("no_tokens", {});
  if (const DistanceObstacle obstacle = obstacle_to_planes(trace, question.head); obstacle != DistanceObstacle::none)
    throw Error("positions_" + std::string(name_of(obstacle)), {.item = std::to_string(question.head.layer)});
  const TermsQuestion asked{question.trace,
                            question.attention,
                            question.head,
                            selected_query(snapshot, seen.session),
                            selected_key(snapshot, seen.session),
                            question.reach};
  PositionWords words =
      position_words(trace, question.head, token_labels(asking_encoding(snapshot, seen.session)).at(asked.query),
                     token_labels(asked_encoding(snapshot, seen.session)).at(asked.key));
  words.caption = caption_of(snapshot, seen.session);
  const std::vector<std::pair<std::string, double>> named = named_terms(make_terms(asked)->terms);
  return [seen, style, question, asked, words, named](bool picture) {
    const std::shared_ptr<const DistancesAnswer> distances = make_distances(question);
    const std::shared_ptr<const TermsAnswer> terms = make_terms(asked);
    Content content{table_about(*seen.snapshot, seen.session, ExportView::positions), {}};
    for (const auto& [name, value] : {std::pair<std::string, TableCell>{"layer", question.head.layer},
                                      {"head", question.head.head},
                                      {"query", asked.query},
                                      {"key", asked.key},
                                      {"positions", std::string(name_of(distances->curve.kind))},
                                      {"obstacle", std::string(name_of(distances->obstacle))},
                                      {"tokens_held", distances->curve.tokens},
                                      {"places", distances->curve.places}})
      content.table.about.emplace_back(name, value);
    fill_positions_table(content.table, *distances, *terms);
    if (!picture) return content;
    Figure figure;
    figure.ground = style.ground;
    FigureList list = terms_list(*terms, named, words);
    figure.width = std::max({kPositionsWidth, caption_width(words.caption), width_of(list)});
    double y = add_caption(figure, words.caption, style) + 12;
    const double room = figure.width - 2 * kFigureMargin;
    for (const std::string& line : {words.about, words.obstacle}) {
      if (line.empty()) continue;
      figure.add(FigureText{kFigureMargin,
                            y + 4,
                            cut_to(line, FigureFont::text, kFigureSmall, room),
                            kFigureSmall,
                            FigureFont::text,
                            FigureAlign::left,
                            {style.muted}});
      y += kFigureRow;
    }
    y = add_chart(figure, y, distance_figure(*distances, *terms, words, style), style) + 12;
    figure.height = add_list(figure, y, list, style) + kFigureMargin;
    content.figure = std::move(figure);
    return content;
  };
}

}  // namespace regard
