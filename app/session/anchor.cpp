// SPDX-License-Identifier: Apache-2.0
#include "app/session/token_anchor.h"

#include <algorithm>

namespace regard {
namespace {

bool is_template(const Token& token) {
  return token.special && token.begin == token.end;
}

/// Template specials at the front and at the back; a sentence of nothing else counts its first one as the front.
struct TemplateEnds {
  std::size_t front = 0;
  std::size_t back = 0;
};
TemplateEnds template_ends(const std::vector<Token>& tokens) {
  const auto front = std::find_if_not(tokens.begin(), tokens.end(), is_template);
  if (front == tokens.end()) return {std::min<std::size_t>(tokens.size(), 1), tokens.empty() ? 0 : tokens.size() - 1};
  const auto back = std::find_if_not(tokens.rbegin(), tokens.rend(), is_template);
  return {static_cast<std::size_t>(front - tokens.begin()), static_cast<std::size_t>(back - tokens.rbegin())};
}

std::size_t distance(const Token& token, std::size_t byte) {
  if (byte < token.begin) return token.begin - byte;
  return byte < token.end ? 0 : byte - token.end + 1;
}

std::size_t resolve_byte(const TokenAnchor& anchor, const std::vector<Token>& tokens) {
  std::size_t same_start = 0;  // tokens that start at the very byte
  std::size_t exact = tokens.size();
  std::size_t nearest = tokens.size();
  for (std::size_t index = 0; index < tokens.size(); ++index) {
    const Token& token = tokens[index];
    if (is_template(token)) continue;
    if (token.begin == anchor.value && same_start++ <= anchor.repeat) exact = index;
    // Of two equally near tokens the later one: after a deletion the next word takes the place.
    if (nearest == tokens.size() || distance(token, anchor.value) <= distance(tokens[nearest], anchor.value))
      nearest = index;
  }
  if (exact < tokens.size()) return exact;
  return nearest < tokens.size() ? nearest : 0;
}

bool continues_character(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
}

}  // namespace

std::size_t resolve(const TokenAnchor& anchor, const Encoding& encoding) {
  const std::vector<Token>& tokens = encoding.tokens;
  if (tokens.empty()) return 0;
  const TemplateEnds ends = template_ends(tokens);
  switch (anchor.kind) {
    case TokenAnchor::Kind::special_front:
      return ends.front == 0 ? 0 : std::min(anchor.value, ends.front - 1);
    case TokenAnchor::Kind::special_back:
      return tokens.size() - 1 - (ends.back == 0 ? 0 : std::min(anchor.value, ends.back - 1));
    case TokenAnchor::Kind::byte:
      break;
  }
  return resolve_byte(anchor, tokens);
}

TokenAnchor anchor_of(std::size_t token, const Encoding& encoding) {
  const std::vector<Token>& tokens = encoding.tokens;
  if (token >= tokens.size()) return {};
  const TemplateEnds ends = template_ends(tokens);
  if (token < ends.front) return {TokenAnchor::Kind::special_front, token, 0};
  if (token >= tokens.size() - ends.back) return {TokenAnchor::Kind::special_back, tokens.size() - 1 - token, 0};
  TokenAnchor anchor{TokenAnchor::Kind::byte, tokens[token].begin, 0};
  for (std::size_t before = 0; before < token; ++before)
    if (!is_template(tokens[before]) && tokens[before].begin == anchor.value) ++anchor.repeat;
  return anchor;
}

TextEdit edit_between(std::string_view from, std::string_view to) {
  const std::size_t shorter = std::min(from.size(), to.size());
  const auto split = std::mismatch(from.begin(), from.begin() + static_cast<std::ptrdiff_t>(shorter), to.begin());
  auto prefix = static_cast<std::size_t>(split.first - from.begin());
  const auto inside = [](std::string_view text, std::size_t at) {
    return at > 0 && at < text.size() && continues_character(text[at]);
  };
  while (inside(from, prefix) || inside(to, prefix))
    --prefix;

  std::size_t suffix = 0;
  while (suffix < shorter - prefix && from[from.size() - 1 - suffix] == to[to.size() - 1 - suffix])
    ++suffix;
  while (suffix > 0 && inside(from, from.size() - suffix))
    --suffix;
  return {prefix, from.size() - suffix, to.size() - suffix - prefix};
}

TokenAnchor moved(TokenAnchor anchor, const TextEdit& edit) {
  if (anchor.kind != TokenAnchor::Kind::byte || anchor.value < edit.begin) return anchor;
  anchor.value = anchor.value >= edit.end ? anchor.value - (edit.end - edit.begin) + edit.inserted : edit.begin;
  return anchor;
}

}  // namespace regard
