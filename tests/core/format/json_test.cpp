// SPDX-License-Identifier: Apache-2.0
#include "core/format/json.h"
#include "tests/core/base/expect_error.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace regard {
namespace {

using testing::error_of;

Error json_error_in(const std::string& text) {
  return error_of([&] { static_cast<void>(parse_json(text, "c.json")); });
}

TEST(Json, reads_a_document_and_skips_a_byte_order_mark) {
  EXPECT_EQ(parse_json("\xEF\xBB\xBF{\"a\": [1, \"я\"]}", "f")["a"][1], "я");
}

TEST(Json, points_at_the_line_and_column_of_a_mistake_counting_letters) {
  const Error error = json_error_in("{\n  \"кот\" 1\n}");
  EXPECT_EQ(error.code(), "json_syntax");
  EXPECT_EQ(error.details().item, "2:9");
  EXPECT_EQ(error.details().found, "1");
  EXPECT_EQ(json_error_in("").details().item, "1:1");
  EXPECT_EQ(json_error_in("{\n  \"кот\": \n").details().found, "  \"кот\":") << "where it ends";
  EXPECT_EQ(json_error_in("{} x").details().item, "1:4");
}

TEST(Json, refuses_deep_nesting_before_it_costs_anything_but_not_brackets_in_strings) {
  EXPECT_EQ(json_error_in(std::string(100000, '[')).code(), "json_depth");
  EXPECT_NO_THROW(static_cast<void>(parse_json(std::string(64, '[') + std::string(64, ']'), "f")));
  EXPECT_EQ(json_error_in(std::string(65, '[') + std::string(65, ']')).code(), "json_depth");
  const std::string brackets = "\"\\\"" + std::string(1000, '[') + "\\\\\"";
  EXPECT_NO_THROW(static_cast<void>(parse_json(brackets, "f")));
}

TEST(Json, turns_every_kind_of_broken_text_into_an_error) {
  for (const char* text :
       {"{", "\"\xFF\"", "\"\\ud800\"", "nul", "[1,]", "1e999", "-1e999", "{\"a\":1 \"b\":2}", "\\", "\""})
    EXPECT_FALSE(json_error_in(text).details().file.empty()) << text;
}

TEST(JsonExcerpt, is_short_whatever_the_value) {
  EXPECT_EQ(json_excerpt(nlohmann::json(12)), "12");
  EXPECT_EQ(json_excerpt(nlohmann::json("a")), "\"a\"");
  EXPECT_EQ(json_excerpt(nlohmann::json::parse("[1,2]")), "[1,2]");
  EXPECT_EQ(json_excerpt(nlohmann::json::parse("[[1],2]")), "[…] (2)");
  EXPECT_EQ(json_excerpt(nlohmann::json::parse("{\"a\":1}")), "{…} (1)");
}

}  // namespace
}  // namespace regard
