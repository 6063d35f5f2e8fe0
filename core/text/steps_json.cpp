// SPDX-License-Identifier: Apache-2.0
#include "core/text/steps_json.h"

#include <array>
#include <utility>

namespace regard {
namespace {

using nlohmann::json;

constexpr std::size_t kMostSteps = 64;
constexpr std::size_t kLongestInsertion =
    16;  // bytes a step may put in at one place: keeps the growth of a text bounded
constexpr std::size_t kLongestFixedLength = 1'000'000;  // characters
constexpr std::size_t kMostGrowing = 2;                 // steps that can multiply a text, for the same reason

constexpr std::string_view kNormalizers =
    "BertNormalizer, ByteLevel, Lowercase, NFC, NFD, NFKC, NFKD, Nmt, Precompiled, Prepend, Replace, Sequence, Strip, "
    "StripAccents";
constexpr std::string_view kPreTokenizers =
    "BertPreTokenizer, ByteLevel, CharDelimiterSplit, Digits, FixedLength, Metaspace, Punctuation, Sequence, Split, "
    "UnicodeScripts, Whitespace, WhitespaceSplit";

std::string insertion(const JsonPlace& place, const json& section, const char* key, std::string_view fallback) {
  std::string text = string_member(place, section, key, fallback);
  if (text.size() > kLongestInsertion) fail_value(place.at(key), "≤ 16 B", std::to_string(text.size()) + " B");
  return text;
}

// {"String": "…"} is taken literally, {"Regex": "…"} is a pattern.
Regex parse_pattern(const JsonPlace& place, const json& section) {
  const json* pattern = member(place, section, "pattern");
  const JsonPlace here = place.at("pattern");
  if (pattern == nullptr) fail_value(here, "{\"String\": …} | {\"Regex\": …}", json());
  if (pattern->is_string()) return {Regex::literal(pattern->get<std::string>()), here.file, here.item};
  if (const json* text = member(here, *pattern, "String"))
    return {Regex::literal(as_string(here.at("String"), *text)), here.file, here.item};
  if (const json* text = member(here, *pattern, "Regex"))
    return {as_string(here.at("Regex"), *text), here.file, here.item};
  fail_value(here, "{\"String\": …} | {\"Regex\": …}", *pattern);
}

SplitBehavior parse_behavior(const JsonPlace& place, const json& section) {
  constexpr std::array<std::pair<std::string_view, SplitBehavior>, 5> kBehaviors{
      {{"Removed", SplitBehavior::removed},
       {"Isolated", SplitBehavior::isolated},
       {"MergedWithPrevious", SplitBehavior::merged_with_previous},
       {"MergedWithNext", SplitBehavior::merged_with_next},
       {"Contiguous", SplitBehavior::contiguous}}};
  const std::string name = string_member(place, section, "behavior", "Isolated");
  for (const auto& [known, behavior] : kBehaviors)
    if (name == known) return behavior;
  fail_unsupported(place.at("behavior"), "Removed, Isolated, MergedWithPrevious, MergedWithNext, Contiguous", name);
}

BertNormalizer parse_bert(const JsonPlace& place, const json& section) {
  BertNormalizer step;
  step.clean_text = bool_member(place, section, "clean_text", true);
  step.split_chinese_characters = bool_member(place, section, "handle_chinese_chars", true);
  step.lower_case = bool_member(place, section, "lowercase", true);
  step.strip_accents = bool_member(place, section, "strip_accents", step.lower_case);
  return step;
}

ReplaceNormalizer parse_replace(const JsonPlace& place, const json& section) {
  return {parse_pattern(place, section), insertion(place, section, "content", "")};
}

StripNormalizer parse_strip(const JsonPlace& place, const json& section) {
  return {bool_member(place, section, "strip_left", true), bool_member(place, section, "strip_right", true)};
}

// An empty map changes nothing.
void add_precompiled(const JsonPlace& place, const json& section, Normalizer& steps) {
  const std::string text = string_member(place, section, "precompiled_charsmap");
  if (text.empty()) return;
  std::optional<CharacterMap> map = parse_character_map(text);
  if (!map) fail_value(place.at("precompiled_charsmap"), "base64(u32, trie, \"…\\0\")", text.substr(0, 40));
  steps.emplace_back(PrecompiledNormalizer{*std::move(map)});
}

void add_normalizer(const JsonPlace& place, const json& section, Normalizer& steps) {
  const std::string type = string_member(place, section, "type");
  if (type == "Sequence") {
    const json& parts = array_member(place, section, "normalizers");
    for (std::size_t index = 0; index < parts.size(); ++index)
      add_normalizer(place.at("normalizers").at(index), parts[index], steps);
    return;
  }
  if (type == "BertNormalizer")
    steps.emplace_back(parse_bert(place, section));
  else if (type == "NFC")
    steps.emplace_back(UnicodeNormalizer{NormalForm::nfc});
  else if (type == "NFD")
    steps.emplace_back(UnicodeNormalizer{NormalForm::nfd});
  else if (type == "NFKC")
    steps.emplace_back(UnicodeNormalizer{NormalForm::nfkc});
  else if (type == "NFKD")
    steps.emplace_back(UnicodeNormalizer{NormalForm::nfkd});
  else if (type == "Lowercase")
    steps.emplace_back(LowercaseNormalizer{});
  else if (type == "StripAccents")
    steps.emplace_back(StripAccentsNormalizer{});
  else if (type == "Nmt")
    steps.emplace_back(NmtNormalizer{});
  else if (type == "ByteLevel")
    steps.emplace_back(ByteLevelNormalizer{});
  else if (type == "Prepend")
    steps.emplace_back(PrependNormalizer{insertion(place, section, "prepend", "")});
  else if (type == "Replace")
    steps.emplace_back(parse_replace(place, section));
  else if (type == "Strip")
    steps.emplace_back(parse_strip(place, section));
  else if (type == "Precompiled")
    add_precompiled(place, section, steps);
  else
    fail_unsupported(place, kNormalizers, type);
  if (steps.size() > kMostSteps) fail_value(place, "≤ 64", steps.size());
}

MetaspacePreTokenizer parse_metaspace(const JsonPlace& place, const json& section) {
  using Prepend = MetaspacePreTokenizer::Prepend;
  MetaspacePreTokenizer step;
  step.replacement = insertion(place, section, "replacement", "▁");
  const bool legacy = bool_member(place, section, "add_prefix_space", true);
  const std::string scheme = string_member(place, section, "prepend_scheme", legacy ? "always" : "never");
  if (scheme == "always")
    step.prepend = Prepend::always;
  else if (scheme == "first")
    step.prepend = Prepend::first;
  else if (scheme == "never")
    step.prepend = Prepend::never;
  else
    fail_unsupported(place.at("prepend_scheme"), "always, first, never", scheme);
  step.split = bool_member(place, section, "split", true);
  return step;
}

FixedLengthPreTokenizer parse_fixed_length(const JsonPlace& place, const json& section) {
  FixedLengthPreTokenizer step;
  if (const json* length = member(place, section, "length"))
    step.length = static_cast<std::size_t>(as_id(place.at("length"), *length, kLongestFixedLength + 1));
  if (step.length == 0) fail_value(place.at("length"), "≥ 1", 0);
  return step;
}

SplitPreTokenizer parse_delimiter(const JsonPlace& place, const json& section) {
  const std::string delimiter = string_member(place, section, "delimiter");
  return {Regex(Regex::literal(delimiter), place.file, place.item), SplitBehavior::removed, false};
}

void add_pre_tokenizer(const JsonPlace& place, const json& section, PreTokenizer& steps) {
  const std::string type = string_member(place, section, "type");
  if (type == "Sequence") {
    const json& parts = array_member(place, section, "pretokenizers");
    for (std::size_t index = 0; index < parts.size(); ++index)
      add_pre_tokenizer(place.at("pretokenizers").at(index), parts[index], steps);
    return;
  }
  if (type == "ByteLevel")
    steps.emplace_back(ByteLevelPreTokenizer{bool_member(place, section, "add_prefix_space", true),
                                             bool_member(place, section, "use_regex", true)});
  else if (type == "Split")
    steps.emplace_back(SplitPreTokenizer{parse_pattern(place, section), parse_behavior(place, section),
                                         bool_member(place, section, "invert", false)});
  else if (type == "Digits")
    steps.emplace_back(DigitsPreTokenizer{bool_member(place, section, "individual_digits", false)});
  else if (type == "Punctuation")
    steps.emplace_back(PunctuationPreTokenizer{parse_behavior(place, section)});
  else if (type == "Whitespace")
    steps.emplace_back(WordsAndSignsPreTokenizer{});
  else if (type == "UnicodeScripts")
    steps.emplace_back(ScriptsPreTokenizer{});
  else if (type == "FixedLength")
    steps.emplace_back(parse_fixed_length(place, section));
  else if (type == "WhitespaceSplit")
    steps.emplace_back(WhitespaceSplitPreTokenizer{});
  else if (type == "CharDelimiterSplit")
    steps.emplace_back(parse_delimiter(place, section));
  else if (type == "Metaspace")
    steps.emplace_back(parse_metaspace(place, section));
  else if (type == "BertPreTokenizer")
    steps.emplace_back(BertPreTokenizer{});
  else
    fail_unsupported(place, kPreTokenizers, type);
  if (steps.size() > kMostSteps) fail_value(place, "≤ 64", steps.size());
}

template <typename Steps, typename Grows>
void check_growth(const JsonPlace& place, const Steps& steps, Grows&& grows) {
  std::size_t count = 0;
  for (const auto& step : steps)
    count += grows(step) ? 1 : 0;
  if (count > kMostGrowing) fail_value(place, "≤ 2", count);
}

}  // namespace

Normalizer parse_normalizer(const JsonPlace& place, const json& section) {
  Normalizer steps;
  if (section.is_null()) return steps;
  add_normalizer(place, section, steps);
  check_growth(place, steps, [](const NormalizerStep& step) {
    const auto* replace = std::get_if<ReplaceNormalizer>(&step);
    return (replace != nullptr && replace->content.size() > 1) || std::holds_alternative<PrecompiledNormalizer>(step) ||
           std::holds_alternative<ByteLevelNormalizer>(step);
  });
  return steps;
}

PreTokenizer parse_pre_tokenizer(const JsonPlace& place, const json& section) {
  PreTokenizer steps;
  if (section.is_null()) return steps;
  add_pre_tokenizer(place, section, steps);
  check_growth(place, steps, [](const PreTokenizerStep& step) {
    const auto* metaspace = std::get_if<MetaspacePreTokenizer>(&step);
    return std::holds_alternative<ByteLevelPreTokenizer>(step) || metaspace != nullptr;
  });
  return steps;
}

}  // namespace regard
