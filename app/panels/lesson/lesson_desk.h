// SPDX-License-Identifier: Apache-2.0
// What the lesson's column keeps between frames: its texts with the numbers of the run on show, predictions, and what the model
// says to them. UI thread only.
#pragma once

#include "app/lesson/grade.h"
#include "app/lesson/measure.h"
#include "app/panels/common/lesson_news.h"
#include "app/panels/common/panel.h"
#include "app/panels/lesson/rich_prose.h"
#include "app/session/preferences.h"

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace regard {

/// A person's prediction for one question.
struct StepAnswer {
  std::optional<std::size_t> chosen{};  ///< an option
  std::vector<std::size_t> marked{};    ///< units of the row
  std::vector<int> drawn{};             ///< [units] 0 … kThickest
  std::vector<std::string> labels{};    ///< [units] of the row that marks and arrows stand on
  std::optional<HeadRef> head{};
  std::optional<bool> good{};  ///< how the prediction did, once it was held against the model
  bool waits = false;          ///< it is held against the model as soon as that has spoken
  bool nudged = false;         ///< a prediction was wrong, and the nudge has been said
  bool revealed = false;       ///< what the model says is on show
  bool lifted = false;         ///< the pictures are seen although nothing was predicted yet
  bool predicted = false;      ///< something was predicted before that
};
inline constexpr int kThickest = 3;

/// What the model says to a question; Error: why nothing can be said.
using LessonTruth = std::variant<std::monostate, OptionsTruth, RowTruth, HeadsTruth, MadeTruth, Error>;

/// The texts of what is on show, with its numbers.
struct LessonPage {
  LessonText introduction{}, prose{}, simplified{};
  LessonText ask{}, nudge{}, after{};
};

struct LessonDesk {
  std::map<std::pair<std::string, std::size_t>, StepAnswer> answers{};
  /// What keys asked for since the column was drawn last; nothing of it outlasts its drawing.
  struct Asked {
    bool check = false;
    std::optional<std::size_t> digit{};  ///< which option or unit
    int page = 0;                        ///< forwards 1, back -1
  };
  Asked asked{};
  int drawn_in = -2;         ///< ImGui's frame
  bool to_top = false;       ///< another page is on show
  float verdict_top = 0.0F;  ///< pixels of the column's content
  bool to_verdict = false;   ///< what the model says came on show: it is scrolled to, once
  // Made of what is on show.
  /// What follows from the step alone.
  struct OfStep {
    std::shared_ptr<const OpenedLesson> open{};
    std::size_t step = 0;
    bool contents = false;
    std::optional<std::string> model{};  ///< that the step names; null: it speaks of any
    bool slow_numbers = false;           ///< some of its numbers run the model again
    bool slow_truth = false;             ///< so does what its question asks, or it asks of many heads or tokens
  };
  OfStep of_step{};
  LessonPage page{};
  LessonTruth truth{};
  std::shared_ptr<const LessonRun> run{};  ///< null before the first
  struct MadeOf {
    std::shared_ptr<const OpenedLesson> open{};
    std::shared_ptr<const Glossary> glossary{};
    std::shared_ptr<const LessonRun> run{};
    std::shared_ptr<const void> numbers{};  ///< the slow ones
    std::size_t step = 0;
    bool contents = false;
    bool other_model = false;
    friend bool operator==(const MadeOf&, const MadeOf&) = default;
  };
  MadeOf made_of{};
  std::shared_ptr<const void> truth_of{};  ///< the run, or the slow answer
  std::shared_ptr<const OpenedLesson> truth_open{};
  std::size_t truth_step = 0;
  bool truth_is_old = false;  ///< of the run before: the slow answer to this one is under way
  // What was made counts when the hands rest.
  std::shared_ptr<const LessonRun> made_in{};
  double made_at = 0.0;     ///< ImGui's time
  float made_delay = 0.0F;  ///< seconds until it counts; 0: nothing is waited for
};

/// Seconds until a made sentence counts, if nobody types; 0: nothing is waited for. Each call after a frame.
[[nodiscard]] float made_delay(PanelState& state);

[[nodiscard]] LessonDesk& lesson_desk(const PanelContext& context);
/// The lesson on show, or null: none, or it is still being read.
[[nodiscard]] const OpenedLesson* open_lesson(const PanelContext& context);
/// The step on show, or null where there is none or the contents are.
[[nodiscard]] const LessonStep* open_step(const PanelContext& context);
[[nodiscard]] StepAnswer& answer_of_step(const PanelContext& context);

/// Brings page and truth up to date: what is quick at once, what runs the model again when it is there.
void follow_lesson(PanelContext& context);
/// Is the run on show that of what the session reads: its model, texts, picture and what changes the run?
[[nodiscard]] bool lesson_run_is_fresh(const PanelContext& context);
/// Is `truth` what the model says to the session's text, and not to one before it?
[[nodiscard]] bool truth_is_known(const PanelContext& context);
/// Was the column drawn in the last frame? Else it lies behind another tab.
[[nodiscard]] bool lesson_is_in_front(const PanelContext& context);

}  // namespace regard
