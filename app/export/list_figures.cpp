// SPDX-License-Identifier: Apache-2.0
// The views that are lists: heads, keys of one question, predictions.
#include "app/export/figures.h"
#include "app/export/maps.h"
#include "app/export/text_fields.h"
#include "app/session/look.h"
#include "app/style/locale.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace regard {
namespace {

void add_text(Figure& figure, double x, double y, std::string text, FigureFont font, FigureAlign align, gfx::Rgb ink,
              double size = kFigureText) {
  figure.add(FigureText{x, y, std::move(text), size, font, align, {ink}});
}

Figure start(double width, const FigureCaption& caption, const FigureStyle& style, double& y) {
  Figure figure;
  figure.width = width;
  figure.ground = style.ground;
  y = add_caption(figure, caption, style);
  return figure;
}

std::string percent(float share) {
  return figure_number(share * 100.0F, 2) + " %";
}

}  // namespace

Figure heads_figure(const Snapshot& snapshot, const Session& session, const FigureCaption& caption,
                    const FigureStyle& style) {
  constexpr double kBadge = 9;
  const std::vector<std::vector<Thumbnail>>& thumbnails = thumbnails_of(snapshot, shown_kind(snapshot, session));
  const std::size_t layers = thumbnails.size();
  std::size_t heads = 0;  // of the layer that has most
  for (const std::vector<Thumbnail>& layer : thumbnails)
    heads = std::max(heads, layer.size());
  const double side = heads > 32 ? 24 : heads > 16 ? 40 : 64, space = side / 8;
  const std::vector<MapBadge> badges = head_badges(*snapshot.model);
  const double step_x = side + space, step_y = step_x + (badges.empty() ? 0 : kBadge);
  const double left = kFigureMargin + 36;
  double y = 0;
  Figure figure = start(std::max(420.0, left + static_cast<double>(heads) * step_x + kFigureMargin), caption, style, y);
  const double top = y + 20;
  const auto corner = [&](HeadRef head) {
    return std::pair{left + step_x * static_cast<double>(head.head), top + step_y * static_cast<double>(head.layer)};
  };
  const gfx::ColourMap& map = gfx::colour_map(look_of(session).weight_map, style.theme);
  const HeadRef shown = shown_head(snapshot, session);
  for (std::size_t head = 0; head < heads; ++head)
    add_text(figure, corner({0, head}).first + 0.5 * side, top - 8, std::to_string(head), FigureFont::mono,
             FigureAlign::centre, style.muted, kFigureSmall);
  for (std::size_t layer = 0; layer < layers; ++layer) {
    add_text(figure, left - 10, corner({layer, 0}).second + 0.5 * side + 4, std::to_string(layer), FigureFont::mono,
             FigureAlign::right, style.muted, kFigureSmall);
    for (std::size_t head = 0; head < thumbnails[layer].size(); ++head) {
      const Thumbnail& picture = thumbnails[layer][head];
      const auto [x, row] = corner({layer, head});
      if (HeadRef{layer, head} == shown) figure.add(FigureBox{x - 2, row - 2, side + 4, side + 4, {style.query}});
      FigureImage image{x, row, side, side, picture.rows, picture.cols, {}};
      image.pixels.reserve(picture.pixels.size());
      for (const std::uint8_t pixel : picture.pixels)
        image.pixels.push_back(map.table[pixel]);
      figure.add(std::move(image));
    }
  }
  for (const MapBadge& badge : badges) {
    if (badge.head.layer >= layers || badge.head.head >= thumbnails[badge.head.layer].size()) continue;
    const auto [x, row] = corner(badge.head);
    add_text(figure, x + 0.5 * side, row + side + kBadge + 1, cut_to(badge.text, FigureFont::text, kBadge, step_x - 2),
             FigureFont::text, FigureAlign::centre, badge.head == shown ? style.query : style.muted, kBadge);
  }
  figure.height = top + step_y * static_cast<double>(layers) + kFigureMargin;
  return figure;
}

Figure question_figure(const QuestionView& question, const FigureCaption& caption, const FigureStyle& style) {
  constexpr double kLabel = 170, kBar = 220;
  const double scores = kFigureMargin + kLabel + kBar / 2, weights = kFigureMargin + kLabel + kBar + 90;
  double y = 0;
  Figure figure = start(weights + kBar + 70 + kFigureMargin, caption, style, y);
  const double heads = y + 8;
  add_text(figure, kFigureMargin, heads, question.query_label + " →", FigureFont::strong, FigureAlign::left,
           style.query);
  add_text(figure, scores, heads, tr("grids.score"), FigureFont::text, FigureAlign::centre, style.muted, kFigureSmall);
  add_text(figure, weights, heads, tr("grids.weight"), FigureFont::text, FigureAlign::left, style.muted, kFigureSmall);
  float largest = 1e-6F;
  for (const KeyBar& bar : question.bars)
    if (!bar.masked) largest = std::max(largest, std::abs(bar.score));
  y = heads + kFigureRow;
  for (const KeyBar& bar : question.bars) {
    const gfx::Rgb ink = bar.token == question.key ? style.key : bar.special || bar.masked ? style.muted : style.text;
    add_text(figure, kFigureMargin, y, cut_to(bar.label, FigureFont::text, kFigureText, kLabel - 10), FigureFont::text,
             FigureAlign::left, ink);
    if (bar.masked) {
      add_text(figure, scores, y, tr("grids.masked"), FigureFont::text, FigureAlign::centre, style.muted, kFigureSmall);
    } else if (question.has_scores) {
      const double half = 0.5 * kBar - 40, length = half * std::abs(bar.score) / largest;
      figure.add(FigureBox{bar.score < 0 ? scores - length : scores,
                           y - 11,
                           length,
                           13,
                           {bar.score < 0 ? style.negative : style.positive}});
      add_text(figure, scores + kBar / 2 + 50, y, figure_number(bar.score, 3), FigureFont::mono, FigureAlign::right,
               ink, kFigureSmall);
    }
    if (!bar.masked) {
      figure.add(FigureBox{weights, y - 11, kBar * bar.weight, 13, {style.key}});
      add_text(figure, weights + kBar + 64, y, figure_number(bar.weight, 4), FigureFont::mono, FigureAlign::right, ink,
               kFigureSmall);
    }
    y += kFigureRow;
  }
  if (question.other_keys > 0) {
    add_text(figure, kFigureMargin, y,
             tr_plural("question.others", question.other_keys, {{"weight", figure_number(question.other_weight, 4)}}),
             FigureFont::text, FigureAlign::left, style.muted);
    y += kFigureRow;
  }
  std::string sum =
      tr(question.has_sink ? "question.weights_sunk" : "question.weights",
         {{"sum", figure_number(question.weight_sum, 6)}, {"share", figure_number(question.sink_share, 6)}});
  if (question.renormalised) sum += std::string(" · ") + tr("arcs.renormalised");
  add_text(figure, kFigureMargin, y + 6, sum, FigureFont::text, FigureAlign::left, style.muted, kFigureSmall);
  figure.height = y + 6 + kFigureMargin;
  return figure;
}

namespace {

const char* about_key(PredictionView::Why why) {
  switch (why) {
    case PredictionView::Why::mask:
      return "predictions.mask";
    case PredictionView::Why::last:
      return "predictions.last";
    case PredictionView::Why::image:
      return "predictions.image";
    case PredictionView::Why::text_class:
      return "predictions.text_class";
    case PredictionView::Why::token_class:
      return "predictions.token_class";
    case PredictionView::Why::span:
      return "predictions.span";
    case PredictionView::Why::query:
    case PredictionView::Why::none:
      break;
  }
  return "predictions.query";
}

}  // namespace

Figure predictions_figure(const PredictionView& predictions, const FigureCaption& caption, const FigureStyle& style) {
  constexpr double kLabel = 160, kBar = 260;
  double y = 0;
  Figure figure = start(kFigureMargin * 2 + kLabel + kBar + 80, caption, style, y);
  add_text(figure, kFigureMargin, y + 8, tr(about_key(predictions.why), {{"token", predictions.position_label}}),
           FigureFont::text, FigureAlign::left, style.muted, kFigureSmall);
  y += 8 + kFigureRow;
  const bool shares = !predictions.rows.empty() && !std::isnan(predictions.rows.front().probability);
  const float largest = shares ? std::max(1e-6F, predictions.rows.front().probability) : 1.0F;
  for (const PredictionRow& row : predictions.rows) {
    add_text(figure, kFigureMargin, y, cut_to(row.text, FigureFont::text, kFigureText, kLabel - 10), FigureFont::text,
             FigureAlign::left, style.text);
    if (shares)
      figure.add(FigureBox{kFigureMargin + kLabel, y - 11, kBar * row.probability / largest, 13, {style.positive}});
    add_text(figure, kFigureMargin + kLabel + kBar + 80, y, shares ? percent(row.probability) : shortest(row.logit),
             FigureFont::mono, FigureAlign::right, style.text, kFigureSmall);
    y += kFigureRow;
  }
  figure.height = y + kFigureMargin;
  return figure;
}

}  // namespace regard
