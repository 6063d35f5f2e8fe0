// SPDX-License-Identifier: Apache-2.0
#include "app/base/adapter_base.h"

#include "tests/core/base/temporary_folder.h"

#include <gtest/gtest.h>

namespace regard {
namespace {

std::vector<ModelEntry> known_models() {
  return {{.folder = "/cache/a", .name = "org/small"},
          {.folder = "/cache/b", .name = "other/large"},
          {.folder = "/cache/c", .name = "third/large"},
          {.folder = "/own/d", .name = "council"}};
}

TEST(AdapterBase, IsFoundByItsNameElseByTheEndOfItWhereThatIsOne) {
  const std::vector<ModelEntry> known = known_models();
  EXPECT_EQ(base_on_this_machine("org/small", known), "/cache/a");
  EXPECT_EQ(base_on_this_machine("copies/small", known), "/cache/a");
  EXPECT_EQ(base_on_this_machine("third/large", known), "/cache/c");
  EXPECT_EQ(base_on_this_machine("fourth/large", known), "");
  EXPECT_EQ(base_on_this_machine("/home/somebody/council/", known), "/own/d");
  EXPECT_EQ(base_on_this_machine("org/unknown", known), "");
  EXPECT_EQ(base_on_this_machine("", known), "");
  EXPECT_EQ(base_on_this_machine("///", known), "");
}

TEST(AdapterBase, IsAPathThatIsThere) {
  const testing::TemporaryFolder folder;
  testing::write(folder / "base/config.json", "{}");
  EXPECT_EQ(base_on_this_machine((folder / "base").string(), known_models()), folder / "base");
  EXPECT_EQ(base_on_this_machine((folder / "gone").string(), known_models()), "");
}

}  // namespace
}  // namespace regard
