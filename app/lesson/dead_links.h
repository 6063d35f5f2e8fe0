// SPDX-License-Identifier: Apache-2.0
// Links of a lesson that lead out of its file: terms and other lessons. Reads the disk; any thread.
#pragma once

#include "app/lesson/lesson.h"
#include "app/session/preferences.h"

#include <vector>

namespace regard {

/// A mistake lesson_link for each link to a term that the program's glossary does not have, and for each to a lesson that is
/// neither the program's nor beside this one. `spoken`: the lesson's language; where there is no glossary in it, that of the other
/// one is asked, as the window does. Throws Error file_… of a glossary that cannot be read.
[[nodiscard]] std::vector<LessonMistake> dead_links(const Lesson& lesson, Language spoken);

}  // namespace regard
