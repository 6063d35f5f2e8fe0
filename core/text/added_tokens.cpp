// SPDX-License-Identifier: Apache-2.0
#include "core/text/added_tokens.h"

#include "core/text/code_classes.h"
#include "core/text/unicode.h"

#include <algorithm>

namespace regard {
namespace {

std::uint64_t edge(std::uint32_t node, char byte) {
  return (static_cast<std::uint64_t>(node) << 8) | static_cast<unsigned char>(byte);
}

std::size_t previous_start(std::string_view text, std::size_t at) {
  do {
    --at;
  } while (at > 0 && continues_character(text[at]));
  return at;
}

bool stands_alone(std::string_view text, TextRange range) {
  const bool left = range.begin == 0 || !is_word_character(decode_utf8(text, previous_start(text, range.begin)).code);
  const bool right = range.end == text.size() || !is_word_character(decode_utf8(text, range.end).code);
  return left && right;
}

TextRange with_whitespace(std::string_view text, TextRange range, const AddedToken& token, std::size_t floor) {
  if (token.strip_left) {
    while (range.begin > floor) {
      const std::size_t before = previous_start(text, range.begin);
      if (!is_whitespace(decode_utf8(text, before).code)) break;
      range.begin = before;
    }
  }
  while (token.strip_right && range.end < text.size()) {
    const DecodedCharacter next = decode_utf8(text, range.end);
    if (!is_whitespace(next.code)) break;
    range.end += next.length;
  }
  return range;
}

}  // namespace

AddedTokenFinder::AddedTokenFinder(const std::vector<AddedToken>& tokens, const std::vector<std::string>& contents)
    : token_at_(1, -1) {
  for (const bool special : {true, false})
    for (std::size_t index = 0; index < tokens.size(); ++index)
      if (tokens[index].special == special) add(contents[index], index);
}

AddedTokenFinder::AddedTokenFinder(const std::vector<AddedToken>& tokens) : token_at_(1, -1) {
  for (const bool special : {true, false})
    for (std::size_t index = 0; index < tokens.size(); ++index)
      if (tokens[index].special == special && !tokens[index].normalized) add(tokens[index].content, index);
}

void AddedTokenFinder::add(const std::string& content, std::size_t index) {
  if (content.empty()) return;
  starts_[static_cast<unsigned char>(content.front())] = true;
  std::uint32_t node = 0;
  for (const char byte : content) {
    const auto next = static_cast<std::uint32_t>(token_at_.size());
    const auto [found, is_new] = edges_.try_emplace(edge(node, byte), next);
    if (is_new) token_at_.push_back(-1);
    node = found->second;
  }
  if (token_at_[node] < 0) token_at_[node] = static_cast<std::int64_t>(index);
}

std::optional<std::pair<std::size_t, std::size_t>> AddedTokenFinder::longest_at(std::string_view text,
                                                                                std::size_t at) const {
  std::optional<std::pair<std::size_t, std::size_t>> best;
  std::uint32_t node = 0;
  for (std::size_t end = at; end < text.size();) {
    const auto found = edges_.find(edge(node, text[end]));
    if (found == edges_.end()) break;
    node = found->second;
    ++end;
    if (token_at_[node] >= 0) best = {static_cast<std::size_t>(token_at_[node]), end};
  }
  return best;
}

std::vector<AddedTokenFinder::Match> AddedTokenFinder::find_all(std::string_view text,
                                                                const std::vector<AddedToken>& tokens) const {
  std::vector<Match> matches;
  if (edges_.empty()) return matches;
  std::size_t floor = 0;  // the end of the match before
  for (std::size_t at = 0; at < text.size();) {
    const bool possible = starts_[static_cast<unsigned char>(text[at])];
    const auto found = possible ? longest_at(text, at) : std::nullopt;
    if (!found) {
      ++at;
      continue;
    }
    const AddedToken& token = tokens[found->first];
    const TextRange content{at, found->second};
    at = content.end;
    if (token.single_word && !stands_alone(text, content)) continue;
    const TextRange whole = with_whitespace(text, content, token, floor);
    matches.push_back({content, whole, found->first});
    floor = whole.end;
  }
  return matches;
}

}  // namespace regard
