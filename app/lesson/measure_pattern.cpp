// SPDX-License-Identifier: Apache-2.0
#include "app/lesson/measure_parts.h"
#include "app/viewmodel/baseline.h"
#include "app/viewmodel/comparison.h"
#include "core/analysis/head_measures.h"

#include <algorithm>
#include <array>
#include <utility>

namespace regard {
namespace {

using MeasureField = Measure HeadMeasures::*;
constexpr std::array<std::pair<const char*, MeasureField>, 10> kFields{{
    {"entropy", &HeadMeasures::entropy},
    {"normalised-entropy", &HeadMeasures::normalised_entropy},
    {"confidence", &HeadMeasures::confidence},
    {"distance", &HeadMeasures::distance},
    {"previous-token", &HeadMeasures::previous},
    {"next-token", &HeadMeasures::next},
    {"self", &HeadMeasures::self},
    {"first-token", &HeadMeasures::first},
    {"duplicate-token", &HeadMeasures::duplicate},
    {"induction", &HeadMeasures::induction},
}};

MeasureField field_named(std::string name) {
  std::replace(name.begin(), name.end(), '_', '-');
  std::string names;
  for (const auto& [known, field] : kFields) {
    if (name == known) return field;
    names += (names.empty() ? "" : ", ") + std::string(known);
  }
  throw Error("lesson_value", {.item = "name", .expected = names, .found = name});
}

/// Of one head, or the mean over a layer's heads that have it.
double of_heads(const AskedMeasure& asked, MeasureField field, const std::stop_token& stop) {
  const Trace& trace = asked.trace();
  const Range queries = asked.expression.argument("query") != nullptr ? Range{asked.query(), asked.query() + 1}
                                                                      : Range{0, trace.tokens()};
  if (asked.expression.argument("layer") == nullptr) {
    const Measure measure = measure_head(trace, asked.head(), queries, stop).*field;
    if (!measure.defined()) asked.undefined();
    return static_cast<double>(measure.value);
  }
  const std::size_t layer = asked.number("layer", 0, asked.config().layers - 1);
  double sum = 0.0;
  std::size_t heads = 0;
  for (std::size_t head = 0; head < asked.config().heads(layer); ++head) {
    const Measure measure = measure_head(trace, {layer, head}, queries, stop).*field;
    if (!measure.defined()) continue;
    sum += static_cast<double>(measure.value);
    ++heads;
  }
  if (heads == 0) asked.undefined();
  return sum / static_cast<double>(heads);
}

double movement(const AskedMeasure& asked) {
  const Snapshot& live = asked.snapshot();
  if (!has_baseline(live)) throw Error("lesson_no_before", {.item = "movement"});
  const AttentionKind kind = shown_kind(live, asked.run.session);
  const Trace& before = attention_of(*live.comparison->baseline->trace, kind);
  const HeadRef head = asked.head();
  const ModelConfig& config = shown_config(*live.comparison->baseline, asked.run.session);
  if (!has_softmax(config, head)) asked.undefined();
  return head_movement(before, asked.trace(), axes_of(*live.comparison, kind), head).movement;
}

}  // namespace

std::optional<LessonValue> measure_of_pattern(const AskedMeasure& asked, const std::stop_token& stop) {
  const std::string& name = asked.expression.measure;
  if (name == "entropy") return of_heads(asked, &HeadMeasures::entropy, stop);
  if (name == "distance") return of_heads(asked, &HeadMeasures::distance, stop);
  if (name == "measure") return of_heads(asked, field_named(std::string(asked.expression.value("name"))), stop);
  if (name == "movement") return movement(asked);
  return std::nullopt;
}

}  // namespace regard
