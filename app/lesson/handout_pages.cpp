// SPDX-License-Identifier: Apache-2.0
#include "app/lesson/handout.h"
#include "app/lesson/press.h"
#include "app/style/locale.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

namespace regard {
namespace paper {
namespace {

constexpr double kIndent = 22, kAside = 110, kWritingLine = 32, kStepBeginning = 150;
constexpr int kWritingLines = 3;
constexpr double kMostEmpty = 0.55;  // of a page

/// Blocks of prose, one below the other.
class Typesetter {
public:
  Typesetter(Press& press, const HandoutStep* step) : press_(press), step_(step) {}

  void set(const std::vector<ProseBlock>& blocks, double left, double size) {
    for (const ProseBlock& block : blocks)
      set(block, left, size);
  }

private:
  void set(const ProseBlock& block, double left, double size) {
    const double width = kMargin + kWidth - left;
    switch (block.kind) {
      case ProseKind::paragraph:
        press_.text(words_in(block.spans, {FigureFont::text, size, kInk}), left, width, size);
        return press_.space(size * 0.5);
      case ProseKind::heading:
        press_.keep(size * 4);
        press_.space(size * 0.4);
        press_.text(words_in(block.spans, {FigureFont::strong, size * 1.08, kInk}), left, width, size * 1.08);
        return press_.space(size * 0.3);
      case ProseKind::list:
        return set(block.blocks, left, size);
      case ProseKind::item:
        return set_item(block, left, size);
      case ProseKind::quote:
        return set_quote(block, left, size);
      case ProseKind::code:
        return set_code(block, left, size);
      case ProseKind::table:
        return set_table(block, left, size);
      case ProseKind::rule:
        press_.space(size);
        press_.rule(left, left + width, kRule);
        return press_.space(size);
      case ProseKind::picture:
        return set_picture(block, size);
      case ProseKind::row:
      case ProseKind::cell:
        return;  // of tables alone
    }
  }

  void set_item(const ProseBlock& block, double left, double size) {
    press_.keep(size * kLineHeight);
    const std::string mark = block.number ? std::to_string(*block.number) + "." : "•";
    press_.put(left, press_.y() + size * 1.05, mark, {FigureFont::text, size, kMuted});
    set(block.blocks, left + kIndent, size);
  }

  void set_quote(const ProseBlock& block, double left, double size) {
    press_.begin_bar(left + 4, kRule);
    set(block.blocks, left + kIndent, size);
    press_.end_bar();
  }

  void set_code(const ProseBlock& block, double left, double size) {
    std::string_view rest = block.spans.empty() ? std::string_view() : std::string_view(block.spans.front().text);
    while (!rest.empty()) {
      const std::size_t end = std::min(rest.find('\n'), rest.size());
      press_.keep(size * kLineHeight);
      press_.put(left + kIndent * 0.5, press_.y() + size, std::string(rest.substr(0, end)),
                 {FigureFont::mono, size * 0.92, kInk});
      press_.space(size * kLineHeight);
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    press_.space(size * 0.5);
  }

  void set_picture(const ProseBlock& block, double size) {
    if (step_ == nullptr || step_->views.count(block.view) == 0) return;
    press_.figure(step_->views.at(block.view));
    press_.text(words_in(block.spans, {FigureFont::text, kSmallSize, kMuted}), kMargin, kWidth, kSmallSize);
    press_.space(size * 0.5);
  }

  static Letters cell_letters(const ProseBlock& cell, double size) {
    return {cell.head ? FigureFont::strong : FigureFont::text, size, kInk};
  }

  /// Columns as wide as their text where there is room, else all narrower by the same share.
  static std::vector<double> columns_of(const ProseBlock& table, double width, double size) {
    std::vector<double> columns;
    for (const ProseBlock& row : table.blocks)
      for (std::size_t column = 0; column < row.blocks.size(); ++column) {
        if (column == columns.size()) columns.push_back(0);
        const ProseBlock& cell = row.blocks[column];
        const std::vector<PrintedLine> lines = lines_in(words_in(cell.spans, cell_letters(cell, size)), 1e9);
        columns[column] = std::max(columns[column], lines.front().width + 16);
      }
    double sum = 0;
    for (const double column : columns)
      sum += column;
    for (double& column : columns)
      column *= std::min(1.0, width / std::max(sum, 1.0));
    return columns;
  }

  void set_table(const ProseBlock& table, double left, double size) {
    const std::vector<double> columns = columns_of(table, kMargin + kWidth - left, size);
    double whole = 0;
    for (const double column : columns)
      whole += column;
    for (const ProseBlock& row : table.blocks) {
      std::vector<std::vector<PrintedLine>> cells;
      std::size_t lines = 1;
      for (std::size_t column = 0; column < row.blocks.size(); ++column) {
        const ProseBlock& cell = row.blocks[column];
        cells.push_back(lines_in(words_in(cell.spans, cell_letters(cell, size)), columns[column] - 12));
        lines = std::max(lines, cells.back().size());
      }
      const double height = static_cast<double>(lines) * size * kLineHeight + 6;
      press_.keep(height);
      double x = left;
      for (std::size_t column = 0; column < cells.size(); x += columns[column++])
        for (std::size_t line = 0; line < cells[column].size(); ++line)
          for (const auto& [offset, word] : cells[column][line].words)
            press_.put(x + offset, press_.y() + size * 1.05 + static_cast<double>(line) * size * kLineHeight, word.text,
                       word.letters);
      press_.space(height - 2);
      press_.rule(left, left + whole, kRule);
      press_.space(4);
    }
    press_.space(size * 0.5);
  }

  Press& press_;
  const HandoutStep* step_;
};

void set_prose(Press& press, const Prose& prose, const HandoutStep* step, double left = kMargin,
               double size = kTextSize) {
  Typesetter(press, step).set(prose.blocks, left, size);
}

/// The words of a row as chips to be marked.
void set_row(Press& press, const std::vector<std::string>& row, const std::string& query, double left) {
  constexpr double gap = 10, height = 30;
  double x = left;
  press.keep(height);
  if (!query.empty()) {
    const std::string asks = query + " →";
    press.put(x, press.y() + kTextSize * 1.05, asks, {FigureFont::strong, kTextSize, kInk});
    x += figure_text_width(asks, FigureFont::strong, kTextSize) + gap;
  }
  for (const std::string& word : row) {
    const double width = figure_text_width(word, FigureFont::text, kTextSize) + 14;
    if (x + width > kMargin + kWidth && x > left) {
      x = left;
      press.space(height);
      press.keep(height);
    }
    press.put(x + 7, press.y() + kTextSize * 1.05, word, {FigureFont::text, kTextSize, kInk});
    const double line = press.y();
    press.move_to(line + kTextSize * 1.5);
    press.rule(x, x + width, kRule, 1.5);
    press.move_to(line);
    x += width + gap;
  }
  press.space(height + 4);
}

void set_question(Press& press, const HandoutQuestion& question, const HandoutStep& step) {
  const double left = kMargin + 16;
  press.keep(kWritingLine * (kWritingLines + 3));
  press.space(6);
  press.begin_bar(kMargin, kAccent);
  set_prose(press, question.ask, &step, left);
  for (const std::string& option : question.options) {
    press.keep(kTextSize * kLineHeight);
    press.box(left, 11);
    press.text(option, {}, left + kIndent);
    press.space(3);
  }
  if (!question.row.empty()) set_row(press, question.row, question.query, left);
  press.space(4);
  press.text(tr("lesson.print.prediction"), {FigureFont::text, kSmallSize, kMuted}, left);
  for (int line = 0; line < kWritingLines; ++line) {
    press.keep(kWritingLine);
    press.space(kWritingLine);
    press.rule(left, kMargin + kWidth, kRule);
  }
  press.space(8);
  press.end_bar();
  press.space(8);
}

void set_step(Press& press, const HandoutStep& step) {
  press.keep(kStepBeginning);
  press.space(16);
  press.text(step.title, {FigureFont::strong, 18, kInk});
  press.space(4);
  set_prose(press, step.prose, &step);
  if (step.question.empty())
    for (const Figure& figure : step.figures)
      press.figure(figure, &figure == &step.figures.back() && !step.simplified.empty() ? kAside : 0.0);
  else
    set_question(press, step.question.front(), step);
  if (step.simplified.empty()) return;
  press.keep(60);
  press.space(4);
  press.text(tr("lesson.print.simplified"), {FigureFont::strong, kSmallSize, kMuted});
  set_prose(press, step.simplified, &step, kMargin, 13);
}

/// A step stays on one page where that leaves no more than so much of a page empty.
void set_step_whole(Press& press, const HandoutStep& step) {
  Press trial;
  trial.begin_page({});
  set_step(trial, step);
  const double height = trial.y() - kMargin, left = kBottom - press.y();
  const bool fits_a_page = std::move(trial).pages().size() == 1;
  if (fits_a_page && height > left && left < kMostEmpty * (kBottom - kMargin)) press.keep(height);
  set_step(press, step);
}

void set_answers(Press& press, const HandoutLesson& lesson) {
  const bool asks = std::any_of(lesson.steps.begin(), lesson.steps.end(),
                                [](const HandoutStep& step) { return !step.question.empty(); });
  if (!asks) return;
  press.begin_page(lesson.title);
  press.text(tr("lesson.print.answers", {{"title", lesson.title}}), {FigureFont::strong, 22, kInk});
  for (const HandoutStep& step : lesson.steps) {
    if (step.question.empty()) continue;
    const HandoutQuestion& question = step.question.front();
    press.keep(110);
    press.space(14);
    press.text(step.title, {FigureFont::strong, 16, kInk});
    press.space(3);
    set_prose(press, question.ask, &step);
    for (const std::string& line : question.answer) {
      press.keep(kTextSize * kLineHeight);
      press.put(kMargin + 4, press.y() + kTextSize * 1.05, "→", {FigureFont::text, kTextSize, kAccent});
      press.text(line, {FigureFont::strong, kTextSize, kInk}, kMargin + kIndent);
    }
    press.space(5);
    set_prose(press, question.after, &step);
    for (const Figure& figure : step.figures)
      press.figure(figure);
  }
}

void set_lesson(Press& press, const HandoutLesson& lesson) {
  const ScopedLanguage spoken(lesson.spoken);
  press.begin_page(lesson.title);
  press.text(lesson.title, {FigureFont::strong, 26, kInk});
  if (lesson.minutes > 0)
    press.text(tr_plural("lesson.print.minutes", lesson.minutes), {FigureFont::text, kSmallSize, kMuted});
  press.space(8);
  set_prose(press, lesson.introduction, nullptr);
  for (const HandoutStep& step : lesson.steps)
    set_step_whole(press, step);
  set_answers(press, lesson);
}

}  // namespace
}  // namespace paper

std::vector<Figure> handout_pages(std::span<const HandoutLesson> lessons) {
  paper::Press press;
  for (const HandoutLesson& lesson : lessons)
    paper::set_lesson(press, lesson);
  return std::move(press).pages();
}

std::string handout_as_pdf(std::span<const HandoutLesson> lessons) {
  return figures_as_pdf(handout_pages(lessons), lessons.empty() ? std::string() : lessons.front().title);
}

}  // namespace regard
