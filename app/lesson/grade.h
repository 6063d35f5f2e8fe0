// SPDX-License-Identifier: Apache-2.0
// What a prediction is worth, beside what the live model says: the truth of a question, and a person's answer held against it.
// Pure; any thread. Nothing is stored: the truth is computed from the run that is on show.
#pragma once

#include "app/lesson/lesson.h"
#include "app/lesson/measure.h"

#include <cstddef>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace regard {

/// A value as good as this share of the best one counts as the best: a tie.
inline constexpr double tie_share = 0.95;

// choice, rank_token

struct OptionsTruth {
  std::vector<bool> right{};  ///< [options]
  std::vector<LessonValue>
      values{};  ///< [options] rank_token: its probability; choice with `when`: the left side's value; else the answer's
  LessonValue answer{};  ///< choice with `answer`: what the model says; rank_token: the most probable token of all
};
/// choice: an option is right where its condition holds; or whose text is the answer's word (capitals and ё apart); or whose number
/// is nearest to the answer's. rank_token: the most probable of the options. None is right where `answer` is an Error.
[[nodiscard]] OptionsTruth truth_of_options(const LessonQuestion& question, const LessonRun& run,
                                            const std::stop_token& stop = {});

// mark_keys, arrows

/// The row a question is about, in the units that the views show: tokens or words.
struct RowTruth {
  HeadRef head{};
  std::size_t query = 0;                           ///< the token that asks
  std::vector<std::string> labels{};               ///< [units]
  std::vector<std::vector<std::size_t>> tokens{};  ///< [units]
  std::vector<double> weights{};  ///< [units] as the views show them: divided anew where some are hidden
  std::vector<bool> allowed{};    ///< [units] may be looked at
};
/// Throws Error: lesson_word, lesson_head, lesson_role.
[[nodiscard]] RowTruth truth_of_row(const LessonQuestion& question, const LessonRun& run);

struct MarksGrade {
  double captured = 0.0;  ///< Σ of the row's weights on the marked units
  double best = 0.0;      ///< the most that as many marks can capture
  double uniform = 0.0;   ///< what they would capture of a row that looks at all allowed units alike: k / n
  std::vector<std::size_t> best_units{};
  bool good = false;  ///< at least half of the way from uniform to best
};
/// `marked` are units, each once; those beyond the row count nothing.
[[nodiscard]] MarksGrade grade_marks(const RowTruth& row, std::span<const std::size_t> marked);

struct ArrowsGrade {
  double likeness = 0.0;          ///< 1 − JS(drawn, row) / ln 2: 1 the same, 0 nothing in common
  double uniform_likeness = 0.0;  ///< of a row that looks at all allowed units alike
  bool good = false;              ///< at least half of the way from there to 1
};
/// `drawn` [units]: how thick each arrow was drawn, at least 0; divided by their sum here. None drawn: likeness 0.
[[nodiscard]] ArrowsGrade grade_arrows(const RowTruth& row, std::span<const double> drawn);

/// 1 − JS(p, q) / ln 2 of two distributions of equal size, JS(p, q) = ½ KL(p‖m) + ½ KL(q‖m), m = (p + q)/2 (Lin 1991).
[[nodiscard]] double likeness(std::span<const double> p, std::span<const double> q);

// find_head

struct HeadsTruth {
  std::vector<std::vector<LessonValue>> values{};  ///< [layers][heads]
  HeadRef best{};                                  ///< where the largest number is
  double most = 0.0;
  bool known = false;  ///< some head has a number
};
/// Of every head of the kind of attention that the session shows. Throws Cancelled.
[[nodiscard]] HeadsTruth truth_of_heads(const LessonQuestion& question, const LessonRun& run,
                                        const std::stop_token& stop = {});
struct HeadGrade {
  LessonValue value{};
  std::size_t rank = 0;  ///< how many heads have a larger number
  bool right = false;    ///< the best, or at least tie_share of it
};
[[nodiscard]] HeadGrade grade_head(const HeadsTruth& truth, HeadRef head);

// make_it

/// A claim held against the live run, and what was measured.
struct MadeTruth {
  LessonVerdict verdict{};
  std::string query{}, key{};     ///< the words that ask and are looked at; empty where the measure has none
  std::optional<HeadRef> head{};  ///< likewise
  LessonRun run{};                ///< looked at from the token that asks
};
/// Where the left side is a `weight`, `score` or `dot` with a `key`, a `mass` or a `max-weight`, and names no `query`, the token
/// that asks is the one with the largest number, of all but specials: what the screen has chosen need not survive the editing.
[[nodiscard]] MadeTruth judge_made(const LessonCondition& until, const LessonRun& run,
                                   const std::stop_token& stop = {});

}  // namespace regard
