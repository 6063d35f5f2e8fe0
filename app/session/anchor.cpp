// SPDX-License-Identifier: Apache-2.0
#include "app/session/token_anchor.h"

#include "core/text/unicode.h"

#include <algorithm>
#include <cctype>
#include <optional>

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

/// Letters and digits; every byte beyond ASCII counts as one.
bool in_word(char byte) {
  const auto code = static_cast<unsigned char>(byte);
  return code >= 0x80U || std::isalnum(code) != 0;
}

/// The word (or the sign) at a byte; a space belongs to the word behind it.
struct Word {
  std::size_t begin = 0, end = 0;
};
Word word_at(std::string_view text, std::size_t at) {
  at = std::min(at, text.size());  // an anchor may stand behind the end
  while (at < text.size() && is_blank(text[at]))
    ++at;
  Word word{at, std::min(at + 1, text.size())};
  if (at == text.size() || !in_word(text[at])) return word;
  while (word.begin > 0 && in_word(text[word.begin - 1]))
    --word.begin;
  while (word.end < text.size() && in_word(text[word.end]))
    ++word.end;
  return word;
}

/// The place nearest to `near` where `text` has `word` whole.
std::optional<std::size_t> nearest_place(std::string_view text, std::string_view word, std::size_t near) {
  const auto away = [near](std::size_t place) { return place < near ? near - place : place - near; };
  std::optional<std::size_t> best;
  for (std::size_t place = text.find(word); place != std::string_view::npos; place = text.find(word, place + 1)) {
    const Word whole = word_at(text, place);
    if (whole.begin != place || whole.end != place + word.size()) continue;
    if (!best || away(place) < away(*best)) best = place;
  }
  return best;
}

/// More than one word gave way, and more than what stays.
bool is_another_text(std::string_view from, const TextEdit& edit) {
  const std::string_view gone = from.substr(edit.begin, edit.end - edit.begin);
  return 2 * gone.size() > from.size() && std::any_of(gone.begin(), gone.end(), is_blank);
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

TokenAnchor kept_on_word(TokenAnchor anchor, std::string_view from, std::string_view to, const TextEdit& edit) {
  if (anchor.kind != TokenAnchor::Kind::byte || !is_another_text(from, edit)) return moved(anchor, edit);
  const Word word = word_at(from, anchor.value);
  if (word.end <= edit.begin || word.begin >= edit.end) return moved(anchor, edit);
  const std::string_view said = from.substr(word.begin, word.end - word.begin);
  const std::optional<std::size_t> place = said.empty() ? std::nullopt : nearest_place(to, said, anchor.value);
  if (!place) return {TokenAnchor::Kind::byte, to.size(), 0};
  return {TokenAnchor::Kind::byte, *place + (anchor.value > word.begin ? anchor.value - word.begin : 0), anchor.repeat};
}

}  // namespace regard
