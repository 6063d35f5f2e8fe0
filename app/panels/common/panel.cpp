// SPDX-License-Identifier: Apache-2.0
#include "app/panels/common/panel.h"

#include "app/panels/common/command.h"
#include "app/session/action.h"

#include <utility>

namespace regard {

void PanelContext::act(Action action) const {
  actions.push_back(std::move(action));
}

void PanelContext::command(Command command) const {
  commands.push_back(std::move(command));
}

}  // namespace regard
