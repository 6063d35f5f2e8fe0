// SPDX-License-Identifier: Apache-2.0
// From a step of a lesson to the Session that shows it. Choosing a step is what choosing an example is: nothing that was pinned,
// compared or changed before stays, the ways of looking that the step does not speak of do. Pure; any thread.
//
// A step without a `state` block keeps the state of the step before. One with a block keeps what shows (model, workspace, panel,
// text, decoder, image, head, query, key, attention, words, hide-special) where it says nothing else; a new text or picture forgets
// query and key, a new model the head and the text, too. What changes the run or is for a moment (compare, mask, temperature, intervene,
// pin, session, lit, step) is only of the step that says it and those without a block behind it.
#pragma once

#include "app/lesson/lesson.h"
#include "app/session/shared_session.h"
#include "core/model/model.h"

#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace regard {

/// A workspace and its panels, as sessions call them: those of app/panels/registry.h (a test holds them to it), for those who
/// stand below the panels.
struct WorkspaceNames {
  const char* workspace;
  std::span<const char* const> panels;
};
[[nodiscard]] std::span<const WorkspaceNames> workspace_names();
/// Panels that stand beside those of every workspace.
[[nodiscard]] std::span<const char* const> panels_beside();

/// Session files that the steps of a lesson name, by that name; they lie beside the lesson's file.
using LessonSessions = std::map<std::string, SharedSession>;
/// Reads them. What cannot be read is one more of the lesson's mistakes.
[[nodiscard]] LessonSessions load_lesson_sessions(Lesson& lesson);

/// The lines that hold for a step, those of steps before it included, each key at most once but for `intervene`.
[[nodiscard]] LessonState state_of_step(const Lesson& lesson, std::size_t step);
/// The model a step speaks of, as a session names it: that of its `model` line, else of its session file, else of the lesson;
/// nothing where none of them names one.
[[nodiscard]] std::optional<std::string> model_named_for_step(const Lesson& lesson, std::size_t step,
                                                              const LessonSessions& sessions);
/// Likewise; the default one where none is named.
[[nodiscard]] std::string model_of_step(const Lesson& lesson, std::size_t step, const LessonSessions& sessions);

struct StepSession;  // app/lesson/step_session.h

/// `model`: what model_of_step() opened; null while it is not there, and then heads named by their role, tokens by their number
/// and interventions wait for it. `step` must be one of the lesson's.
[[nodiscard]] StepSession session_of_step(const Lesson& lesson, std::size_t step, const Session& current,
                                          const Model* model, const LessonSessions& sessions = {});

/// What a link of kind show says, laid over a session: nothing else changes. `model`: what `current` reads with, or null; of no use
/// where the link names another one.
[[nodiscard]] StepSession session_of_show(const ProseSpan& link, const Session& current, const Model* model,
                                          const std::string& file);

}  // namespace regard
