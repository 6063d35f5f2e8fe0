// SPDX-License-Identifier: Apache-2.0
// How alike heads are: every pair as a map of numbers, and all heads as dots of a plane below it.
#include "app/export/maps.h"
#include "app/export/plans.h"
#include "app/session/look.h"
#include "app/style/heads_text.h"
#include "app/style/locale.h"
#include "app/viewmodel/likeness_view.h"
#include "core/base/error.h"

#include <algorithm>
#include <limits>
#include <memory>
#include <numeric>
#include <optional>
#include <string>
#include <vector>

namespace regard {
namespace {

constexpr double kPlaneMargin = 40;      // room for the name beside the last dot
constexpr double kLeastWidth = 760;      // of the figure: the plane's dots have names
constexpr double kLargestPairs = 2'600;  // pixels of the map: 200 heads have their names beside it

gfx::ColourMap strongest_for_nought(gfx::ColourMap map) {
  std::ranges::reverse(map.table);
  return map;
}

void fill_likeness(ExportTable& table, const LikenessView& view) {
  const HeadLikeness& likeness = view.likeness;
  table.about.insert(table.about.end(), {{"corpus", view.corpus},
                                         {"sentences", likeness.sentences},
                                         {"rows", likeness.rows},
                                         {"explained", view.map.explained},
                                         {"special_tokens", std::string(name_of(view.special))}});
  table.columns = {"first_model",  "first_layer", "first_head", "second_model",
                   "second_layer", "second_head", "distance"};
  for (std::size_t first = 0; first < likeness.heads.size(); ++first)
    for (std::size_t second = first + 1; second < likeness.heads.size(); ++second) {
      const ModelHead &one = likeness.heads[first], &other = likeness.heads[second];
      table.rows.push_back({model_name(view, one.model), one.head.layer, one.head.head, model_name(view, other.model),
                            other.head.layer, other.head.head, likeness.distances(first, second)});
    }
  Matrix heads(likeness.heads.size(), 3);  // model, layer, head: what the rows of the others are of
  for (std::size_t head = 0; head < heads.rows; ++head) {
    heads(head, 0) = static_cast<float>(likeness.heads[head].model);
    heads(head, 1) = static_cast<float>(likeness.heads[head].head.layer);
    heads(head, 2) = static_cast<float>(likeness.heads[head].head.head);
  }
  table.arrays = {{"heads", std::move(heads)}, {"distances", likeness.distances}, {"map", view.map.points}};
}

/// The plane below y, one scale for both axes; gives the y below it.
double add_plane(Figure& figure, double y, const LikenessView& view, const gfx::ColourMap& map,
                 const FigureStyle& style) {
  const Matrix& points = view.map.points;
  double low[2]{}, high[2]{};
  for (std::size_t point = 0; point < points.rows; ++point)
    for (std::size_t axis = 0; axis < 2; ++axis) {
      low[axis] = std::min(low[axis], static_cast<double>(points(point, axis)));
      high[axis] = std::max(high[axis], static_cast<double>(points(point, axis)));
    }
  const double width = figure.width - 2 * kFigureMargin - 2 * kPlaneMargin;
  const double scale = std::min(width / std::max(high[0] - low[0], 1e-9), width / std::max(high[1] - low[1], 1e-9));
  const double height = scale * (high[1] - low[1]) + 2 * kPlaneMargin, left = kFigureMargin + kPlaneMargin;
  std::size_t last = 1;
  for (const ModelHead& head : view.likeness.heads)
    last = std::max(last, head.head.layer);
  for (std::size_t point = 0; point < points.rows; ++point) {
    const double x = left + scale * (static_cast<double>(points(point, 0)) - low[0]);
    const double at = y + kPlaneMargin + scale * (high[1] - static_cast<double>(points(point, 1)));
    const float layer = static_cast<float>(view.likeness.heads[point].head.layer) / static_cast<float>(last);
    figure.add(FigureBox{x - 4, at - 4, 8, 8, {map.at(0.3F + 0.7F * layer, 0.0F, 1.0F)}});
    figure.add(FigureText{
        x + 7, at + 4, short_name(view, point), kFigureSmall, FigureFont::text, FigureAlign::left, {style.muted}});
  }
  return y + height;
}

}  // namespace

ContentPlan plan_likeness(const Seen& seen, const ExportOptions& options, const FigureStyle& style) {
  const Snapshot& snapshot = *seen.snapshot;
  if (!snapshot.model->tokenizer || snapshot.model->config.patches)
    throw Error("reads_pictures", {.item = snapshot.model->name});
  if (options.corpus.empty() && !has_something_to_read(snapshot)) throw Error("no_tokens", {});
  const std::optional<LikenessQuestion> asked = likeness_question(snapshot, options.corpus, 0, options.special_tokens);
  if (!asked) throw Error("likeness_tokens", {});
  const FigureCaption caption = caption_about(snapshot, tr("likeness.title"));
  const std::string without =
      asked->special == SpecialTokens::left_out ? " · " + std::string(tr("likeness.short_without_special")) : "";
  const std::string formula = tr("likeness.short_formula") + without, read = tr("likeness.short_read"),
                    explained = tr("likeness.short_explained"), text = text_name(options.corpus);
  const gfx::ColourMap& map = gfx::colour_map(look_of(seen.session).weight_map, style.theme);
  const auto reversed = std::make_shared<const gfx::ColourMap>(strongest_for_nought(map));
  return [=, question = *asked, by_cluster = options.by_cluster](bool picture) {
    const std::shared_ptr<const LikenessView> view = make_likeness(question);
    Content content{table_about(*seen.snapshot, seen.session, ExportView::likeness), {}};
    fill_likeness(content.table, *view);
    if (!picture) return content;
    std::vector<std::size_t> order = view->by_cluster;
    if (!by_cluster) std::iota(order.begin(), order.end(), std::size_t{0});
    LabelledMap drawn;
    for (const std::size_t head : order)
      drawn.rows.push_back(short_name(*view, head));
    drawn.cols = drawn.rows;
    drawn.values = reordered(view->likeness.distances, order);
    drawn.high = std::max(0.01F, *std::ranges::max_element(drawn.values.values));
    drawn.colours = reversed.get();
    drawn.largest = kLargestPairs;
    drawn.about = formula;
    FigureCaption named = caption;
    if (!view->corpus.empty()) named.second = filled(read, {{"text", text}, {"rows", view->likeness.rows}});
    if (view->models.size() == 2) named.second += " · " + model_name(*view, 0) + "; " + model_name(*view, 1);
    content.figure = map_figure(drawn, named, style);
    content.figure.width = std::max(content.figure.width, kLeastWidth);
    const double below = add_plane(content.figure, content.figure.height, *view, map, style);
    const std::string share = figure_number(100.0F * view->map.explained, 1) + " %";
    content.figure.add(FigureText{kFigureMargin,
                                  below + kFigureSmall,
                                  filled(explained, {{"share", share}}),
                                  kFigureSmall,
                                  FigureFont::text,
                                  FigureAlign::left,
                                  {style.muted}});
    content.figure.height = below + kFigureSmall + kFigureMargin;
    return content;
  };
}

}  // namespace regard
