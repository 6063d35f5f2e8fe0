// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/sentence_probe.h"

#include "core/analysis/effect.h"
#include "core/base/error.h"
#include "core/base/text_file.h"
#include "core/engine/engine.h"
#include "core/text/continuation.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace regard {
namespace {

constexpr std::size_t kLargestProbe = std::size_t{16} << 20U;  // bytes

/// A word that could be meant.
struct Candidate {
  enum class Kind { answer, rival, other };
  Kind kind = Kind::answer;
  Range bytes{};
  TokenGroup tokens{};
};

TokenGroup tokens_over(std::span<const Token> tokens, Range bytes) {
  TokenGroup group;
  for (std::size_t token = 0; token < tokens.size(); ++token)
    if (tokens[token].begin < std::min(tokens[token].end, bytes.end) && tokens[token].end > bytes.begin)
      group.push_back(token);
  return group;
}

/// A sentence as its tokens ask it.
struct AskedSentence {
  TokenGroup query{};
  std::vector<Candidate> candidates{};  ///< ascending; those a causal run cannot look at are left out
  std::vector<TokenGroup> groups{};     ///< theirs
};

/// Nothing where words share tokens or no answer is left.
std::optional<AskedSentence> asked_of(const ProbeSentence& sentence, std::span<const Token> tokens, bool causal) {
  AskedSentence result;
  result.query = tokens_over(tokens, sentence.query);
  if (result.query.empty()) return std::nullopt;
  if (causal && sentence.asks_before) {
    if (result.query.front() == 0) return std::nullopt;
    result.query = {result.query.front() - 1};
  }
  const auto add = [&](Candidate::Kind kind, const std::vector<Range>& ranges) {
    for (const Range& bytes : ranges)
      result.candidates.push_back({kind, bytes, tokens_over(tokens, bytes)});
  };
  add(Candidate::Kind::answer, sentence.answers);
  add(Candidate::Kind::rival, sentence.rivals);
  add(Candidate::Kind::other, sentence.others);
  std::erase_if(result.candidates, [&](const Candidate& one) {
    return one.tokens.empty() || (causal && one.tokens.back() > result.query.back());
  });
  std::sort(result.candidates.begin(), result.candidates.end(),
            [](const Candidate& left, const Candidate& right) { return left.bytes.begin < right.bytes.begin; });
  for (const Candidate& one : result.candidates) {
    if (!result.groups.empty() && result.groups.back().back() >= one.tokens.front()) return std::nullopt;
    result.groups.push_back(one.tokens);
  }
  if (std::none_of(result.candidates.begin(), result.candidates.end(),
                   [](const Candidate& one) { return one.kind == Candidate::Kind::answer; }))
    return std::nullopt;
  return result;
}

/// How far a candidate's words stand from those that ask, in bytes.
std::size_t bytes_between(Range query, Range candidate) {
  return candidate.end <= query.begin ? query.begin - candidate.end
                                      : candidate.begin - std::min(candidate.begin, query.end);
}

void add_rules(SentenceProbe& probe, Range query, const AskedSentence& asked) {
  const Candidate* nearest = nullptr;
  const Candidate* first = nullptr;
  for (const Candidate& one : asked.candidates) {
    if (one.kind == Candidate::Kind::other) continue;
    if (first == nullptr) first = &one;
    if (nearest == nullptr || bytes_between(query, one.bytes) < bytes_between(query, nearest->bytes)) nearest = &one;
  }
  probe.nearest += nearest->kind == Candidate::Kind::answer ? 1U : 0U;
  probe.first += first->kind == Candidate::Kind::answer ? 1U : 0U;
}

Measure mass_of(const AskedSentence& asked, Candidate::Kind kind, std::span<const float> weights,
                std::span<const float> uniform) {
  Measure mass;
  for (std::size_t one = 0; one < weights.size(); ++one) {
    if (asked.candidates[one].kind != kind) continue;
    mass.value += weights[one];
    mass.uniform += uniform[one];
    mass.rows = 1;
  }
  return mass;
}

void add_heads(SentenceProbe& probe, const AskedSentence& asked, const Trace& trace, const std::stop_token& stop) {
  const ModelConfig& config = trace.model->config;
  const std::span<const TokenGroup> query(&asked.query, 1);
  for (std::size_t layer = 0; layer < config.layers; ++layer) {
    throw_if_stopped(stop);
    if (!has_softmax(config.plans[layer])) continue;
    const Matrix uniform = uniform_weights(trace, layer, query, asked.groups);
    for (std::size_t head = 0; head < config.heads(layer); ++head) {
      const Matrix look = grouped_weights(trace, {layer, head}, query, asked.groups);
      const std::size_t index = layer * most_heads(config) + head;
      const std::span<const float> weights = look.row(0);
      probe.answers[index].add(mass_of(asked, Candidate::Kind::answer, weights, uniform.row(0)));
      probe.rivals[index].add(mass_of(asked, Candidate::Kind::rival, weights, uniform.row(0)));
      const auto heaviest = std::max_element(weights.begin(), weights.end()) - weights.begin();
      if (asked.candidates[static_cast<std::size_t>(heaviest)].kind == Candidate::Kind::answer) ++probe.chosen[index];
    }
  }
}

/// A sentence of the probe as one head answers it.
Evidence evidence_from(const ProbeSentence& sentence, const AskedSentence& asked, const ReadSentence& read,
                       HeadRef head) {
  const std::span<const TokenGroup> query(&asked.query, 1);
  const Matrix look = grouped_weights(read.trace, head, query, asked.groups);
  const Matrix uniform = uniform_weights(read.trace, head.layer, query, asked.groups);
  const std::span<const float> weights = look.row(0);
  const Candidate& found =
      asked.candidates[static_cast<std::size_t>(std::max_element(weights.begin(), weights.end()) - weights.begin())];
  const auto words = [&sentence](std::size_t begin, std::size_t end) {
    const std::string text = sentence.text.substr(begin, end - begin);
    return text.substr(std::min(text.find_first_not_of(' '), text.size()));
  };
  Evidence evidence{.text = sentence.text};
  evidence.share = mass_of(asked, Candidate::Kind::answer, weights, uniform.row(0));
  evidence.query = asked.query.front();
  evidence.key = found.tokens.front();
  evidence.asks = words(read.tokens[asked.query.front()].begin, read.tokens[asked.query.back()].end);
  evidence.found = words(found.bytes.begin, found.bytes.end);
  evidence.right = found.kind == Candidate::Kind::answer;
  return evidence;
}

std::vector<TreeSentence> texts_of(const NamedProbe& probe) {
  std::vector<TreeSentence> texts;
  for (const ProbeSentence& sentence : probe.probe.sentences)
    texts.push_back({.text = sentence.text});
  return texts;
}

/// log p of the ids from `begin` on, given those before.
double log_probability_of(const std::shared_ptr<const Model>& model, const std::vector<std::int32_t>& ids,
                          std::size_t begin, const Pace& pace) {
  if (pace.between) pace.between();
  Request request;
  request.ids = ids;
  const std::shared_ptr<const Trace> trace = run(model, std::move(request), nullptr, pace.stop);
  std::vector<std::size_t> positions;
  for (std::size_t token = begin; token < ids.size(); ++token)
    positions.push_back(token - 1);
  const Matrix logits = logits_at(*trace, positions);
  double sum = 0.0;
  for (std::size_t row = 0; row < logits.rows; ++row)
    sum += log_probability(logits.row(row), ids[begin + row]);
  return sum;
}

void add_continuation(SentenceProbe& probe, const std::shared_ptr<const Model>& model, const ProbeSentence& sentence,
                      const Pace& pace) {
  if (sentence.right.empty()) return;
  const std::string before = sentence.asks_before ? sentence.text.substr(0, sentence.query.begin) : sentence.text + " ";
  const auto ids_with = [&](const std::string& word) {
    return ids_of(prompt_of(model->tokenizer->encode(before + word, {.max_tokens = model->config.context})));
  };
  const std::vector<std::int32_t> right = ids_with(sentence.right), wrong = ids_with(sentence.wrong);
  const auto differ = std::mismatch(right.begin(), right.end(), wrong.begin(), wrong.end());
  const auto begin = static_cast<std::size_t>(differ.first - right.begin());
  if (begin == 0) return;                                      // nothing stands before: there is no prediction
  if (begin == right.size() || begin == wrong.size()) return;  // one begins the other: its end is not asked
  ++probe.continued;
  if (log_probability_of(model, right, begin, pace) > log_probability_of(model, wrong, begin, pace)) ++probe.preferred;
}

}  // namespace

NamedProbe load_probe(const std::filesystem::path& file) {
  const std::string name = file.string();
  const std::string bytes = read_file(file, kLargestProbe);
  check_utf8(bytes, name);
  return {file.filename().string(), parse_probe_sentences(bytes, name)};
}

SentenceProbe measure_probe(const std::shared_ptr<const Model>& model, const NamedProbe& probe, const Pace& pace) {
  const std::shared_ptr<const Model> reader = reader_of(model);
  SentenceProbe result{.name = probe.probe.name, .file = probe.file};
  const std::size_t heads = reader->config.layers * most_heads(reader->config);
  result.answers.resize(heads);
  result.rivals.resize(heads);
  result.chosen.resize(heads);
  const bool predicts = reader == model && model->config.causal && model->config.has_lm_head;
  const std::vector<TreeSentence> texts = texts_of(probe);
  result.left_out = for_each_sentence(
      model, texts,
      [&](const ReadSentence& one) {
        const ProbeSentence& sentence = probe.probe.sentences[static_cast<std::size_t>(&one.sentence - texts.data())];
        const std::optional<AskedSentence> asking = asked_of(sentence, one.tokens, one.trace.causal());
        if (!asking) {
          ++result.unasked;
          return;
        }
        ++result.sentences;
        add_rules(result, sentence.query, *asking);
        add_heads(result, *asking, one.trace, pace.stop);
        if (predicts) add_continuation(result, model, sentence, pace);
      },
      pace);
  return result;
}

std::vector<Evidence> probe_evidence(const std::shared_ptr<const Model>& model, const NamedProbe& probe, HeadRef head,
                                     const Pace& pace) {
  const ModelConfig& config = reader_of(model)->config;
  if (has_head(config, head) && !has_softmax(config, head))
    throw Error("no_softmax", {.item = std::to_string(head.layer), .expected = probe.probe.name});
  const std::vector<TreeSentence> texts = texts_of(probe);
  std::vector<Evidence> list;
  static_cast<void>(for_each_sentence(
      model, texts,
      [&](const ReadSentence& one) {
        const auto place = static_cast<std::size_t>(&one.sentence - texts.data());
        const ProbeSentence& sentence = probe.probe.sentences[place];
        const std::optional<AskedSentence> asked = asked_of(sentence, one.tokens, one.trace.causal());
        if (!asked) return;
        list.push_back(evidence_from(sentence, *asked, one, head));
        list.back().sentence = place;
      },
      pace));
  sort_by_share(list);
  return list;
}

std::vector<HeadsMeasure> SentenceProbe::measures() const {
  std::vector<HeadsMeasure> list{{name, file, {}}, {name + "_rival", file, {}}, {name + "_choice", file, {}}};
  const auto share = [this](std::size_t part) {
    return sentences > 0 ? static_cast<float>(part) / static_cast<float>(sentences) : 0.0F;
  };
  for (std::size_t head = 0; head < answers.size(); ++head) {
    list[0].heads.push_back(answers[head].mean());
    list[1].heads.push_back(rivals[head].mean());
    const bool asked = answers[head].mean().defined();  // a row of the grid of all heads may be shorter than others
    list[2].heads.push_back(asked ? Measure{share(chosen[head]), share(std::max(nearest, first)), sentences}
                                  : Measure{});
  }
  if (std::none_of(list[1].heads.begin(), list[1].heads.end(), [](const Measure& one) { return one.defined(); }))
    list.erase(list.begin() + 1);
  return list;
}

}  // namespace regard
