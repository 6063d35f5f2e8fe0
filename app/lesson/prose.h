// SPDX-License-Identifier: Apache-2.0
// The text of a lesson: Markdown as a small tree of blocks and spans. Numbers of the live run stand in it as expressions, links
// lead to terms, to states of the window, to steps and lessons. Pure; fuzzed. Any thread.
//
//   {weight head=3.0 query="смотрела" key="Кошка"}      a number, \{ is a brace
//   [голова](term:head)                                 a term of the glossary
//   [покажи](<show: panel=question key="птицу">)        sets keys of a state block for a look; show:next and show:back turn the page
//   [дальше](lesson:03-one-row)  [шаг](step:4)          another lesson, a step of this one (counted from 1)
//   ![подпись](view:weights)                            on a line of its own: a picture of a view as it is now
#pragma once

#include "app/lesson/expression.h"
#include "core/base/error.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace regard {

inline constexpr std::size_t max_lesson_mistakes = 100;  ///< more of them say nothing new

/// Something a person got wrong in a lesson's file: the line, counted from 1, and what was expected and found.
struct LessonMistake {
  std::size_t line = 0;
  Error error;
};
/// Keeps them by line, those of one line in their order; of more than max_lesson_mistakes the first ones.
void add_mistake(std::vector<LessonMistake>& mistakes, LessonMistake mistake);

/// What the reading of a file leaves beside what was read. Bounded, whatever stands in the file.
struct LessonNotes {
  std::vector<LessonMistake> mistakes{};  ///< as add_mistake() keeps them
  std::size_t parts = 0;                  ///< blocks, spans, texts and numbers of its prose so far
  void add(std::size_t line, const Error& error) { add_mistake(mistakes, {line, error}); }
};

enum class ProseLink { none, term, show, step, lesson, web };

/// A stretch of text that looks alike.
struct ProseSpan {
  std::string text{};  ///< empty where `number` stands
  bool strong = false, emphasis = false, code = false;
  bool breaks = false;  ///< a new line begins with it
  ProseLink link = ProseLink::none;
  std::string target{};  ///< the term, "next" or "back" of show, the step's number, the lesson, the address
  std::vector<LessonArgument> show{};        ///< of link show: keys of a state and their values
  std::optional<LessonExpression> number{};  ///< its value is to be written here
  std::size_t line = 0;
};

enum class ProseKind { paragraph, heading, list, item, quote, code, table, row, cell, rule, picture };

/// Texts of paragraph, heading, cell and picture (its caption) are `spans`, of code one span with line ends; list, item, quote,
/// table and row hold `blocks`.
struct ProseBlock {
  ProseKind kind = ProseKind::paragraph;
  std::size_t level = 0;                ///< of a heading, 1 … 6
  std::optional<std::size_t> number{};  ///< of an item of an ordered list
  bool head = false;                    ///< of a table's row and cell
  std::string view{};                   ///< of a picture: "weights", as `regard export` calls it
  std::vector<ProseSpan> spans{};
  std::vector<ProseBlock> blocks{};
  std::size_t line = 0;
};

struct Prose {
  std::vector<ProseBlock> blocks{};
  [[nodiscard]] bool empty() const { return blocks.empty(); }
};

/// `markdown` is well-formed UTF-8 whose first line is the file's `first_line`. Broken numbers and links become plain text and a
/// mistake. What is beyond the parts that are drawn of a file is left out, with one mistake. Never throws.
[[nodiscard]] Prose parse_prose(std::string_view markdown, std::size_t first_line, LessonNotes& notes);

/// Its words alone, a space between blocks; numbers as written.
[[nodiscard]] std::string plain_text(const Prose& prose);

}  // namespace regard
