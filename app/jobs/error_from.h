// SPDX-License-Identifier: Apache-2.0
// Whatever a job throws, as a value that a snapshot or an outcome can carry to the window. Any thread.
#pragma once

#include "core/base/error.h"

#include <exception>
#include <new>

namespace regard {

/// An Error as it is; lack of memory and everything else as the codes out_of_memory and unexpected.
[[nodiscard]] inline Error error_from(const std::exception& thrown) {
  if (const auto* error = dynamic_cast<const Error*>(&thrown)) return *error;
  if (dynamic_cast<const std::bad_alloc*>(&thrown) != nullptr) return {"out_of_memory", {}};
  return {"unexpected", {.found = thrown.what()}};
}

}  // namespace regard
