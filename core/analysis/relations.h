// SPDX-License-Identifier: Apache-2.0
// Which word a word should find, by a dependency tree: the questions that heads are graded by. Pure; any thread.
#pragma once

#include "core/format/conllu.h"

#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace regard {

/// A word that asks, and the words that answer; any of them is right. Indices into TreeSentence::words.
struct RelationQuestion {
  std::size_t asks = 0;
  std::vector<std::size_t> answers{};
};

/// Questions by the relation's name, those of a relation ascending.
using RelationQuestions = std::map<std::string, std::vector<RelationQuestion>>;

/// The relations that heads are named after (council's heads.json): attr_noun (an attribute asks for its noun), case_noun,
/// function_predicate, governor, subject_predicate, argument_predicate, advmod_head, nmod_noun, noun_attr (a noun asks
/// "which?", and an article is no answer), conjunct_first, predicate_subject, predicate_object, predicate_recipient,
/// predicate_oblique, subject_recipient, clause_predicate, relative_antecedent; and every relation of the tree as it is (subtypes together), in both directions: "nsubj:up", where the
/// dependent asks for its governor, and "nsubj:down", where the governor asks for its dependents. Punctuation asks nothing.
[[nodiscard]] RelationQuestions relation_questions(const TreeSentence& sentence);

}  // namespace regard
