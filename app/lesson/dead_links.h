// SPDX-License-Identifier: Apache-2.0
// Links of a lesson that lead out of its file: terms and other lessons. Reads the disk; any thread.
#pragma once

#include "app/lesson/lesson.h"
#include "app/session/preferences.h"

#include <vector>

namespace regard {

/// A mistake lesson_link for each link to a term that the glossary beside the lesson or the program's does not have, and for each to
/// a lesson that is neither beside this one nor the program's. `spoken`: the lesson's language; the glossary of the other one is
/// asked where there is none in it. Throws Error file_… of a glossary that cannot be read.
[[nodiscard]] std::vector<LessonMistake> dead_links(const Lesson& lesson, Language spoken);

}  // namespace regard
