// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/session/shared_session.h"

namespace regard {

/// An action: everything at once, as a file, an example or a lesson has it.
struct LoadSession {
  SharedSession session{};
};

}  // namespace regard
