// SPDX-License-Identifier: Apache-2.0
// Two reasons for a head to look elsewhere: a dot per head on two axes of one scale, and the heads that move most in lines below.
#include "app/export/maps.h"
#include "app/export/plans.h"
#include "app/session/look.h"
#include "app/style/heads_text.h"
#include "app/style/locale.h"
#include "app/viewmodel/causes_view.h"
#include "core/base/error.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace regard {
namespace {

constexpr double kCausesSide = 460, kCausesLeft = 64, kCausesDot = 7;
constexpr std::size_t kNamedDots = 12, kListedHeads = 16;

/// What the slow step needs of the language.
struct CausesWords {
  std::string title{}, along{}, up{}, about{}, roots{}, diagonal{}, by_storage{}, by_adapter{}, head{};
};

void fill_causes(ExportTable& table, const DriftCauses& causes, const Model& full, const Model& stored,
                 bool own_weights) {
  table.about.insert(table.about.end(), {{"against", full.name},
                                         {"against_stored_as", full.stored_as},
                                         {"stored_as", stored.stored_as},
                                         {"own_weights", std::string(own_weights ? "true" : "false")},
                                         {"texts", causes.texts},
                                         {"rows", causes.rows}});
  table.columns = {"layer", "head", "storage", "adapter"};
  Matrix both(causes.heads.size(), 2);
  for (std::size_t head = 0; head < causes.heads.size(); ++head) {
    both(head, 0) = static_cast<float>(causes.stored[head]);
    both(head, 1) = static_cast<float>(causes.adapted[head]);
    const TableCell adapted = causes.strengths.empty() ? TableCell(Masked{}) : TableCell(causes.adapted[head]);
    table.rows.push_back({causes.heads[head].layer, causes.heads[head].head, causes.stored[head], adapted});
  }
  table.arrays = {{"causes", std::move(both)}};
  if (causes.strengths.empty()) return;
  Matrix strengths(1, causes.strengths.size());
  std::copy(causes.strengths.begin(), causes.strengths.end(), strengths.values.begin());
  table.arrays.emplace_back("strengths", std::move(strengths));
}

void add_causes_text(Figure& figure, double x, double y, std::string text, FigureAlign align, gfx::Rgb ink) {
  figure.add(FigureText{x, y, std::move(text), kFigureSmall, FigureFont::text, align, {ink}});
}

std::string head_in_signs(HeadRef head) {
  return std::to_string(head.layer) + "." + std::to_string(head.head);
}

/// Below y; gives the y below it.
double add_causes_plane(Figure& figure, double y, const DriftCauses& causes, const CausesWords& words,
                        const gfx::ColourMap& map, const FigureStyle& style) {
  const double end = end_of_axes(causes), left = kFigureMargin + kCausesLeft, top = y + 26, side = kCausesSide;
  const auto across = [&](double value) { return left + place_on_axis(value, end) * side; };
  const auto down = [&](double value) { return top + side - place_on_axis(value, end) * side; };
  add_causes_text(figure, left, y + 14, words.up, FigureAlign::left, style.muted);
  figure.add(FigureLine{left, top, left, top + side, 1, {style.faint}});
  figure.add(FigureLine{left, top + side, left + side, top + side, 1, {style.faint}});
  for (const double share : axis_ticks) {
    const std::string text = figure_number(static_cast<float>(share * end), share * end < 0.01 ? 4 : 3);
    figure.add(FigureLine{across(share * end), top, across(share * end), top + side, 1, {style.faint}});
    figure.add(FigureLine{left, down(share * end), left + side, down(share * end), 1, {style.faint}});
    add_causes_text(figure, across(share * end), top + side + 16, text, FigureAlign::centre, style.muted);
    add_causes_text(figure, left - 8, down(share * end) + 4, text, FigureAlign::right, style.muted);
  }
  figure.add(FigureLine{left, top + side, left + side, top, 1, {style.muted}});
  add_causes_text(figure, left + side, top + side + 34, words.along, FigureAlign::right, style.muted);
  const std::vector<std::size_t> farthest = farthest_by_any_cause(causes, kNamedDots);
  const std::size_t last = causes.heads.empty() ? 1 : std::max<std::size_t>(1, causes.heads.back().layer);
  for (std::size_t head = 0; head < causes.heads.size(); ++head) {
    const double x = across(causes.stored[head]), at = down(causes.adapted[head]);
    const float layer = static_cast<float>(causes.heads[head].layer) / static_cast<float>(last);
    figure.add(FigureBox{x - 0.5 * kCausesDot,
                         at - 0.5 * kCausesDot,
                         kCausesDot,
                         kCausesDot,
                         {map.at(0.3F + 0.7F * layer, 0.0F, 1.0F)}});
    if (std::find(farthest.begin(), farthest.end(), head) != farthest.end())
      add_causes_text(figure, x + kCausesDot, at + 4, head_in_signs(causes.heads[head]), FigureAlign::left,
                      style.muted);
  }
  return top + side + 50;
}

/// The text with line ends at spaces, so that it is not wider than the plane.
std::vector<std::string> in_lines(const std::string& text) {
  std::vector<std::string> lines;
  std::string line;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    const std::string word = text.substr(at, end - at), longer = line.empty() ? word : line + " " + word;
    if (!line.empty() && figure_text_width(longer, FigureFont::text, kFigureSmall) > kCausesLeft + kCausesSide) {
      lines.push_back(line);
      line = word;
    } else {
      line = longer;
    }
    at = end + 1;
  }
  if (!line.empty()) lines.push_back(line);
  return lines;
}

FigureList causes_list(const DriftCauses& causes, const CausesWords& words, const std::vector<std::string>& names) {
  FigureList list;
  list.columns = {{words.head, 260}, {words.by_storage, 90, true}, {words.by_adapter, 90, true}};
  for (const std::size_t head : farthest_by_any_cause(causes, kListedHeads)) {
    const double stored = causes.stored[head], adapted = causes.adapted[head];
    list.rows.push_back({{.text = names[head]},
                         {.text = figure_number(static_cast<float>(stored), 4), .strong = stored > adapted},
                         {.text = causes.strengths.empty() ? "–" : figure_number(static_cast<float>(adapted), 4),
                          .strong = adapted > stored}});
  }
  list.above = in_lines(words.about + " " + words.roots);
  if (!causes.strengths.empty()) {
    const CausesCount count = count_causes(causes);
    list.below = in_lines(
        filled(words.diagonal,
               {{"adapter", count.by_adapter}, {"storage", count.by_storage}, {"heads", causes.heads.size()}}));
  }
  return list;
}

CausesWords words_of_causes(const Model& full, const Model& stored, const std::vector<float>& strengths,
                            const std::string& text) {
  const std::string up = strengths.empty()       ? tr("causes.no_adapter")
                         : strengths.size() == 1 ? tr("causes.adapter", {{"strength", figure_number(strengths[0], 2)}})
                                                 : tr("causes.adapters");
  return {tr("causes.title"),
          tr("causes.storage", {{"stored", stored.stored_as}}),
          up,
          tr(strengths.empty() ? "causes.about_storage" : "causes.about",
             {{"stored", stored.stored_as}, {"full", named_with_storage(full)}, {"text", text}}),
          tr("causes.roots"),
          tr("causes.diagonal"),
          tr("causes.by_storage"),
          tr("causes.by_adapter"),
          tr("causes.head")};
}

}  // namespace

ContentPlan plan_causes(const Seen& seen, const ExportOptions& options, const FigureStyle& style) {
  const Snapshot& snapshot = *seen.snapshot;
  check_reads_text(snapshot);
  std::shared_ptr<const Model> full =
      options.against.empty() ? model_compared_with(snapshot) : load_model(options.against);
  if (!full) throw Error("no_other_model", {.item = snapshot.model->name});
  CausesQuestion question = causes_question(snapshot, full);
  question.of.corpus = options.corpus;
  question.of.own_weights = options.own_weights;
  const Model& reader = snapshot.model->encoder ? *snapshot.model->encoder : *snapshot.model;
  const std::string text = options.corpus.empty() ? tr("corpus.sentence_text") : text_name(options.corpus);
  CausesWords words = words_of_causes(*full, *snapshot.model, question.of.of.direction, text);
  if (options.own_weights) words.title += " · " + std::string(tr("adapters.own"));
  const FigureCaption caption = caption_on(seen, words.title, options.corpus);
  std::vector<std::string> names;
  for (const HeadRef head : softmax_heads(reader.config))
    names.push_back(tr("heads.label", {{"layer", head.layer}, {"head", head.head}}));
  const gfx::ColourMap& map = gfx::colour_map(look_of(seen.session).weight_map, style.theme);
  return [=, &map](bool picture) {
    const std::shared_ptr<const DriftCauses> causes = make_causes(question, {});
    Content content{table_about(*seen.snapshot, seen.session, ExportView::causes), {}};
    fill_causes(content.table, *causes, *question.full, *seen.snapshot->model, question.of.own_weights);
    if (!picture) return content;
    const FigureList list = causes_list(*causes, words, names);
    Figure& figure = content.figure;
    figure.ground = style.ground;
    figure.width = std::max(
        {caption_width(caption), width_of(list), kFigureMargin + kCausesLeft + kCausesSide + 40 + kFigureMargin});
    const double y = add_caption(figure, caption, style);
    const double below = add_causes_plane(figure, y, *causes, words, map, style);
    figure.height = add_list(figure, below, list, style) + kFigureMargin;
    return content;
  };
}

}  // namespace regard
