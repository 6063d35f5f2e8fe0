// SPDX-License-Identifier: Apache-2.0
// The normalisers of tokenizer.json. They rewrite an AlignedText, so every byte still knows where it came from.
// Plain data and free functions; a Normalizer is immutable after parsing and may be used from any thread.
#pragma once

#include "core/text/aligned_text.h"
#include "core/text/kept_symbols.h"
#include "core/text/precompiled.h"
#include "core/text/regex.h"
#include "core/text/unicode.h"

#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace regard {

/// What SentencePiece writes for a space.
inline constexpr std::string_view sentencepiece_space = "▁";

/// BERT's: each switch as in the file.
struct BertNormalizer {
  bool clean_text = true;  ///< control characters and U+FFFD go, then every whitespace becomes a space
  bool split_chinese_characters = true;
  bool strip_accents = true;  ///< й → и, ё → е, é → e
  bool lower_case = true;
};
struct UnicodeNormalizer {
  NormalForm form = NormalForm::nfc;
};
struct LowercaseNormalizer {};
struct StripAccentsNormalizer {};  ///< every combining mark goes; composed letters stay
struct NmtNormalizer {};           ///< control characters go, invisible ones become spaces
struct ByteLevelNormalizer {};     ///< every byte becomes one character of GPT-2's visible alphabet
struct PrependNormalizer {
  std::string prefix{};
};
struct ReplaceNormalizer {
  Regex pattern;
  std::string content{};
};
struct StripNormalizer {
  bool left = true;
  bool right = true;
};
/// SentencePiece's map: graphemes of less than six bytes first, then single characters.
struct PrecompiledNormalizer {
  CharacterMap map{};
};
/// All that SentencePiece itself does to a text, as a model file says it: symbols that stay, of the map's keys the longest
/// first, fewer spaces, the space before the text, "▁" for spaces.
struct SentencePieceNormalizer {
  std::shared_ptr<const KeptSymbols> kept{};  ///< null: none
  std::optional<CharacterMap> map{};
  bool add_dummy_prefix = true;  ///< a space before the text; behind it where `space_behind`
  bool space_behind = false;
  bool remove_extra_whitespaces = true;  ///< at both ends, and all but one of several
  bool escape_whitespaces = true;
};
using NormalizerStep = std::variant<BertNormalizer, UnicodeNormalizer, LowercaseNormalizer, StripAccentsNormalizer,
                                    NmtNormalizer, ByteLevelNormalizer, PrependNormalizer, ReplaceNormalizer,
                                    StripNormalizer, PrecompiledNormalizer, SentencePieceNormalizer>;

/// Steps in order; no steps leave the text as it is.
using Normalizer = std::vector<NormalizerStep>;

/// Throws Error tokenizer_pattern_stopped where a pattern spends the budget.
[[nodiscard]] AlignedText normalize(const Normalizer& normalizer, AlignedText text, MatchBudget& budget);
/// Likewise, with a budget of its own.
[[nodiscard]] AlignedText normalize(const Normalizer& normalizer, AlignedText text);

}  // namespace regard
