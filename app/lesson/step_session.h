// SPDX-License-Identifier: Apache-2.0
// What a step, or a link that shows something, makes of a session (app/lesson/step_state.h).
#pragma once

#include "app/lesson/lesson.h"
#include "app/session/session.h"

#include <string>
#include <vector>

namespace regard {

struct StepSession {
  Session session{};
  std::vector<std::string> lit{};         ///< ids of panels that are lit: of the workspace on show, or beside it
  bool waits_for_model = false;           ///< something can be known only with the model: ask again when it is there
  std::vector<LessonMistake> mistakes{};  ///< what was left out
};

}  // namespace regard
