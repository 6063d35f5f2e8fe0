// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/grouped_question.h"

namespace regard {

std::optional<GroupedQuestion> grouped_question(const RelationQuestion& question, const TreeTokens& tokens,
                                                bool causal) {
  GroupedQuestion result{tokens.group_of[question.asks], {}};
  if (result.asks == TreeWord::none) return std::nullopt;
  for (const std::size_t word : question.answers) {
    const std::size_t group = tokens.group_of[word];
    if (group != TreeWord::none && (!causal || group <= result.asks)) result.answers.push_back(group);
  }
  if (result.answers.empty()) return std::nullopt;
  return result;
}

std::size_t heaviest_word(std::span<const float> row, const TreeTokens& tokens) {
  std::size_t best = TreeWord::none;
  for (std::size_t group = 0; group < row.size(); ++group)
    if (tokens.words[group] != TreeWord::none && (best == TreeWord::none || row[group] > row[best])) best = group;
  return best;
}

}  // namespace regard
