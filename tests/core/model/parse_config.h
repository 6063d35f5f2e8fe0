// SPDX-License-Identifier: Apache-2.0
// A config.json written in the test.
#pragma once

#include "core/model/config.h"
#include "tests/core/base/expect_error.h"

#include <string>

namespace regard::testing {

inline ModelConfig parse(const std::string& json) {
  return parse_model_config(json, "config.json");
}

inline Error error_in(const std::string& json) {
  return error_of([&] { static_cast<void>(parse(json)); });
}

}  // namespace regard::testing
