// SPDX-License-Identifier: Apache-2.0
// A head in a few letters, as the whole program writes it. Any thread.
#pragma once

#include "core/trace/trace.h"

#include <string>

namespace regard {

/// "2.5": layer and head, counted from 0.
[[nodiscard]] std::string head_place(HeadRef head);

}  // namespace regard
