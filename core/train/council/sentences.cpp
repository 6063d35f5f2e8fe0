// SPDX-License-Identifier: Apache-2.0
#include "core/train/council/sentences.h"

#include "core/analysis/relations.h"
#include "core/analysis/tree_words.h"
#include "core/base/error.h"
#include "core/text/unicode.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <set>
#include <span>

namespace regard::train {
namespace {

constexpr std::size_t kFewestWords = 2, kMostWords = 69;
constexpr std::size_t kOftenEnough = 2;  // a piece of the sentences to learn from
constexpr std::size_t kSpecialPieces = 5;
constexpr std::size_t kFewestSwaps = 3;  // words of a kind that may stand for one another
constexpr float kNothingFound = 0.5F;
constexpr float kRareWeight = 2.0F;
constexpr std::array<std::string_view, 3> kRare{"predicate_recipient", "subject_recipient", "relative_antecedent"};
constexpr std::array<std::string_view, 3> kDoubtful{"goeswith", "reparandum", "dep"};
/// A subject or object that conjoined verbs share belongs to both.
constexpr std::array<std::string_view, 4> kShared{"predicate_subject", "predicate_object", "predicate_recipient",
                                                  "predicate_oblique"};
constexpr std::array<std::pair<std::string_view, float>, 5> kSwapped{
    {{"NOUN", 0.15F}, {"PROPN", 0.15F}, {"ADJ", 0.15F}, {"VERB", 0.05F}, {"ADV", 0.05F}}};
constexpr std::array<std::string_view, 7> kLabelFeatures{"Case",    "Gender", "Number", "VerbForm",
                                                         "Animacy", "Person", "Mood"};
constexpr std::size_t kLabelKinds = kLabelFeatures.size() + 2;  // and the part of speech, and the relation

template <class List>
bool is_among(const List& list, std::string_view name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

bool is_doubtful(const TreeWord& word, std::string_view relation) {
  if (is_among(kDoubtful, word.base())) return true;
  return word.base() == "conj" && (word.tag == "VERB" || word.tag == "AUX") && is_among(kShared, relation);
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

bool is_single_sign(std::string_view piece) {
  if (piece.starts_with("##")) piece.remove_prefix(2);
  return !piece.empty() && decode_utf8(piece, 0).length == piece.size();
}

std::shared_ptr<const Tokenizer> tokenizer_of(std::string_view vocabulary) {
  return parse_vocab_txt(vocabulary, {.strip_accents = false}, "vocab.txt");
}

bool fits(const TreeSentence& sentence, std::size_t tokens) {
  return sentence.words.size() >= kFewestWords && sentence.words.size() <= kMostWords && tokens <= kLongestSentence;
}

/// Pieces that are hardly ever seen would keep the numbers they began with: words that have them are cut into smaller ones instead.
std::string trimmed_vocabulary(const CouncilSources& sources) {
  const std::shared_ptr<const Tokenizer> whole = tokenizer_of(sources.vocabulary);
  std::map<std::int32_t, std::size_t> seen;
  for (const auto& trees : sources.trees)
    for (std::size_t place = 0; place < trees.size(); ++place)
      if (!is_held_out(place))
        for (const Token& token : whole->encode(trees[place].text).tokens)
          ++seen[token.id];
  std::string kept;
  std::int32_t id = 0;
  for (const std::string_view piece : lines_of(sources.vocabulary)) {
    if (id < static_cast<std::int32_t>(kSpecialPieces) || is_single_sign(piece) || seen[id] >= kOftenEnough)
      kept.append(piece).append("\n");
    ++id;
  }
  return kept;
}

/// Numbers of labels as they come.
struct LabelNumbers {
  std::array<std::map<std::string, std::int32_t, std::less<>>, kLabelKinds> known{};

  std::vector<std::int32_t> of(const TreeWord& word) {
    std::vector<std::string_view> values{word.tag, word.base()};
    for (const std::string_view name : kLabelFeatures)
      values.push_back(word.feature(name));
    std::vector<std::int32_t> labels;
    for (std::size_t kind = 0; kind < kLabelKinds; ++kind) {
      auto& numbers = known[kind];
      labels.push_back(numbers.try_emplace(std::string(values[kind]), numbers.size()).first->second);
    }
    return labels;
  }
};

GuidedWord guided_word(const TreeWord& word, std::size_t language, LabelNumbers& labels) {
  GuidedWord guided{.labels = labels.of(word)};
  for (const auto& [tag, share] : kSwapped)
    if (word.tag == tag) {
      guided.swapped = share;
      guided.kind = std::string(kTreeLanguages[language]) + " " + word.tag + " " + word.features;
    }
  return guided;
}

GuidedSentence guided_sentence(const TreeSentence& sentence, std::size_t language, std::span<const Token> tokens,
                               const Questions& questions, LabelNumbers& labels) {
  GuidedSentence guided{.language = language};
  for (const TreeWord& word : sentence.words)
    guided.words.push_back(guided_word(word, language, labels));
  const TreeTokens cut = tree_tokens(sentence, tokens);
  std::vector<bool> has_pieces(sentence.words.size());
  for (std::size_t word = 0; word < sentence.words.size(); ++word) {
    if (cut.group_of[word] == TreeWord::none) continue;
    has_pieces[word] = true;
    for (const std::size_t token : cut.groups[cut.group_of[word]])
      guided.words[word].pieces.push_back(tokens[token].id);
  }
  guided.asks = asks_of(sentence, questions, has_pieces);
  return guided;
}

void gather_swaps(GuidedSet& set) {
  std::map<std::string, std::set<std::vector<std::int32_t>>> kinds;
  for (const GuidedSentence& sentence : set.sentences)
    for (const GuidedWord& word : sentence.words)
      if (!word.kind.empty() && !word.pieces.empty() &&
          std::find(word.pieces.begin(), word.pieces.end(), set.unknown) == word.pieces.end())
        kinds[word.kind].insert(word.pieces);
  for (const auto& [kind, words] : kinds)
    if (words.size() >= kFewestSwaps) set.swaps[kind] = {words.begin(), words.end()};
}

std::int32_t id_needed(const Tokenizer& tokenizer, std::string_view piece) {
  const std::optional<std::int32_t> id = tokenizer.id_of(piece);
  if (!id) throw Error("json_missing", {.file = "vocab.txt", .item = std::string(piece), .expected = "vocab"});
  return *id;
}

}  // namespace

std::size_t GuidedSet::label_count() const {
  return std::accumulate(labels.begin(), labels.end(), std::size_t{0});
}

std::vector<std::vector<Ask>> asks_of(const TreeSentence& sentence, const Questions& questions,
                                      const std::vector<bool>& has_pieces) {
  const RelationQuestions found = relation_questions(sentence);
  std::vector<std::vector<Ask>> asks(questions.of.size());
  for (std::size_t question = 0; question < asks.size(); ++question) {
    const std::string& relation = questions.of[question].relation;
    if (is_neighbour(relation)) continue;
    std::vector<Ask>& told = asks[question];
    for (const TreeWord& word : sentence.words)
      told.push_back({.separator = is_doubtful(word, relation) ? 0.0F : kNothingFound});
    const auto list = found.find(relation);
    if (list == found.end()) continue;
    const float weight = is_among(kRare, relation) ? kRareWeight : 1.0F;
    for (const RelationQuestion& one : list->second) {
      told[one.asks] = {};
      for (const std::size_t answer : one.answers)
        if (has_pieces[answer])
          told[one.asks].words.push_back({answer, weight / static_cast<float>(one.answers.size())});
    }
  }
  return asks;
}

std::shared_ptr<const GuidedSet> prepare_council(const CouncilSources& sources) {
  auto set = std::make_shared<GuidedSet>();
  set->questions = sources.questions;
  set->vocabulary = trimmed_vocabulary(sources);
  set->tokenizer = tokenizer_of(set->vocabulary);
  set->opening = id_needed(*set->tokenizer, "[CLS]");
  set->closing = id_needed(*set->tokenizer, "[SEP]");
  set->mask = id_needed(*set->tokenizer, "[MASK]");
  set->unknown = id_needed(*set->tokenizer, "[UNK]");
  LabelNumbers labels;
  for (std::size_t language = 0; language < sources.trees.size(); ++language)
    for (std::size_t place = 0; place < sources.trees[language].size(); ++place) {
      const TreeSentence& sentence = sources.trees[language][place];
      const std::vector<Token> tokens = set->tokenizer->encode(sentence.text).tokens;
      if (!fits(sentence, tokens.size())) continue;
      if (is_held_out(place))
        set->held_out[language].push_back(sentence);
      else
        set->sentences.push_back(guided_sentence(sentence, language, tokens, set->questions, labels));
    }
  const bool measured =
      std::any_of(set->held_out.begin(), set->held_out.end(), [](const auto& of) { return !of.empty(); });
  if (set->sentences.empty() || !measured) throw Error("corpus_empty", {.file = "corpora"});
  for (const auto& numbers : labels.known)
    set->labels.push_back(numbers.size());
  gather_swaps(*set);
  return set;
}

}  // namespace regard::train
