// SPDX-License-Identifier: Apache-2.0
// The terms of the field as cards: what each means, its formula, and a state of the program that shows it. One file per
// language in assets/lessons. Plain values; made beside the window (app/lesson reads the file), shown by app/panels/lesson.
#pragma once

#include "app/widgets/rich_text.h"
#include "app/widgets/term_labels.h"

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace regard {

struct GlossaryTerm {
  std::string id{};                  ///< "head"
  std::string name{};                ///< "голова"
  std::vector<std::string> forms{};  ///< "голову", "головы": other shapes of the word in running text
  RichText text{};
  std::string show{};  ///< the state that shows it, as a lesson writes it; may be empty

  friend bool operator==(const GlossaryTerm&, const GlossaryTerm&) = default;
};

/// The words of the terms, folded, for link_terms().
struct GlossaryPhrase {
  std::vector<std::string> words{};
  std::size_t term = 0;
};

struct Glossary {
  std::vector<GlossaryTerm> terms{};
  std::multimap<std::string, GlossaryPhrase, std::less<>> phrases{};  ///< by their first word
};

/// Orders the terms by their names and lists their phrases.
[[nodiscard]] Glossary make_glossary(std::vector<GlossaryTerm> terms);

/// The term of that id, or null.
[[nodiscard]] const GlossaryTerm* term_named(const Glossary& glossary, std::string_view id);

/// Every word of a text that names a term becomes a link "term:<id>": the first of each term with a dotted line, the others
/// quietly. Code, headings and what is a link already stay as they are, and so does the term `except`.
void link_terms(RichText& text, const Glossary& glossary, std::string_view except = {});

/// Which words of the window's own name which term: a locale key, and the term's id.
struct LabelTerm {
  const char* key;
  const char* term;
};
[[nodiscard]] std::span<const LabelTerm> label_terms();
/// In the language on show, those that the glossary has.
[[nodiscard]] TermLabels labels_of(const Glossary& glossary);

}  // namespace regard
