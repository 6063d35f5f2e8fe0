// SPDX-License-Identifier: Apache-2.0
// Heads that were searched for, as small pictures in the order of their rank.
#include "app/base/head_place.h"
#include "app/export/figures.h"
#include "app/export/plans.h"
#include "app/session/look.h"
#include "app/style/heads_text.h"
#include "app/style/locale.h"
#include "app/viewmodel/head_search.h"
#include "app/viewmodel/views.h"
#include "core/base/error.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace regard {
namespace {

constexpr std::size_t kFoundCols = 6;
constexpr double kFoundSide = 96, kFoundSpace = 16, kFoundLine = 15;

FigureImage pixels_of_found(const Thumbnail& thumbnail, const gfx::ColourMap& map) {
  FigureImage image;
  image.rows = thumbnail.rows;
  image.cols = thumbnail.cols;
  for (const std::uint8_t pixel : thumbnail.pixels)
    image.pixels.push_back(map.table[pixel]);
  return image;
}

/// What the pictures are called, by model: the model's name, and those of its heads that have a role.
struct FoundNames {
  std::string model{};
  std::vector<std::pair<HeadRef, std::string>> roles{};
};

FoundNames names_of_found(const Model& model) {
  FoundNames names{full_name(model), {}};
  for (const HeadRole& role : model.roles)
    names.roles.emplace_back(role.head, language() == Language::ru ? role.name.ru : role.name.en);
  return names;
}

/// "1. 2.5" and below it what the head does, and of which of two models it is.
std::vector<std::string> lines_of_found(const FoundHead& found, std::size_t place,
                                        const std::vector<FoundNames>& names) {
  const FoundNames& of = names[found.head.model];
  const HeadRef head = found.head.head;
  std::vector<std::string> lines{std::to_string(place + 1) + ". " + head_place(head)};
  const auto role = std::find_if(of.roles.begin(), of.roles.end(), [&](const auto& one) { return one.first == head; });
  if (role != of.roles.end()) lines.push_back(role->second);
  if (names.size() > 1) lines.push_back(of.model);
  return lines;
}

/// The pictures stand as far apart as the widest of their names wants.
Figure found_figure(const HeadSearchView& view, const std::vector<FoundNames>& names, const FigureCaption& caption,
                    const gfx::ColourMap& map, const FigureStyle& style) {
  std::vector<std::vector<std::string>> lines;
  double width = kFoundSide;
  std::size_t most = 1;
  for (std::size_t place = 0; place < view.found.size(); ++place) {
    lines.push_back(lines_of_found(view.found[place], place, names));
    most = std::max(most, lines.back().size());
    for (const std::string& line : lines.back())
      width = std::max(width, std::ceil(figure_text_width(line, FigureFont::text, kFigureSmall)));
  }
  const double step_x = width + kFoundSpace;
  const double step_y = kFoundSide + kFoundLine * static_cast<double>(most) + 2 * kFoundSpace;
  Figure figure;
  figure.ground = style.ground;
  figure.width = std::max(caption_width(caption), 2 * kFigureMargin + static_cast<double>(kFoundCols) * step_x);
  const double top = add_caption(figure, caption, style) + 8;
  for (std::size_t place = 0; place < view.found.size(); ++place) {
    const FoundHead& found = view.found[place];
    const double x = kFigureMargin + static_cast<double>(place % kFoundCols) * step_x;
    const double y = top + static_cast<double>(place / kFoundCols) * step_y;
    FigureImage image = pixels_of_found(found.thumbnail, map);
    image.x = x;
    image.y = y;
    image.width = image.height = kFoundSide;
    figure.add(FigureBox{x - 1, y - 1, kFoundSide + 2, kFoundSide + 2, {style.faint}});
    figure.add(std::move(image));
    double below = y + kFoundSide;
    for (const std::string& line : lines[place])
      figure.add(
          FigureText{x, below += kFoundLine, line, kFigureSmall, FigureFont::text, FigureAlign::left, {style.text}});
    figure.add(FigureText{x + kFoundSide,
                          y + kFoundSide + kFoundLine,
                          figure_number(found.value, 3),
                          kFigureSmall,
                          FigureFont::mono,
                          FigureAlign::right,
                          {style.text}});
  }
  const std::size_t rows = (view.found.size() + kFoundCols - 1) / kFoundCols;
  figure.height = top + static_cast<double>(rows) * step_y + kFigureMargin;
  return figure;
}

/// "previous token, en.conllu": what heads are ranked by, and on which text where that is not the one on screen (UI thread).
/// `text`: the file that is chosen; a report of another one says its own name.
std::string ranked_by(const HeadSearchQuestion& question, const std::filesystem::path& text) {
  const std::string what = question.by == SearchBy::measure ? measure_name(named_measures()[question.measure].name)
                                                            : relation_name(question.relation);
  const std::string& corpus = question.report->corpus;
  return corpus.empty() ? what : what + ", " + (text.filename() == corpus ? text_name(text) : corpus);
}

void fill_found(ExportTable& table, const HeadSearchView& view, const HeadSearchQuestion& question) {
  table.about.insert(table.about.end(), {{"searched", view.searched}, {"rows", view.rows}});
  if (question.by == SearchBy::example || question.by == SearchBy::paint)
    table.about.emplace_back("special_tokens", std::string(name_of(view.without_special ? SpecialTokens::left_out
                                                                                        : SpecialTokens::counted)));
  if (question.by == SearchBy::measure)
    table.about.emplace_back("measure", std::string(named_measures()[question.measure].name));
  if (question.by == SearchBy::relation) table.about.emplace_back("relation", question.relation);
  if (question.report) table.about.emplace_back("corpus", question.report->corpus);
  table.columns = {"rank", "model", "layer", "head", "value", "baseline"};
  Matrix numbers(view.found.size(), 5);
  for (std::size_t place = 0; place < view.found.size(); ++place) {
    const FoundHead& found = view.found[place];
    table.rows.push_back({place + 1, full_name(*question.traces[found.head.model]->model), found.head.head.layer,
                          found.head.head.head, found.value, found.baseline});
    numbers(place, 0) = static_cast<float>(found.head.model);
    numbers(place, 1) = static_cast<float>(found.head.head.layer);
    numbers(place, 2) = static_cast<float>(found.head.head.head);
    numbers(place, 3) = found.value;
    numbers(place, 4) = found.baseline;
  }
  table.arrays.emplace_back("found", std::move(numbers));
}

}  // namespace

ContentPlan plan_head_search(const Seen& seen, const ExportOptions& options, const FigureStyle& style) {
  const SearchedRuns runs = searched_runs(*seen.snapshot, shown_kind(*seen.snapshot, seen.session));
  if (!runs.traces.front()) throw Error("no_tokens", {});
  const HeadSearchQuestion question =
      options.head_search
          ? *options.head_search
          : HeadSearchQuestion{.traces = runs.traces,
                               .left_out = left_out_of(*seen.snapshot, shown_kind(*seen.snapshot, seen.session),
                                                       special_tokens(*seen.snapshot->model, {})),
                               .example = shown_head(*seen.snapshot, seen.session)};
  if (question.traces.empty()) throw Error("export_search", {});
  const bool of_run = question.by == SearchBy::example || question.by == SearchBy::paint;
  if (of_run && !has_something_to_read(*seen.snapshot)) throw Error("no_tokens", {});
  FigureCaption caption = caption_about(*seen.snapshot, tr("head_search.title"));
  if (question.report) caption.second = ranked_by(question, options.corpus) + " · " + caption.second;
  if (question.left_out != UncomparedTokens{})
    caption.second = std::string(tr("likeness.short_without_special")) + " · " + caption.second;
  const gfx::ColourMap& map = gfx::colour_map(look_of(seen.session).weight_map, style.theme);
  std::vector<FoundNames> names;
  for (const std::shared_ptr<const Trace>& trace : question.traces)
    names.push_back(names_of_found(*trace->model));
  return [=, &map](bool picture) {
    const std::shared_ptr<const HeadSearchView> view = make_head_search(question);
    Content content{table_about(*seen.snapshot, seen.session, ExportView::head_search), {}};
    fill_found(content.table, *view, question);
    if (picture) content.figure = found_figure(*view, names, caption, map, style);
    return content;
  };
}

}  // namespace regard
