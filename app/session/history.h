// SPDX-License-Identifier: Apache-2.0
// Undo and redo as a list of Session values. Typing and slider drags close in time merge into one step.
#pragma once

#include "app/session/action.h"
#include "app/session/session.h"

#include <cstdint>
#include <deque>
#include <string_view>
#include <utility>
#include <vector>

namespace regard {

class History {
public:
  explicit History(Session start) : current_(std::move(start)) {}
  /// Goes on with steps that were kept, the oldest first.
  History(Session start, std::vector<Session> past);

  [[nodiscard]] const Session& current() const { return current_; }
  /// Applies an action (Undo and Redo included). `seconds` is a clock; actions of one kind within 0.8 s merge, selections of
  /// head, query and key always merge with the same kind; a loaded session or model is a step of its own (a ModelOpened that
  /// only confirms the session's model is none). What one continuation writes is one step, whatever else is selected
  /// meanwhile; so is one stroke of the brush or of a token's editing. How one looks (take_views) is no step and stays as it
  /// is, but a loaded session brings its own and its undo gives the old ones back. Keeps 500 steps.
  void perform(const Action& action, const ActionContext& context, double seconds);
  /// Completes the current value without a step of its own: what could be known only after a run.
  void amend(Session session) {
    if (session == current_) return;
    current_ = std::move(session);
    ++revision_;
  }
  /// Another number whenever what is kept here is another.
  [[nodiscard]] std::uint64_t revision() const { return revision_; }
  /// The last steps that can be undone, at most so many, the oldest first.
  [[nodiscard]] std::vector<Session> past(std::size_t most) const;
  [[nodiscard]] bool can_undo() const { return !past_.empty(); }
  [[nodiscard]] bool can_redo() const { return !future_.empty(); }

private:
  struct Step {
    Session session{};
    bool whole = false;  ///< between it and the next one a session was loaded: with its views
  };
  void write_on(const ContinueText& more, const ActionContext& context);
  void remember(Session past, bool whole);
  void step(std::deque<Step>& from, std::deque<Step>& to);

  Session current_;
  std::deque<Step> past_{};
  std::deque<Step> future_{};
  std::size_t last_kind_ = static_cast<std::size_t>(-1);
  double last_seconds_ = -1e9;
  std::uint64_t last_stroke_ = 0;  ///< of the brush or of a token's editing, where that was the last action
  std::uint64_t revision_ = 0;
  std::uint64_t written_run_ = 0;  ///< the continuation whose text is in the last steps; 0 = none
  std::size_t written_from_ = 0;   ///< past_ from here on holds its text, shorter or longer
};

}  // namespace regard
