// SPDX-License-Identifier: Apache-2.0
// What the links of a lesson's text do, and the cards that its terms show. UI thread only.
#pragma once

#include "app/panels/common/panel.h"
#include "app/panels/lesson/rich_prose.h"

#include <string_view>

namespace regard {

struct LessonEntry;  // app/panels/common/lesson_news.h

struct LessonTextSpec {
  std::string_view id;
  float width = 0.0F;  ///< pixels; 0 = what is left of the line
  bool compact = false;
};

/// Draws the text; does what its links say.
void draw_lesson_text(PanelContext& context, const LessonText& text, const LessonTextSpec& spec);

/// The one that comes after the lesson on show, of the program's or of a person's own; null: it is the last.
[[nodiscard]] const LessonEntry* next_lesson(const PanelContext& context);
/// The page after the one on show, or before it (-1); past the last one the next lesson, or the contents where there is none.
void turn_lesson_page(PanelContext& context, int by);
/// The contents of the lesson on show.
void show_lesson_contents(PanelContext& context);
/// Another page of the lesson on show, in its state.
void show_lesson_page(PanelContext& context, std::size_t step);

}  // namespace regard
