// SPDX-License-Identifier: Apache-2.0
#include "app/lesson/lesson_number.h"

#include <charconv>
#include <cmath>
#include <string>
#include <utility>

namespace regard {
namespace {

bool is_decimal_digit(char byte) {
  return byte >= '0' && byte <= '9';
}

/// As long as the digits of a number go, with at most one point or comma between two of them.
std::size_t end_of_digits(std::string_view text) {
  std::size_t at = 0;
  bool parted = false;
  for (; at < text.size(); ++at) {
    if (is_decimal_digit(text[at])) continue;
    const bool parts = !parted && (text[at] == '.' || text[at] == ',') && at + 1 < text.size() && at > 0;
    if (!parts || !is_decimal_digit(text[at + 1])) break;
    parted = true;
  }
  return at;
}

/// "e-5" behind the digits: how long it is.
std::size_t length_of_exponent(std::string_view text) {
  if (text.empty() || (text[0] != 'e' && text[0] != 'E')) return 0;
  std::size_t at = 1;
  if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
  const std::size_t first = at;
  while (at < text.size() && is_decimal_digit(text[at]))
    ++at;
  return at > first ? at : 0;
}

}  // namespace

std::optional<LeadingNumber> leading_number(std::string_view text) {
  bool negative = false;
  for (const auto& [sign, is_minus] : {std::pair<std::string_view, bool>{"-", true}, {"−", true}, {"+", false}}) {
    if (!text.starts_with(sign)) continue;
    text.remove_prefix(sign.size());
    negative = is_minus;
    break;
  }
  constexpr std::size_t longest = 400;  // digits: beyond that no double tells one from another
  const std::size_t digits = end_of_digits(text);
  const std::size_t length = digits + length_of_exponent(text.substr(digits));
  if (digits == 0 || length > longest) return std::nullopt;
  std::string plain(text.substr(0, length));
  if (const std::size_t comma = plain.find(','); comma != std::string::npos) plain[comma] = '.';
  double value = 0.0;
  const auto [end, error] = std::from_chars(plain.data(), plain.data() + plain.size(), value);
  if (error != std::errc() || end != plain.data() + plain.size() || !std::isfinite(value)) return std::nullopt;
  return LeadingNumber{negative ? -value : value, text.substr(length)};
}

std::optional<double> lesson_number(std::string_view text) {
  const std::optional<LeadingNumber> number = leading_number(text);
  return number && number->rest.empty() ? std::optional(number->value) : std::nullopt;
}

std::optional<std::size_t> whole_number(std::string_view text) {
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace regard
