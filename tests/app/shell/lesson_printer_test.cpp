// SPDX-License-Identifier: Apache-2.0
#include "app/shell/lesson_printer.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace regard::shell {
namespace {

using Words = std::vector<std::string>;

TEST(LessonPrinters, the_process_is_asked_in_the_windows_language) {
  EXPECT_EQ(
      print_command({"/a b/one.ru.md", "/two.ru.md"}, "/out.pdf", Language::ru),
      (Words{"regard", "lesson", "print", "--lang", "ru", "--output", "/out.pdf", "/a b/one.ru.md", "/two.ru.md"}));
  EXPECT_EQ(print_command({"/one.md"}, "/out.html", Language::en)[4], "en");
}

TEST(LessonPrinters, each_line_of_the_process_is_a_sentence) {
  EXPECT_EQ(sentences_of("regard: One.\nregard: Two.\n\nthree"), (Words{"One.", "Two.", "three"}));
  EXPECT_EQ(sentences_of(""), Words{});
}

}  // namespace
}  // namespace regard::shell
