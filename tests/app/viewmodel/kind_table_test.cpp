// SPDX-License-Identifier: Apache-2.0
// The table of kinds that comes with the program, and what is no such table.
#include "app/viewmodel/kind_table.h"

#include "core/base/error.h"
#include "core/base/text_file.h"
#include "core/trace/kind_of_attention.h"
#include "tests/core/base/expect_error.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

namespace regard {
namespace {

std::vector<KindRow> built_in_rows(std::string_view language) {
  const std::filesystem::path file = std::filesystem::path(REGARD_ASSETS_DIR) / "kinds" / "table.json";
  return parse_kind_table(read_file(file, max_kind_table_bytes), "table.json", language);
}

TEST(KindTable, HasTheSameRowsAndNumbersInBothLanguages) {
  const std::vector<KindRow> english = built_in_rows("en"), russian = built_in_rows("ru");
  ASSERT_EQ(english.size(), russian.size());
  for (const char* id : {"self", "cross", "masked", "global", "local", "sparse", "linear", "flash", "multi_query",
                         "grouped", "latent", "gated_delta", "state_space"})
    EXPECT_NE(std::ranges::find(english, id, &KindRow::id), english.end()) << id;
  for (std::size_t at = 0; at < english.size(); ++at) {
    EXPECT_EQ(english[at].id, russian[at].id);
    EXPECT_EQ(english[at].since, russian[at].since);
    EXPECT_EQ(english[at].show, russian[at].show);
    for (std::size_t column = 0; column < kind_columns; ++column) {
      EXPECT_EQ(cell_of(english[at], column).empty(), cell_of(russian[at], column).empty()) << english[at].id;
      EXPECT_EQ(cell_of(english[at], column).find("mem"), std::string::npos) << "what is not checked is not printed";
    }
  }
}

TEST(KindTable, EveryWayLeadsSomewhere) {
  for (const KindRow& row : built_in_rows("en")) {
    const std::string how = row.show.substr(0, row.show.find(' ')), what = row.show.substr(row.show.find(' ') + 1);
    if (how == "kinds")
      EXPECT_EQ(kind_text(parse_kind(what)), what) << row.id;
    else if (how == "panel")
      EXPECT_TRUE(what == "look/weights" || what == "write/kv_cache") << row.id;
    else if (how == "layers")
      EXPECT_TRUE(what == "latent" || what == "gated_delta" || what == "state_space") << row.id;
    else
      EXPECT_EQ(row.show, "attention cross") << row.id;
  }
}

TEST(KindTable, WhatIsNoTableIsRefusedInASentence) {
  const auto item_of = [](const std::string& text) {
    return testing::error_of([&] { (void)parse_kind_table(text, "mine.json", "ru"); }).details().item;
  };
  EXPECT_EQ(item_of("{}"), "kinds");
  EXPECT_EQ(item_of(R"([{"id": "a"}])"), "kinds[0]");
  EXPECT_EQ(item_of(R"([{"id": "a", "name": {"en": "A"}}])"), "kinds[0].name");
  EXPECT_EQ(item_of(R"([{"id": "a", "name": "A", "price": "1"}])"), "kinds[0].price");
  EXPECT_EQ(item_of(R"([{"id": "a", "name": "A"}, {"id": "a", "name": "B"}])"), "kinds[1]");
}

TEST(KindTable, IsCopiedWithTabs) {
  const std::vector<KindRow> rows{{.id = "a", .name = "A", .formula = "f", .since = "2017"}};
  EXPECT_EQ(kind_table_as_text(rows, {"1", "2", "3", "4", "5", "6"}), "1\t2\t3\t4\t5\t6\nA\tf\t\t\t\t2017\n");
}

}  // namespace
}  // namespace regard
