// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/head_evidence.h"

#include "core/analysis/corpus_runs.h"
#include "core/analysis/detectors.h"
#include "core/analysis/groups.h"
#include "core/base/error.h"
#include "core/base/text_parts.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <span>
#include <tuple>
#include <utility>

namespace regard {
namespace {

constexpr std::size_t kSentencesBetweenLooks = 32;
constexpr std::ptrdiff_t kKeptOfEachEnd = 500;  ///< sentences with the largest shares, and with the smallest

/// The heaviest of the keys that count, or none.
template <class Counts>
std::size_t heaviest(std::span<const float> row, const Counts& counts) {
  std::size_t best = Evidence::none;
  for (std::size_t key = 0; key < row.size(); ++key)
    if (counts(key) && (best == Evidence::none || row[key] > row[best])) best = key;
  return best;
}

std::optional<Evidence> of_measure(const SentenceRun& read, const NamedMeasure& named, HeadRef head,
                                   const std::stop_token& stop) {
  const TokenMarks marks = token_marks(read.tokens);
  const auto measured = [&](Range queries) {
    return measure_head(*read.trace, head, queries, marks, stop).*named.measure;
  };
  Evidence evidence;
  evidence.share = measured({0, read.trace->tokens()});
  if (!evidence.share.defined()) return std::nullopt;
  float best = 0.0F;
  for (std::size_t query = 0; query < read.trace->tokens(); ++query) {
    const Measure row = measured({query, query + 1});
    if (!row.defined() || (evidence.query != Evidence::none && row.value <= best)) continue;
    evidence.query = query;
    best = row.value;
  }
  const Matrix row = weights(*read.trace, head, {evidence.query, evidence.query + 1}, {0, read.trace->tokens()});
  const AskingRow asking{*read.trace, marks, evidence.query};
  evidence.key = heaviest(row.row(0), [&](std::size_t key) { return named.counts(asking, key); });
  if (evidence.key == Evidence::none) return evidence;  // the text has no such key: a template without separators
  evidence.asks = trimmed(read.tokens[evidence.query].text);
  evidence.found = trimmed(read.tokens[evidence.key].text);
  return evidence;
}

std::optional<Evidence> of_relation(const SentenceRun& read, const TreeSentence& sentence, const std::string& relation,
                                    HeadRef head) {
  const RelationQuestions questions = relation_questions(sentence);
  const auto asked = questions.find(relation);
  if (asked == questions.end()) return std::nullopt;
  const TreeTokens words = tree_tokens(sentence, read.tokens);
  const Matrix look = grouped_weights(*read.trace, head, words.groups, words.groups);
  const std::vector<RelationAnswer> answers = relation_answers(asked->second, words, look, read.trace->causal());
  if (answers.empty()) return std::nullopt;
  const auto is_right = [](const RelationAnswer& answer) { return answer.right; };
  const auto right = std::count_if(answers.begin(), answers.end(), is_right);
  const auto shown = std::find_if(answers.begin(), answers.end(), is_right);
  const RelationAnswer& answer = shown == answers.end() ? answers.front() : *shown;
  Evidence evidence;
  evidence.share.value = static_cast<float>(right) / static_cast<float>(answers.size());
  evidence.share.rows = answers.size();
  evidence.query = words.groups[words.group_of[answer.asks]].front();
  evidence.key = words.groups[words.group_of[answer.found]].front();
  evidence.asks = sentence.words[answer.asks].form;
  evidence.found = sentence.words[answer.found].form;
  evidence.right = answer.right;
  return evidence;
}

/// What a rule is asked about: a word as the tree has it, or a token.
std::string shown_unit(const DetectorUnits& units, std::size_t unit, std::span<const Token> tokens) {
  if (units.words[unit] != TreeWord::none) return units.sentence->words[units.words[unit]].form;
  return std::string(trimmed(tokens[units.groups[unit].front()].text));
}

std::optional<Evidence> of_rule(const SentenceRun& read, const TreeSentence& sentence, const Detector& rule,
                                HeadRef head, const std::stop_token& stop) {
  if (rule.asks_tree() && sentence.words.empty()) return std::nullopt;
  const DetectorUnits units = rule.asks_tree() ? word_units(sentence, read.tokens) : token_units(read.tokens);
  const AskedDetector asked(rule, units);
  const std::span<const TokenGroup> groups = units.groups;
  MeasureTally all;
  Evidence evidence;
  float best = 0.0F;
  for (std::size_t unit = 0; unit < groups.size(); ++unit) {
    const std::vector<std::size_t> keys = asked.keys_of(unit);
    if (keys.empty()) continue;
    throw_if_stopped(stop);
    const Matrix look = grouped_weights(*read.trace, head, groups.subspan(unit, 1), groups);
    const Matrix uniform = uniform_weights(*read.trace, head.layer, groups.subspan(unit, 1), groups);
    const Measure row = weight_on(keys, look.row(0), uniform.row(0));
    if (!row.defined()) continue;
    all.add(row);
    if (evidence.query != Evidence::none && row.value <= best) continue;
    best = row.value;
    const std::size_t found =
        heaviest(look.row(0), [&](std::size_t key) { return std::binary_search(keys.begin(), keys.end(), key); });
    evidence.query = groups[unit].front();
    evidence.key = groups[found].front();
    evidence.asks = shown_unit(units, unit, read.tokens);
    evidence.found = shown_unit(units, found, read.tokens);
  }
  evidence.share = all.mean();
  return evidence.share.defined() ? std::optional(std::move(evidence)) : std::nullopt;
}

/// What sort_by_share() compares; the larger first.
std::tuple<long, std::ptrdiff_t, float> evidence_order(const Evidence& one) {
  const auto rows = static_cast<std::ptrdiff_t>(one.share.rows);
  return {std::lround(100.0F * one.share.value), one.share.value > one.share.uniform ? rows : -rows, one.share.value};
}

/// So that memory does not grow with the corpus: those between both ends go.
void keep_both_ends(std::vector<Evidence>& list) {
  if (std::ssize(list) < 3 * kKeptOfEachEnd) return;
  sort_by_share(list);
  list.erase(list.begin() + kKeptOfEachEnd, list.end() - kKeptOfEachEnd);
}

}  // namespace

float evidence_scale(const EvidenceQuestion& question, const std::vector<Evidence>& list) {
  if (!question.of_measure() || (question.what != "entropy" && question.what != "distance")) return 1.0F;
  float largest = 0.0F;
  for (const Evidence& one : list)
    largest = std::max({largest, one.share.value, one.share.uniform});
  return largest > 0.0F ? largest : 1.0F;
}

void sort_by_share(std::vector<Evidence>& list) {
  std::stable_sort(list.begin(), list.end(), [](const Evidence& left, const Evidence& right) {
    return evidence_order(left) > evidence_order(right);
  });
}

std::optional<std::size_t> FoundEvidence::rank_at(std::size_t place) const {
  const std::size_t behind = list.size() - place;
  if (list.size() == sentences || std::cmp_less(place, kKeptOfEachEnd)) return place + 1;
  return std::cmp_less_equal(behind, kKeptOfEachEnd) ? std::optional(sentences - behind + 1) : std::nullopt;
}

FoundEvidence evidence_of(const std::shared_ptr<const Model>& model, const Corpus& corpus,
                          const EvidenceQuestion& question, const std::stop_token& stop, Progress* progress,
                          const std::function<void()>& between,
                          const std::function<void(const std::vector<Evidence>&)>& see) {
  const std::span<const NamedMeasure> all = named_measures();
  const auto named =
      std::find_if(all.begin(), all.end(), [&](const NamedMeasure& each) { return each.name == question.what; });
  const ModelConfig& config = reader_of(model)->config;
  if (has_head(config, question.head) && !has_softmax(config, question.head))
    throw Error("no_softmax", {.item = std::to_string(question.head.layer), .expected = question.what});
  FoundEvidence found;
  std::vector<Evidence>& list = found.list;
  if (question.of_measure() && named == all.end()) return found;
  for (std::size_t index = 0; index < corpus.sentences.size(); ++index) {
    if (between) between();
    if (progress != nullptr)
      progress->fraction = static_cast<float>(index) / static_cast<float>(corpus.sentences.size());
    const TreeSentence& sentence = corpus.sentences[index];
    const SentenceRun read = run_sentence(model, sentence.text, stop);
    if (!read.trace) continue;
    std::optional<Evidence> evidence = question.rule ? of_rule(read, sentence, *question.rule, question.head, stop)
                                       : question.relation ? of_relation(read, sentence, question.what, question.head)
                                                           : of_measure(read, *named, question.head, stop);
    if (evidence) {
      evidence->sentence = index;
      evidence->text = sentence.text;
      ++found.sentences;
      list.push_back(std::move(*evidence));
      keep_both_ends(list);
    }
    if (see && (index + 1) % kSentencesBetweenLooks == 0) {
      std::vector<Evidence> so_far = list;
      sort_by_share(so_far);
      see(so_far);
    }
  }
  std::stable_sort(list.begin(), list.end(),
                   [](const Evidence& left, const Evidence& right) { return left.sentence < right.sentence; });
  sort_by_share(list);
  return found;
}

}  // namespace regard
