// SPDX-License-Identifier: Apache-2.0
// The lesson beside the workspace: its contents, or a step with its text and its question; Back and Next. Probes
// "lesson.contents", "lesson.close", "lesson.back", "lesson.next", "lesson.restore", "lesson.step.<index>", "lesson.text",
// and those of questions (question_parts.h).
#pragma once

#include "app/panels/common/panel.h"

namespace regard {

/// Does a lesson stand beside the workspace?
[[nodiscard]] bool shows_lesson(const PanelContext& context);

void draw_lesson(PanelContext& context);

/// Ems that its column takes at least, and of a window that has room for it beside a workspace.
inline constexpr float kLeastLesson = 20.0F, kLeastBesideLesson = 18.0F;

}  // namespace regard
