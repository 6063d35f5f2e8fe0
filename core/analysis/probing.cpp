// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/probing.h"

#include "core/analysis/ridge.h"
#include "core/analysis/tree_words.h"
#include "core/base/error.h"
#include "core/base/parallel.h"
#include "core/engine/engine.h"
#include "core/text/continuation.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <optional>
#include <utility>

namespace regard {
namespace {

/// The head whose place in the grid of all layers this is.
HeadRef head_at(const ModelConfig& config, std::size_t place) {
  const std::size_t most = most_heads(config);
  return {place / most, place % most};
}

std::size_t features_of(const ModelConfig& config, ProbeSource source, std::size_t place) {
  return source == ProbeSource::residual ? config.hidden : config.value_dim(head_at(config, place).layer);
}

/// Where a probe may stand: a row of the grid that is shorter than others has fewer places.
std::vector<std::size_t> all_places(const ModelConfig& config, ProbeSource source) {
  std::vector<std::size_t> places;
  if (source == ProbeSource::residual) {
    places.resize(config.layers + 1);
    std::iota(places.begin(), places.end(), std::size_t{0});
    return places;
  }
  for (const HeadRef head : all_heads(config))
    places.push_back(head.layer * most_heads(config) + head.head);
  return places;
}

/// The words of a sentence that have tokens, and these.
struct ProbedSentence {
  std::vector<ProbeWord> words{};
  std::vector<TokenGroup> groups{};  ///< [words]
  std::shared_ptr<const Trace> trace{};
};

/// Means over each word's tokens of the states at a place, [words, features].
Matrix states_at(const ProbedSentence& sentence, ProbeSource source, std::size_t place) {
  const Trace& trace = *sentence.trace;
  const ModelConfig& config = trace.model->config;
  const auto state = [&](std::size_t token) {
    if (source == ProbeSource::residual) return trace.residual[place].row(token);
    return output_of(trace, head_at(config, place), token);
  };
  Matrix states(sentence.words.size(), features_of(config, source, place));
  for (std::size_t word = 0; word < states.rows; ++word) {
    const std::span<float> mean = states.row(word);
    for (const std::size_t token : sentence.groups[word])
      std::transform(mean.begin(), mean.end(), state(token).begin(), mean.begin(), std::plus<>());
    const auto pieces = static_cast<float>(sentence.groups[word].size());
    for (float& value : mean)
      value /= pieces;
  }
  return states;
}

/// Everything that the two passes share.
class Probing {
public:
  Probing(const std::shared_ptr<const Model>& model, const Corpus& corpus, const ProbeOptions& options,
          const ProbeTools& tools)
      : tokenizer_(model->tokenizer),
        model_(reader_of(model)),
        corpus_(corpus),
        options_(options),
        tools_(tools),
        sentences_(std::min(options.sentences, corpus.sentences.size())),
        labels_(probe_labels(std::span(corpus.sentences).first(sentences_), options.task)) {
    scores_.layers = model_->config.layers;
    scores_.heads = most_heads(model_->config);
    scores_.classes = labels_.classes;
    for (const std::size_t place : probed_places(model_->config, options.source, labels_.classes.size()))
      scores_.scores.push_back({.place = place});
  }

  ProbeScores run_all() {
    check_sentences();
    learn();
    grade();
    return std::move(scores_);
  }

private:
  [[nodiscard]] std::size_t classes() const { return labels_.classes.size(); }

  /// Is there something to learn from, and something to grade by?
  void check_sentences() const {
    if (labels_.classes.empty()) throw Error("probe_no_trees", {.file = corpus_.name});
    for (std::size_t sentence = 0; sentence < sentences_; ++sentence)
      if (held_out(sentence) && !labels_.words[sentence].empty()) return;
    std::size_t least = 1;
    while (!held_out(least - 1))
      ++least;
    if (sentences_ >= least) throw Error("probe_none_held_out", {.file = corpus_.name});
    throw Error("probe_few",
                {.file = corpus_.name, .expected = std::to_string(least), .found = std::to_string(sentences_)});
  }

  /// Reads a sentence unless there is nothing in it to probe.
  std::optional<ProbedSentence> read(std::size_t sentence) {
    if (tools_.between) tools_.between();
    throw_if_stopped(tools_.stop);
    if (tools_.progress != nullptr)
      tools_.progress->fraction = static_cast<float>(read_++) / static_cast<float>(sentences_);
    const TreeSentence& tree = corpus_.sentences[sentence];
    const Encoding encoding = tokenizer_->encode(tree.text, {.max_tokens = model_->config.context});
    ProbedSentence result;
    const TreeTokens tokens = tree_tokens(tree, encoding.tokens);
    for (const ProbeWord& word : labels_.words[sentence])
      if (const std::size_t group = tokens.group_of[word.word]; group != TreeWord::none) {
        result.words.push_back(word);
        result.groups.push_back(tokens.groups[group]);
      }
    if (encoding.dropped > 0 || result.words.empty()) {
      ++scores_.left_out;
      return std::nullopt;
    }
    Request request;
    request.ids = ids_of(encoding);
    result.trace = run(model_, std::move(request), nullptr, tools_.stop);
    return result;
  }

  template <class Body>
  void for_places(const Body& body) {
    parallel_for(scores_.scores.size(), 1, [&](std::size_t begin, std::size_t end) {
      for (std::size_t place = begin; place < end; ++place)
        body(place);
    });
  }

  void learn() {
    std::vector<RidgeSums> sums;
    sums.reserve(scores_.scores.size());
    for (std::size_t place = 0; place < scores_.scores.size(); ++place)
      sums.emplace_back(features_of(model_->config, options_.source, scores_.scores[place].place), 2 * classes());
    for (std::size_t sentence = 0; sentence < sentences_; ++sentence) {
      if (held_out(sentence)) continue;
      std::optional<ProbedSentence> one = read(sentence);
      if (!one) continue;
      ++scores_.train_sentences;
      keep_classes(*one);
      scores_.train_words += one->words.size();
      std::vector<std::size_t> labels;
      for (const ProbeWord& word : one->words)
        labels.insert(labels.end(), {word.label, classes() + word.control});
      for_places([&](std::size_t place) {
        sums[place].add(states_at(*one, options_.source, scores_.scores[place].place), labels);
      });
    }
    if (scores_.train_words == 0) throw_too_long();
    const auto counted = sums.front().class_rows.begin();
    majority_ =
        static_cast<std::size_t>(std::max_element(counted, counted + static_cast<std::ptrdiff_t>(classes())) - counted);
    probes_.resize(sums.size());
    for_places([&](std::size_t place) {
      throw_if_stopped(tools_.stop);
      probes_[place] = solve_ridge(std::move(sums[place]), options_.shrinkage);
    });
    scores_.majority = labels_.classes[majority_];
  }

  void grade() {
    for (std::size_t sentence = 0; sentence < sentences_; ++sentence) {
      if (!held_out(sentence)) continue;
      const std::optional<ProbedSentence> one = read(sentence);
      if (!one) continue;
      ++scores_.test_sentences;
      scores_.test_words += one->words.size();
      for (const ProbeWord& word : one->words)
        scores_.majority_right += word.label == majority_ ? 1U : 0U;
      for_places([&](std::size_t place) { grade_place(*one, place); });
      if (tools_.see) tools_.see(scores_);
    }
    if (scores_.test_words == 0) throw_too_long();
  }

  void grade_place(const ProbedSentence& sentence, std::size_t place) {
    ProbeScore& score = scores_.scores[place];
    const Matrix states = states_at(sentence, options_.source, score.place);
    for (std::size_t word = 0; word < states.rows; ++word) {
      const std::size_t label = probes_[place].classify(states.row(word), {0, classes()});
      const std::size_t control = probes_[place].classify(states.row(word), {classes(), 2 * classes()});
      score.right += label == sentence.words[word].label ? 1U : 0U;
      score.control_right += control == classes() + sentence.words[word].control ? 1U : 0U;
    }
  }

  static void keep_classes(ProbedSentence& sentence) {
    std::size_t kept = 0;
    for (std::size_t word = 0; word < sentence.words.size(); ++word) {
      if (sentence.words[word].label == ProbeLabels::unseen) continue;
      sentence.words[kept] = sentence.words[word];
      if (kept != word) sentence.groups[kept] = std::move(sentence.groups[word]);
      ++kept;
    }
    sentence.words.resize(kept);
    sentence.groups.resize(kept);
  }

  [[noreturn]] void throw_too_long() const {
    throw Error("corpus_too_long",
                {.file = corpus_.name, .item = model_->name, .expected = std::to_string(model_->config.context)});
  }

  std::shared_ptr<const Tokenizer> tokenizer_;
  std::shared_ptr<const Model> model_;
  const Corpus& corpus_;
  const ProbeOptions& options_;
  const ProbeTools& tools_;
  std::size_t sentences_;
  ProbeLabels labels_;
  std::vector<RidgeClassifier> probes_{};
  std::size_t majority_ = 0, read_ = 0;
  ProbeScores scores_{};
};

}  // namespace

std::size_t probe_bytes(const ModelConfig& config, ProbeSource source, std::size_t classes) {
  std::size_t features = 0;  // of the widest place
  for (const std::size_t place : all_places(config, source))
    features = std::max(features, features_of(config, source, place));
  const std::size_t of_classes = 2 * classes * features;
  return (features * features + features + of_classes + of_classes) * sizeof(double);
}

std::vector<std::size_t> probed_places(const ModelConfig& config, ProbeSource source, std::size_t classes) {
  const std::vector<std::size_t> all = all_places(config, source);
  const std::size_t count = all.size();
  const std::size_t kept =
      std::min(count, std::max<std::size_t>(2, most_probe_bytes / probe_bytes(config, source, classes)));
  std::vector<std::size_t> places;
  for (std::size_t place = 0; place < kept; ++place)
    places.push_back(all[kept > 1 ? place * (count - 1) / (kept - 1) : 0]);
  return places;
}

std::optional<double> ProbeScores::half_width(std::size_t right) const {
  if (test_sentences < 2) return std::nullopt;
  const double p = share(right);
  return 1.96 * std::sqrt(p * (1.0 - p) / static_cast<double>(test_words));
}

ProbeScores probe_corpus(const std::shared_ptr<const Model>& model, const Corpus& corpus, const ProbeOptions& options,
                         const ProbeTools& tools) {
  return Probing(model, corpus, options, tools).run_all();
}

}  // namespace regard
