// SPDX-License-Identifier: Apache-2.0
// A step as a finished run, where there is no window: for checks and handouts. Any thread (the run is made where it is asked for).
#pragma once

#include "app/lesson/lesson.h"
#include "app/lesson/measure.h"
#include "app/lesson/step_state.h"
#include "app/viewmodel/snapshot.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace regard {

/// Runs a session and waits for it; never null. What fails says so in the snapshot.
using RunSession = std::function<std::shared_ptr<const Snapshot>(const Session&)>;

struct StepRun {
  LessonRun run{};                        ///< without a snapshot where the step cannot be run
  std::vector<LessonMistake> mistakes{};  ///< of its state, of its model and text
  [[nodiscard]] bool ran() const { return run.snapshot != nullptr; }
};

/// Runs step after step of a lesson; the model of the step before is asked what its heads are called.
class StepRunner {
public:
  StepRunner(const Lesson& lesson, const LessonSessions& sessions, RunSession run)
      : lesson_(lesson), sessions_(sessions), run_(std::move(run)) {}

  [[nodiscard]] StepRun run(std::size_t step);
  /// The same with another text.
  [[nodiscard]] StepRun run_on(std::size_t step, const std::string& text);
  /// What is wrong with a link of kind show in a step that has run; the model is asked that the link names.
  [[nodiscard]] std::vector<LessonMistake> mistakes_of_show(const ProseSpan& link, const LessonRun& run) const;

private:
  [[nodiscard]] StepRun run_state(std::size_t step, const std::string* text);
  [[nodiscard]] std::size_t line_of(std::size_t step, const char* key) const;

  const Lesson& lesson_;
  const LessonSessions& sessions_;
  RunSession run_;
  std::shared_ptr<const Model> model_{};
  std::string model_name_{};  ///< as the session that opened it named it
};

}  // namespace regard
