// SPDX-License-Identifier: Apache-2.0
// What the shell knows about lessons: which there are, the one on show with what its step set, the glossary. Values of one frame.
#pragma once

#include "app/lesson/lesson.h"
#include "app/lesson/step_state.h"
#include "app/panels/common/glossary.h"
#include "core/base/error.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace regard {

struct Snapshot;  // app/viewmodel/snapshot.h

/// A lesson that can be opened.
struct LessonEntry {
  std::string lesson{};  ///< as LessonPlace names it
  std::string title{};
  std::size_t minutes = 0;  ///< 0: not said
  std::size_t steps = 0;
  bool own = false;     ///< of a person's folder
  bool broken = false;  ///< there is no step in it
};

/// A lesson that was read, with the sessions its steps name.
struct OpenedLesson {
  std::string name{};  ///< as LessonPlace names it
  Lesson lesson{};
  LessonSessions sessions{};
};

struct LessonNews {
  std::vector<LessonEntry> entries{};          ///< in the interface's language: those of the program, then one's own
  std::shared_ptr<const OpenedLesson> open{};  ///< of the session's LessonPlace; null: none, or not yet read
  std::shared_ptr<const Glossary> glossary{};  ///< null: there is none
  std::shared_ptr<const Snapshot> run{};       ///< the one on show
  bool printing = false;                       ///< a handout is being written
  std::size_t step = 0;                        ///< of `open`; one of its steps
  bool step_is_set = false;                    ///< the session was set by this step (and may have been changed since)
  bool strayed = false;                        ///< the session shows something else than the step set
  bool reads_other = false;                    ///< another text, picture or model than the step set
  std::vector<std::string> lit{};              ///< ids of panels that the step, or a link that was followed, points at
  std::vector<LessonMistake> mistakes{};       ///< of this step's state: what could not be done
};

}  // namespace regard
