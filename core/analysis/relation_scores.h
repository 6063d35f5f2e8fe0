// SPDX-License-Identifier: Apache-2.0
// How often the word a head looks at most is the one that a dependency tree names, for every relation and head (Clark et al. 2019),
// sentence by sentence: memory grows with relations and heads, not with the corpus. Pure; any thread.
#pragma once

#include "core/analysis/relations.h"
#include "core/analysis/tree_words.h"
#include "core/trace/trace.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace regard {

/// Replicates of the bootstrap over sentences; each sentence counts Poisson(1) times in each (Chamandy et al. 2012).
inline constexpr std::size_t bootstrap_replicates = 200;

/// One relation, all heads.
struct RelationTally {
  std::size_t rows = 0;                           ///< questions that have an answer the asking word may look at
  std::size_t sentences = 0;                      ///< that ask them
  std::map<std::ptrdiff_t, std::size_t> offsets;  ///< answer − asking word -> rows with such an answer
  std::vector<std::size_t> right{}, strict{};     ///< [heads]
  std::vector<double> weight{};                   ///< [heads] Σ of the answers' shares of the weight on words
  std::array<std::uint32_t, bootstrap_replicates> replicate_rows{};
  std::vector<std::uint32_t> replicate_right{};  ///< [heads · replicates]
};

struct RelationTallies {
  std::size_t heads = 0;
  std::set<std::size_t>
      missing{};  ///< of these there is none: rows of the grid of all heads may be shorter than others
  std::size_t sentences = 0;
  std::map<std::string, RelationTally> of{};
};

/// Gives a head's weights between the groups of a sentence's tokens, [groups, groups]: summed over the pieces attended to, mean over
/// the pieces that ask. [0, 0]: there is no such head.
using LookOfHead = std::function<Matrix(std::size_t head)>;

/// Adds one sentence; one head's look is in memory at a time, each is asked for once. In causal runs answers behind the asking word are
/// left out, and with them questions that have no other. Throws what `look_of` throws: the tallies are of no use then.
void add_sentence(RelationTallies& tallies, const RelationQuestions& questions, const TreeTokens& tokens,
                  const LookOfHead& look_of, bool causal);

/// How one head answers a question.
struct RelationAnswer {
  std::size_t asks = 0, found = 0;  ///< words; the one that asks, the heaviest one it looks at
  bool right = false;
};
/// Of one sentence and relation; questions that are no rows (above) are left out. `look` as of LookOfHead.
[[nodiscard]] std::vector<RelationAnswer> relation_answers(std::span<const RelationQuestion> questions,
                                                           const TreeTokens& tokens, const Matrix& look, bool causal);

/// 95 % of the bootstrap's replicates of a share.
struct ShareInterval {
  float low = 0.0F, high = 0.0F;
  friend bool operator==(const ShareInterval&, const ShareInterval&) = default;
};

/// One relation and head. Shares are of the rows.
struct RelationScore {
  float right = 0.0F;                       ///< the heaviest word, tokens of no word aside, is an answer
  std::optional<ShareInterval> interval{};  ///< of `right`; where a single sentence asks nothing is known of it
  float strict = 0.0F;                      ///< right, and no token outside of words is heavier
  float weight = 0.0F;                      ///< mean share of the answers in the weight on words
  std::size_t rows = 0;
};
[[nodiscard]] RelationScore relation_score(const RelationTally& tally, std::size_t head);

/// What a head gets that always looks the same number of words away, at its best.
struct OffsetBaseline {
  std::ptrdiff_t offset = 0;
  float right = 0.0F;
};
[[nodiscard]] OffsetBaseline offset_baseline(const RelationTally& tally);

}  // namespace regard
