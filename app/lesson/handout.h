// SPDX-License-Identifier: Apache-2.0
// A lesson on paper: its text with the numbers of the live model, pictures of its steps, room to write the prediction, and the
// answers on a page of their own. Two steps: gather_handout() runs the model and is slow, the rest lays out plain values.
// UI thread, or a program without a window: they choose the language that their sentences are in.
#pragma once

#include "app/export/figure.h"
#include "app/lesson/lesson.h"
#include "app/lesson/step_run.h"
#include "app/session/preferences.h"

#include <map>
#include <string>
#include <vector>

namespace regard {

struct HandoutQuestion {
  QuestionKind kind = QuestionKind::choice;
  Prose ask{};
  std::vector<std::string> options{};  ///< choice, rank_token: to be ticked
  std::vector<std::string> row{};      ///< mark_keys, arrows: the words that are marked, or that arrows lead to
  std::string query{};                 ///< of such a row: the word that asks
  std::vector<std::string> answer{};   ///< a line each
  Prose after{};
};

struct HandoutStep {
  std::string title{};
  Prose prose{};                            ///< numbers are text
  std::map<std::string, Figure> views{};    ///< those its texts put in, by name
  std::vector<Figure> figures{};            ///< of the step's panels; beside the answer where the step asks something
  std::vector<HandoutQuestion> question{};  ///< one, or none
  Prose simplified{};
};

struct HandoutLesson {
  std::string title{};
  std::size_t minutes = 0;
  Language spoken = Language::ru;  ///< its pages' own words and its pictures' speak so
  Prose introduction{};
  std::vector<HandoutStep> steps{};
  std::vector<LessonMistake> mistakes{};  ///< what could not be run or drawn and is left out
};

/// Runs every step, in the language chosen. Throws Cancelled.
[[nodiscard]] HandoutLesson gather_handout(Lesson lesson, const RunSession& run);

/// One page of HTML with everything in it: no file beside it, no address outside. Each lesson in its own language.
[[nodiscard]] std::string handout_as_html(std::span<const HandoutLesson> lessons);

/// Pages of A4. Throws Error file_missing where the program's fonts are not there.
[[nodiscard]] std::vector<Figure> handout_pages(std::span<const HandoutLesson> lessons);
[[nodiscard]] std::string handout_as_pdf(std::span<const HandoutLesson> lessons);

}  // namespace regard
