// SPDX-License-Identifier: Apache-2.0
// Runs a command line inside the test and keeps what it said.
#pragma once

#include "app/cli/cli.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <sstream>
#include <string>
#include <vector>

namespace regard::testing {

struct Said {
  int code = -1;
  std::string out{};
  std::string err{};
};

/// A command that must not open the window; in English, whatever the machine speaks.
inline Said say(const std::vector<std::string>& arguments) {
  ::setenv("LC_ALL", "C.UTF-8", 1);
  std::ostringstream out;
  std::ostringstream err;
  const cli::Outcome outcome = cli::parse(arguments, out, err);
  const int* code = std::get_if<int>(&outcome);
  EXPECT_NE(code, nullptr) << "the window would have opened";
  return {code == nullptr ? -1 : *code, out.str(), err.str()};
}

/// Nothing on standard output, one line of one sentence on standard error, this exit code.
inline void expect_refusal(const Said& said, int code, const std::string& part) {
  EXPECT_EQ(said.code, code) << said.err;
  EXPECT_EQ(said.out, "");
  EXPECT_EQ(std::count(said.err.begin(), said.err.end(), '\n'), 1) << said.err;
  EXPECT_TRUE(said.err.starts_with("regard: ")) << said.err;
  EXPECT_TRUE(said.err.ends_with(".\n")) << said.err;
  EXPECT_NE(said.err.find(part), std::string::npos) << said.err;
}

}  // namespace regard::testing
