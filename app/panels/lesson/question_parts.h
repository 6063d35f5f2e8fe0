// SPDX-License-Identifier: Apache-2.0
// What a step asks: a prediction first, then what the model says, in one picture. A nudge once, then on; nothing is in the way.
// UI thread only. Probes "question.check", "question.reveal", "question.again", "question.option.<index>",
// "question.unit.<index>", "question.verdict".
#pragma once

#include "app/lesson/lesson.h"
#include "app/panels/common/panel.h"
#include "app/panels/lesson/lesson_desk.h"

#include <imgui.h>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace regard {

/// Pixels.
void draw_lesson_question(PanelContext& context, const LessonQuestion& question, float width);

/// While tokens are to be marked, a click on one anywhere in the window marks it instead of choosing it. Last in the frame.
void take_marks(PanelContext& context);

/// What a key asks of the question on show.
[[nodiscard]] bool has_open_question(const PanelContext& context);

// The kinds. Each draws the prediction, and where it is revealed, what the model says.

struct QuestionPart {
  const LessonQuestion& question;
  const LessonTruth& truth;
  StepAnswer& answer;
  float width;  ///< pixels
  bool known;   ///< `truth` is what the model says to the text on show
};
void draw_options(PanelContext& context, const QuestionPart& part);
void draw_marks(PanelContext& context, const QuestionPart& part);
void draw_drawn_arrows(PanelContext& context, const QuestionPart& part);
void draw_found_head(PanelContext& context, const QuestionPart& part);
void draw_made(PanelContext& context, const QuestionPart& part);

/// Is there enough of a prediction to be held against the model?
[[nodiscard]] bool is_predicted(const QuestionPart& part);
/// Does it agree with the model? Null: the model has not spoken yet, or it cannot be said.
[[nodiscard]] std::optional<bool> judged(const QuestionPart& part);

/// Marks and arrows stay with their words when the text around them is edited; those of words that are gone go, too. `labels` are
/// those of the row on show, [units].
void stay_with_words(StepAnswer& answer, const std::vector<std::string>& labels);

/// Text in a colour, wrapped at a width in pixels.
void wrapped_in(const ImVec4& colour, std::string_view text, float width);

/// A line of a name, a bar and a number: what parts of a whole amount to.
struct ShareBar {
  std::string name{};
  double share = 0.0;  ///< 0 … 1
  bool own = false;    ///< the person's
};
void draw_share_bars(std::span<const ShareBar> bars, float width);

}  // namespace regard
