// SPDX-License-Identifier: Apache-2.0
#include "app/shell/key_letters.h"

#include <GLFW/glfw3.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace regard::shell {
namespace {

bool is_digit_key(int key) {
  return key >= GLFW_KEY_0 && key <= GLFW_KEY_9;
}

/// Keys of the main block that print something.
bool prints(int key) {
  return key > GLFW_KEY_SPACE && key <= GLFW_KEY_WORLD_2;
}

/// The key of the American keyboard with this print; 0 where it has none.
int key_with(std::string_view print) {
  if (print.size() != 1) return 0;
  const char sign = print.front();
  if (sign >= 'a' && sign <= 'z') return GLFW_KEY_A + (sign - 'a');
  if (sign >= 'A' && sign <= 'Z') return GLFW_KEY_A + (sign - 'A');
  if (sign >= '0' && sign <= '9') return GLFW_KEY_0 + (sign - '0');
  switch (sign) {
    case '-':
      return GLFW_KEY_MINUS;
    case '+':  // where the American keyboard has it, with Shift
    case '=':
      return GLFW_KEY_EQUAL;
    case ',':
    case '.':
    case '/':
    case ';':
    case '\'':
    case '[':
    case ']':
    case '\\':
    case '`':
      return sign;  // GLFW's codes of signs are ASCII
    default:
      return 0;
  }
}

bool has_latin_letters(const KeyNames& names) {
  for (int key = GLFW_KEY_A; key <= GLFW_KEY_Z; ++key) {
    const int printed = key_with(names.at_place(key));
    if (printed >= GLFW_KEY_A && printed <= GLFW_KEY_Z) return true;
  }
  return false;
}

bool is_printed_beside_digits(int wanted, const KeyNames& names) {
  static constexpr std::array kSigns{
      GLFW_KEY_APOSTROPHE,   GLFW_KEY_COMMA,   GLFW_KEY_MINUS,        GLFW_KEY_PERIOD,    GLFW_KEY_SLASH,
      GLFW_KEY_SEMICOLON,    GLFW_KEY_EQUAL,   GLFW_KEY_LEFT_BRACKET, GLFW_KEY_BACKSLASH, GLFW_KEY_RIGHT_BRACKET,
      GLFW_KEY_GRAVE_ACCENT, GLFW_KEY_WORLD_1, GLFW_KEY_WORLD_2};
  return std::any_of(kSigns.begin(), kSigns.end(), [&](int key) { return key_with(names.at_place(key)) == wanted; });
}

}  // namespace

int key_by_letter(int key, int scancode, const KeyNames& names) {
  if (key != GLFW_KEY_UNKNOWN && !prints(key)) return key;
  const std::string print = names.pressed(scancode);
  if (print.empty() || !has_latin_letters(names)) return key;
  const int printed = key_with(print);
  if (!is_digit_key(key)) return printed != 0 ? printed : GLFW_KEY_WORLD_1;
  if (is_digit_key(printed)) return printed;
  const bool zooms = printed == GLFW_KEY_MINUS || printed == GLFW_KEY_EQUAL;
  return zooms && !is_printed_beside_digits(printed, names) ? printed : key;
}

int KeyLetters::pressed(int key, int scancode) {
  const int meant = key_by_letter(key, scancode, names_);
  held_[scancode] = meant;
  return meant;
}

int KeyLetters::released(int key, int scancode) {
  const auto found = held_.find(scancode);
  if (found == held_.end()) return key;
  const int meant = found->second;
  held_.erase(found);
  return meant;
}

}  // namespace regard::shell
