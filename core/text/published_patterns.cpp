// SPDX-License-Identifier: Apache-2.0
#include "core/text/published_patterns.h"

#include "core/text/code_classes.h"
#include "core/text/unicode.h"

#include <array>
#include <utility>

namespace regard {
namespace {

constexpr std::array<std::pair<std::string_view, PublishedPattern>, 3> kPatterns{{
    {R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)", PublishedPattern::gpt2},
    {R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)",
     PublishedPattern::words_by_digit},
    {R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)",
     PublishedPattern::words_by_threes},
}};

constexpr std::size_t kAll = static_cast<std::size_t>(-1);

/// A character and its class; nothing behind the end.
struct Seen {
  PatternClass kind = PatternClass::other;
  std::size_t length = 0;  ///< bytes; 0 behind the end
  char32_t code = 0;
  [[nodiscard]] bool is(PatternClass wanted) const { return length > 0 && kind == wanted; }
  [[nodiscard]] bool is_newline() const { return code == '\r' || code == '\n'; }
};

Seen look(std::string_view text, std::size_t at) {
  if (at >= text.size()) return {};
  const DecodedCharacter character = decode_utf8(text, at);
  return {pattern_class(character.code), character.length, character.code};
}

/// The end of a run of at most `most` characters of a class.
std::size_t run_end(std::string_view text, std::size_t at, PatternClass kind, std::size_t most = kAll) {
  for (std::size_t count = 0; count < most; ++count) {
    const Seen next = look(text, at);
    if (!next.is(kind)) break;
    at += next.length;
  }
  return at;
}

/// The end of 's, 't, 're, 've, 'm, 'll or 'd; `at` itself where there is none. "ſ" is an S in any case.
std::size_t contraction_end(std::string_view text, std::size_t at, bool any_case) {
  if (text[at] != '\'' || at + 1 >= text.size()) return at;
  const std::string_view rest = text.substr(at + 1);
  const auto letter = [&](std::size_t index) {
    const char found = index < rest.size() ? rest[index] : '\0';
    return any_case && found >= 'A' && found <= 'Z' ? static_cast<char>(found - 'A' + 'a') : found;
  };
  if (any_case && rest.starts_with("ſ")) return at + 1 + std::string_view("ſ").size();
  switch (letter(0)) {
    case 's':
    case 't':
    case 'm':
    case 'd':
      return at + 2;
    case 'r':
    case 'v':
      return letter(1) == 'e' ? at + 3 : at;
    case 'l':
      return letter(1) == 'l' ? at + 3 : at;
    default:
      return at;
  }
}

/// \s+(?!\S)|\s+: all of a run at the end of the text, elsewhere all but its last character, where there are two.
std::size_t space_end(std::string_view text, std::size_t at) {
  std::size_t last = at;
  std::size_t end = at;
  for (Seen next = look(text, at); next.is(PatternClass::space); next = look(text, end)) {
    last = end;
    end += next.length;
  }
  return end == text.size() || last == at ? end : last;
}

std::size_t gpt2_end(std::string_view text, std::size_t at) {
  if (const std::size_t end = contraction_end(text, at, false); end > at) return end;
  const std::size_t word = text[at] == ' ' ? at + 1 : at;
  const Seen first = look(text, word);
  if (first.length == 0 || first.is(PatternClass::space)) return space_end(text, at);
  return run_end(text, word, first.kind);
}

std::size_t words_end(std::string_view text, std::size_t at, std::size_t digits) {
  if (const std::size_t end = contraction_end(text, at, true); end > at) return end;
  const Seen first = look(text, at);
  if (first.is(PatternClass::letter)) return run_end(text, at, PatternClass::letter);
  if (first.is(PatternClass::number)) return run_end(text, at, PatternClass::number, digits);
  if (!first.is_newline())
    if (const std::size_t behind = at + first.length; look(text, behind).is(PatternClass::letter))
      return run_end(text, behind, PatternClass::letter);
  const std::size_t word = text[at] == ' ' ? at + 1 : at;
  if (look(text, word).is(PatternClass::other)) {
    std::size_t end = run_end(text, word, PatternClass::other);
    while (end < text.size() && (text[end] == '\r' || text[end] == '\n'))
      ++end;
    return end;
  }
  std::size_t behind_newline = at;  // \s*[\r\n]+ ends behind the last newline of the run
  std::size_t end = at;
  for (Seen next = first; next.is(PatternClass::space); next = look(text, end)) {
    end += next.length;
    if (next.is_newline()) behind_newline = end;
  }
  return behind_newline > at ? behind_newline : space_end(text, at);
}

}  // namespace

std::optional<PublishedPattern> published_pattern(std::string_view pattern) {
  for (const auto& [text, kind] : kPatterns)
    if (text == pattern) return kind;
  return std::nullopt;
}

std::size_t end_of_match(PublishedPattern pattern, std::string_view text, std::size_t at) {
  switch (pattern) {
    case PublishedPattern::gpt2:
      return gpt2_end(text, at);
    case PublishedPattern::words_by_digit:
      return words_end(text, at, 1);
    case PublishedPattern::words_by_threes:
      return words_end(text, at, 3);
  }
  return text.size();
}

}  // namespace regard
