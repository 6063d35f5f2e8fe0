// SPDX-License-Identifier: Apache-2.0
// What a tree asks, as the groups of tokens that a model reads. Pure; any thread.
#pragma once

#include "core/analysis/relations.h"
#include "core/analysis/tree_words.h"

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace regard {

/// A question among groups of tokens; any of the answers is right.
struct GroupedQuestion {
  std::size_t asks = 0;                ///< group
  std::vector<std::size_t> answers{};  ///< groups, never empty
};

/// Nothing where the asking word or all answers have no token, or lie where a causal run does not look.
[[nodiscard]] std::optional<GroupedQuestion> grouped_question(const RelationQuestion& question,
                                                              const TreeTokens& tokens, bool causal);

/// The group of the word that a row gives most, the first of equal ones; tokens of no word are left aside. TreeWord::none where there is no
/// word. `row` [groups].
[[nodiscard]] std::size_t heaviest_word(std::span<const float> row, const TreeTokens& tokens);

}  // namespace regard
