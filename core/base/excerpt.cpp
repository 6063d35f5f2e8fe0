// SPDX-License-Identifier: Apache-2.0
#include "core/base/excerpt.h"

namespace regard {

std::string excerpt(std::string_view text, std::size_t most) {
  if (text.size() <= most) return std::string(text);
  const auto goes_on = [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U; };
  while (most > 0 && goes_on(text[most]))
    --most;
  return std::string(text.substr(0, most)) + "…";
}

}  // namespace regard
