// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/head_ensembles.h"

#include "core/analysis/grouped_question.h"

#include <algorithm>
#include <functional>
#include <utility>

namespace regard {
namespace {

/// One of several times that the model reads.
struct Reading {
  const std::shared_ptr<const Model>& model;
  const Pace& pace;
  std::size_t number = 0, count = 1;

  void tell(float fraction) const {
    if (pace.progress != nullptr)
      pace.progress->fraction = (static_cast<float>(number) + fraction) / static_cast<float>(count);
  }
};

/// The sentences of one half, and how they are asked.
class Half {
public:
  Half(const Corpus& corpus, std::size_t first) {
    for (std::size_t sentence = first; sentence < corpus.sentences.size(); sentence += 2)
      if (!corpus.sentences[sentence].words.empty()) sentences_.push_back(corpus.sentences[sentence]);
  }

  using Visit = std::function<void(const std::string& relation, const std::vector<GroupedQuestion>& questions,
                                   const TreeTokens& words, const std::vector<Matrix>& looks)>;
  void ask(const Reading& reading, const Visit& visit) const {
    static_cast<void>(for_each_sentence(
        reading.model, sentences_,
        [&](const ReadSentence& one) {
          reading.tell(static_cast<float>(&one.sentence - sentences_.data()) / static_cast<float>(sentences_.size()));
          const TreeTokens words = tree_tokens(one.sentence, one.tokens);
          const std::vector<Matrix> looks = looks_of_heads(one.trace, words.groups, reading.pace.stop);
          for (const auto& [relation, asked] : relation_questions(one.sentence)) {
            throw_if_stopped(reading.pace.stop);
            std::vector<GroupedQuestion> questions;
            for (const RelationQuestion& question : asked)
              if (auto grouped = grouped_question(question, words, one.trace.causal()))
                questions.push_back(std::move(*grouped));
            if (!questions.empty()) visit(relation, questions, words, looks);
          }
        },
        {reading.pace.stop, nullptr, reading.pace.between}));
  }

private:
  std::vector<TreeSentence> sentences_{};
};

/// Looks of the chosen heads, added up.
std::vector<float> sum_of(const std::vector<std::size_t>& heads, std::size_t count, std::size_t asks,
                          const std::vector<Matrix>& looks) {
  std::vector<float> sum(looks.front().cols, 0.0F);
  for (std::size_t place = 0; place < count; ++place) {
    const std::span<const float> row = looks[heads[place]].row(asks);
    std::transform(sum.begin(), sum.end(), row.begin(), sum.begin(), std::plus<>());
  }
  return sum;
}

/// Is the word that both together look at most an answer? Tokens of no word are left aside.
bool is_right(const std::vector<float>& sum, std::span<const float> row, const GroupedQuestion& question,
              const TreeTokens& words) {
  std::size_t best = TreeWord::none;
  float most = 0.0F;
  for (std::size_t group = 0; group < sum.size(); ++group) {
    if (words.words[group] == TreeWord::none) continue;
    const float weight = sum[group] + (row.empty() ? 0.0F : row[group]);
    if (best != TreeWord::none && weight <= most) continue;
    best = group;
    most = weight;
  }
  return std::find(question.answers.begin(), question.answers.end(), best) != question.answers.end();
}

/// For every relation, how many questions each head would get right together with those chosen already.
using Trials = std::map<std::string, std::vector<std::size_t>>;

/// Was there a head that helps any of them?
bool choose_next(HeadEnsembles& ensembles, const Trials& trials) {
  bool helped = false;
  for (const auto& [relation, right] : trials) {
    RelationEnsemble& ensemble = ensembles[relation];
    std::size_t best = TreeWord::none;
    for (std::size_t head = 0; head < right.size(); ++head) {
      const bool is_in = std::find(ensemble.heads.begin(), ensemble.heads.end(), head) != ensemble.heads.end();
      if (!is_in && (best == TreeWord::none || right[head] > right[best])) best = head;
    }
    if (best == TreeWord::none) continue;
    if (!ensemble.heads.empty() && right[best] <= ensemble.chosen_right.back()) continue;  // nor will it next time
    ensemble.heads.push_back(best);
    ensemble.chosen_right.push_back(right[best]);
    helped = true;
  }
  return helped;
}

Trials try_heads(const Reading& reading, const Half& half, HeadEnsembles& ensembles) {
  Trials trials;
  half.ask(reading, [&](const std::string& relation, const std::vector<GroupedQuestion>& questions,
                        const TreeTokens& words, const std::vector<Matrix>& looks) {
    RelationEnsemble& ensemble = ensembles[relation];
    if (ensemble.heads.empty()) ensemble.chosen_rows += questions.size();
    std::vector<std::size_t>& right = trials[relation];
    right.resize(looks.size());
    for (const GroupedQuestion& question : questions) {
      const std::vector<float> sum = sum_of(ensemble.heads, ensemble.heads.size(), question.asks, looks);
      for (std::size_t head = 0; head < looks.size(); ++head)
        right[head] += is_right(sum, looks[head].row(question.asks), question, words) ? 1U : 0U;
    }
  });
  return trials;
}

void grade(const Reading& reading, const Half& half, HeadEnsembles& ensembles) {
  half.ask(reading, [&](const std::string& relation, const std::vector<GroupedQuestion>& questions,
                        const TreeTokens& words, const std::vector<Matrix>& looks) {
    const auto known = ensembles.find(relation);
    if (known == ensembles.end()) return;
    RelationEnsemble& ensemble = known->second;
    ensemble.right.resize(ensemble.heads.size());
    ensemble.rows += questions.size();
    for (const GroupedQuestion& question : questions)
      for (std::size_t count = 1; count <= ensemble.heads.size(); ++count)
        if (is_right(sum_of(ensemble.heads, count, question.asks, looks), {}, question, words))
          ++ensemble.right[count - 1];
  });
}

}  // namespace

std::size_t RelationEnsemble::helping() const {
  std::size_t count = right.size();
  while (count > 1 && right[count - 1] <= right[count - 2])
    --count;
  return count;
}

HeadEnsembles measure_ensembles(const std::shared_ptr<const Model>& model, const Corpus& corpus, std::size_t most,
                                const Pace& pace) {
  const Half choosing(corpus, 0), grading(corpus, 1);
  HeadEnsembles ensembles;
  const ModelConfig& config = reader_of(model)->config;
  most = std::min(most, config.layers * config.heads);
  Reading reading{model, pace, 0, most + 1};
  while (reading.number < most && choose_next(ensembles, try_heads(reading, choosing, ensembles)))
    ++reading.number;
  reading.number = most;
  grade(reading, grading, ensembles);
  std::erase_if(ensembles, [](const auto& one) { return one.second.rows == 0; });
  return ensembles;
}

}  // namespace regard
