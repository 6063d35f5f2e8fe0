// SPDX-License-Identifier: Apache-2.0
#include "app/viewmodel/drift_view.h"

#include "core/base/error.h"
#include "core/text/continuation.h"

#include <algorithm>
#include <charconv>
#include <numeric>
#include <optional>
#include <string_view>
#include <utility>

namespace regard {
namespace {

/// "model.layers.3.self_attn.q_proj" → 3 and "self_attn.q_proj".
struct ModulePlace {
  std::optional<std::size_t> layer{};
  std::string name{};
};

ModulePlace place_of_module(const std::string& module) {
  for (std::size_t begin = 0; begin < module.size();) {
    const std::size_t end = std::min(module.find('.', begin), module.size());
    std::size_t layer = 0;
    const auto [stop, error] = std::from_chars(module.data() + begin, module.data() + end, layer);
    if (error == std::errc() && stop == module.data() + end && end < module.size())
      return {layer, module.substr(end + 1)};
    begin = end + 1;
  }
  return {{}, module};
}

double most_of(const WeightChange& change) {
  return std::max(
      {change.query.value_or(0.0), change.key.value_or(0.0), change.value.value_or(0.0), change.output.value_or(0.0)});
}

/// Indices with a value above 0, the largest first; equal ones by place.
std::vector<std::size_t> largest_first(const std::vector<double>& values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::erase_if(order, [&](std::size_t index) { return !(values[index] > 0.0); });
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return values[a] > values[b]; });
  return order;
}

}  // namespace

std::vector<TouchedModules> touched_modules(const std::vector<std::string>& modules) {
  std::vector<TouchedModules> touched;
  for (const std::string& module : modules) {
    const ModulePlace place = place_of_module(module);
    auto found = std::find_if(touched.begin(), touched.end(), [&](const TouchedModules& each) {
      return each.name == place.name && each.layers.empty() != place.layer.has_value();
    });
    if (found == touched.end()) found = touched.insert(found, {place.name, {}});
    if (place.layer && !std::count(found->layers.begin(), found->layers.end(), *place.layer))
      found->layers.push_back(*place.layer);
  }
  for (TouchedModules& each : touched)
    std::sort(each.layers.begin(), each.layers.end());
  return touched;
}

std::string told_layers(const std::vector<std::size_t>& layers) {
  std::string told;
  for (std::size_t at = 0; at < layers.size();) {
    std::size_t last = at;
    while (last + 1 < layers.size() && layers[last + 1] == layers[last] + 1)
      ++last;
    const bool run = last >= at + 2;
    told += (told.empty() ? "" : ", ") + std::to_string(layers[at]);
    if (run) told += "–" + std::to_string(layers[last]);
    at = run ? last + 1 : at + 1;
  }
  return told;
}

std::vector<float> drift_direction(const Reading& reading) {
  std::vector<float> strengths = strengths_of(reading);
  if (strengths.size() < 2 || !is_adapted(reading)) std::fill(strengths.begin(), strengths.end(), 1.0F);
  return strengths;
}

std::vector<float> drawn_alphas() {
  std::vector<float> alphas;
  for (std::size_t at = 0; at < drift_alphas; ++at)
    alphas.push_back(drift_first + static_cast<float>(at) * drift_step);
  return alphas;
}

bool operator==(const WeightChangeQuestion& a, const WeightChangeQuestion& b) {
  const auto files = [](const WeightChangeQuestion& question) {
    return question.model ? question.model->tokenizer.get() : nullptr;  // at_strengths() shares it
  };
  return files(a) == files(b) && a.direction == b.direction;
}

DriftQuestion drift_question(const Snapshot& live) {
  const Request& run = live.trace->request;
  DriftQuestion question{.of = {live.model, drift_direction(live.reading)}};
  question.text = {
      .ids = live.model->encoder ? run.encoder_ids : run.ids, .mask = run.mask, .temperature = run.temperature};
  return question;
}

std::vector<Request> texts_of_drift(const DriftQuestion& question, const std::shared_ptr<const Model>& base) {
  if (question.corpus.empty()) return {question.text};
  const Corpus corpus = load_corpus(question.corpus);
  std::vector<Request> requests = requests_of(base, corpus);
  if (requests.empty())
    throw Error("corpus_too_long",
                {.file = corpus.name, .item = base->name, .expected = std::to_string(base->config.context)});
  return requests;
}

std::shared_ptr<const Drift> make_drift(const DriftQuestion& question, const Pace& pace) {
  const std::shared_ptr<const Model> base = base_of(question.of.model, pace.stop);
  const std::vector<Request> requests = texts_of_drift(question, base);
  return std::make_shared<const Drift>(measure_drift(
      base, question.of.model, requests, {drawn_alphas(), question.of.direction, question.own_weights}, pace));
}

std::shared_ptr<const WeightChangeView> make_weight_changes(const WeightChangeQuestion& question, const Pace& pace) {
  if (pace.between) pace.between();
  const std::shared_ptr<const Model> base = base_of(question.model, pace.stop);
  const std::shared_ptr<const Model> adapted = at_strengths(*question.model, question.direction);
  const ModelConfig& config = base->encoder ? base->encoder->config : base->config;
  return std::make_shared<const WeightChangeView>(
      WeightChangeView{softmax_heads(config), weight_changes(*base, *adapted, pace.stop, pace.progress)});
}

std::vector<std::size_t> farthest_heads(const Drift& drift, std::size_t most) {
  std::vector<double> farthest(drift.heads.size());
  for (const std::vector<double>& at : drift.movement)
    for (std::size_t head = 0; head < at.size(); ++head)
      farthest[head] = std::max(farthest[head], at[head]);
  std::vector<std::size_t> order = largest_first(farthest);
  order.resize(std::min(order.size(), most));
  return order;
}

std::vector<std::size_t> most_changed(const WeightChangeView& view) {
  std::vector<double> changes;
  for (const WeightChange& change : view.changes)
    changes.push_back(most_of(change));
  return largest_first(changes);
}

}  // namespace regard
