// SPDX-License-Identifier: Apache-2.0
#include "core/text/wordpiece.h"

#include "core/text/unicode.h"

#include <algorithm>

namespace regard {
namespace {

std::size_t count_characters(std::string_view text, std::size_t enough) {
  std::size_t count = 0;
  for (std::size_t at = 0; at < text.size() && count <= enough; at += utf8_length(text[at]))
    ++count;
  return count;
}

}  // namespace

void encode_word(const WordPieceModel& model, const Vocabulary& vocabulary, std::string_view word,
                 std::vector<WordPart>& parts) {
  const std::size_t first_part = parts.size();
  const auto give_up = [&] {
    parts.resize(first_part);
    parts.push_back({model.unknown, 0, static_cast<std::uint32_t>(word.size())});
  };
  if (count_characters(word, model.longest_word) > model.longest_word) return give_up();

  std::string candidate;
  for (std::size_t begin = 0; begin < word.size();) {
    candidate = begin == 0 ? std::string() : model.continuing_prefix;
    const std::size_t prefix = candidate.size();
    candidate.append(word, begin, model.longest_piece);
    std::size_t length = candidate.size() - prefix;
    std::optional<std::int32_t> id;
    for (; length > 0; --length) {
      if (begin + length < word.size() && continues_character(word[begin + length])) continue;
      id = vocabulary.find(std::string_view(candidate).substr(0, prefix + length));
      if (id) break;
    }
    if (!id) return give_up();
    parts.push_back({*id, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(begin + length)});
    begin += length;
  }
}

}  // namespace regard
