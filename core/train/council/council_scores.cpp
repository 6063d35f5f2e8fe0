// SPDX-License-Identifier: Apache-2.0
#include "core/train/council/council_scores.h"

#include "core/analysis/relation_scores.h"
#include "core/base/progress.h"
#include "core/train/grid.h"

#include <algorithm>
#include <utility>

namespace regard::train {
namespace {

/// Tokens before and after, special ones aside.
struct NeighbourTally {
  std::size_t rows = 0, right = 0;
  double weight = 0.0;
};

PackedSentences packed_alone(const std::vector<Token>& tokens) {
  PackedSentences packed;
  for (const Token& token : tokens)
    packed.ids.push_back(token.id);
  packed.starts.push_back(packed.ids.size());
  return packed;
}

ConstGrid weights_of(const EncoderPass& pass, HeadRef head) {
  const std::size_t tokens = pass.rows();
  return grid(pass.layers[head.layer].weights.data() + pass.grid_of(0, head.head), tokens, tokens);
}

/// Summed over the pieces attended to, mean over the pieces that ask.
Matrix look_between(ConstGrid weights, const std::vector<TokenGroup>& groups) {
  Matrix look(groups.size(), groups.size());
  for (std::size_t row = 0; row < groups.size(); ++row)
    for (std::size_t col = 0; col < groups.size(); ++col) {
      float sum = 0.0F;
      for (const std::size_t query : groups[row])
        for (const std::size_t key : groups[col])
          sum += weights(static_cast<Eigen::Index>(query), static_cast<Eigen::Index>(key));
      look(row, col) = sum / static_cast<float>(groups[row].size());
    }
  return look;
}

void add_neighbours(ConstGrid weights, bool next, NeighbourTally& tally) {
  const Eigen::Index tokens = weights.rows() - 2;  // without [CLS] and [SEP]
  for (Eigen::Index token = next ? 0 : 1; token + (next ? 1 : 0) < tokens; ++token) {
    const auto row = weights.row(token + 1).segment(1, tokens);
    Eigen::Index best = 0;
    row.maxCoeff(&best);
    const Eigen::Index wanted = next ? token + 1 : token - 1;
    tally.right += best == wanted ? 1 : 0;
    tally.weight += static_cast<double>(row[wanted]) / std::max(static_cast<double>(row.sum()), 1e-9);
    ++tally.rows;
  }
}

class LanguageMeasure {
public:
  explicit LanguageMeasure(CouncilLearner& learner)
      : learner_(learner), neighbours_(learner.places.size()), tallies_{.heads = heads_of_all()} {}

  void add(const TreeSentence& sentence) {
    const std::vector<Token> tokens = learner_.set->tokenizer->encode(sentence.text).tokens;
    forward(learner_.pass, learner_.parameters, packed_alone(tokens));
    const TreeTokens words = tree_tokens(sentence, tokens);
    RelationQuestions asked = relation_questions(sentence);
    std::erase_if(asked, [&](const auto& each) { return !is_asked(each.first); });
    const std::size_t heads = learner_.recipe.heads;
    add_sentence(
        tallies_, asked, words,
        [&](std::size_t head) {
          return look_between(weights_of(learner_.pass, {head / heads, head % heads}), words.groups);
        },
        false);
    for (std::size_t question = 0; question < neighbours_.size(); ++question)
      if (const std::string& relation = learner_.set->questions.of[question].relation; is_neighbour(relation))
        add_neighbours(weights_of(learner_.pass, learner_.places[question]), relation == kNextToken,
                       neighbours_[question]);
  }

  [[nodiscard]] std::vector<QuestionScore> scores() const {
    std::vector<QuestionScore> scores;
    for (std::size_t question = 0; question < neighbours_.size(); ++question)
      scores.push_back(score_of(question));
    return scores;
  }

private:
  [[nodiscard]] std::size_t heads_of_all() const { return learner_.recipe.layers * learner_.recipe.heads; }

  [[nodiscard]] bool is_asked(const std::string& relation) const {
    return std::any_of(learner_.set->questions.of.begin(), learner_.set->questions.of.end(),
                       [&](const HeadRole& role) { return role.relation == relation; });
  }

  [[nodiscard]] QuestionScore score_of(std::size_t question) const {
    const std::string& relation = learner_.set->questions.of[question].relation;
    if (is_neighbour(relation)) {
      const NeighbourTally& tally = neighbours_[question];
      const double rows = std::max(static_cast<double>(tally.rows), 1.0);
      return {tally.rows, static_cast<float>(static_cast<double>(tally.right) / rows),
              static_cast<float>(tally.weight / rows), 1.0F};
    }
    const auto found = tallies_.of.find(relation);
    if (found == tallies_.of.end()) return {};
    const HeadRef place = learner_.places[question];
    const RelationScore score = relation_score(found->second, place.layer * learner_.recipe.heads + place.head);
    return {score.rows, score.right, score.weight, offset_baseline(found->second).right};
  }

  CouncilLearner& learner_;
  std::vector<NeighbourTally> neighbours_;
  RelationTallies tallies_;
};

}  // namespace

MeanScore mean_of(const Questions& questions, const std::vector<QuestionScore>& scores) {
  MeanScore mean;
  for (std::size_t question = 0; question < scores.size(); ++question) {
    if (is_neighbour(questions.of[question].relation) || scores[question].rows < kFewestRows) continue;
    ++mean.questions;
    mean.right += scores[question].right;
    mean.base += scores[question].base;
  }
  if (mean.questions == 0) return mean;
  mean.right /= static_cast<float>(mean.questions);
  mean.base /= static_cast<float>(mean.questions);
  return mean;
}

CouncilScores measure_council(CouncilLearner& learner) {
  CouncilScores scores;
  for (std::size_t language = 0; language < scores.of.size(); ++language) {
    LanguageMeasure measure(learner);
    for (const TreeSentence& sentence : learner.set->held_out[language]) {
      throw_if_stopped(learner.pass.stop);
      measure.add(sentence);
    }
    scores.of[language] = measure.scores();
  }
  return scores;
}

}  // namespace regard::train
