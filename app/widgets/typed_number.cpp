// SPDX-License-Identifier: Apache-2.0
#include "app/widgets/typed_number.h"

#include "core/text/unicode.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string>

namespace regard {
namespace {

bool is_digit(char byte) {
  return byte >= '0' && byte <= '9';
}

/// What groups digits and nothing else: spaces and apostrophes.
bool is_group_mark(char32_t code) {
  return is_whitespace(code) || code == U'\'' || code == U'’' || code == U'٬';
}

/// ASCII signs for the kinds of signs there are; ' ' for what groups digits. Nothing where something else stands in it.
std::optional<std::string> in_ascii(std::string_view text) {
  std::string plain;
  for (std::size_t at = 0; at < text.size();) {
    const DecodedCharacter read = decode_utf8(text, at);
    at += read.length;
    if (is_group_mark(read.code))
      plain += ' ';
    else if (read.code == U'−' || read.code == U'‒' || read.code == U'–')
      plain += '-';
    else if (read.code == U'٫' || read.code == U'，')
      plain += ',';
    else if (read.code == U'．')
      plain += '.';
    else if (read.code >= U'０' && read.code <= U'９')
      plain += static_cast<char>('0' + (read.code - U'０'));
    else if (read.code < 0x80)
      plain += static_cast<char>(read.code);
    else
      return std::nullopt;
  }
  while (plain.ends_with(' ') || plain.ends_with('%'))
    plain.pop_back();
  plain.erase(0, std::min(plain.find_first_not_of(' '), plain.size()));
  return plain;
}

/// Do groups of exactly three digits stand behind each of these marks, up to a byte or another sign?
bool groups_are_whole(std::string_view digits, char mark) {
  std::size_t first = digits.find(mark);
  if (first == 0 || first > 3) return false;
  for (std::size_t at = first; at < digits.size();) {
    if (digits[at] != mark || digits.size() - at < 4) return false;
    if (!std::all_of(digits.begin() + static_cast<std::ptrdiff_t>(at) + 1,
                     digits.begin() + static_cast<std::ptrdiff_t>(at) + 4, is_digit))
      return false;
    at += 4;
  }
  return true;
}

std::string without(std::string_view text, char mark) {
  std::string rest(text);
  rest.erase(std::remove(rest.begin(), rest.end(), mark), rest.end());
  return rest;
}

/// The digits before the decimal sign, their groups joined. Nothing where the groups are none.
std::optional<std::string> joined_groups(std::string_view digits) {
  std::string joined(digits);
  for (const char mark : {' ', ',', '.'}) {
    if (joined.find(mark) == std::string::npos) continue;
    if (!groups_are_whole(joined, mark)) return std::nullopt;
    joined = without(joined, mark);
  }
  return joined;
}

struct Parts {
  bool negative = false;
  std::string whole{};     ///< digits
  std::string fraction{};  ///< digits
  std::string exponent{};  ///< "e-3", or empty
};

/// `lone_groups`: a single separator before exactly three digits groups them.
std::optional<Parts> parts_of(std::string_view text, bool lone_groups) {
  const std::optional<std::string> plain = in_ascii(text);
  if (!plain || plain->empty()) return std::nullopt;
  std::string_view rest = *plain;
  Parts parts;
  if (rest.front() == '-' || rest.front() == '+') {
    parts.negative = rest.front() == '-';
    rest.remove_prefix(1);
  }
  if (const std::size_t at = rest.find_first_of("eE"); at != std::string_view::npos) {
    parts.exponent = "e" + std::string(rest.substr(at + 1));
    rest = rest.substr(0, at);
  }
  const std::size_t last = rest.find_last_of(".,");
  const bool parted = last != std::string_view::npos;
  const auto times = parted ? std::count(rest.begin(), rest.end(), rest[last]) : 0;
  const bool other = parted && rest.find(rest[last] == '.' ? ',' : '.') != std::string_view::npos;
  const bool groups = parted && (times > 1 || (lone_groups && !other && groups_are_whole(rest, rest[last])));
  const std::optional<std::string> whole = joined_groups(parted && !groups ? rest.substr(0, last) : rest);
  if (!whole) return std::nullopt;
  parts.whole = *whole;
  if (parted && !groups) parts.fraction = rest.substr(last + 1);
  const auto all_digits = [](const std::string& digits) { return std::all_of(digits.begin(), digits.end(), is_digit); };
  if (!all_digits(parts.whole) || !all_digits(parts.fraction)) return std::nullopt;
  if (parts.whole.empty() && parts.fraction.empty()) return std::nullopt;
  return parts;
}

std::optional<double> value_of(const Parts& parts) {
  const std::string text = (parts.negative ? "-" : "") + (parts.whole.empty() ? "0" : parts.whole) + "." +
                           (parts.fraction.empty() ? "0" : parts.fraction) + parts.exponent;
  double value = 0.0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

}  // namespace

std::optional<double> typed_number(std::string_view text) {
  const std::optional<Parts> parts = parts_of(text, false);
  return parts ? value_of(*parts) : std::nullopt;
}

std::optional<std::uint64_t> typed_whole_number(std::string_view text) {
  const std::optional<Parts> parts = parts_of(text, true);
  if (!parts) return std::nullopt;
  if (parts->fraction.empty() && parts->exponent.empty() && !parts->negative) {
    std::uint64_t whole = 0;
    const auto [end, error] = std::from_chars(parts->whole.data(), parts->whole.data() + parts->whole.size(), whole);
    if (error == std::errc{} && end == parts->whole.data() + parts->whole.size()) return whole;
    return std::nullopt;
  }
  const std::optional<double> value = value_of(*parts);
  constexpr double kExact = 9007199254740992.0;  // 2^53
  if (!value || *value <= -0.5 || *value >= kExact) return std::nullopt;
  return static_cast<std::uint64_t>(std::llround(*value));
}

bool belongs_to_number(char32_t character) {
  if (is_group_mark(character)) return character != U'\n' && character != U'\r' && character != U'\t';
  constexpr std::u32string_view kSigns = U"0123456789.,-+eE%−‒–٫，．";
  return kSigns.find(character) != std::u32string_view::npos || (character >= U'０' && character <= U'９');
}

}  // namespace regard
