// SPDX-License-Identifier: Apache-2.0
// The classes of characters that the steps of a tokenizer go by, exactly those of the library `tokenizers`: its steps read
// tables of several years of Unicode. Pure functions, any thread.
#pragma once

namespace regard {

[[nodiscard]] bool is_punctuation(char32_t code);     ///< BERT's rule: ASCII signs and the P categories
[[nodiscard]] bool is_number(char32_t code);          ///< every N category
[[nodiscard]] bool is_word_character(char32_t code);  ///< letters, marks, digits, "_" and its like, joiners; not ² or ①
[[nodiscard]] bool is_removed_by_cleaning(char32_t code);  ///< control and format characters, for BERT
[[nodiscard]] bool is_accent(char32_t code);               ///< what BERT drops behind NFD: marks without width
[[nodiscard]] bool is_combining_mark(char32_t code);       ///< what StripAccents drops: every mark
[[nodiscard]] bool is_removed_by_nmt(char32_t code);
[[nodiscard]] bool is_space_for_nmt(char32_t code);
[[nodiscard]] bool keeps_its_form(char32_t code);  ///< too new for the library's normal forms

/// What patterns tell apart: \p{L}, \p{N}, \s and the rest.
enum class PatternClass : unsigned char { other, letter, number, space };
[[nodiscard]] PatternClass pattern_class(char32_t code);

/// A number for each script, −1 for a space and characters of none. Hiragana, Katakana and "ー" count as Han.
[[nodiscard]] int script_of(char32_t code);

/// Lower case of capitals that may be newer than utf8proc; 0 for other characters.
[[nodiscard]] char32_t newer_lower_case(char32_t code);

}  // namespace regard
