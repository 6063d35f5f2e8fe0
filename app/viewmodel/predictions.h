// SPDX-License-Identifier: Apache-2.0
// Which positions a prediction is shown for. Private to app/viewmodel.
#pragma once

#include "app/viewmodel/snapshot.h"

#include <cstddef>
#include <vector>

namespace regard {

/// Can this snapshot's model predict tokens, and is there a position?
[[nodiscard]] bool can_predict(const Snapshot& snapshot);
/// Positions whose token is the vocabulary's [MASK], ascending.
[[nodiscard]] std::vector<std::size_t> mask_positions(const Snapshot& snapshot);

}  // namespace regard
