// SPDX-License-Identifier: Apache-2.0
#include "app/session/history.h"

#include "app/session/session.h"

#include <algorithm>
#include <utility>

namespace regard {
namespace {

constexpr double merge_seconds = 0.8;
constexpr std::size_t most_steps = 500;
constexpr auto no_kind = static_cast<std::size_t>(-1);

bool is_selection(const Action& action) {
  return std::holds_alternative<SelectHead>(action) || std::holds_alternative<SelectQuery>(action) ||
         std::holds_alternative<SelectKey>(action);
}

bool stands_alone(const Action& action) {
  return std::holds_alternative<LoadSession>(action) || std::holds_alternative<ModelOpened>(action) ||
         std::holds_alternative<EditToken>(action) || std::holds_alternative<PinText>(action) ||
         std::holds_alternative<RemovePin>(action) || std::holds_alternative<SwapWithPin>(action) ||
         std::holds_alternative<AddIntervention>(action) || std::holds_alternative<RemoveIntervention>(action) ||
         std::holds_alternative<AddAdapter>(action) || std::holds_alternative<RemoveAdapter>(action) ||
         std::holds_alternative<SetStrength>(action) || std::holds_alternative<SetCheckpoint>(action) ||
         std::holds_alternative<MoveIntervention>(action) || std::holds_alternative<SetInterventions>(action);
}

std::uint64_t stroke_of(const Action& action) {
  if (const auto* add = std::get_if<AddIntervention>(&action)) return add->intervention.stroke;
  if (const auto* edit = std::get_if<EditToken>(&action)) return edit->stroke;
  if (const auto* strength = std::get_if<SetStrength>(&action)) return strength->stroke;
  if (const auto* checkpoint = std::get_if<SetCheckpoint>(&action)) return checkpoint->stroke;
  const auto* set = std::get_if<SetInterventions>(&action);
  return set != nullptr ? set->stroke : 0;
}

bool differs_in_views_only(Session session, const Session& from) {
  take_views(session, from);
  return session == from;
}

}  // namespace

History::History(Session start, std::vector<Session> past) : current_(std::move(start)) {
  for (Session& step : past)
    past_.push_back({std::move(step), false});
}

std::vector<Session> History::past(std::size_t most) const {
  const auto count = static_cast<std::ptrdiff_t>(std::min(most, past_.size()));
  std::vector<Session> last;
  for (auto step = past_.end() - count; step != past_.end(); ++step)
    last.push_back(step->session);
  return last;
}

void History::perform(const Action& action, const ActionContext& context, double seconds) {
  ++revision_;
  if (std::holds_alternative<Undo>(action)) return step(past_, future_);
  if (std::holds_alternative<Redo>(action)) return step(future_, past_);

  if (const auto* more = std::get_if<ContinueText>(&action)) return write_on(*more, context);

  const std::uint64_t stroke = stroke_of(action);
  const bool same_stroke = stroke != 0 && stroke == last_stroke_ && action.index() == last_kind_ && !past_.empty();
  const bool edits = same_stroke && std::holds_alternative<EditToken>(action);
  Session next = apply(edits ? past_.back().session : current_, action, context);
  if (edits) take_views(next, current_);
  if (next == current_) return;
  const bool loads = std::holds_alternative<LoadSession>(action);
  if (!loads && !same_stroke && differs_in_views_only(next, current_)) {
    current_ = std::move(next);
    return;
  }

  // The model of this very session has arrived (after a load or an undo): its clamps are no step of their own.
  const auto* opened = std::get_if<ModelOpened>(&action);
  if (opened != nullptr && opened->model == current_.model) {
    current_ = std::move(next);
    return;
  }

  const bool merges = same_stroke || (!past_.empty() && action.index() == last_kind_ && !stands_alone(action) &&
                                      (is_selection(action) || seconds - last_seconds_ <= merge_seconds));
  if (!merges) remember(std::move(current_), loads);
  current_ = std::move(next);
  future_.clear();
  last_kind_ = action.index();
  last_stroke_ = stroke;
  last_seconds_ = seconds;
  if (!merges || !differs_in_views_only(past_.back().session, current_)) return;
  past_.pop_back();  // switched there and back again: nothing happened
  last_kind_ = no_kind;
}

/// What is selected while a text grows are steps with the text of their moment; they get the newest one, so that stepping
/// back through them does not take the text away bit by bit.
void History::write_on(const ContinueText& more, const ActionContext& context) {
  Session next = apply(current_, more, context);
  if (next == current_) return;
  if (written_run_ != more.run) {
    remember(current_, false);
    future_.clear();
    last_kind_ = no_kind;
    written_run_ = more.run;
    written_from_ = past_.size();
  }
  for (std::size_t index = written_from_; index < past_.size(); ++index) {
    past_[index].session.text = more.text;
    past_[index].session.written = next.written;
  }
  current_ = std::move(next);
}

void History::remember(Session past, bool whole) {
  past_.push_back({std::move(past), whole});
  if (past_.size() <= most_steps) return;
  past_.pop_front();
  if (written_from_ > 0) --written_from_;
}

void History::step(std::deque<Step>& from, std::deque<Step>& to) {
  last_kind_ = no_kind;
  written_run_ = 0;
  if (from.empty()) return;
  Step next = std::move(from.back());
  from.pop_back();
  if (!next.whole) take_views(next.session, current_);
  to.push_back({std::exchange(current_, std::move(next.session)), next.whole});
}

}  // namespace regard
