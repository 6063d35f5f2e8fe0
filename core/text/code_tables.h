// SPDX-License-Identifier: Apache-2.0
// What the library `tokenizers` does with single characters, where that is not what a table of today's Unicode says: its steps
// go by tables of several years. In order, without overlaps. Private to core/text.
#pragma once

#include <span>

namespace regard {

/// Characters `first` to `last`, both of them in it.
struct CodeRange {
  char32_t first = 0;
  char32_t last = 0;
};
struct CodePair {
  char32_t from = 0;
  char32_t to = 0;
};
struct ScriptRange {
  char32_t first = 0;
  char32_t last = 0;
  int script = 0;
};

namespace code_tables {

extern const std::span<const CodeRange> removed_by_cleaning;  ///< by BERT's clean-up
extern const std::span<const CodeRange> accents;              ///< dropped by BERT behind NFD
extern const std::span<const CodeRange> combining_marks;      ///< dropped by StripAccents
extern const std::span<const CodeRange> nmt_removed;
extern const std::span<const CodeRange> nmt_spaces;
extern const std::span<const CodeRange> punctuation;
extern const std::span<const CodeRange> numbers;
extern const std::span<const CodeRange> word_characters;   ///< \w where it is not Oniguruma's
extern const std::span<const CodeRange> newer_than_forms;  ///< stay as they are in every normal form
extern const std::span<const CodePair> newer_capitals;
extern const std::span<const CodeRange> pattern_letters;  ///< \p{L} of a pattern
extern const std::span<const CodeRange> pattern_numbers;  ///< \p{N} of a pattern
extern const std::span<const ScriptRange> scripts;

}  // namespace code_tables
}  // namespace regard
