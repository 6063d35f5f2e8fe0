// SPDX-License-Identifier: Apache-2.0
#include "app/shell/lesson_sets.h"

namespace regard::shell {

void LessonSets::forget() {
  sets_.clear();
  ++revision_;
}

void LessonSets::put(StepRead step, StepSet set) {
  sets_[step] = std::move(set);
  ++revision_;
}

const StepSet* LessonSets::find(StepRead step) const {
  const auto found = sets_.find(step);
  return found != sets_.end() ? &found->second : nullptr;
}

bool LessonSets::speaks_other_language(StepRead step, const Session& session) const {
  const Language other = step.first == Language::ru ? Language::en : Language::ru;
  const StepSet* here = find(step);
  const StepSet* there = find({other, step.second});
  return there != nullptr && there->session == session && (here == nullptr || here->session != session);
}

}  // namespace regard::shell
