// SPDX-License-Identifier: Apache-2.0
// Names for the instances of parameterised tests, the same in every run.
#pragma once

#include <gtest/gtest.h>

#include <cctype>
#include <string>

namespace regard::testing {

/// `text` as the end of a test's name: what is no letter or digit of ASCII becomes "_".
inline std::string test_name(std::string text) {
  for (char& letter : text)
    if (std::isalnum(static_cast<unsigned char>(letter)) == 0) letter = '_';
  return text;
}

/// Of a test whose parameter is text.
inline std::string name_of(const ::testing::TestParamInfo<const char*>& instance) {
  return test_name(instance.param);
}

}  // namespace regard::testing
