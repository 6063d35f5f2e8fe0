// SPDX-License-Identifier: Apache-2.0
#include "core/text/pre_tokenizer.h"

#include "core/text/code_classes.h"
#include "core/text/unicode.h"

#include <algorithm>
#include <string_view>
#include <utility>

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
      words.push_back(stretch.range);
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
      words.push_back(stretch->range);
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
    words.push_back(whole);
    index = next;
  }
}

// Stretches may be empty, and count; words may not.
void gather(const Stretches& stretches, SplitBehavior behavior, Words& words) {
  const std::size_t first = words.size();
  switch (behavior) {
    case SplitBehavior::removed:
      for (const Stretch& stretch : stretches)
        if (!stretch.matched) words.push_back(stretch.range);
      break;
    case SplitBehavior::isolated:
      for (const Stretch& stretch : stretches)
        words.push_back(stretch.range);
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
  words.erase(std::remove_if(words.begin() + static_cast<std::ptrdiff_t>(first), words.end(),
                             [](const TextRange& word) { return word.begin == word.end; }),
              words.end());
}

// Cuts by the matches of a pattern; keeps what it needs from word to word.
class RegexCutter {
public:
  RegexCutter(const Regex& pattern, MatchBudget& budget) : matcher_(pattern, budget) {}

  const Stretches& stretches_of(std::string_view text, TextRange word, bool invert) {
    stretches_.clear();
    const std::string_view subject = text.substr(word.begin, word.end - word.begin);
    matcher_.find_all(subject, matches_);
    std::size_t at = 0;  // everything before it is in a stretch
    const auto put = [&](std::size_t begin, std::size_t end, bool matched) {
      stretches_.push_back({{word.begin + begin, word.begin + end}, matched != invert});
    };
    for (const TextRange& match : matches_) {
      if (at != match.begin) put(at, match.begin, false);
      put(match.begin, match.end, true);
      at = match.end;
    }
    if (at != subject.size()) put(at, subject.size(), false);
    return stretches_;
  }

private:
  RegexMatcher matcher_;
  std::vector<TextRange> matches_{};
  Stretches stretches_{};
};

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

void split_by_regex(PreTokenized& state, const Regex& pattern, SplitBehavior behavior, bool invert,
                    MatchBudget& budget) {
  RegexCutter cutter(pattern, budget);
  Words words;
  for (const TextRange& word : state.words)
    gather(cutter.stretches_of(state.text.text, word, invert), behavior, words);
  state.words = std::move(words);
}

// What a step may ask besides the text itself.
struct Surroundings {
  bool at_start = false;
  MatchBudget& budget;
};

void apply(const SplitPreTokenizer& step, PreTokenized& state, const Surroundings& around) {
  split_by_regex(state, step.pattern, step.behavior, step.invert, around.budget);
}

void apply(const DigitsPreTokenizer& step, PreTokenized& state, const Surroundings&) {
  split_by_class(state, step.individual ? SplitBehavior::isolated : SplitBehavior::contiguous, is_number);
}

void apply(const PunctuationPreTokenizer& step, PreTokenized& state, const Surroundings&) {
  split_by_class(state, step.behavior, is_punctuation);
}

void apply(const WhitespaceSplitPreTokenizer&, PreTokenized& state, const Surroundings&) {
  split_by_class(state, SplitBehavior::removed, is_whitespace);
}

void apply(const BertPreTokenizer&, PreTokenized& state, const Surroundings&) {
  split_by_class(state, SplitBehavior::removed, is_whitespace);
  split_by_class(state, SplitBehavior::isolated, is_punctuation);
}

void apply(const WordsAndSignsPreTokenizer&, PreTokenized& state, const Surroundings&) {
  enum class Kind { space, word, sign };
  const auto kind_of = [](char32_t code) {
    return is_word_character(code) ? Kind::word : is_whitespace(code) ? Kind::space : Kind::sign;
  };
  Words words;
  for (const TextRange& word : state.words) {
    Kind before = Kind::space;
    for (std::size_t at = word.begin; at < word.end;) {
      const DecodedCharacter character = decode_utf8(state.text.text, at);
      const Kind kind = kind_of(character.code);
      if (kind != Kind::space) {
        if (kind != before) words.push_back({at, at});
        words.back().end = at + character.length;
      }
      before = kind;
      at += character.length;
    }
  }
  state.words = std::move(words);
}

// What stands before the first character of a script belongs to no word, as in the library.
void apply(const ScriptsPreTokenizer&, PreTokenized& state, const Surroundings&) {
  Words words;
  for (const TextRange& word : state.words) {
    int last = -1;
    for (std::size_t at = word.begin; at < word.end;) {
      const DecodedCharacter character = decode_utf8(state.text.text, at);
      const int script = script_of(character.code);
      if (script >= 0 && script != last) words.push_back({at, at});
      if (script >= 0) last = script;
      if (last >= 0) words.back().end = at + character.length;
      at += character.length;
    }
  }
  state.words = std::move(words);
}

void apply(const FixedLengthPreTokenizer& step, PreTokenized& state, const Surroundings&) {
  Words words;
  for (const TextRange& word : state.words) {
    std::size_t count = 0;
    for (std::size_t at = word.begin; at < word.end; ++count) {
      const std::size_t length = utf8_length(state.text.text[at]);
      if (count % step.length == 0) words.push_back({at, at});
      at += length;
      words.back().end = at;
    }
  }
  state.words = std::move(words);
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

void apply(const ByteLevelPreTokenizer& step, PreTokenized& state, const Surroundings& around) {
  if (step.add_prefix_space)
    rewrite_words(state, [&](TextRange word, AlignedText& out) {
      if (state.text.text[word.begin] != ' ') insert_at_start(state.text, word, " ", out);
      out.append(state.text, word.begin, word.end);
    });
  if (step.use_regex) {
    static const Regex kPattern(gpt2_pattern(), "gpt2", "pattern");
    split_by_regex(state, kPattern, SplitBehavior::isolated, false, around.budget);
  }
  rewrite_words(state, [&](TextRange word, AlignedText& out) { append_in_byte_alphabet(state.text, word, out); });
}

void apply(const MetaspacePreTokenizer& step, PreTokenized& state, const Surroundings& around) {
  using Prepend = MetaspacePreTokenizer::Prepend;
  bool first_word = around.at_start;
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

}  // namespace

PreTokenized pre_tokenize(const PreTokenizer& steps, AlignedText text, bool at_start, MatchBudget& budget) {
  const Surroundings around{at_start, budget};
  PreTokenized state;
  state.text = std::move(text);
  keep(state.words, {0, state.text.text.size()});
  for (const PreTokenizerStep& step : steps)
    std::visit([&](const auto& kind) { apply(kind, state, around); }, step);
  return state;
}

PreTokenized pre_tokenize(const PreTokenizer& steps, AlignedText text, bool at_start) {
  MatchBudget budget(text.text.size());
  return pre_tokenize(steps, std::move(text), at_start, budget);
}

const std::string& gpt2_pattern() {
  static const std::string kPattern = R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)";
  return kPattern;
}

}  // namespace regard
