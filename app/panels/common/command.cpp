// SPDX-License-Identifier: Apache-2.0
#include "app/panels/common/command.h"

namespace regard {

Command::Command(const Command& other) = default;
Command::Command(Command&& other) noexcept = default;
Command& Command::operator=(const Command& other) = default;
Command& Command::operator=(Command&& other) noexcept = default;
Command::~Command() = default;

}  // namespace regard
