// SPDX-License-Identifier: Apache-2.0
#include "core/text/code_classes.h"

#include "core/text/code_tables.h"
#include "core/text/unicode.h"

#include <algorithm>
#include <array>
#include <bitset>
#include <iterator>
#include <span>

namespace regard {
namespace {

/// Ranges with a bit for each of the first 65,536 characters, so that a question about one of them is a single look.
class CodeSet {
public:
  explicit CodeSet(std::span<const CodeRange> ranges) : ranges_(ranges) {
    for (const CodeRange& range : ranges)
      for (char32_t code = range.first; code <= range.last && code < kBits; ++code)
        bits_.set(code);
  }
  [[nodiscard]] bool contains(char32_t code) const {
    if (code < kBits) return bits_[code];
    const auto next = std::upper_bound(ranges_.begin(), ranges_.end(), code,
                                       [](char32_t wanted, const CodeRange& range) { return wanted < range.first; });
    return next != ranges_.begin() && code <= std::prev(next)->last;
  }

private:
  static constexpr char32_t kBits = 0x10000;
  std::span<const CodeRange> ranges_;
  std::bitset<kBits> bits_{};
};

/// The classes of the first 65,536 characters, for a single look.
class PatternClasses {
public:
  PatternClasses() {
    for (const CodeRange& range : code_tables::pattern_letters)
      put(range, PatternClass::letter);
    for (const CodeRange& range : code_tables::pattern_numbers)
      put(range, PatternClass::number);
    for (char32_t code = 0; code < kKnown; ++code)
      if (is_whitespace(code)) classes_[code] = PatternClass::space;
  }
  [[nodiscard]] PatternClass of(char32_t code) const {
    if (code < kKnown) return classes_[code];
    if (letters_.contains(code)) return PatternClass::letter;
    return numbers_.contains(code) ? PatternClass::number : PatternClass::other;
  }

private:
  void put(const CodeRange& range, PatternClass kind) {
    for (char32_t code = range.first; code <= range.last && code < kKnown; ++code)
      classes_[code] = kind;
  }
  static constexpr char32_t kKnown = 0x10000;
  std::array<PatternClass, kKnown> classes_{};
  CodeSet letters_{code_tables::pattern_letters};
  CodeSet numbers_{code_tables::pattern_numbers};
};

}  // namespace

PatternClass pattern_class(char32_t code) {
  static const PatternClasses kClasses;
  return kClasses.of(code);
}

bool is_punctuation(char32_t code) {
  static const CodeSet kSet(code_tables::punctuation);
  return kSet.contains(code);
}

bool is_number(char32_t code) {
  static const CodeSet kSet(code_tables::numbers);
  return kSet.contains(code);
}

bool is_word_character(char32_t code) {
  static const CodeSet kSet(code_tables::word_characters);
  return kSet.contains(code);
}

bool is_removed_by_cleaning(char32_t code) {
  static const CodeSet kSet(code_tables::removed_by_cleaning);
  return code == 0 || code == 0xFFFD || kSet.contains(code);
}

bool is_accent(char32_t code) {
  static const CodeSet kSet(code_tables::accents);
  return kSet.contains(code);
}

bool is_combining_mark(char32_t code) {
  static const CodeSet kSet(code_tables::combining_marks);
  return kSet.contains(code);
}

bool is_removed_by_nmt(char32_t code) {
  static const CodeSet kSet(code_tables::nmt_removed);
  return kSet.contains(code);
}

bool is_space_for_nmt(char32_t code) {
  static const CodeSet kSet(code_tables::nmt_spaces);
  return kSet.contains(code);
}

bool keeps_its_form(char32_t code) {
  static const CodeSet kSet(code_tables::newer_than_forms);
  return kSet.contains(code);
}

int script_of(char32_t code) {
  const auto& ranges = code_tables::scripts;
  const auto next = std::upper_bound(ranges.begin(), ranges.end(), code,
                                     [](char32_t wanted, const ScriptRange& range) { return wanted < range.first; });
  return next != ranges.begin() && code <= std::prev(next)->last ? std::prev(next)->script : -1;
}

char32_t newer_lower_case(char32_t code) {
  const auto& pairs = code_tables::newer_capitals;
  if (pairs.empty() || code < pairs.front().from || code > pairs.back().from) return 0;
  const auto found = std::lower_bound(pairs.begin(), pairs.end(), code,
                                      [](const CodePair& pair, char32_t wanted) { return pair.from < wanted; });
  return found != pairs.end() && found->from == code ? found->to : 0;
}

}  // namespace regard
