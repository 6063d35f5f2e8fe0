// SPDX-License-Identifier: Apache-2.0
#include "core/base/error.h"

#include <gtest/gtest.h>
#include <set>
#include <string>

namespace regard {
namespace {

TEST(Error, reads_as_one_sentence_with_everything_it_was_given) {
  const Error error("tensor_shape", {.file = "m.safetensors", .item = "norm", .expected = "[4]", .found = "[5]"});
  EXPECT_STREQ(error.what(), "m.safetensors: the tensor norm has shape [5], expected [4].");
  EXPECT_EQ(error.code(), "tensor_shape");
  EXPECT_EQ(error.details().found, "[5]");
}

TEST(Error, does_not_fill_places_that_a_value_brings_along) {
  EXPECT_EQ(fill_template("{file}: {item}", {.file = "{item}", .item = "{file}"}), "{item}: {file}");
  EXPECT_EQ(fill_template("a {other} b {file", {.file = "x"}), "a {other} b {file");
}

TEST(Error, keeps_control_characters_and_broken_utf8_of_a_file_away_from_the_reader) {
  const Error error("json_value",
                    {.file = "a\nb", .item = "\x1b[31m", .expected = "\xC2\x9B", .found = "я\xD1\xFFш\xED\xA0\x80"});
  const std::string sentence = error.what();
  for (const char byte : sentence)
    EXPECT_FALSE(static_cast<unsigned char>(byte) < 0x20) << sentence;
  EXPECT_EQ(error.details().found, "я\uFFFD\uFFFDш\uFFFD\uFFFD\uFFFD");
  EXPECT_EQ(error.details().expected, " ");
}

TEST(Error, cuts_a_value_that_would_fill_the_screen_between_two_letters) {
  std::string word;
  for (int letter = 0; letter < 5000; ++letter)
    word += "щ";
  const Error error("json_value", {.file = "f", .found = word});
  EXPECT_LT(error.details().found.size(), 210U);
  EXPECT_TRUE(error.details().found.ends_with("щ…"));
}

TEST(Error, has_for_every_code_one_sentence_that_says_what_was_found_or_where) {
  std::set<std::string_view> codes;
  for (const auto& [code, text] : error_messages()) {
    EXPECT_TRUE(codes.insert(code).second) << code << " is there twice";
    EXPECT_TRUE(text.ends_with('.') || text.ends_with(": {found}")) << code;
    EXPECT_EQ(text.find(". "), std::string_view::npos) << code << " is more than one sentence";
    for (std::size_t open = text.find('{'); open != std::string_view::npos; open = text.find('{', open + 1)) {
      const std::string_view place = text.substr(open, text.find('}', open) - open + 1);
      EXPECT_TRUE(place == "{file}" || place == "{item}" || place == "{expected}" || place == "{found}")
          << code << place;
    }
  }
  EXPECT_GT(codes.size(), 20U);
}

TEST(Error, with_an_unknown_code_still_says_all_it_knows) {
  const std::string sentence = Error("no_such_code", {.file = "f", .item = "i", .expected = "e", .found = "x"}).what();
  EXPECT_EQ(sentence, "no_such_code: f i e x");
}

}  // namespace
}  // namespace regard
