// SPDX-License-Identifier: Apache-2.0
// The menu of lessons: those of the program, then one's own, with how far one came. Probes "lessons.<index>", "menu.lesson.open".
#pragma once

#include "app/panels/common/panel.h"

namespace regard {

void look_for_lessons(PanelContext& context);
void fill_lessons_menu(PanelContext& context);
[[nodiscard]] float lessons_menu_width(const PanelContext& context);

/// One quiet line at the cursor that offers the first lesson, until it is put away. False: there is nothing to offer.
/// Probes "offer.open", "offer.close".
bool draw_lesson_offer(PanelContext& context);

}  // namespace regard
