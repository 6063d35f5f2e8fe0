// SPDX-License-Identifier: Apache-2.0
// Tests that need a file which may not be there: a real vocabulary, a downloaded model, PyTorch's numbers.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string_view>

namespace regard::testing {

/// REGARD_REQUIRE_DATA=1 was said on a machine that has the shared data: what is missing there is a mistake.
inline bool data_is_required() {
  const char* wish = std::getenv("REGARD_REQUIRE_DATA");
  return wish != nullptr && std::string_view(wish) == "1" && std::filesystem::exists(REGARD_SHARED_DATA);
}

}  // namespace regard::testing

/// Ends the test (or its SetUp) where there is no such file or folder: it is skipped, or fails where data is required.
#define REGARD_NEEDS(file)                                                            \
  if (const std::filesystem::path needed = (file); std::filesystem::exists(needed)) { \
  } else if (regard::testing::data_is_required())                                     \
    FAIL() << needed.string() << " is absent";                                        \
  else                                                                                \
    GTEST_SKIP() << needed.string() << " is absent"
