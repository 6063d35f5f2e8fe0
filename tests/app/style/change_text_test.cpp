// SPDX-License-Identifier: Apache-2.0
#include "app/style/change_text.h"

#include "app/style/locale.h"

#include <gtest/gtest.h>

#include <cstdlib>

namespace regard {
namespace {

TEST(SmallChanges, are_named_with_two_digits_and_never_too_small) {
  EXPECT_EQ(at_most_text(0.0F), "0");
  EXPECT_EQ(at_most_text(0.000421F), "0.00043");
  EXPECT_EQ(at_most_text(0.05F), "0.050");
  EXPECT_EQ(at_most_text(1.3F), "1.3");
  EXPECT_EQ(at_most_text(42.0F), "42");
  for (float most = 3e-6F; most < 50.0F; most *= 1.7F)
    EXPECT_GE(std::strtod(at_most_text(most).c_str(), nullptr), static_cast<double>(most) * 0.999999) << most;
}

TEST(SmallChanges, are_told_where_the_picture_would_not_show_them) {
  load_locale(std::string(REGARD_ASSETS_DIR) + "/locale");
  set_language(Language::en);
  EXPECT_EQ(small_change_note(0.0F, 0.01F), "nothing changed: exactly 0");
  EXPECT_EQ(small_change_note(0.004F, 0.01F), "nothing changed by more than 0.0040");
  EXPECT_EQ(small_change_note(0.02F, 0.01F), "");
}

}  // namespace
}  // namespace regard
