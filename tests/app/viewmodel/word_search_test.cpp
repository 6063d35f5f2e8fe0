// SPDX-License-Identifier: Apache-2.0
#include "app/viewmodel/word_search.h"

#include <gtest/gtest.h>

namespace regard {
namespace {

std::optional<int> rank(std::string_view typed, std::string_view text) {
  return WordSearch(typed).rank(folded(text));
}

TEST(WordSearch, takes_words_in_any_order_whatever_their_case) {
  EXPECT_TRUE(rank("session SAVE", "Save the session"));
  EXPECT_TRUE(rank("СЕАНС сохр", "Сохранить сеанс"));
  EXPECT_FALSE(rank("save model", "Save the session"));
}

TEST(WordSearch, takes_yo_for_ye) {
  EXPECT_TRUE(rank("расчет", "Прервать расчёт"));
  EXPECT_TRUE(rank("ёлка", "Елка"));
}

TEST(WordSearch, does_not_find_a_number_inside_of_another) {
  EXPECT_TRUE(rank("3.5", "3.5 L3 H5"));
  EXPECT_FALSE(rank("3.5", "13.5 L13 H5"));
  EXPECT_TRUE(rank("l3 h5", "3.5 L3 H5"));
}

TEST(WordSearch, likes_beginnings_best) {
  EXPECT_EQ(rank("save the", "Save the session"), 0);
  EXPECT_EQ(rank("the save", "Save the session"), 1);
  EXPECT_EQ(rank("ession", "Save the session"), 2);
  EXPECT_EQ(rank("", "anything"), 0);
}

TEST(WordSearch, passes_over_signs_between_words) {
  EXPECT_EQ(rank("подлежащее", "сказуемое→подлежащее"), 1);
  EXPECT_TRUE(WordSearch("  ").empty());
}

}  // namespace
}  // namespace regard
