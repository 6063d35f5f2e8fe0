// SPDX-License-Identifier: Apache-2.0
#include "core/text/pre_tokenizer.h"

#include "core/text/unicode.h"

#include <algorithm>
#include <array>
#include <optional>

namespace regard {
namespace {

// A stretch of a word and whether the pattern matched it.
struct Stretch {
  TextRange range{};
  bool matched = false;
};

using Stretches = std::vector<Stretch>;
using Words = std::vector<TextRange>;

void keep(Words& words, TextRange range) {
  if (range.begin < range.end) words.push_back(range);
}

// MergedWithPrevious: a match joins the stretch before it, unless that is a match too.
void merge_with_previous(const Stretches& stretches, Words& words) {
  const std::size_t first = words.size();
  bool previous_matched = false;
  for (const Stretch& stretch : stretches) {
    if (stretch.matched && !previous_matched && words.size() > first)
      words.back().end = stretch.range.end;
    else
      keep(words, stretch.range);
    previous_matched = stretch.matched;
  }
}

void merge_with_next(const Stretches& stretches, Words& words) {
  const auto first = static_cast<std::ptrdiff_t>(words.size());
  bool next_matched = false;
  for (auto stretch = stretches.rbegin(); stretch != stretches.rend(); ++stretch) {
    if (stretch->matched && !next_matched && static_cast<std::ptrdiff_t>(words.size()) > first)
      words.back().begin = stretch->range.begin;
    else
      keep(words, stretch->range);
    next_matched = stretch->matched;
  }
  std::reverse(words.begin() + first, words.end());
}

void merge_contiguous(const Stretches& stretches, Words& words) {
  for (std::size_t index = 0; index < stretches.size();) {
    TextRange whole = stretches[index].range;
    std::size_t next = index + 1;
    for (; next < stretches.size() && stretches[next].matched == stretches[index].matched; ++next)
      whole.end = stretches[next].range.end;
    keep(words, whole);
    index = next;
  }
}

void gather(const Stretches& stretches, SplitBehavior behavior, Words& words) {
  switch (behavior) {
    case SplitBehavior::removed:
      for (const Stretch& stretch : stretches)
        if (!stretch.matched) keep(words, stretch.range);
      break;
    case SplitBehavior::isolated:
      for (const Stretch& stretch : stretches)
        keep(words, stretch.range);
      break;
    case SplitBehavior::merged_with_previous:
      merge_with_previous(stretches, words);
      break;
    case SplitBehavior::merged_with_next:
      merge_with_next(stretches, words);
      break;
    case SplitBehavior::contiguous:
      merge_contiguous(stretches, words);
      break;
  }
}

Stretches stretches_of(RegexMatcher& matcher, std::string_view text, TextRange word, bool invert) {
  Stretches result;
  const std::string_view subject = text.substr(word.begin, word.end - word.begin);
  std::size_t at = 0;  // everything before it is in `result`
  const auto put = [&](std::size_t begin, std::size_t end, bool matched) {
    if (begin < end) result.push_back({{word.begin + begin, word.begin + end}, matched != invert});
  };
  for (std::size_t from = 0; from < subject.size();) {
    const std::optional<TextRange> match = matcher.find(subject, from);
    if (!match) break;
    if (match->begin == match->end) {  // an empty match cuts nothing
      from = match->begin < subject.size() ? match->begin + utf8_length(subject[match->begin]) : subject.size();
      continue;
    }
    put(at, match->begin, false);
    put(match->begin, match->end, true);
    at = from = match->end;
  }
  put(at, subject.size(), false);
  return result;
}

// One stretch per character that `matches`, and one for each run between them.
template <typename Matches>
Stretches stretches_by_class(std::string_view text, TextRange word, Matches&& matches) {
  Stretches result;
  for (std::size_t at = word.begin; at < word.end;) {
    const DecodedCharacter character = decode_utf8(text, at);
    const bool matched = matches(character.code);
    if (!matched && !result.empty() && !result.back().matched)
      result.back().range.end += character.length;
    else
      result.push_back({{at, at + character.length}, matched});
    at += character.length;
  }
  return result;
}

template <typename Matches>
void split_by_class(PreTokenized& state, SplitBehavior behavior, Matches&& matches) {
  Words words;
  for (const TextRange& word : state.words)
    gather(stretches_by_class(state.text.text, word, matches), behavior, words);
  state.words = std::move(words);
}

void split_by_regex(PreTokenized& state, const Regex& pattern, SplitBehavior behavior, bool invert) {
  RegexMatcher matcher(pattern);
  Words words;
  for (const TextRange& word : state.words)
    gather(stretches_of(matcher, state.text.text, word, invert), behavior, words);
  state.words = std::move(words);
}

void apply(const SplitPreTokenizer& step, PreTokenized& state, bool) {
  split_by_regex(state, step.pattern, step.behavior, step.invert);
}

void apply(const DigitsPreTokenizer& step, PreTokenized& state, bool) {
  split_by_class(state, step.individual ? SplitBehavior::isolated : SplitBehavior::contiguous, is_number);
}

void apply(const PunctuationPreTokenizer& step, PreTokenized& state, bool) {
  split_by_class(state, step.behavior, is_punctuation);
}

void apply(const WhitespaceSplitPreTokenizer&, PreTokenized& state, bool) {
  split_by_class(state, SplitBehavior::removed, is_whitespace);
}

void apply(const BertPreTokenizer&, PreTokenized& state, bool) {
  split_by_class(state, SplitBehavior::removed, is_whitespace);
  split_by_class(state, SplitBehavior::isolated, is_punctuation);
}

// Rebuilds the text word by word; rewrite(word, out) appends the new bytes of a word.
template <typename Rewrite>
void rewrite_words(PreTokenized& state, Rewrite&& rewrite) {
  PreTokenized result;
  result.text.reserve(state.text.text.size() + state.text.text.size() / 2);
  for (const TextRange& word : state.words) {
    const std::size_t begin = result.text.text.size();
    rewrite(word, result.text);
    keep(result.words, {begin, result.text.text.size()});
  }
  state = std::move(result);
}

void insert_at_start(const AlignedText& from, TextRange word, std::string_view bytes, AlignedText& out) {
  const std::uint32_t place = from.source[word.begin].begin;
  out.append(bytes, {place, place});
}

void apply(const ByteLevelPreTokenizer& step, PreTokenized& state, bool) {
  if (step.add_prefix_space)
    rewrite_words(state, [&](TextRange word, AlignedText& out) {
      if (state.text.text[word.begin] != ' ') insert_at_start(state.text, word, " ", out);
      out.append(state.text, word.begin, word.end);
    });
  if (step.use_regex) {
    static const Regex kPattern(gpt2_pattern(), "gpt2", "pattern");
    split_by_regex(state, kPattern, SplitBehavior::isolated, false);
  }
  rewrite_words(state, [&](TextRange word, AlignedText& out) {
    std::string character;
    for (std::size_t at = word.begin; at < word.end; ++at) {
      character.clear();
      append_utf8(character, byte_to_character(static_cast<unsigned char>(state.text.text[at])));
      out.append(character, state.text.source[at]);
    }
  });
}

void apply(const MetaspacePreTokenizer& step, PreTokenized& state, bool at_start) {
  using Prepend = MetaspacePreTokenizer::Prepend;
  bool first_word = at_start;
  rewrite_words(state, [&](TextRange word, AlignedText& out) {
    const std::string_view text = std::string_view(state.text.text).substr(word.begin, word.end - word.begin);
    const bool wanted = step.prepend == Prepend::always || (step.prepend == Prepend::first && first_word);
    first_word = false;
    if (wanted && text.front() != ' ' && !text.starts_with(step.replacement))
      insert_at_start(state.text, word, step.replacement, out);
    for (std::size_t at = word.begin; at < word.end; ++at) {
      if (state.text.text[at] == ' ')
        out.append(step.replacement, state.text.source[at]);
      else
        out.append(state.text, at, at + 1);
    }
  });
  if (!step.split) return;
  const char32_t mark = step.replacement.empty() ? U' ' : decode_utf8(step.replacement, 0).code;
  split_by_class(state, SplitBehavior::merged_with_next, [mark](char32_t code) { return code == mark; });
}

// Printable Latin-1 stands for itself, the other bytes take U+0100, U+0101, … in order (as published with GPT-2).
constexpr bool stands_for_itself(int byte) {
  return (byte >= 0x21 && byte <= 0x7E) || (byte >= 0xA1 && byte <= 0xAC) || (byte >= 0xAE && byte <= 0xFF);
}

constexpr std::array<char32_t, 256> make_alphabet() {
  std::array<char32_t, 256> alphabet{};
  char32_t next = 0x100;
  for (int byte = 0; byte < 256; ++byte)
    alphabet[static_cast<std::size_t>(byte)] = stands_for_itself(byte) ? static_cast<char32_t>(byte) : next++;
  return alphabet;
}

constexpr std::array<char32_t, 256> kAlphabet = make_alphabet();

constexpr std::array<int, 0x144> make_bytes() {
  std::array<int, 0x144> bytes{};
  bytes.fill(-1);
  for (std::size_t byte = 0; byte < 256; ++byte)
    bytes[kAlphabet[byte]] = static_cast<int>(byte);
  return bytes;
}

constexpr std::array<int, 0x144> kBytes = make_bytes();

}  // namespace

PreTokenized pre_tokenize(const PreTokenizer& steps, AlignedText text, bool at_start) {
  PreTokenized state;
  state.text = std::move(text);
  keep(state.words, {0, state.text.text.size()});
  for (const PreTokenizerStep& step : steps)
    std::visit([&](const auto& kind) { apply(kind, state, at_start); }, step);
  return state;
}

const std::string& gpt2_pattern() {
  static const std::string kPattern = R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)";
  return kPattern;
}

char32_t byte_to_character(unsigned char byte) {
  return kAlphabet[byte];
}

int character_to_byte(char32_t code) {
  return code < kBytes.size() ? kBytes[code] : -1;
}

}  // namespace regard
