// SPDX-License-Identifier: Apache-2.0
#include "app/base/text_parts.h"

#include "core/text/unicode.h"

namespace regard {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r";
  const std::size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

std::string excerpt(std::string_view text, std::size_t most) {
  if (text.size() <= most) return std::string(text);
  while (most > 0 && continues_character(text[most]))
    --most;
  return std::string(text.substr(0, most)) + "…";
}

}  // namespace regard
