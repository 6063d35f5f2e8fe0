// SPDX-License-Identifier: Apache-2.0
// What the steps of the lesson on show have set, in each language that it was read in. A session that still is what a step set
// speaks the window's language: where the language is switched, and where undo brings back what the step set in the other one, it
// is set again. Plain values.
#pragma once

#include "app/lesson/prose.h"
#include "app/session/preferences.h"
#include "app/session/shared_session.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace regard::shell {

struct StepSet {
  SharedSession session{};
  std::vector<std::string> lit{};
  std::vector<LessonMistake> mistakes{};
};

/// A step of a lesson in a language.
using StepRead = std::pair<Language, std::size_t>;

class LessonSets {
public:
  void forget();
  void put(StepRead step, StepSet set);
  /// Null: it has set nothing yet.
  [[nodiscard]] const StepSet* find(StepRead step) const;
  /// Does a session stand as the step set it in the other language, and not as it does in this one?
  [[nodiscard]] bool speaks_other_language(StepRead step, const Session& session) const;
  /// Another number whenever what is kept here is another.
  [[nodiscard]] std::uint64_t revision() const { return revision_; }

private:
  std::map<StepRead, StepSet> sets_{};
  std::uint64_t revision_ = 0;
};

}  // namespace regard::shell
