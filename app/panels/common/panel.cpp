// SPDX-License-Identifier: Apache-2.0
#include "app/panels/common/panel.h"

#include "app/panels/common/command.h"
#include "app/session/action.h"
#include "app/session/generate_settings.h"
#include "app/session/kept.h"
#include "app/session/look.h"
#include "app/session/reading.h"
#include "app/session/selection.h"

#include <tuple>
#include <utility>
#include <variant>

namespace regard {

const Reading& Subject::reading() const {
  return reading_of(session);
}

const Selection& Subject::selection() const {
  return selection_of(session);
}

const Look& Subject::look() const {
  return look_of(session);
}

const Kept& Subject::kept() const {
  return kept_of(session);
}

const GenerateSettings& Subject::generate() const {
  return generate_of(session);
}

void PanelContext::act(Action action) const {
  actions.push_back(std::move(action));
}

template <class Kind>
void PanelContext::act(Kind action) const {
  actions.emplace_back(std::move(action));
}

/// Makes the code of act() for every kind of action.
template <class... Kinds>
constexpr auto acts_of(const std::variant<Kinds...>* /*any*/) {
  return std::tuple{static_cast<void (PanelContext::*)(Kinds) const>(&PanelContext::act<Kinds>)...};
}
extern const decltype(acts_of(static_cast<const AnyAction*>(nullptr))) all_acts;
const decltype(all_acts) all_acts = acts_of(static_cast<const AnyAction*>(nullptr));

void PanelContext::command(Command command) const {
  commands.push_back(std::move(command));
}

}  // namespace regard
