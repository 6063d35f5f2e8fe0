// SPDX-License-Identifier: Apache-2.0
// The layer on show cut into other numbers of heads: a line of grids for each number, and all numbers.
#include "app/export/maps.h"
#include "app/export/plans.h"
#include "app/session/look.h"
#include "app/style/locale.h"
#include "app/viewmodel/head_cuts_view.h"
#include "app/viewmodel/kinds_view.h"
#include "core/base/error.h"

#include <algorithm>
#include <limits>
#include <string_view>

namespace regard {
namespace {

constexpr double kLargestCutGrid = 220;  // pixels of a grid's cells
constexpr std::size_t kCutsInALine = 4;

/// What is written beside the grids, in the language chosen when the export was asked for.
struct CutWords {
  std::vector<std::string> queries{}, keys{};
  std::string heads{}, head{}, untrained{}, obstacle{}, edits{};
  std::array<std::string, looked_places> places{};
};

std::vector<TableCell> cut_row(std::size_t heads, std::size_t head, std::string_view number, TableCell value) {
  return {heads, head, std::string(number), Masked{}, Masked{}, Masked{}, Masked{}, std::move(value)};
}

void add_cut_weights(ExportTable& table, std::size_t heads, std::size_t head, const CutHead& cut, const Trace& trace,
                     std::size_t layer, const CutWords& words) {
  for (std::size_t query = 0; query < cut.weights.rows; ++query)
    for (std::size_t key = 0; key < cut.weights.cols; ++key)
      table.rows.push_back({heads, head, std::string("weight"), query, key, words.queries[query], words.keys[key],
                            score_or_masked(cut.weights(query, key), !allowed(trace, layer, query, key))});
}

/// Columns heads, head, number, query, key, query_label, key_label, value; "weight" has a row per query and key. NPZ: weights_<heads>
/// [heads, queries, keys].
void fill_cuts_table(ExportTable& table, const HeadCuts& made, const CutWords& words) {
  table.columns = {"heads", "head", "number", "query", "key", "query_label", "key_label", "value"};
  const Trace& trace = attention_of(*made.of.trace, made.of.attention);
  for (const HeadCut& cut : made.cuts) {
    for (std::size_t head = 0; head < cut.each.size(); ++head) {
      const CutHead& one = cut.each[head];
      table.rows.push_back(cut_row(cut.heads, head, "width", cut.width));
      table.rows.push_back(cut_row(cut.heads, head, "scale", cut.scale));
      table.rows.push_back(cut_row(cut.heads, head, "entropy", one.entropy));
      table.rows.push_back(cut_row(cut.heads, head, "distance", one.distance));
      for (std::size_t place = 0; place < looked_places; ++place)
        table.rows.push_back(cut_row(cut.heads, head, name_of(static_cast<LookedPlace>(place)), one.places[place]));
      add_cut_weights(table, cut.heads, head, one, trace, made.of.layer, words);
      table.arrays.emplace_back("weights_" + std::to_string(cut.heads) + "_" + std::to_string(head), one.weights);
    }
  }
}

Figure figure_of_cut(const HeadCuts& made, const HeadCut& cut, std::size_t head, float largest, const CutWords& words,
                     const gfx::ColourMap& colours, const FigureStyle& style) {
  const Trace& trace = attention_of(*made.of.trace, made.of.attention);
  const CutHead& one = cut.each[head];
  LabelledMap map{.rows = words.queries, .cols = words.keys, .values = one.weights};
  for (std::size_t query = 0; query < map.values.rows; ++query)
    for (std::size_t key = 0; key < map.values.cols; ++key)
      if (!allowed(trace, made.of.layer, query, key)) map.values(query, key) = std::numeric_limits<float>::quiet_NaN();
  map.high = largest;
  map.colours = &colours;
  map.largest = kLargestCutGrid;
  const LayerOf of{*made.of.trace, made.of.attention, made.of.layer};
  if (cut.heads != of.config().heads(of.layer)) map.about = words.untrained;
  const std::size_t place = one.strongest();
  std::string looks = place < looked_places
                          ? words.places[place] + " " + figure_number(static_cast<float>(one.places[place]), 2)
                          : std::string();
  return map_figure(map,
                    {words.heads + " " + std::to_string(cut.heads) + " · " + words.head + " " + std::to_string(head),
                     std::move(looks)},
                    style);
}

Figure head_cuts_figure(const HeadCuts& made, const CutWords& words, const gfx::ColourMap& colours,
                        const FigureCaption& caption, const FigureStyle& style) {
  float largest = 0.0F;
  for (const HeadCut& cut : made.cuts)
    for (const CutHead& head : cut.each)
      largest = std::max(largest, *std::ranges::max_element(head.weights.values));
  std::vector<std::vector<Figure>> lines;
  FigureList list;
  for (const std::string& note : {words.obstacle, words.edits})
    if (!note.empty()) list.above.push_back(note);
  lines.push_back({});
  lines.back().push_back(list_figure(list, caption, style));
  for (const HeadCut& cut : made.cuts)
    for (std::size_t head = 0; head < cut.each.size(); ++head) {
      if (head % kCutsInALine == 0) lines.emplace_back();
      lines.back().push_back(figure_of_cut(made, cut, head, largest > 0.0F ? largest : 1.0F, words, colours, style));
    }
  return figures_in_lines(std::move(lines), style, caption.first);
}

CutWords cut_words(const Seen& seen, const HeadCutsQuestion& question) {
  CutWords words{.queries = token_labels(asking_encoding(*seen.snapshot, seen.session)),
                 .keys = token_labels(asked_encoding(*seen.snapshot, seen.session)),
                 .heads = tr("head_cuts.title"),
                 .head = tr("head_cuts.one"),
                 .untrained = tr("kinds.untrained")};
  for (std::size_t place = 0; place < looked_places; ++place)
    words.places[place] = tr("head_cuts.place." + std::string(name_of(static_cast<LookedPlace>(place))));
  const std::shared_ptr<const HeadCuts> made = make_head_cuts(question);
  if (made->obstacle != HeadCutObstacle::none)
    words.obstacle = tr("head_cuts.obstacle." + std::string(name_of(made->obstacle)));
  if (made->edits_left_out) words.edits = tr("head_cuts.edits_left_out");
  return words;
}

}  // namespace

ContentPlan plan_head_cuts(const Seen& seen, const FigureStyle& style) {
  const Snapshot& snapshot = *seen.snapshot;
  const HeadCutsQuestion question{snapshot.trace, shown_kind(snapshot, seen.session),
                                  shown_head(snapshot, seen.session).layer};
  const Trace& trace = attention_of(*question.trace, question.attention);
  const std::size_t longest = std::max(trace.tokens(), trace.keys());
  if (longest == 0) throw Error("no_tokens", {});
  if (longest > longest_kinds)
    throw Error("text_too_long", {.expected = std::to_string(longest_kinds), .found = std::to_string(longest)});
  const CutWords words = cut_words(seen, question);
  const gfx::ColourMap* colours = &gfx::colour_map(look_of(seen.session).weight_map, style.theme);
  const FigureCaption caption = caption_of(snapshot, seen.session);
  return [seen, style, question, words, colours, caption](bool picture) {
    const std::shared_ptr<const HeadCuts> made = make_head_cuts(question);
    if (made->cuts.empty())
      throw Error("head_cut_" + std::string(name_of(made->obstacle)), {.item = std::to_string(question.layer)});
    Content content{table_about(*seen.snapshot, seen.session, ExportView::head_cuts), {}};
    content.table.about.emplace_back("layer", question.layer);
    content.table.about.emplace_back("obstacle", std::string(name_of(made->obstacle)));
    fill_cuts_table(content.table, *made, words);
    if (picture) content.figure = head_cuts_figure(*made, words, *colours, caption, style);
    return content;
  };
}

}  // namespace regard
