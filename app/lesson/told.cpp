// SPDX-License-Identifier: Apache-2.0
#include "app/lesson/told.h"

#include "app/style/locale.h"

namespace regard {

std::string told(const std::string& file, const LessonMistake& mistake) {
  if (mistake.line == 0) return tr(mistake.error);  // the file itself, which the sentence names
  return file + ":" + std::to_string(mistake.line) + ": " + tr(mistake.error);
}

}  // namespace regard
