// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/detectors.h"
#include "core/text/code_classes.h"
#include "core/text/unicode.h"

#include <algorithm>

namespace regard {
namespace {

using ConditionKind = DetectorCondition::Kind;

std::string_view without_spaces(std::string_view text) {
  const std::size_t begin = std::min(text.find_first_not_of(" \t\n\r"), text.size());
  return text.substr(begin, text.find_last_not_of(" \t\n\r") + 1 - begin);
}

void add_unit(DetectorUnits& units, std::string_view text, TokenGroup group, std::size_t word, bool separator) {
  text = without_spaces(text);
  std::string lower = lower_case(text);
  const std::size_t first = text.empty() ? 0 : decode_utf8(text, 0).length;
  const std::size_t first_lower = lower.empty() ? 0 : decode_utf8(lower, 0).length;
  units.capitals.push_back(text.substr(0, first) != std::string_view(lower).substr(0, first_lower));
  units.groups.push_back(std::move(group));
  units.texts.push_back(std::move(lower));
  units.words.push_back(word);
  units.separators.push_back(separator);
}

/// `pattern` may have * for any signs.
bool matches(std::string_view pattern, std::string_view text) {
  std::size_t at = 0, place = 0, star = std::string_view::npos, resumed = 0;
  while (place < text.size()) {
    if (at < pattern.size() && pattern[at] == '*') {
      star = at++;
      resumed = place;
    } else if (at < pattern.size() && pattern[at] == text[place]) {
      ++at;
      ++place;
    } else if (star != std::string_view::npos) {
      at = star + 1;
      place = ++resumed;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', at) == std::string_view::npos;
}

template <class Is>
bool consists_of(std::string_view text, const Is& is) {
  for (std::size_t at = 0; at < text.size();) {
    const DecodedCharacter character = decode_utf8(text, at);
    if (!is(character.code)) return false;
    at += character.length;
  }
  return !text.empty();
}

/// Does a condition hold that asks one unit alone?
bool holds_alone(const DetectorCondition& condition, const std::string& pattern, const DetectorUnits& units,
                 std::size_t unit) {
  const std::string& text = units.texts[unit];
  const TreeWord* word = units.sentence != nullptr && units.words[unit] != TreeWord::none
                             ? &units.sentence->words[units.words[unit]]
                             : nullptr;
  switch (condition.kind) {
    case ConditionKind::any:
      return true;
    case ConditionKind::token:
      return !units.separators[unit] && matches(pattern, text);
    case ConditionKind::punctuation:
      return !units.separators[unit] && consists_of(text, [](char32_t code) { return is_punctuation(code); });
    case ConditionKind::number:
      return consists_of(text, [](char32_t code) { return code >= U'0' && code <= U'9'; });
    case ConditionKind::capital:
      return !units.separators[unit] && units.capitals[unit];
    case ConditionKind::separator:
      return units.separators[unit];
    case ConditionKind::upos:
      return word != nullptr && word->tag == condition.word;
    case ConditionKind::lemma:
      return word != nullptr && matches(pattern, lower_case(word->lemma));
    case ConditionKind::feature: {
      const std::size_t equals = condition.word.find('=');
      return word != nullptr && word->feature(std::string_view(condition.word).substr(0, equals)) ==
                                    std::string_view(condition.word).substr(equals + 1);
    }
    case ConditionKind::relation:
      return word != nullptr && (word->relation == condition.word || word->base() == condition.word);
    default:
      return false;
  }
}

bool same_unit(const DetectorUnits& units, std::size_t one, std::size_t other) {
  return units.ids.empty() ? units.texts[one] == units.texts[other] : units.ids[one] == units.ids[other];
}

/// Does a condition hold that asks a key together with its query?
bool holds_between(const DetectorCondition& condition, const DetectorUnits& units, std::size_t query, std::size_t key) {
  const auto place = [&](std::size_t unit) { return units.sentence != nullptr ? units.words[unit] : unit; };
  const std::size_t from = place(query), to = place(key);
  if (from == TreeWord::none || to == TreeWord::none) return false;
  const auto depends = [&](std::size_t word, std::size_t on) {
    return units.sentence != nullptr && units.sentence->words[word].head == on;
  };
  switch (condition.kind) {
    case ConditionKind::self:
      return key == query;
    case ConditionKind::offset:
      return static_cast<std::ptrdiff_t>(to) - static_cast<std::ptrdiff_t>(from) == condition.offset;
    case ConditionKind::previous_occurrence:
      return key < query && same_unit(units, query, key);
    case ConditionKind::after_previous_occurrence:
      return key > 0 && key < query && same_unit(units, query, key - 1);
    case ConditionKind::governor:
      return depends(from, to);
    case ConditionKind::dependent:
      return depends(to, from) && (condition.word.empty() || units.sentence->words[to].relation == condition.word ||
                                   units.sentence->words[to].base() == condition.word);
    default:
      return false;
  }
}

/// Units for which all conditions of the list hold that ask one alone.
std::vector<bool> fitting(const std::vector<DetectorCondition>& conditions, const DetectorUnits& units) {
  std::vector<bool> fit(units.groups.size(), true);
  for (const DetectorCondition& condition : conditions) {
    if (condition.asks_pair()) continue;
    const std::string pattern = lower_case(condition.word);
    for (std::size_t unit = 0; unit < fit.size(); ++unit)
      fit[unit] = fit[unit] && holds_alone(condition, pattern, units, unit) != condition.negated;
  }
  return fit;
}

}  // namespace

DetectorUnits token_units(std::span<const Token> tokens) {
  DetectorUnits units;
  for (std::size_t token = 0; token < tokens.size(); ++token) {
    const Token& one = tokens[token];
    add_unit(units, one.text, {token}, TreeWord::none, one.special && one.begin == one.end);
    units.ids.push_back(one.id);
  }
  return units;
}

DetectorUnits word_units(const TreeSentence& sentence, std::span<const Token> tokens) {
  DetectorUnits units;
  TreeTokens words = tree_tokens(sentence, tokens);
  for (std::size_t group = 0; group < words.groups.size(); ++group) {
    const std::size_t word = words.words[group];
    const Token& first = tokens[words.groups[group].front()];
    const bool separator = first.special && first.begin == first.end;
    add_unit(units, word == TreeWord::none ? first.text : sentence.words[word].form, std::move(words.groups[group]),
             word, separator);
  }
  units.sentence = &sentence;
  return units;
}

AskedDetector::AskedDetector(const Detector& detector, const DetectorUnits& units)
    : detector_(detector),
      units_(units),
      queries_(fitting(detector.query, units)),
      keys_(fitting(detector.key, units)) {
  for (std::size_t unit = 0; units.sentence != nullptr && unit < queries_.size(); ++unit)
    queries_[unit] = queries_[unit] && units.words[unit] != TreeWord::none;
}

std::vector<std::size_t> AskedDetector::keys_of(std::size_t query) const {
  std::vector<std::size_t> keys;
  for (std::size_t key = 0; queries_[query] && key < keys_.size(); ++key)
    if (keys_[key] && std::all_of(detector_.key.begin(), detector_.key.end(), [&](const DetectorCondition& one) {
          return !one.asks_pair() || holds_between(one, units_, query, key) != one.negated;
        }))
      keys.push_back(key);
  return keys;
}

std::size_t AskedDetector::queries() const {
  return static_cast<std::size_t>(std::count(queries_.begin(), queries_.end(), true));
}

std::size_t AskedDetector::keys() const {
  return static_cast<std::size_t>(std::count(keys_.begin(), keys_.end(), true));
}

}  // namespace regard
