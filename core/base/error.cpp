// SPDX-License-Identifier: Apache-2.0
#include "core/base/error.h"

#include <array>

namespace regard {
namespace {

/// Length of the well-formed UTF-8 character at the start of `text`, 0 if there is none.
std::size_t utf8_length(std::string_view text) {
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return 1;
  const std::size_t length = lead >= 0xC2 && lead < 0xE0   ? 2
                             : (lead & 0xF0) == 0xE0       ? 3
                             : lead >= 0xF0 && lead < 0xF5 ? 4
                                                           : 0;
  if (length == 0 || text.size() < length) return 0;
  for (std::size_t at = 1; at < length; ++at)
    if ((byte(at) & 0xC0) != 0x80) return 0;
  if (lead == 0xE0 && byte(1) < 0xA0) return 0;  // overlong
  if (lead == 0xED && byte(1) > 0x9F) return 0;  // surrogates
  if (lead == 0xF0 && byte(1) < 0x90) return 0;  // overlong
  if (lead == 0xF4 && byte(1) > 0x8F) return 0;  // beyond U+10FFFF
  return length;
}

/// What a stranger's file says must not break a terminal or a window: bounded, valid UTF-8, no control characters.
std::string printable(std::string_view text, std::size_t limit) {
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = utf8_length(text.substr(at));
    if (result.size() + length > limit) return result + "…";
    const auto lead = static_cast<unsigned char>(text[at]);
    const bool control =
        lead < 0x20 || lead == 0x7F || (lead == 0xC2 && length == 2 && static_cast<unsigned char>(text[at + 1]) < 0xA0);
    if (length == 0)
      result += "\xEF\xBF\xBD";  // U+FFFD
    else if (control)
      result += ' ';
    else
      result += text.substr(at, length);
    at += length == 0 ? 1 : length;
  }
  return result;
}

Error::Details printable(Error::Details details) {
  details.file = printable(details.file, 1000);
  details.item = printable(details.item, 200);
  details.expected = printable(details.expected, 2000);
  details.found = printable(details.found, 200);
  return details;
}

std::string sentence(std::string_view code, const Error::Details& details) {
  for (const auto& [known, text] : error_messages())
    if (known == code) return fill_template(text, details);
  return fill_template(std::string(code) + ": {file} {item} {expected} {found}", details);
}

}  // namespace

Error::Error(std::string_view code, Details details)
    : code_(code), details_(printable(std::move(details))), sentence_(sentence(code, details_)) {}

std::string fill_template(std::string_view text, const Error::Details& details) {
  const std::array<std::pair<std::string_view, const std::string*>, 4> places{{{"{file}", &details.file},
                                                                               {"{item}", &details.item},
                                                                               {"{expected}", &details.expected},
                                                                               {"{found}", &details.found}}};
  std::string result;
  while (!text.empty()) {
    std::size_t taken = 1;
    std::string_view piece = text.substr(0, 1);
    for (const auto& [place, value] : places) {
      if (!text.starts_with(place)) continue;
      taken = place.size();
      piece = *value;
      break;
    }
    result += piece;
    text.remove_prefix(taken);
  }
  return result;
}

}  // namespace regard
