// SPDX-License-Identifier: Apache-2.0
#include "core/format/detector_rules.h"

#include "core/base/error.h"
#include "core/base/lines.h"
#include "core/base/text_parts.h"
#include "core/format/file_line.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace regard {
namespace {

using ConditionKind = DetectorCondition::Kind;

constexpr std::size_t kMostDetectors = 100;
constexpr std::size_t kMostConditions = 20;        // of a line
constexpr std::ptrdiff_t kFarthestOffset = 10000;  // tokens or words

/// What may stand behind a condition's name.
enum class Operand { none, text, quoted, pair, number, optional_text };

struct NamedCondition {
  std::string_view name{};
  ConditionKind kind = ConditionKind::any;
  Operand operand = Operand::none;
  std::string_view shape{};  ///< how to write it
};

constexpr std::array<NamedCondition, 16> kConditions = {
    {{"any", ConditionKind::any, Operand::none, "any"},
     {"token", ConditionKind::token, Operand::quoted, "token \"the\""},
     {"punctuation", ConditionKind::punctuation, Operand::none, "punctuation"},
     {"number", ConditionKind::number, Operand::none, "number"},
     {"capital", ConditionKind::capital, Operand::none, "capital"},
     {"separator", ConditionKind::separator, Operand::none, "separator"},
     {"upos", ConditionKind::upos, Operand::text, "upos NOUN"},
     {"lemma", ConditionKind::lemma, Operand::quoted, "lemma \"be\""},
     {"feature", ConditionKind::feature, Operand::pair, "feature Case=Nom"},
     {"relation", ConditionKind::relation, Operand::text, "relation nsubj"},
     {"self", ConditionKind::self, Operand::none, "self"},
     {"offset", ConditionKind::offset, Operand::number, "offset -2"},
     {"previous_occurrence", ConditionKind::previous_occurrence, Operand::none, "previous_occurrence"},
     {"after_previous_occurrence", ConditionKind::after_previous_occurrence, Operand::none,
      "after_previous_occurrence"},
     {"governor", ConditionKind::governor, Operand::none, "governor"},
     {"dependent", ConditionKind::dependent, Operand::optional_text, "dependent obj"}}};

/// What stands behind "name:"; nothing where the line is another one.
std::optional<std::string_view> value_of(std::string_view line, std::string_view name) {
  if (!line.starts_with(name) || !line.substr(name.size()).starts_with(':')) return std::nullopt;
  return trimmed(line.substr(name.size() + 1));
}

/// The conditions of one line.
class ConditionReader {
public:
  ConditionReader(std::string_view line, const FileLine& place) : rest_(line), place_(place) {}

  std::vector<DetectorCondition> read() {
    std::vector<DetectorCondition> list;
    do {
      if (list.size() == kMostConditions) place_.fail("detector_condition", "…", rest_);
      list.push_back(condition());
    } while (take_word("and"));
    if (!rest_.empty()) place_.fail("detector_condition", "and …", rest_);
    return list;
  }

private:
  std::string_view next_word() {
    const std::string_view word = rest_.substr(0, rest_.find_first_of(" \t"));
    rest_ = trimmed(rest_.substr(word.size()));
    return word;
  }

  bool take_word(std::string_view word) {
    const std::string_view before = rest_;
    if (next_word() == word) return true;
    rest_ = before;
    return false;
  }

  DetectorCondition condition() {
    DetectorCondition result;
    result.negated = take_word("not");
    const std::string_view before = rest_, name = next_word();
    const auto known = std::find_if(kConditions.begin(), kConditions.end(),
                                    [name](const NamedCondition& one) { return one.name == name; });
    if (known == kConditions.end()) place_.fail("detector_condition", shapes(), before);
    result.kind = known->kind;
    read_operand(*known, result);
    return result;
  }

  void read_operand(const NamedCondition& known, DetectorCondition& result) {
    const std::string_view before = rest_;
    switch (known.operand) {
      case Operand::none:
        return;
      case Operand::quoted:
        result.word = quoted();
        break;
      case Operand::number:
        result.offset = number(next_word());
        return;
      case Operand::optional_text:
        if (rest_.empty() || take_word("and"))
          rest_ = before;
        else
          result.word = next_word();
        return;
      case Operand::text:
      case Operand::pair:
        result.word = next_word();
        break;
    }
    const bool is_pair = result.word.find('=') != std::string::npos;
    if (result.word.empty() || (known.operand == Operand::pair && !is_pair))
      place_.fail("detector_word", known.shape, before);
  }

  /// "…" or «…»; empty where there is no such thing.
  std::string quoted() {
    for (const auto& [open, close] : {std::pair<std::string_view, std::string_view>{"\"", "\""}, {"«", "»"}}) {
      if (!rest_.starts_with(open)) continue;
      const std::size_t end = rest_.find(close, open.size());
      if (end == std::string_view::npos) return {};
      std::string text(rest_.substr(open.size(), end - open.size()));
      rest_ = trimmed(rest_.substr(end + close.size()));
      return text;
    }
    return {};
  }

  std::ptrdiff_t number(std::string_view text) const {
    const std::string_view digits = text.starts_with('+') ? text.substr(1) : text;
    std::ptrdiff_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc{} || end != digits.data() + digits.size() || value < -kFarthestOffset ||
        value > kFarthestOffset)
      place_.fail("detector_word", "offset -2", text);
    return value;
  }

  static std::string shapes() {
    std::string list;
    for (const NamedCondition& one : kConditions)
      list += (list.empty() ? "" : ", ") + std::string(one.shape);
    return list;
  }

  std::string_view rest_;
  FileLine place_;
};

}  // namespace

bool Detector::asks_tree() const {
  const auto asks = [](const DetectorCondition& one) { return one.asks_tree(); };
  return std::any_of(query.begin(), query.end(), asks) || std::any_of(key.begin(), key.end(), asks);
}

std::vector<Detector> parse_detectors(std::string_view bytes, const std::string& file) {
  std::vector<Detector> list;
  FileLine place{file};
  const auto check_last = [&] {
    if (list.empty()) return;
    if (list.back().query.empty()) place.fail("detector_missing", "query: …", list.back().name);
    if (list.back().key.empty()) place.fail("detector_missing", "key: …", list.back().name);
  };
  for_each_line(bytes, [&](std::string_view line) {
    ++place.number;
    line = trimmed(line);
    if (line.empty() || line.front() == '#') return;
    if (const auto name = value_of(line, "detector"); name && !name->empty()) {
      check_last();
      if (std::any_of(list.begin(), list.end(), [&](const Detector& one) { return one.name == *name; }))
        place.fail("detector_twice", {}, *name);
      if (list.size() == kMostDetectors) place.fail("detector_many", std::to_string(kMostDetectors), *name);
      list.push_back({.name = std::string(*name)});
    } else if (const auto query = value_of(line, "query"); query && !list.empty() && list.back().query.empty()) {
      list.back().query = ConditionReader(*query, place).read();
      for (const DetectorCondition& one : list.back().query)
        if (one.asks_pair()) place.fail("detector_pair", "key: …", line);
    } else if (const auto key = value_of(line, "key"); key && !list.empty() && list.back().key.empty()) {
      list.back().key = ConditionReader(*key, place).read();
    } else {
      place.fail("detector_line", "detector: …, query: …, key: …", line);
    }
  });
  if (list.empty()) throw Error("detector_none", {.file = file, .expected = "detector: …"});
  check_last();
  return list;
}

}  // namespace regard
