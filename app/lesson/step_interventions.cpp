// SPDX-License-Identifier: Apache-2.0
#include "app/lesson/step_interventions.h"

#include "app/lesson/expression.h"
#include "app/lesson/lesson_blocks.h"
#include "app/lesson/lesson_number.h"
#include "app/lesson/named.h"
#include "core/base/error.h"
#include "core/trace/intervention_json.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

namespace regard {
namespace {

using Kind = InterventionKind;

/// What a kind is called here, and which arguments it may have; those before the bar it must.
struct Spelling {
  Kind kind;
  const char* name;
  const char* needs;
  const char* takes;
};
constexpr std::array<Spelling, 12> kSpellings{{
    {Kind::mask, "mask", "", "head layer query key"},
    {Kind::add, "add", "amount", "head layer query key"},
    {Kind::set_weight, "set-weight", "amount", "head layer query key"},
    {Kind::copy_pattern, "copy-pattern", "source", "head layer token"},
    {Kind::ablate, "ablate", "", "head layer mean"},
    {Kind::scale, "scale", "amount", "head layer"},
    {Kind::keep_only, "keep-only", "head", "mean"},
    {Kind::hide_tokens, "hide-tokens", "token", ""},
    {Kind::temperature, "temperature", "amount", "head layer"},
    {Kind::shift_positions, "shift-positions", "amount", "token"},
    {Kind::no_positions, "no-positions", "", ""},
    {Kind::patch, "patch", "layer site source", "head token"},
}};
constexpr std::array<std::pair<const char*, PatchSite>, 7> kSpelledSites{{
    {"residual", PatchSite::residual},
    {"attention-output", PatchSite::attention_output},
    {"feed-forward-output", PatchSite::feed_forward_output},
    {"head-output", PatchSite::head_output},
    {"query", PatchSite::query},
    {"key", PatchSite::key},
    {"value", PatchSite::value},
}};

/// A line, in parts.
struct SpelledIntervention {
  const Spelling* spelling = nullptr;
  LessonExpression parts{};  ///< its arguments

  [[nodiscard]] std::string_view value(const char* name) const { return parts.value(name); }
  [[nodiscard]] bool has(const char* name) const { return parts.argument(name) != nullptr; }
};

[[noreturn]] void fail(const std::string& line, const std::string& expected) {
  throw Error("lesson_value", {.item = "intervene", .expected = expected, .found = line});
}

SpelledIntervention spelled(const std::string& line) {
  SpelledIntervention result;
  const std::size_t end = std::min(line.find(' '), line.size());
  const std::string_view name = std::string_view(line).substr(0, end);
  std::string names;
  for (const Spelling& each : kSpellings) {
    if (name == each.name) result.spelling = &each;
    names += (names.empty() ? "" : ", ") + std::string(each.name);
  }
  if (result.spelling == nullptr) fail(line, names);
  result.parts.measure = name;
  result.parts.arguments = parse_lesson_arguments(std::string_view(line).substr(end));
  const Spelling& spelling = *result.spelling;
  const std::string known = std::string(spelling.needs) + " " + spelling.takes;
  for (const LessonArgument& argument : result.parts.arguments) {
    const bool is_flag = argument.name == "mean";
    if (!names_contain(known, argument.name) || argument.values.empty() != is_flag)
      throw Error("lesson_argument", {.item = spelling.name, .expected = known, .found = argument.name});
  }
  for (const std::string& need : words_in_list(spelling.needs))
    if (!result.has(need.c_str())) throw Error("lesson_needs", {.item = spelling.name, .expected = need + "=…"});
  return result;
}

float amount_of(std::string_view text) {
  const std::optional<double> value = lesson_number(text);
  if (!value || std::abs(*value) > static_cast<double>(std::numeric_limits<float>::max()))
    throw Error("lesson_value", {.item = "amount", .expected = "0.5", .found = std::string(text)});
  return static_cast<float>(*value);
}

/// From the first token of a word to its last.
TokenSpan span_of_word(const std::string& word, const Encoding& encoding) {
  const std::vector<std::size_t> tokens = tokens_of_word(word, encoding);
  return {anchor_of(tokens.front(), encoding), anchor_of(tokens.back(), encoding)};
}

std::vector<TokenSpan> spans_of(const LessonArgument* words, const Encoding& encoding) {
  std::vector<TokenSpan> spans;
  if (words == nullptr) return {TokenSpan{}};
  for (const std::string& word : words->values)
    spans.push_back(span_of_word(word, encoding));
  return spans;
}

HeadScope scope_of(const SpelledIntervention& line, const Model& model) {
  HeadScope scope;
  if (line.has("layer")) {
    const std::optional<std::size_t> layer = whole_number(line.value("layer"));
    const std::size_t most = model.config.layers - (line.spelling->kind == Kind::patch ? 0 : 1);
    if (!layer || *layer > most)
      throw Error(
          "lesson_value",
          {.item = "layer", .expected = "0 … " + std::to_string(most), .found = std::string(line.value("layer"))});
    scope.layer = *layer;
  }
  if (line.has("head")) {
    const HeadRef head = head_named(line.value("head"), model);
    scope.layer = head.layer;
    scope.head = head.head;
  }
  return scope;
}

PatchSite site_named(std::string_view name) {
  std::string names;
  for (const auto& [known, site] : kSpelledSites) {
    if (name == known) return site;
    names += (names.empty() ? "" : ", ") + std::string(known);
  }
  throw Error("lesson_value", {.item = "site", .expected = names, .found = std::string(name)});
}

/// A lesson has lines, not a list: "interventions[0].amount" is the amount of the line.
[[noreturn]] void fail_about(const std::string& line, const Error& error) {
  constexpr std::string_view numbered = "interventions[0]";
  Error::Details details = error.details();
  if (!details.item.starts_with(numbered)) throw Error(error);
  const std::string field = details.item.substr(std::min(numbered.size() + 1, details.item.size()));
  details.item = line + (field.empty() ? "" : ": " + field);
  throw Error(error.code(), std::move(details));
}

/// Only the engine knows what a model can bear; a source is known when a run is made.
void check(const PlacedIntervention& placed, const std::string& line, const Model& model, const Encoding& encoding) {
  if (!placed.item.source_name.empty()) return;
  if (const std::optional<Error> problem =
          complaint(resolved(placed, encoding), 0, model.config, encoding.tokens.size()))
    fail_about(line, *problem);
}

InterventionFile read_json(const std::string& line) {
  try {
    return parse_interventions("[" + line + "]", "intervene");
  } catch (const Error& error) {
    fail_about(line, error);
  }
}

}  // namespace

PlacedIntervention read_intervention(const std::string& line, const Model& model, const Encoding& encoding) {
  PlacedIntervention result;
  if (line.starts_with('{')) {
    const InterventionFile read = read_json(line);
    result = placed(read.interventions.front(), encoding);
    result.item.source_name = read.interventions.front().source_name;
  } else {
    const SpelledIntervention parts = spelled(line);
    Intervention& item = result.item;
    item.kind = parts.spelling->kind;
    item.scope = scope_of(parts, model);
    item.mean = parts.has("mean");
    if (parts.has("amount")) item.amount = amount_of(parts.value("amount"));
    item.source_name = parts.value("source");
    if (parts.has("site")) item.site = site_named(parts.value("site"));
    if (names_contain(parts.spelling->takes, "query"))
      for (const TokenSpan& queries : spans_of(parts.parts.argument("query"), encoding))
        for (const TokenSpan& keys : spans_of(parts.parts.argument("key"), encoding))
          result.cells.push_back({queries, keys});
    if (const LessonArgument* words = parts.parts.argument("token")) result.positions = spans_of(words, encoding);
  }
  check(result, line, model, encoding);
  return result;
}

}  // namespace regard
