// SPDX-License-Identifier: Apache-2.0
// What lessons and the glossary can do, as entries of the table of commands.
#pragma once

#include "app/panels/frame/commands.h"

#include <span>

namespace regard {

[[nodiscard]] std::span<const CommandEntry> lesson_commands();

}  // namespace regard
