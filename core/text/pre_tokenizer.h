// SPDX-License-Identifier: Apache-2.0
// The pre-tokenizers of tokenizer.json: they cut a normalised text into words, and some rewrite it (byte alphabet, "▁").
// Plain data and free functions; immutable after parsing, any thread.
#pragma once

#include "core/text/aligned_text.h"
#include "core/text/byte_alphabet.h"
#include "core/text/regex.h"

#include <cstddef>
#include <string>
#include <variant>
#include <vector>

namespace regard {

/// What becomes of the text a pattern matches. An empty match is a cut.
enum class SplitBehavior { removed, isolated, merged_with_previous, merged_with_next, contiguous };

/// GPT-2's: every byte becomes one character of a visible alphabet.
struct ByteLevelPreTokenizer {
  bool add_prefix_space = true;
  bool use_regex = true;  ///< cut by GPT-2's own pattern first
};
struct SplitPreTokenizer {
  Regex pattern;
  SplitBehavior behavior = SplitBehavior::isolated;
  bool invert = false;  ///< what lies between the matches counts as matched
};
struct DigitsPreTokenizer {
  bool individual = false;
};
struct PunctuationPreTokenizer {
  SplitBehavior behavior = SplitBehavior::isolated;
};
struct WhitespaceSplitPreTokenizer {};
struct WordsAndSignsPreTokenizer {};  ///< "Whitespace": runs of \w and runs of signs, without what lies between
struct BertPreTokenizer {};           ///< whitespace goes, each punctuation sign is a word
struct ScriptsPreTokenizer {};        ///< cut where the script changes; spaces stay with what stands before them
struct FixedLengthPreTokenizer {
  std::size_t length = 5;  ///< characters
};
struct MetaspacePreTokenizer {
  enum class Prepend { always, first, never };
  std::string replacement = "▁";
  Prepend prepend = Prepend::always;
  bool split = true;
};
using PreTokenizerStep =
    std::variant<ByteLevelPreTokenizer, SplitPreTokenizer, DigitsPreTokenizer, PunctuationPreTokenizer,
                 WhitespaceSplitPreTokenizer, WordsAndSignsPreTokenizer, BertPreTokenizer, ScriptsPreTokenizer,
                 FixedLengthPreTokenizer, MetaspacePreTokenizer>;
using PreTokenizer = std::vector<PreTokenizerStep>;

/// A text cut into words; the words lie in order and do not overlap. Empty words are left out.
struct PreTokenized {
  AlignedText text{};
  std::vector<TextRange> words{};
};

/// `at_start`: the text stands at the very beginning of what was given to encode(). Throws Error tokenizer_pattern_stopped where
/// a pattern spends the budget.
[[nodiscard]] PreTokenized pre_tokenize(const PreTokenizer& steps, AlignedText text, bool at_start,
                                        MatchBudget& budget);
/// Likewise, with a budget of its own.
[[nodiscard]] PreTokenized pre_tokenize(const PreTokenizer& steps, AlignedText text, bool at_start);

/// GPT-2's pattern, as published with the model.
[[nodiscard]] const std::string& gpt2_pattern();

}  // namespace regard
