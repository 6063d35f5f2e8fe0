// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/head_ensembles.h"

#include "core/analysis/grouped_question.h"

#include <algorithm>
#include <functional>
#include <map>
#include <span>
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

/// The questions about one relation in a sentence, and what the heads chosen so far say to each of them together.
struct EnsembleQuestions {
  std::vector<GroupedQuestion> questions{};
  std::vector<std::vector<float>> sums{};  ///< [questions] of [groups]: looks, added up
};

/// A sentence that asks, while it is looked at.
struct EnsembleSentence {
  const Trace& trace;
  const std::stop_token& stop;
  TreeTokens words{};
  std::map<std::string, EnsembleQuestions> relations{};

  [[nodiscard]] Matrix look(std::size_t head) const { return look_of_head(trace, head, words.groups, stop); }
};

/// The sentences of one half, and how they are asked.
class Half {
public:
  Half(const Corpus& corpus, std::size_t first) {
    for (std::size_t sentence = first; sentence < corpus.sentences.size(); sentence += 2)
      if (!corpus.sentences[sentence].words.empty()) sentences_.push_back(corpus.sentences[sentence]);
  }

  void ask(const Reading& reading, const std::function<void(EnsembleSentence&)>& visit) const {
    static_cast<void>(for_each_sentence(
        reading.model, sentences_,
        [&](const ReadSentence& one) {
          reading.tell(static_cast<float>(&one.sentence - sentences_.data()) / static_cast<float>(sentences_.size()));
          EnsembleSentence asked{one.trace, reading.pace.stop, tree_tokens(one.sentence, one.tokens)};
          for (const auto& [relation, list] : relation_questions(one.sentence)) {
            EnsembleQuestions questions;
            for (const RelationQuestion& question : list)
              if (auto grouped = grouped_question(question, asked.words, one.trace.causal()))
                questions.questions.push_back(std::move(*grouped));
            if (questions.questions.empty()) continue;
            questions.sums.assign(questions.questions.size(), std::vector<float>(asked.words.groups.size(), 0.0F));
            asked.relations.emplace(relation, std::move(questions));
          }
          if (!asked.relations.empty()) visit(asked);
        },
        {reading.pace.stop, nullptr, reading.pace.between}));
  }

private:
  std::vector<TreeSentence> sentences_{};
};

/// Adds a head's look to those of others.
void add_look(std::vector<float>& sum, std::span<const float> row) {
  std::transform(sum.begin(), sum.end(), row.begin(), sum.begin(), std::plus<>());
}

/// Adds the look of the head chosen as number `place` of every relation; one head's look is in memory at a time.
void add_chosen(EnsembleSentence& asked, const HeadEnsembles& ensembles, std::size_t place) {
  std::map<std::size_t, std::vector<EnsembleQuestions*>> by_head;
  for (auto& [relation, questions] : asked.relations) {
    const auto known = ensembles.find(relation);
    if (known != ensembles.end() && place < known->second.heads.size())
      by_head[known->second.heads[place]].push_back(&questions);
  }
  for (const auto& [head, relations] : by_head) {
    const Matrix look = asked.look(head);
    for (EnsembleQuestions* relation : relations)
      for (std::size_t question = 0; question < relation->questions.size(); ++question)
        add_look(relation->sums[question], look.row(relation->questions[question].asks));
  }
}

/// How many heads the largest ensemble has.
std::size_t largest_of(const HeadEnsembles& ensembles) {
  std::size_t largest = 0;
  for (const auto& [relation, ensemble] : ensembles)
    largest = std::max(largest, ensemble.heads.size());
  return largest;
}

bool is_right(std::span<const float> sum, const GroupedQuestion& question, const TreeTokens& words) {
  const std::size_t best = heaviest_word(sum, words);
  return std::find(question.answers.begin(), question.answers.end(), best) != question.answers.end();
}

/// For every relation, how many questions each candidate would get right together with the heads chosen already.
using Trials = std::map<std::string, std::vector<std::size_t>>;

/// Places of the heads that look: the grid of all heads has others, of layers without softmax or with fewer heads.
std::vector<std::size_t> candidates_of(const ModelConfig& config) {
  std::vector<std::size_t> places;
  for (const HeadRef head : softmax_heads(config))
    places.push_back(head.layer * most_heads(config) + head.head);
  return places;
}

/// Was there a head that helps any of them?
bool choose_next(HeadEnsembles& ensembles, std::span<const std::size_t> candidates, const Trials& trials) {
  bool helped = false;
  for (const auto& [relation, right] : trials) {
    RelationEnsemble& ensemble = ensembles[relation];
    std::size_t best = TreeWord::none;
    for (std::size_t one = 0; one < candidates.size(); ++one) {
      const bool is_in =
          std::find(ensemble.heads.begin(), ensemble.heads.end(), candidates[one]) != ensemble.heads.end();
      if (!is_in && (best == TreeWord::none || right[one] > right[best])) best = one;
    }
    if (best == TreeWord::none) continue;
    if (!ensemble.heads.empty() && right[best] <= ensemble.chosen_right.back()) continue;  // nor will it next time
    ensemble.heads.push_back(candidates[best]);
    ensemble.chosen_right.push_back(right[best]);
    helped = true;
  }
  return helped;
}

Trials try_heads(const Reading& reading, const Half& half, std::span<const std::size_t> candidates,
                 HeadEnsembles& ensembles) {
  Trials trials;
  half.ask(reading, [&](EnsembleSentence& asked) {
    for (const auto& [relation, questions] : asked.relations) {
      RelationEnsemble& ensemble = ensembles[relation];
      if (ensemble.heads.empty()) ensemble.chosen_rows += questions.questions.size();
      trials[relation].resize(candidates.size());
    }
    for (std::size_t place = 0; place < largest_of(ensembles); ++place)
      add_chosen(asked, ensembles, place);
    std::vector<float> together;
    for (std::size_t one = 0; one < candidates.size(); ++one) {
      const Matrix look = asked.look(candidates[one]);
      for (const auto& [relation, of] : asked.relations)
        for (std::size_t question = 0; question < of.questions.size(); ++question) {
          together = of.sums[question];
          add_look(together, look.row(of.questions[question].asks));
          if (is_right(together, of.questions[question], asked.words)) ++trials[relation][one];
        }
    }
  });
  return trials;
}

void grade(const Reading& reading, const Half& half, HeadEnsembles& ensembles) {
  half.ask(reading, [&](EnsembleSentence& asked) {
    for (const auto& [relation, of] : asked.relations)
      if (const auto known = ensembles.find(relation); known != ensembles.end()) {
        known->second.right.resize(known->second.heads.size());
        known->second.rows += of.questions.size();
      }
    for (std::size_t place = 0; place < largest_of(ensembles); ++place) {
      add_chosen(asked, ensembles, place);
      for (const auto& [relation, of] : asked.relations) {
        const auto known = ensembles.find(relation);
        if (known == ensembles.end() || place >= known->second.heads.size()) continue;
        for (std::size_t question = 0; question < of.questions.size(); ++question)
          if (is_right(of.sums[question], of.questions[question], asked.words)) ++known->second.right[place];
      }
    }
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
  const std::vector<std::size_t> candidates = candidates_of(config);
  most = std::min(most, candidates.size());
  Reading reading{model, pace, 0, most + 1};
  while (reading.number < most &&
         choose_next(ensembles, candidates, try_heads(reading, choosing, candidates, ensembles)))
    ++reading.number;
  reading.number = most;
  grade(reading, grading, ensembles);
  std::erase_if(ensembles, [](const auto& one) { return one.second.rows == 0; });
  return ensembles;
}

}  // namespace regard
