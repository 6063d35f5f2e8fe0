// SPDX-License-Identifier: Apache-2.0
// The pre-tokenizers of tokenizer.json: they cut a normalised text into words, and some rewrite it (byte alphabet, "▁").
// Plain data and free functions; immutable after parsing, any thread.
#pragma once

#include "core/text/aligned_text.h"
#include "core/text/regex.h"

#include <string>
#include <variant>
#include <vector>

namespace regard {

/// What becomes of the text a pattern matches.
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
struct BertPreTokenizer {};  ///< whitespace goes, each punctuation sign is a word
struct MetaspacePreTokenizer {
  enum class Prepend { always, first, never };
  std::string replacement = "▁";
  Prepend prepend = Prepend::always;
  bool split = true;
};
using PreTokenizerStep =
    std::variant<ByteLevelPreTokenizer, SplitPreTokenizer, DigitsPreTokenizer, PunctuationPreTokenizer,
                 WhitespaceSplitPreTokenizer, BertPreTokenizer, MetaspacePreTokenizer>;
using PreTokenizer = std::vector<PreTokenizerStep>;

/// A text cut into words; the words lie in order and do not overlap. Empty words are left out.
struct PreTokenized {
  AlignedText text{};
  std::vector<TextRange> words{};
};

/// `at_start`: the text stands at the very beginning of what was given to encode().
[[nodiscard]] PreTokenized pre_tokenize(const PreTokenizer& steps, AlignedText text, bool at_start);

/// GPT-2's pattern, as published with the model.
[[nodiscard]] const std::string& gpt2_pattern();

/// GPT-2's alphabet: the character that stands for a byte, and back (−1 for characters outside it).
[[nodiscard]] char32_t byte_to_character(unsigned char byte);
[[nodiscard]] int character_to_byte(char32_t code);

}  // namespace regard
