// SPDX-License-Identifier: Apache-2.0
// Runs something that must throw regard::Error and hands the error back for a closer look.
#pragma once

#include "core/base/error.h"

#include <gtest/gtest.h>

namespace regard::testing {

template <class Call>
[[nodiscard]] Error error_of(Call&& call) {
  try {
    call();
  } catch (const Error& error) {
    return error;
  }
  ADD_FAILURE() << "nothing was thrown";
  return Error("nothing_thrown", {});
}

}  // namespace regard::testing
