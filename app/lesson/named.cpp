// SPDX-License-Identifier: Apache-2.0
#include "app/lesson/named.h"

#include "app/base/head_place.h"
#include "app/lesson/lesson_number.h"
#include "core/base/error.h"
#include "core/base/excerpt.h"
#include "core/text/code_classes.h"
#include "core/text/unicode.h"

#include <algorithm>
#include <set>
#include <string>

namespace regard {
namespace {

/// "the#2" is "the" and 2.
struct CountedWord {
  std::string_view word;
  std::size_t place = 1;
};
CountedWord counted(std::string_view word) {
  const std::size_t sign = word.rfind('#');
  if (sign == std::string_view::npos || sign == 0) return {word};
  const std::optional<std::size_t> place = whole_number(word.substr(sign + 1));
  if (!place || *place == 0) return {word};
  return {word.substr(0, sign), *place};
}

bool in_word(std::string_view text, std::size_t at) {
  const char32_t code = decode_utf8(text, at).code;
  return is_letter(code) || is_number(code) || is_mark(code);
}

std::size_t start_of_character_before(std::string_view text, std::size_t at) {
  do
    --at;
  while (at > 0 && continues_character(text[at]));
  return at;
}

/// Does no letter stand at either side that would make it a part of a longer word?
bool stands_alone(std::string_view text, std::size_t begin, std::size_t end) {
  const bool letter_first = in_word(text, begin);
  const bool letter_last = in_word(text, start_of_character_before(text, end));
  if (letter_first && begin > 0 && in_word(text, start_of_character_before(text, begin))) return false;
  return !letter_last || end >= text.size() || !in_word(text, end);
}

std::optional<WordPlace> find_word(std::string_view text, std::string_view word, std::size_t place) {
  for (std::size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1))
    if (stands_alone(text, at, at + word.size()) && --place == 0) return WordPlace{at, at + word.size()};
  return std::nullopt;
}

/// Lower case, and where each byte of it comes from.
struct LowerText {
  std::string text{};
  std::vector<std::size_t> from{};  ///< one more than bytes
};
LowerText lower(std::string_view text) {
  LowerText result;
  for (std::size_t at = 0; at < text.size();) {
    const DecodedCharacter read = decode_utf8(text, at);
    append_lower_case(result.text, read.code);
    result.from.resize(result.text.size(), at);
    at += read.length;
  }
  result.from.push_back(text.size());
  return result;
}

bool has_place_in_text(const Token& token) {
  return token.begin < token.end;
}

std::optional<std::size_t> last_token(const Encoding& encoding) {
  for (std::size_t token = encoding.tokens.size(); token-- > 0;)
    if (!encoding.tokens[token].special) return token;
  return std::nullopt;
}

}  // namespace

std::optional<WordPlace> place_of_word(std::string_view word, std::string_view text) {
  const CountedWord wanted = counted(word);
  if (wanted.word.empty()) return std::nullopt;
  if (const auto exact = find_word(text, wanted.word, wanted.place)) return exact;
  if (find_word(text, wanted.word, 1)) return std::nullopt;  // it is there, but not so often
  const LowerText low_text = lower(text), low_word = lower(wanted.word);
  const auto found = find_word(low_text.text, low_word.text, wanted.place);
  if (!found) return std::nullopt;
  return WordPlace{low_text.from[found->begin], low_text.from[found->end]};
}

std::vector<std::size_t> tokens_of_word(std::string_view word, const Encoding& encoding) {
  const std::vector<Token>& tokens = encoding.tokens;
  const auto fail = [&] {
    return Error("lesson_word", {.expected = excerpt(encoding.text), .found = std::string(word)});
  };
  if (word.starts_with('#')) {
    const std::optional<std::size_t> number = whole_number(word.substr(1));
    if (!number || *number >= tokens.size()) throw fail();
    return {*number};
  }
  if (const std::optional<WordPlace> place = place_of_word(word, encoding.text)) {
    std::vector<std::size_t> found;
    for (std::size_t token = 0; token < tokens.size(); ++token)
      if (has_place_in_text(tokens[token]) && tokens[token].begin < place->end && tokens[token].end > place->begin)
        found.push_back(token);
    if (!found.empty()) return found;
  }
  const CountedWord wanted = counted(word);
  std::size_t place = wanted.place;
  for (std::size_t token = 0; token < tokens.size(); ++token)
    if ((tokens[token].special || !has_place_in_text(tokens[token])) && tokens[token].text == wanted.word &&
        --place == 0)
      return {token};
  if (word == "last")
    if (const std::optional<std::size_t> last = last_token(encoding)) return {*last};
  throw fail();
}

std::optional<HeadRef> head_by_number(std::string_view name) {
  const std::size_t dot = name.find('.');
  if (dot == std::string_view::npos) return std::nullopt;
  const std::optional<std::size_t> layer = whole_number(name.substr(0, dot)), head = whole_number(name.substr(dot + 1));
  if (!layer || !head) return std::nullopt;
  return HeadRef{*layer, *head};
}

HeadRef head_named(std::string_view name, const Model& model, bool of_encoder) {
  const std::size_t colon = name.find(':');
  const std::string_view scheme = name.substr(0, std::min(colon, name.size()));
  if (scheme == "relation" || scheme == "role") {
    const std::string_view wanted = colon == std::string_view::npos ? std::string_view() : name.substr(colon + 1);
    std::set<std::string> known;
    for (const HeadRole& role : model.roles) {
      if (role.relation == wanted) return role.head;
      known.insert(role.relation);
    }
    std::string names;
    for (const std::string& each : known)
      names += (names.empty() ? "" : ", ") + each;
    throw Error("lesson_role",
                {.item = model.name, .expected = names.empty() ? "—" : names, .found = std::string(wanted)});
  }
  const ModelConfig& config = of_encoder && model.encoder ? model.encoder->config : model.config;
  const std::optional<HeadRef> head = head_by_number(name);
  if (head && has_head(config, *head)) return *head;
  throw Error("lesson_head",
              {.item = model.name, .expected = head_place(all_heads(config).back()), .found = std::string(name)});
}

}  // namespace regard
