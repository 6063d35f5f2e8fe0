// SPDX-License-Identifier: Apache-2.0
// What the top bar and its menus can do, as entries of the table of commands.
#pragma once

#include "app/panels/frame/commands.h"

#include <span>

namespace regard {

[[nodiscard]] std::span<const CommandEntry> bar_commands();

}  // namespace regard
