// SPDX-License-Identifier: Apache-2.0
// While a class predicts what the model will say, the pictures that say it stay behind a curtain: it rises with the answer, or when
// somebody lifts it. UI thread only. Probes "question.veil", "question.lift".
#pragma once

#include "app/panels/common/panel.h"

#include <imgui.h>

namespace regard {

struct LessonQuestion;  // app/lesson/lesson.h

/// Does a question ask what the model will say, so that its pictures would tell?
[[nodiscard]] bool asks_for_prediction(const LessonQuestion& question);
/// Would the window tell what the step's open question asks for?
[[nodiscard]] bool hides_answer(const PanelContext& context);

/// Over a rectangle of the current window, above the panels drawn there before.
void draw_question_veil(PanelContext& context, ImVec2 min, ImVec2 max);

}  // namespace regard
