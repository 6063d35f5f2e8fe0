// SPDX-License-Identifier: Apache-2.0
// What a model's folder tells people about it.
#include "core/model/catalog.h"
#include "tests/core/base/temporary_folder.h"
#include "tests/core/model/tiny_checkpoint.h"

#include <gtest/gtest.h>

namespace regard {
namespace {

TEST(About, IsReadFromTheModelsFolderInBothLanguages) {
  const testing::TemporaryFolder folder;
  testing::tiny_bert().write_to(folder / "told");
  testing::write(folder / "told" / "about.json", R"({"ru": "по-русски", "en": "in English"})");
  testing::tiny_bert().write_to(folder / "silent");
  testing::tiny_bert().write_to(folder / "broken");
  testing::write(folder / "broken" / "about.json", "[1, 2");
  const std::vector<ModelEntry> entries = built_in_entries(folder / "");
  ASSERT_EQ(entries.size(), 3U);
  EXPECT_EQ(entries[0].about.en, "");  // broken: listed all the same
  EXPECT_EQ(entries[1].about.en, "");
  EXPECT_EQ(entries[2].about.ru, "по-русски");
  EXPECT_EQ(entries[2].about.en, "in English");
}

TEST(About, EveryBuiltInModelHasALineInBothLanguages) {
  for (const ModelEntry& entry : built_in_entries(std::filesystem::path(REGARD_ASSETS_DIR) / "models")) {
    EXPECT_FALSE(entry.about.ru.empty()) << entry.name;
    EXPECT_FALSE(entry.about.en.empty()) << entry.name;
  }
}

}  // namespace
}  // namespace regard
