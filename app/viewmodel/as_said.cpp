// SPDX-License-Identifier: Apache-2.0
#include "app/viewmodel/as_said.h"

#include "app/viewmodel/views.h"
#include "core/text/unicode.h"

namespace regard {

std::string as_said(const Token& token) {
  const std::string text = label_of(token);
  std::string said;
  for (std::size_t at = 0; at < text.size();) {
    const DecodedCharacter read = decode_utf8(text, at);
    append_lower_case(said, read.code);
    at += read.length;
  }
  return said;
}

}  // namespace regard
