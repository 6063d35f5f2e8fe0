// SPDX-License-Identifier: Apache-2.0
#include "app/shell/key_letters.h"

#include <GLFW/glfw3.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <string_view>

namespace regard::shell {
namespace {

/// Prints of the keys that differ from the American ones. Here the scan code of a key is GLFW's code plus 1000.
using Layout = std::map<int, std::string>;

constexpr std::string_view kSigns = "',-./;=[\\]`0123456789";

KeyNames names_of(const Layout& layout) {
  const auto print = [layout](int key) -> std::string {
    if (const auto found = layout.find(key); found != layout.end()) return found->second;
    if (key >= GLFW_KEY_A && key <= GLFW_KEY_Z) return {static_cast<char>(key - GLFW_KEY_A + 'a')};
    const bool has_sign = key < 0x80 && kSigns.find(static_cast<char>(key)) != std::string_view::npos;
    return has_sign ? std::string{static_cast<char>(key)} : std::string();
  };
  return {.pressed = [print](int scancode) { return print(scancode - 1000); }, .at_place = print};
}

int meant(const Layout& layout, int key) {
  return key_by_letter(key, key + 1000, names_of(layout));
}

const Layout kAmerican{};
const Layout kFrench{{GLFW_KEY_Q, "a"},         {GLFW_KEY_A, "q"},     {GLFW_KEY_W, "z"},      {GLFW_KEY_Z, "w"},
                     {GLFW_KEY_SEMICOLON, "m"}, {GLFW_KEY_M, ","},     {GLFW_KEY_COMMA, ";"},  {GLFW_KEY_1, "&"},
                     {GLFW_KEY_2, "é"},         {GLFW_KEY_3, "\""},    {GLFW_KEY_4, "'"},      {GLFW_KEY_5, "("},
                     {GLFW_KEY_6, "-"},         {GLFW_KEY_7, "è"},     {GLFW_KEY_8, "_"},      {GLFW_KEY_9, "ç"},
                     {GLFW_KEY_0, "à"},         {GLFW_KEY_MINUS, ")"}, {GLFW_KEY_PERIOD, ":"}, {GLFW_KEY_SLASH, "!"},
                     {GLFW_KEY_APOSTROPHE, "ù"}};
const Layout kGerman{{GLFW_KEY_Y, "z"},
                     {GLFW_KEY_Z, "y"},
                     {GLFW_KEY_MINUS, "ß"},
                     {GLFW_KEY_EQUAL, "´"},
                     {GLFW_KEY_RIGHT_BRACKET, "+"},
                     {GLFW_KEY_SLASH, "-"},
                     {GLFW_KEY_BACKSLASH, "#"},
                     {GLFW_KEY_SEMICOLON, "ö"},
                     {GLFW_KEY_LEFT_BRACKET, "ü"}};
const Layout kCzech{{GLFW_KEY_1, "+"},     {GLFW_KEY_2, "ě"}, {GLFW_KEY_MINUS, "="},
                    {GLFW_KEY_SLASH, "-"}, {GLFW_KEY_Y, "z"}, {GLFW_KEY_Z, "y"}};

/// No key prints a Latin letter; some print signs (Hebrew has / and ' where Q and W are).
Layout without_latin() {
  Layout layout;
  for (int key = GLFW_KEY_A; key <= GLFW_KEY_Z; ++key)
    layout[key] = "я";
  layout[GLFW_KEY_Q] = "/";
  layout[GLFW_KEY_W] = "'";
  layout[GLFW_KEY_COMMA] = "б";
  layout[GLFW_KEY_SLASH] = ".";
  return layout;
}

TEST(KeyLetters, on_an_american_keyboard_every_key_is_itself) {
  for (const char sign : kSigns)
    EXPECT_EQ(meant(kAmerican, sign), sign) << sign;
  for (int key = GLFW_KEY_A; key <= GLFW_KEY_Z; ++key)
    EXPECT_EQ(meant(kAmerican, key), key) << static_cast<char>(key);
}

TEST(KeyLetters, the_letter_printed_on_a_french_key_counts) {
  EXPECT_EQ(meant(kFrench, GLFW_KEY_Q), GLFW_KEY_A);
  EXPECT_EQ(meant(kFrench, GLFW_KEY_A), GLFW_KEY_Q);
  EXPECT_EQ(meant(kFrench, GLFW_KEY_W), GLFW_KEY_Z);
  EXPECT_EQ(meant(kFrench, GLFW_KEY_Z), GLFW_KEY_W);
  EXPECT_EQ(meant(kFrench, GLFW_KEY_SEMICOLON), GLFW_KEY_M);
  EXPECT_EQ(meant(kFrench, GLFW_KEY_M), GLFW_KEY_COMMA);
  EXPECT_EQ(meant(kFrench, GLFW_KEY_E), GLFW_KEY_E);
}

TEST(KeyLetters, french_digits_stay_though_they_need_shift_and_the_only_minus_is_one) {
  for (const int digit : {GLFW_KEY_1, GLFW_KEY_2, GLFW_KEY_3, GLFW_KEY_4, GLFW_KEY_5, GLFW_KEY_7, GLFW_KEY_0})
    EXPECT_EQ(meant(kFrench, digit), digit) << static_cast<char>(digit);
  EXPECT_EQ(meant(kFrench, GLFW_KEY_6), GLFW_KEY_MINUS);
  EXPECT_EQ(meant(kFrench, GLFW_KEY_EQUAL), GLFW_KEY_EQUAL);
  EXPECT_EQ(meant(kFrench, GLFW_KEY_MINUS), GLFW_KEY_WORLD_1) << ") is no minus";
}

TEST(KeyLetters, german_plus_and_minus_are_where_they_are_printed) {
  EXPECT_EQ(meant(kGerman, GLFW_KEY_Y), GLFW_KEY_Z);
  EXPECT_EQ(meant(kGerman, GLFW_KEY_Z), GLFW_KEY_Y);
  EXPECT_EQ(meant(kGerman, GLFW_KEY_RIGHT_BRACKET), GLFW_KEY_EQUAL);
  EXPECT_EQ(meant(kGerman, GLFW_KEY_SLASH), GLFW_KEY_MINUS);
  EXPECT_EQ(meant(kGerman, GLFW_KEY_MINUS), GLFW_KEY_WORLD_1) << "ß";
  EXPECT_EQ(meant(kGerman, GLFW_KEY_0), GLFW_KEY_0);
}

TEST(KeyLetters, a_digit_key_with_a_plus_that_another_key_has_too_stays_a_digit) {
  EXPECT_EQ(meant(kCzech, GLFW_KEY_1), GLFW_KEY_1);
  EXPECT_EQ(meant(kCzech, GLFW_KEY_2), GLFW_KEY_2);
  EXPECT_EQ(meant(kCzech, GLFW_KEY_MINUS), GLFW_KEY_EQUAL);
  EXPECT_EQ(meant(kCzech, GLFW_KEY_SLASH), GLFW_KEY_MINUS);
}

TEST(KeyLetters, without_latin_letters_the_place_counts) {
  const Layout russian = without_latin();
  for (const int key : {GLFW_KEY_A, GLFW_KEY_Z, GLFW_KEY_Q, GLFW_KEY_W, GLFW_KEY_COMMA, GLFW_KEY_SLASH, GLFW_KEY_MINUS})
    EXPECT_EQ(meant(russian, key), key) << static_cast<char>(key);
}

TEST(KeyLetters, keys_that_print_nothing_are_themselves_in_every_layout) {
  for (const int key :
       {GLFW_KEY_SPACE, GLFW_KEY_ENTER, GLFW_KEY_F2, GLFW_KEY_LEFT_CONTROL, GLFW_KEY_KP_ADD, GLFW_KEY_KP_0})
    EXPECT_EQ(meant(kFrench, key), key);
}

TEST(KeyLetters, a_key_is_let_go_as_what_it_was_pressed_as) {
  Layout now = kFrench;
  KeyLetters letters({.pressed = [&now](int scancode) { return names_of(now).pressed(scancode); },
                      .at_place = [&now](int key) { return names_of(now).at_place(key); }});
  EXPECT_EQ(letters.pressed(GLFW_KEY_Q, GLFW_KEY_Q + 1000), GLFW_KEY_A);
  now = kAmerican;
  EXPECT_EQ(letters.released(GLFW_KEY_Q, GLFW_KEY_Q + 1000), GLFW_KEY_A);
  EXPECT_EQ(letters.pressed(GLFW_KEY_Q, GLFW_KEY_Q + 1000), GLFW_KEY_Q);
  EXPECT_EQ(letters.released(GLFW_KEY_Q, GLFW_KEY_Q + 1000), GLFW_KEY_Q);
  EXPECT_EQ(letters.released(GLFW_KEY_E, GLFW_KEY_E + 1000), GLFW_KEY_E)
      << "pressed before the window had the keyboard";
}

}  // namespace
}  // namespace regard::shell
