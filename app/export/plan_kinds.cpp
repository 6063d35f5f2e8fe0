// SPDX-License-Identifier: Apache-2.0
// The head on show through several kinds of attention: a grid of each, and all numbers.
#include "app/export/kinds_table.h"
#include "app/export/maps.h"
#include "app/export/plans.h"
#include "app/session/look.h"
#include "app/style/locale.h"
#include "core/base/error.h"

#include <algorithm>
#include <limits>
#include <map>

namespace regard {
namespace {

constexpr double kLargestKindGrid = 320;  // pixels of a grid's cells
constexpr std::size_t kKindsInALine = 3;

/// In lines of up to three.
Figure in_threes(std::vector<Figure> figures, const FigureStyle& style, const std::string& title) {
  std::vector<std::vector<Figure>> lines;
  for (std::size_t index = 0; index < figures.size(); ++index) {
    if (index % kKindsInALine == 0) lines.emplace_back();
    lines.back().push_back(std::move(figures[index]));
  }
  return figures_in_lines(std::move(lines), style, title);
}

/// A kind's grid; cells that it closes are hatched.
LabelledMap kind_map(const KindReport& report, const KindsTexts& texts, const gfx::ColourMap& colours, float largest) {
  LabelledMap map;
  map.rows = texts.queries;
  map.cols = texts.keys;
  map.values = report.shown.weights;
  for (std::size_t cell = 0; cell < map.values.values.size(); ++cell)
    if (!report.shown.open.open[cell]) map.values.values[cell] = std::numeric_limits<float>::quiet_NaN();
  map.high = largest;
  map.colours = &colours;
  map.largest = kLargestKindGrid;
  return map;
}

/// What is written beside each grid, in the language chosen when the export was asked for.
struct KindWords {
  std::vector<std::string> titles{};
  std::vector<std::string> notes{};  ///< of a kind that the head was not trained in
  std::string trained{};             ///< of the other
  std::map<std::string, std::string, std::less<>> obstacles{};
};

KindWords kind_words(const std::vector<KindOfAttention>& kinds) {
  KindWords words{.trained = tr("kinds.trained")};
  for (const KindOfAttention& kind : kinds) {
    words.titles.push_back(kind_text(kind));
    words.notes.emplace_back(tr(is_trained_kind(kind.form) ? "kinds.same" : "kinds.untrained"));
  }
  for (std::size_t index = 1; index < kind_obstacles; ++index) {
    const std::string name(name_of(static_cast<KindObstacle>(index)));
    words.obstacles.emplace(name, tr("kinds.obstacle." + name));
  }
  return words;
}

Figure kinds_figure(const KindsAnswer& answer, const KindsTexts& texts, const KindWords& words,
                    const gfx::ColourMap& colours, const FigureCaption& caption, const FigureStyle& style) {
  float largest = 0.0F;
  for (const KindReport& report : answer.reports)
    for (const float weight : report.shown.weights.values)
      largest = std::max(largest, weight);
  std::vector<Figure> figures;
  for (std::size_t index = 0; index < answer.reports.size(); ++index) {
    const KindReport& report = answer.reports[index];
    if (report.obstacle != KindObstacle::none) {
      FigureList list;
      list.above = {words.obstacles.at(std::string(name_of(report.obstacle)))};
      figures.push_back(list_figure(list, {words.titles[index], caption.first}, style));
      continue;
    }
    LabelledMap map = kind_map(report, texts, colours, largest > 0.0F ? largest : 1.0F);
    map.about = report.trained ? words.trained : words.notes[index];
    figures.push_back(map_figure(map, {words.titles[index], caption.first}, style));
  }
  return in_threes(std::move(figures), style, caption.first);
}

}  // namespace

ContentPlan plan_kinds(const Seen& seen, const FigureStyle& style) {
  const Snapshot& snapshot = *seen.snapshot;
  const KindsQuestion question = kinds_question(snapshot, seen.session);
  const KindsTexts texts{token_labels(asking_encoding(snapshot, seen.session)),
                         token_labels(asked_encoding(snapshot, seen.session))};
  const std::size_t longest = std::max(texts.queries.size(), texts.keys.size());
  if (longest == 0) throw Error("no_tokens", {});
  if (longest > longest_kinds)
    throw Error("text_too_long", {.expected = std::to_string(longest_kinds), .found = std::to_string(longest)});
  const KindWords words = kind_words(question.kinds);
  const gfx::ColourMap* colours = &gfx::colour_map(look_of(seen.session).weight_map, style.theme);
  const FigureCaption caption = caption_of(snapshot, seen.session);
  return [seen, style, question, texts, words, colours, caption](bool picture) {
    const std::shared_ptr<const KindsAnswer> answer = make_kinds(question);
    const Trace& trace = attention_of(*question.trace, question.attention);
    const std::shared_ptr<const KindCosts> costs = make_kind_costs({question.kinds, head_shape(trace, question.head)});
    Content content{table_about(*seen.snapshot, seen.session, ExportView::kinds), {}};
    fill_kinds_table(content.table, answer->reports, *costs, texts);
    if (picture) content.figure = kinds_figure(*answer, texts, words, *colours, caption, style);
    return content;
  };
}

}  // namespace regard
