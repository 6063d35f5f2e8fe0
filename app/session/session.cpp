// SPDX-License-Identifier: Apache-2.0
#include "app/session/session.h"

#include "core/engine/engine.h"

#include <algorithm>
#include <cmath>

namespace regard {
namespace {

float clamped(float value, float low, float high, float otherwise) {
  return std::isfinite(value) ? std::clamp(value, low, high) : otherwise;
}

/// Every pin has a name of its own; what names no pin means none.
void keep_adapters(std::vector<ReadingAdapter>& adapters) {
  if (adapters.size() > max_adapters) adapters.resize(max_adapters);
  for (ReadingAdapter& adapter : adapters)
    adapter.strength = clamped(adapter.strength, min_strength, max_strength, 1.0F);
}

void keep_pins(Session& session) {
  if (session.pins.size() > max_pins) session.pins.resize(max_pins);
  for (std::size_t index = 0; index < session.pins.size(); ++index) {
    const auto taken = [&](const std::string& name) {
      const auto end = session.pins.begin() + static_cast<std::ptrdiff_t>(index);
      return std::any_of(session.pins.begin(), end, [&](const Pin& pin) { return pin.name == name; });
    };
    keep_adapters(session.pins[index].reading.adapters);
    std::string& name = session.pins[index].name;
    if (name.empty() || taken(name)) name = free_pin_name(session);
  }
  if (pin_named(session, session.baseline) == nullptr) session.baseline.clear();
}

/// From two to six, none twice, their numbers as large as they may be.
void keep_kinds(std::vector<KindOfAttention>& kinds) {
  std::vector<KindOfAttention> kept;
  for (const KindOfAttention& kind : kinds) {
    const KindOfAttention allowed = within_limits(kind);
    if (std::ranges::find(kept, allowed) == kept.end() && kept.size() < most_kinds) kept.push_back(allowed);
  }
  kinds = kept.size() < least_kinds ? usual_kinds() : std::move(kept);
}

/// The newest ones; none has taken over more rows than it has.
void keep_steps(std::vector<CacheStep>& steps) {
  if (steps.size() > max_written_steps)
    steps.erase(steps.begin(), steps.end() - static_cast<std::ptrdiff_t>(max_written_steps));
  for (CacheStep& step : steps)
    step.reused = std::min(step.reused, step.tokens);
}

}  // namespace

const Reading& reading_of(const Session& session) {
  return session;
}
const Selection& selection_of(const Session& session) {
  return session;
}
const Look& look_of(const Session& session) {
  return session;
}
const Kept& kept_of(const Session& session) {
  return session;
}
const GenerateSettings& generate_of(const Session& session) {
  return session.generate;
}

std::vector<KindOfAttention> usual_kinds() {
  return {usual_kind(KindForm::softmax), usual_kind(KindForm::window), usual_kind(KindForm::top_keys),
          usual_kind(KindForm::linear)};
}

void take_views(Session& session, const Session& from) {
  static_cast<Look&>(session) = from;
  session.generate.pace = from.generate.pace;
}

std::string free_pin_name(const Kept& kept) {
  std::string name = "A";
  while (pin_named(kept, name) != nullptr || name == "B")  // B is the live text
    ++name.front();
  return name;
}

void keep_invariants(Session& session) {
  const Session defaults;
  session.temperature = clamped(session.temperature, min_temperature, max_temperature, defaults.temperature);
  keep_adapters(session.adapters);
  session.arc_threshold = clamped(session.arc_threshold, 0.0F, 1.0F, defaults.arc_threshold);
  GenerateSettings& generate = session.generate;
  generate.temperature =
      clamped(generate.temperature, min_sampling_temperature, max_sampling_temperature, defaults.generate.temperature);
  generate.top_k = std::min(generate.top_k, max_top_k);
  generate.seed = std::min(generate.seed, max_seed);
  generate.tokens = std::clamp<std::size_t>(generate.tokens, 1, max_generated_tokens);
  generate.pace = clamped(generate.pace, min_pace, max_pace, defaults.generate.pace);
  std::vector<HeadRef> kept;
  for (const HeadRef& head : session.compared_heads)
    if (head != session.head && std::find(kept.begin(), kept.end(), head) == kept.end() &&
        kept.size() < max_compared_heads)
      kept.push_back(head);
  session.compared_heads = std::move(kept);
  keep_pins(session);
  keep_invariants(session.stage);
  keep_kinds(session.kinds);
  keep_invariants(session.training);
  keep_invariants(session.council);
  if (session.interventions.size() > max_interventions) session.interventions.resize(max_interventions);
  keep_steps(session.written.steps);
}

std::vector<CacheStep> steps_of_text(const Session& session) {
  if (session.written.steps.empty() || session.written.reading != reading_of(session)) return {};
  return session.written.steps;
}

bool intervenes(const Reading& reading) {
  return std::any_of(reading.interventions.begin(), reading.interventions.end(),
                     [](const PlacedIntervention& each) { return each.on; });
}

bool is_adapted(const Reading& reading) {
  return std::any_of(reading.adapters.begin(), reading.adapters.end(),
                     [](const ReadingAdapter& each) { return each.strength != 0.0F; });
}

Reading unchanged(Reading reading) {
  const bool intervened = intervenes(reading);
  reading.interventions.clear();
  if (intervened) return reading;
  for (ReadingAdapter& adapter : reading.adapters)
    adapter.strength = 0.0F;
  return reading;
}

ModelSource source_of(const Reading& reading) {
  ModelSource source{reading.model, {}, reading.captured};
  for (const ReadingAdapter& adapter : reading.adapters)
    source.adapters.push_back(adapter.path);
  return source;
}

std::vector<float> strengths_of(const Reading& reading) {
  std::vector<float> strengths;
  for (const ReadingAdapter& adapter : reading.adapters)
    strengths.push_back(adapter.strength);
  return strengths;
}

const Pin* pin_named(const Kept& kept, const std::string& name) {
  const auto found = std::find_if(kept.pins.begin(), kept.pins.end(), [&](const Pin& pin) { return pin.name == name; });
  return found == kept.pins.end() ? nullptr : &*found;
}

double pace_of(const GenerateSettings& settings) {
  return settings.pace < max_pace ? static_cast<double>(settings.pace) : 0.0;
}

GenerateOptions options_of(const GenerateSettings& settings) {
  if (settings.greedy) return {.tokens = settings.tokens};
  return {settings.tokens, settings.temperature, settings.top_k, settings.seed};
}

}  // namespace regard
