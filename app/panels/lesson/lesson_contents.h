// SPDX-License-Identifier: Apache-2.0
// The first page of a lesson: what it is about, how long it takes, its steps. Probes "lesson.entry.<index>".
#pragma once

#include "app/panels/common/lesson_news.h"
#include "app/panels/common/panel.h"

namespace regard {

/// `width` in pixels.
void draw_lesson_contents(PanelContext& context, const OpenedLesson& open, float width);

}  // namespace regard
