// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/relation_scores.h"

#include "core/analysis/grouped_question.h"
#include "core/base/random.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace regard {
namespace {

constexpr std::uint64_t kSeed = 2019;
constexpr float kOneTail = 0.025F;  ///< of 95 %

using Replicates = std::array<std::uint32_t, bootstrap_replicates>;

/// How often a sentence counts in each replicate; the same for every relation and head.
Replicates draws_of(std::size_t sentence) {
  Random random(kSeed + sentence);
  Replicates draws{};
  for (std::uint32_t& count : draws) {
    // Knuth: how many uniform numbers are multiplied until the product falls below exp(−1).
    float product = random.uniform();
    for (count = 0; product > std::exp(-1.0F); ++count)
      product *= random.uniform();
  }
  return draws;
}

/// How one row answers a question.
struct RowAnswer {
  std::size_t found = TreeWord::none;  ///< group of a word
  bool right = false, strict = false;
  double weight = 0.0;
};

RowAnswer answer_of(std::span<const float> row, const TreeTokens& tokens, const std::vector<std::size_t>& answers) {
  double on_words = 0.0, on_answers = 0.0;
  float outside = 0.0F;
  for (std::size_t group = 0; group < row.size(); ++group) {
    if (tokens.words[group] == TreeWord::none)
      outside = std::max(outside, row[group]);
    else
      on_words += static_cast<double>(row[group]);
  }
  for (const std::size_t group : answers)
    on_answers += static_cast<double>(row[group]);
  RowAnswer answer;
  answer.found = heaviest_word(row, tokens);
  answer.right = std::find(answers.begin(), answers.end(), answer.found) != answers.end();
  answer.strict = answer.right && row[answer.found] >= outside;
  answer.weight = on_words > 0.0 ? on_answers / on_words : 0.0;
  return answer;
}

void add_offsets(RelationTally& tally, const GroupedQuestion& question, const TreeTokens& tokens) {
  for (const std::size_t answer : question.answers)
    ++tally.offsets[static_cast<std::ptrdiff_t>(tokens.words[answer]) -
                    static_cast<std::ptrdiff_t>(tokens.words[question.asks])];
}

/// What a sentence asks about one relation.
struct AskedRelation {
  RelationTally* tally = nullptr;
  std::vector<GroupedQuestion> questions{};
};

void add_asked(const AskedRelation& asked, std::size_t heads, const TreeTokens& tokens, const Replicates& draws) {
  RelationTally& tally = *asked.tally;
  tally.right.resize(heads);
  tally.strict.resize(heads);
  tally.weight.resize(heads);
  tally.replicate_right.resize(heads * bootstrap_replicates);
  const auto rows = static_cast<std::uint32_t>(asked.questions.size());
  tally.rows += rows;
  ++tally.sentences;
  for (const GroupedQuestion& question : asked.questions)
    add_offsets(tally, question, tokens);
  for (std::size_t replicate = 0; replicate < bootstrap_replicates; ++replicate)
    tally.replicate_rows[replicate] += draws[replicate] * rows;
}

void add_head(const AskedRelation& asked, std::size_t head, const Matrix& look, const TreeTokens& tokens,
              const Replicates& draws) {
  RelationTally& tally = *asked.tally;
  std::uint32_t right = 0;
  for (const GroupedQuestion& question : asked.questions) {
    const RowAnswer answer = answer_of(look.row(question.asks), tokens, question.answers);
    right += answer.right ? 1U : 0U;
    tally.strict[head] += answer.strict ? 1U : 0U;
    tally.weight[head] += answer.weight;
  }
  tally.right[head] += right;
  if (right == 0) return;
  std::uint32_t* replicates = tally.replicate_right.data() + head * bootstrap_replicates;
  for (std::size_t replicate = 0; replicate < bootstrap_replicates; ++replicate)
    replicates[replicate] += draws[replicate] * right;
}

float share(double part, double whole) {
  return whole > 0.0 ? static_cast<float>(part / whole) : 0.0F;
}

}  // namespace

void add_sentence(RelationTallies& tallies, const RelationQuestions& questions, const TreeTokens& tokens,
                  const LookOfHead& look_of, bool causal) {
  const Replicates draws = draws_of(tallies.sentences++);
  std::vector<AskedRelation> asked;
  for (const auto& [name, list] : questions) {
    AskedRelation relation;
    for (const RelationQuestion& question : list)
      if (std::optional<GroupedQuestion> one = grouped_question(question, tokens, causal))
        relation.questions.push_back(std::move(*one));
    if (relation.questions.empty()) continue;
    relation.tally = &tallies.of[name];
    add_asked(relation, tallies.heads, tokens, draws);
    asked.push_back(std::move(relation));
  }
  if (asked.empty()) return;
  for (std::size_t head = 0; head < tallies.heads; ++head) {
    const Matrix look = look_of(head);
    if (look.rows == 0) {
      tallies.missing.insert(head);
      continue;
    }
    for (const AskedRelation& relation : asked)
      add_head(relation, head, look, tokens, draws);
  }
}

std::vector<RelationAnswer> relation_answers(std::span<const RelationQuestion> questions, const TreeTokens& tokens,
                                             const Matrix& look, bool causal) {
  std::vector<RelationAnswer> answers;
  for (const RelationQuestion& question : questions)
    if (const std::optional<GroupedQuestion> asked = grouped_question(question, tokens, causal)) {
      const RowAnswer answer = answer_of(look.row(asked->asks), tokens, asked->answers);
      answers.push_back({question.asks, tokens.words[answer.found], answer.right});
    }
  return answers;
}

RelationScore relation_score(const RelationTally& tally, std::size_t head) {
  const auto rows = static_cast<double>(tally.rows);
  RelationScore score;
  score.rows = tally.rows;
  score.right = share(static_cast<double>(tally.right[head]), rows);
  score.strict = share(static_cast<double>(tally.strict[head]), rows);
  score.weight = share(tally.weight[head], rows);
  if (tally.sentences < 2) return score;
  std::vector<float> replicates;
  for (std::size_t replicate = 0; replicate < bootstrap_replicates; ++replicate)
    if (tally.replicate_rows[replicate] > 0)
      replicates.push_back(
          share(tally.replicate_right[head * bootstrap_replicates + replicate], tally.replicate_rows[replicate]));
  if (replicates.empty()) return score;
  std::sort(replicates.begin(), replicates.end());
  const auto last = static_cast<float>(replicates.size() - 1);
  score.interval = {replicates[static_cast<std::size_t>(kOneTail * last)],
                    replicates[static_cast<std::size_t>(std::ceil((1.0F - kOneTail) * last))]};
  return score;
}

OffsetBaseline offset_baseline(const RelationTally& tally) {
  const auto best = std::max_element(tally.offsets.begin(), tally.offsets.end(),
                                     [](const auto& left, const auto& right) { return left.second < right.second; });
  if (best == tally.offsets.end()) return {};
  return {best->first, share(static_cast<double>(best->second), static_cast<double>(tally.rows))};
}

}  // namespace regard
