// SPDX-License-Identifier: Apache-2.0
#include "core/text/aligned_text.h"

#include <algorithm>

namespace regard {

AlignedText aligned_copy(std::string_view original, std::size_t begin, std::size_t end) {
  AlignedText result;
  result.text.assign(original.substr(begin, end - begin));
  result.source.resize(end - begin);
  for (std::size_t index = 0; index < end - begin; ++index) {
    const auto at = static_cast<std::uint32_t>(begin + index);
    result.source[index] = {at, at + 1};
  }
  return result;
}

ByteSpan source_of(const AlignedText& text, TextRange range) {
  if (range.begin >= range.end) return {};
  ByteSpan whole{};
  bool found = false;
  for (std::size_t index = range.begin; index < range.end; ++index) {
    const ByteSpan span = text.source[index];
    if (span.begin == span.end) continue;
    whole = found ? ByteSpan{std::min(whole.begin, span.begin), std::max(whole.end, span.end)} : span;
    found = true;
  }
  return found ? whole : text.source[range.begin];
}

}  // namespace regard
