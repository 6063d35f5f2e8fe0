// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/trace/trace.h"
#include "tests/app/session/session_in_parts.h"

#include <cstddef>

namespace regard {
struct Snapshot;  // app/viewmodel/snapshot.h
}  // namespace regard

namespace regard::testing {

/// A session that shows `snapshot`'s text, with a head, a query and a key chosen.
[[nodiscard]] SessionInParts session_for(const Snapshot& snapshot, HeadRef head = {1, 3}, std::size_t query = 2,
                                         std::size_t key = 1);

}  // namespace regard::testing
