// SPDX-License-Identifier: Apache-2.0
#include "core/text/continuation.h"

#include <algorithm>
#include <utility>

namespace regard {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // what decode() gives for a byte that is no whole character

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

bool starts_word(std::string_view text, std::size_t at) {
  const auto blank = [&](std::size_t place) { return place < text.size() && is_blank(text.substr(place, 1)); };
  return at == 0 || blank(at) || blank(at - 1);
}

}  // namespace

Encoding prompt_of(Encoding encoding) {
  std::vector<Token>& tokens = encoding.tokens;
  while (tokens.size() > 1 && tokens.back().special && tokens.back().word < 0)
    tokens.pop_back();
  return encoding;
}

std::vector<std::int32_t> ids_of(const Encoding& encoding) {
  std::vector<std::int32_t> ids;
  ids.reserve(encoding.tokens.size());
  for (const Token& token : encoding.tokens)
    ids.push_back(token.id);
  return ids;
}

std::string continued_text(const Tokenizer& tokenizer, const Encoding& prompt, std::span<const std::int32_t> made) {
  std::vector<std::int32_t> ids = ids_of(prompt);
  const std::string before = tokenizer.decode(ids);
  ids.insert(ids.end(), made.begin(), made.end());
  const std::string whole = tokenizer.decode(ids);
  std::string added = whole.starts_with(before) ? whole.substr(before.size()) : tokenizer.decode(made);
  while (added.ends_with(kReplacement))
    added.resize(added.size() - kReplacement.size());
  return prompt.text + added;
}

Continuation::Continuation(const Tokenizer& tokenizer, Encoding prompt, bool add_special)
    : tokenizer_(tokenizer),
      prompt_(std::move(prompt)),
      add_special_(add_special),
      ids_(ids_of(prompt_)),
      as_written_(prompt_),
      encoding_(prompt_) {}

Token Continuation::token_of(std::int32_t id, std::size_t begin, std::size_t end) const {
  Token token;
  token.id = id;
  token.text = token.piece = tokenizer_.readable(id);
  token.begin = begin;
  token.end = end;
  const std::int32_t ids[] = {id};
  token.special = tokenizer_.decode(ids).empty() && !is_blank(token.text);
  if (token.special) return token;
  std::int32_t last_word = -1;
  for (const Token& before : as_written_.tokens)
    last_word = std::max(last_word, before.word);
  token.word = last_word < 0 || starts_word(as_written_.text, begin) ? last_word + 1 : last_word;
  return token;
}

void Continuation::add(std::int32_t id) {
  ids_.push_back(id);
  made_.push_back(id);
  const std::size_t old_size = as_written_.text.size();
  as_written_.text = continued_text(tokenizer_, prompt_, made_);
  const std::size_t end = as_written_.text.size();
  const std::size_t begin = std::min(old_size, end);
  as_written_.tokens.push_back(token_of(id, begin, end));

  Encoding afresh = prompt_of(tokenizer_.encode(as_written_.text, {.add_special = add_special_}));
  reads_back_ = ids_of(afresh) == ids_;
  encoding_ = reads_back_ ? std::move(afresh) : as_written_;
}

}  // namespace regard
