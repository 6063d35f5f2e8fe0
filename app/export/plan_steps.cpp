// SPDX-License-Identifier: Apache-2.0
// One step of the Steps view: its formula, what is said of it, and every matrix with all its digits.
#include "app/export/plans.h"
#include "app/session/look.h"
#include "app/style/locale.h"
#include "app/style/steps_text.h"
#include "app/viewmodel/steps_pictures.h"
#include "core/base/error.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace regard {
namespace {

constexpr double kStepsWidth = 1080, kStepsGap = 22, kLeastPicture = 150;
constexpr double kStepsLabels = 80;  ///< pixels for names of rows
constexpr double kLargestStepCell = 26, kLargestStepRow = 18;
constexpr double kCaptionRoom = 36, kLegendRoom = 44;

/// What the picture is drawn with, gathered on the UI thread.
struct StepsInk {
  FigureStyle style{};
  FigureCaption caption{};
  const gfx::ColourMap* scores = nullptr;
  const gfx::ColourMap* weights = nullptr;
  std::vector<std::string> queries{}, keys{};  ///< labels of all tokens
  std::size_t query = 0, key = 0;              ///< tokens
};

/// Everything that one step says.
struct StepsContent {
  std::shared_ptr<const StepsView> view{};
  std::shared_ptr<const StepsToken> token{};
  std::size_t step = 1;
  std::vector<StepPicture> pictures{};
};

std::vector<std::string> part_of_labels(const std::vector<std::string>& labels, Range window) {
  return {labels.begin() + static_cast<std::ptrdiff_t>(window.begin),
          labels.begin() + static_cast<std::ptrdiff_t>(std::min(window.end, labels.size()))};
}

std::vector<std::string> names_of_rows(const StepsContent& content, const StepsInk& ink, const StepWords& words,
                                       StepRows rows) {
  const StepsView& view = *content.view;
  if (rows == StepRows::queries) return part_of_labels(ink.queries, view.numbers.queries);
  if (rows == StepRows::keys) return part_of_labels(ink.keys, view.numbers.keys);
  if (rows == StepRows::contributions) return names_of_contributions(*content.token);
  return names_of_blocks(words, view.of.kind, content.token->movers.rows == 3);
}

/// The columns that are numbers: without what stands between heads.
std::vector<std::size_t> true_columns(const StepPicture& picture) {
  std::vector<std::size_t> columns;
  if (picture.parted == nullptr) {
    for (std::size_t column = 0; column < picture.values->cols; ++column)
      columns.push_back(column);
    return columns;
  }
  for (const Range& piece : picture.parted->pieces)
    for (std::size_t column = piece.begin; column < piece.end; ++column)
      columns.push_back(column);
  return columns;
}

Matrix true_numbers(const StepPicture& picture) {
  const std::vector<std::size_t> columns = true_columns(picture);
  Matrix numbers(picture.values->rows, columns.size());
  for (std::size_t row = 0; row < numbers.rows; ++row)
    for (std::size_t column = 0; column < columns.size(); ++column)
      numbers(row, column) = (*picture.values)(row, columns[column]);
  return numbers;
}

void fill_steps(ExportTable& table, const StepsContent& content, const StepsInk& ink, const StepWords& words) {
  const StepsView& view = *content.view;
  table.about.insert(table.about.end(), {{"layer", view.of.head.layer},
                                         {"head", view.of.head.head},
                                         {"step", content.step},
                                         {"query", ink.query},
                                         {"heads", view.heads},
                                         {"kv_heads", view.kv_heads},
                                         {"head_width", view.head_dim},
                                         {"value_width", view.value_dim},
                                         {"hidden", view.hidden},
                                         {"without_scale", static_cast<std::size_t>(view.of.switches.unscaled)},
                                         {"without_mask", static_cast<std::size_t>(view.of.switches.unmasked)},
                                         {"cut_into", view.shown_heads}});
  std::size_t number = 0;
  for (const StepFormula& line : step_formulas(view, content.step))
    table.about.emplace_back("formula_" + std::to_string(++number), line.formula);
  table.columns = {"matrix", "row", "column", "row_label", "column_label", "value"};
  for (const StepPicture& picture : content.pictures) {
    const std::vector<std::string> rows = names_of_rows(content, ink, words, picture.rows);
    const bool grid = picture.cols == StepCols::keys;
    const std::vector<std::string> keys =
        grid ? part_of_labels(ink.keys, view.numbers.keys) : std::vector<std::string>{};
    Matrix numbers = true_numbers(picture);
    for (std::size_t row = 0; row < numbers.rows; ++row)
      for (std::size_t column = 0; column < numbers.cols; ++column) {
        const bool masked =
            picture.masked != nullptr && !picture.weights && (*picture.masked)[row * numbers.cols + column];
        table.rows.push_back({std::string(picture.id), row, column, rows[row], grid ? keys[column] : std::string(),
                              score_or_masked(numbers(row, column), masked)});
      }
    table.arrays.emplace_back(picture.id, std::move(numbers));
  }
}

/// A picture's place in the figure.
struct StepPlace {
  double x = 0, y = 0, width = 0;
  double left = 0, top = 0, cell_width = 0, cell_height = 0;  ///< of the cells
};

void add_step_text(Figure& figure, double x, double y, std::string text, gfx::Rgb ink, FigureFont font,
                   double size = kFigureSmall, FigureAlign align = FigureAlign::left) {
  figure.add(FigureText{x, y, std::move(text), size, font, align, {ink}});
}

double column_label_room(const StepPicture& picture, const std::vector<std::string>& keys) {
  if (picture.cols != StepCols::keys) return 14;
  double widest = 0;
  for (const std::string& key : keys)
    widest = std::max(widest, figure_text_width(key, FigureFont::text, kFigureSmall));
  return std::min(widest, kStepsLabels) + 8;
}

/// Height of everything of a picture in this width.
double place_picture(const StepPicture& picture, const std::vector<std::string>& keys, double row_height,
                     StepPlace& place) {
  const double cells = place.width - kStepsLabels;
  place.left = place.x + kStepsLabels;
  place.top = place.y + kCaptionRoom + column_label_room(picture, keys);
  place.cell_width = cells / static_cast<double>(picture.values->cols);
  place.cell_height = row_height;
  if (picture.cols == StepCols::keys) {
    place.cell_width = std::min(place.cell_width, kLargestStepCell);
    place.cell_height = place.cell_width;
  }
  return place.top - place.y + place.cell_height * static_cast<double>(picture.values->rows) + kLegendRoom;
}

void add_frame(Figure& figure, double x, double y, double width, double height, gfx::Rgb ink, double line) {
  figure.add(FigureLine{x, y, x + width, y, line, {ink}});
  figure.add(FigureLine{x, y + height, x + width, y + height, line, {ink}});
  figure.add(FigureLine{x, y, x, y + height, line, {ink}});
  figure.add(FigureLine{x + width, y, x + width, y + height, line, {ink}});
}

void add_step_cells(Figure& figure, const StepPicture& picture, const StepPlace& place, const StepsInk& ink) {
  const Matrix& values = *picture.values;
  const gfx::ColourMap& map = picture.weights ? *ink.weights : *ink.scores;
  FigureImage image{place.left,
                    place.top,
                    place.cell_width * static_cast<double>(values.cols),
                    place.cell_height * static_cast<double>(values.rows),
                    values.rows,
                    values.cols,
                    {}};
  image.pixels.reserve(values.values.size());
  for (std::size_t index = 0; index < values.values.size(); ++index) {
    const bool hidden = std::isnan(values.values[index]) || (picture.masked != nullptr && (*picture.masked)[index]);
    image.pixels.push_back(hidden ? ink.style.ground : map.at(values.values[index], picture.low(), picture.limit));
  }
  figure.add(std::move(image));
  if (picture.masked == nullptr) return;
  for (std::size_t row = 0; row < values.rows; ++row)
    for (std::size_t col = 0; col < values.cols; ++col) {
      if (!(*picture.masked)[row * values.cols + col]) continue;
      const double x = place.left + static_cast<double>(col) * place.cell_width;
      const double y = place.top + static_cast<double>(row) * place.cell_height;
      figure.add(FigureLine{x + 1, y + place.cell_height - 1, x + place.cell_width - 1, y + 1, 0.6, {ink.style.faint}});
    }
}

void add_step_labels(Figure& figure, const StepPicture& picture, const StepPlace& place, const StepsContent& content,
                     const std::vector<std::string>& rows, const std::vector<std::string>& keys, const StepsInk& ink) {
  const StepsView& view = *content.view;
  const double lower = 0.36 * kFigureSmall;
  const auto every = static_cast<std::size_t>(std::max(1.0, std::ceil((kFigureSmall + 1) / place.cell_height)));
  const std::size_t lit = lit_row_of(view, picture, ink.query, ink.key).value_or(rows.size());
  for (std::size_t row = 0; row < rows.size(); ++row) {
    if (row % every != 0 && row != lit) continue;
    add_step_text(figure, place.left - 6, place.top + (static_cast<double>(row) + 0.5) * place.cell_height + lower,
                  cut_to(rows[row], FigureFont::text, kFigureSmall, kStepsLabels - 10),
                  row == lit ? ink.style.query : ink.style.text, FigureFont::text, kFigureSmall, FigureAlign::right);
  }
  const double width = place.cell_width * static_cast<double>(picture.values->cols);
  if (lit < rows.size())
    add_frame(figure, place.left, place.top + static_cast<double>(lit) * place.cell_height, width, place.cell_height,
              ink.style.query, 1.6);
  for (std::size_t col = 0; col < keys.size(); ++col) {
    const auto step = static_cast<std::size_t>(std::max(1.0, std::ceil((kFigureSmall + 1) / place.cell_width)));
    if (col % step != 0) continue;
    const bool chosen = col + view.numbers.keys.begin == ink.key;
    figure.add(FigureText{place.left + (static_cast<double>(col) + 0.5) * place.cell_width + lower,
                          place.top - 6,
                          cut_to(keys[col], FigureFont::text, kFigureSmall, kStepsLabels),
                          kFigureSmall,
                          FigureFont::text,
                          FigureAlign::left,
                          {chosen ? ink.style.key : ink.style.text},
                          true});
  }
  if (picture.parted == nullptr) return;
  double right = 0;
  for (std::size_t head = 0; head < picture.parted->pieces.size(); ++head) {
    const Range piece = picture.parted->pieces[head];
    std::string name = head_span(view.shown_heads, picture.parted->pieces.size(), head);
    const double middle = place.left + 0.5 * static_cast<double>(piece.begin + piece.end) * place.cell_width;
    const double half = 0.5 * figure_text_width(name, FigureFont::mono, kFigureSmall);
    if (middle - half < right) continue;
    right = middle + half + 4;
    add_step_text(figure, middle, place.top - 4, std::move(name),
                  piece == picture.lit ? ink.style.query : ink.style.muted, FigureFont::mono, kFigureSmall,
                  FigureAlign::centre);
  }
}

void add_step_picture(Figure& figure, const StepPicture& picture, const StepPlace& place, const StepsContent& content,
                      const std::vector<std::string>& rows, const std::vector<std::string>& keys, const StepsInk& ink,
                      const StepWords& words) {
  add_step_text(figure, place.x, place.y + 12, picture.symbol, ink.style.text, FigureFont::mono, kFigureText);
  add_step_text(figure, place.x + figure_text_width(picture.symbol, FigureFont::mono, kFigureText) + 12, place.y + 12,
                picture.shape(), ink.style.muted, FigureFont::text);
  add_step_text(figure, place.x, place.y + 28,
                cut_to(words.say(picture.about), FigureFont::text, kFigureSmall, place.width), ink.style.muted,
                FigureFont::text);
  add_step_cells(figure, picture, place, ink);
  add_step_labels(figure, picture, place, content, rows, keys, ink);
  const double below = place.top + place.cell_height * static_cast<double>(picture.values->rows) + 10;
  add_legend(figure, place.left, below, std::min(160.0, place.width - kStepsLabels),
             picture.weights ? *ink.weights : *ink.scores, picture.low(), picture.limit, {}, ink.style);
}

double add_step_words(Figure& figure, double y, const StepsContent& content, const StepsInk& ink,
                      const StepWords& words) {
  const double room = figure.width - 2 * kFigureMargin;
  for (const StepFormula& line : step_formulas(*content.view, content.step)) {
    y += 20;
    add_step_text(figure, kFigureMargin, y, line.formula, ink.style.text, FigureFont::mono, kFigureText);
    add_step_text(figure, kFigureMargin + figure_text_width(line.formula, FigureFont::mono, kFigureText) + 18, y,
                  line.shapes, ink.style.muted, FigureFont::mono, kFigureSmall);
  }
  const auto say = [&](const std::string& text, gfx::Rgb colour) {
    y += 17;
    add_step_text(figure, kFigureMargin, y, cut_to(text, FigureFont::text, kFigureSmall, room), colour,
                  FigureFont::text);
  };
  y += 4;
  for (const StepRemark& remark : step_remarks(words, *content.view, content.step))
    say(remark.text, remark.warns ? ink.style.key : ink.style.muted);
  if (content.token && ink.query < ink.queries.size()) {
    const std::string moved = who_moved(words, *content.token, ink.queries[ink.query]);
    if (!moved.empty()) say(moved, ink.style.text);
  }
  return y + 16;
}

/// A band's pictures beside each other, as many in a line as are wide enough.
double add_band(Figure& figure, double y, const std::vector<const StepPicture*>& band, const StepsContent& content,
                const StepsInk& ink, const StepWords& words) {
  const double room = figure.width - 2 * kFigureMargin;
  const auto most = static_cast<std::size_t>((room + kStepsGap) / (kLeastPicture + kStepsLabels + kStepsGap));
  const std::size_t lines = (band.size() + most - 1) / most;
  const std::size_t columns = (band.size() + lines - 1) / lines;
  const double width = (room - kStepsGap * static_cast<double>(columns - 1)) / static_cast<double>(columns);
  for (std::size_t first = 0; first < band.size(); first += columns) {
    double height = 0;
    for (std::size_t at = first; at < std::min(band.size(), first + columns); ++at) {
      const StepPicture& picture = *band[at];
      StepPlace place{kFigureMargin + static_cast<double>(at - first) * (width + kStepsGap), y, width};
      const std::vector<std::string> rows = names_of_rows(content, ink, words, picture.rows);
      const std::vector<std::string> keys = picture.cols == StepCols::keys
                                                ? part_of_labels(ink.keys, content.view->numbers.keys)
                                                : std::vector<std::string>{};
      const double row = std::clamp(300.0 / static_cast<double>(picture.values->rows), 4.0, kLargestStepRow);
      height = std::max(height, place_picture(picture, keys, row, place));
      add_step_picture(figure, picture, place, content, rows, keys, ink, words);
    }
    y += height + 10;
  }
  return y;
}

Figure draw_steps_figure(const StepsContent& content, const StepsInk& ink, const StepWords& words) {
  Figure figure;
  figure.ground = ink.style.ground;
  figure.width = kStepsWidth;
  double y = add_step_words(figure, add_caption(figure, ink.caption, ink.style), content, ink, words);
  for (std::size_t band = 0; band < 3; ++band) {
    std::vector<const StepPicture*> list;
    for (const StepPicture& picture : content.pictures)
      if (picture.band == band) list.push_back(&picture);
    if (!list.empty()) y = add_band(figure, y, list, content, ink, words);
  }
  figure.height = y + kFigureMargin;
  return figure;
}

/// A number of heads that the rows cannot be cut into is refused, not left out.
void check_cut(const LayerOf& of, std::size_t heads, const std::string& model) {
  if (heads == 0 || obstacle_to_cut(of, heads) == CutObstacle::none) return;
  std::string possible;
  for (const std::size_t cut : possible_cuts(of))
    possible += (possible.empty() ? "" : ", ") + std::to_string(cut);
  throw Error("steps_cut", {.item = model, .expected = possible, .found = std::to_string(heads)});
}

}  // namespace

ContentPlan plan_steps(const Seen& seen, const ExportOptions& options, const FigureStyle& style) {
  const Snapshot& snapshot = *seen.snapshot;
  if (!snapshot.trace || snapshot.trace->tokens() == 0) throw Error("no_tokens", {});
  if (!has_steps(snapshot)) throw Error("export_no_weights", {.item = snapshot.model->name});
  const StepSwitches switches{options.steps_unscaled, options.steps_unmasked, options.steps_heads};
  const StepsQuestion question = steps_question(snapshot, seen.session, switches);
  check_cut({*question.trace, question.kind, question.head.layer}, switches.heads, snapshot.model->name);
  const std::size_t step =
      std::clamp<std::size_t>(options.step == 0 ? look_of(seen.session).stage.step : options.step, 1, count_of_steps);
  StepsInk ink{.style = style};
  ink.caption = caption_about(
      snapshot, std::to_string(step) + " " + step_name(step) + " · " + named_head(snapshot, question.head));
  ink.scores = &gfx::colour_map(look_of(seen.session).score_map, style.theme);
  ink.weights = &gfx::colour_map(look_of(seen.session).weight_map, style.theme);
  ink.queries = token_labels(asking_encoding(snapshot, seen.session));
  ink.keys = token_labels(asked_encoding(snapshot, seen.session));
  ink.query = selected_query(snapshot, seen.session);
  ink.key = selected_key(snapshot, seen.session);
  return [seen, question, step, ink, words = StepWords()](bool picture) {
    StepsContent content{make_steps(question), nullptr, step, {}};
    if (step == count_of_steps)
      content.token =
          make_steps_token({question.trace, question.kind, question.head.layer, ink.query, question.switches});
    content.pictures = step_pictures(*content.view, content.token.get(), step);
    Content made{table_about(*seen.snapshot, seen.session, ExportView::steps), {}};
    if (picture)
      made.figure = draw_steps_figure(content, ink, words);
    else
      fill_steps(made.table, content, ink, words);
    return made;
  };
}

}  // namespace regard
