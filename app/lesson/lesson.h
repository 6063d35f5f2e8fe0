// SPDX-License-Identifier: Apache-2.0
// A lesson as its file says it: steps with their text, the state of the window each speaks of, what it asks, what it claims.
// Plain values; nothing here knows a model. The file's format is told in assets/lessons/README.en.md. Pure; fuzzed. Any thread.
#pragma once

#include "app/lesson/expression.h"
#include "app/lesson/prose.h"
#include "core/base/error.h"

#include <cstddef>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace regard {

inline constexpr std::size_t max_lesson_bytes = std::size_t{1} << 20;
inline constexpr std::size_t lesson_format = 1;
inline constexpr std::size_t max_lesson_steps = 200, max_lesson_options = 12, max_marked_keys = 16;

/// "key: value" of a block.
struct LessonLine {
  std::string key{};
  std::string value{};
  std::size_t line = 0;
  friend bool operator==(const LessonLine&, const LessonLine&) = default;
};

/// What stands in a `state` block, in its order; every key is a known one. app/lesson/step_state.h says what they mean.
struct LessonState {
  std::size_t line = 0;  ///< where the block begins; 0: there is none
  std::vector<LessonLine> lines{};
  [[nodiscard]] bool given() const { return line > 0; }
  /// The last value of a key, or null.
  [[nodiscard]] const LessonLine* find(std::string_view key) const;
  friend bool operator==(const LessonState&, const LessonState&) = default;
};
[[nodiscard]] std::span<const char* const> lesson_state_keys();

enum class QuestionKind {
  choice,      ///< which of the options is right
  mark_keys,   ///< which tokens will this one look at: so many are marked
  arrows,      ///< how strongly: arrows are drawn
  rank_token,  ///< which of the options is the most probable token
  find_head,   ///< which head does this
  make_it,     ///< edit the sentence until this holds
};
/// "mark-keys": as files spell it.
[[nodiscard]] const char* name_of(QuestionKind kind);

struct LessonOption {
  std::string text{};
  std::optional<LessonCondition> when{};  ///< the option is right where this holds; without: `answer` decides
  std::size_t line = 0;
};

struct LessonQuestion {
  QuestionKind kind = QuestionKind::choice;
  Prose ask{};
  std::optional<LessonExpression>
      answer{};                            ///< choice: the right word or number; find_head: what a head is measured by
  std::optional<LessonCondition> until{};  ///< make_it
  std::string example{};                   ///< make_it: a text for which it holds; may be empty
  std::vector<LessonOption> options{};     ///< choice, rank_token
  std::string head{}, query{};             ///< mark_keys, arrows: whose row, as in a state; empty: the step's
  std::string at{};                        ///< rank_token: whose prediction, a word; empty: the telling one
  std::size_t keys = 3;                    ///< mark_keys: how many are marked
  Prose nudge{};                           ///< said once after a wrong prediction; may be empty
  Prose after{};                           ///< said with the answer; may be empty
  std::size_t line = 0;
};

/// A claim that `regard lesson check` holds against the model.
struct LessonCheck {
  LessonCondition condition{};
  std::size_t line = 0;
};

struct LessonStep {
  std::string title{};
  LessonState state{};
  Prose prose{};
  std::optional<LessonQuestion> question{};
  std::vector<LessonCheck> checks{};
  Prose simplified{};  ///< what this model simplifies; may be empty
  std::size_t line = 0;
};

struct Lesson {
  std::string file{};  ///< as it was named
  std::string title{};
  std::string model{};      ///< of steps that name none; "" is the default model
  std::size_t minutes = 0;  ///< about so long; 0: not said
  Prose introduction{};
  std::vector<LessonStep> steps{};
  std::vector<LessonMistake> mistakes{};  ///< as add_mistake() keeps them; what they are about is left out above
};

/// All that a person reads of a step, or of a whole lesson: the text, a question's, what is simplified.
[[nodiscard]] std::vector<const Prose*> texts_of(const LessonStep& step);
[[nodiscard]] std::vector<const Prose*> texts_of(const Lesson& lesson);

/// Never throws: a file that is no lesson gives one without steps and a mistake that says why.
[[nodiscard]] Lesson parse_lesson(std::string_view bytes, const std::string& file);
/// Reads the file, too (1 MB at most).
[[nodiscard]] Lesson load_lesson(const std::filesystem::path& file);

}  // namespace regard
