// SPDX-License-Identifier: Apache-2.0
// Mistakes of a lesson as a person reads them. UI thread (they speak the language chosen).
#pragma once

#include "app/lesson/lesson.h"

#include <string>

namespace regard {

/// "01-what.ru.md:12: …", the file as it was named.
[[nodiscard]] std::string told(const std::string& file, const LessonMistake& mistake);

}  // namespace regard
