// SPDX-License-Identifier: Apache-2.0
// Dependency trees as Universal Dependencies writes them (CoNLL-U, universaldependencies.org/format.html). Pure; any thread; fuzzed.
#pragma once

#include <cstddef>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace regard {

/// One syntactic word.
struct TreeWord {
  static constexpr std::size_t none = std::numeric_limits<std::size_t>::max();

  std::string form{};
  std::string lemma{};
  std::string tag{};        ///< UPOS: "NOUN"
  std::string features{};   ///< FEATS: "Case=Nom|Number=Sing"; empty where the file has "_"
  std::string relation{};   ///< DEPREL: "nsubj:pass"
  std::size_t head = none;  ///< index of the word it depends on; none: it depends on no word of the sentence
  std::size_t begin = 0;    ///< bytes [begin, end) of the sentence's text
  std::size_t end = 0;      ///< begin: no bytes of its own, as the second word of "du" (de le)

  /// The relation without its subtype: "nsubj".
  [[nodiscard]] std::string_view base() const { return std::string_view(relation).substr(0, relation.find(':')); }
  /// The value of a feature; empty where the word does not have it.
  [[nodiscard]] std::string_view feature(std::string_view name) const;
};

/// A sentence; its words' ranges ascend. No word depends on itself, however many steps up.
struct TreeSentence {
  std::string id{};  ///< of a "# sent_id" line
  std::string
      text{};  ///< of the "# text" line; where there is none or it does not fit the words: the words, parted by spaces
  std::vector<TreeWord> words{};
};

/// All sentences, in order. Lines of multiword tokens ("1-2") give their words a place in the text, empty nodes ("8.1") are
/// skipped; XPOS, DEPS and, but for SpaceAfter, MISC are not kept. A leading byte order mark and \r\n are allowed.
/// The caller sees to it that the bytes are UTF-8. Throws Error, item a line: conllu_columns, conllu_number, conllu_head,
/// conllu_cycle; corpus_empty.
[[nodiscard]] std::vector<TreeSentence> parse_conllu(std::string_view bytes, const std::string& file);

}  // namespace regard
