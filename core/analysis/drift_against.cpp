// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/drift_against.h"

#include "core/base/error.h"
#include "core/text/continuation.h"

#include <set>
#include <string>
#include <utility>

namespace regard {
namespace {

/// "8 × 8, 256": layers, heads of the largest one, width.
std::string shape_in_signs(const ModelConfig& config) {
  return std::to_string(config.layers) + " × " + std::to_string(most_heads(config)) + ", " +
         std::to_string(config.hidden);
}

bool same_shape(const ModelConfig& one, const ModelConfig& other) {
  if (one.layers != other.layers || one.hidden != other.hidden) return false;
  for (std::size_t layer = 0; layer < one.layers; ++layer) {
    if (one.heads(layer) != other.heads(layer) || has_softmax(one.plans[layer]) != has_softmax(other.plans[layer]))
      return false;
    if (one.heads(layer) > 0 &&
        (one.kv_heads(layer) != other.kv_heads(layer) || one.head_dim(layer) != other.head_dim(layer)))
      return false;
  }
  return true;
}

/// A measurement's share of the whole: what it says of its progress goes from `begin` to `end`.
Pace part_of_measurement(const Pace& whole, Progress& own, float begin, float end) {
  return {whole.stop, &own, [&whole, &own, begin, end] {
            if (whole.progress != nullptr) whole.progress->fraction = begin + (end - begin) * own.fraction.load();
            if (whole.between) whole.between();
          }};
}

Drift drift_without_adapters(const std::shared_ptr<const Model>& full, const std::shared_ptr<const Model>& stored,
                             std::span<const Request> requests, bool own_weights, const Pace& pace) {
  const std::shared_ptr<const Model> one = base_of(full, pace.stop), other = base_of(stored, pace.stop);
  const std::shared_ptr<const Model> first = reader_of(one), second = reader_of(other);
  check_same_shape(*first, *second);
  check_same_tokens(*first, *second, requests);
  return measure_drift(one, other, requests, {{0.0F}, std::vector<float>(other->adapters.size(), 0.0F), own_weights},
                       pace);
}

}  // namespace

void check_same_shape(const Model& full, const Model& stored) {
  if (!same_shape(full.config, stored.config))
    throw Error("drift_shapes", {.file = full.name,
                                 .item = stored.name,
                                 .expected = shape_in_signs(full.config),
                                 .found = shape_in_signs(stored.config)});
}

void check_same_tokens(const Model& full, const Model& stored, std::span<const Request> requests) {
  std::set<std::int32_t> ids;
  for (const Request& request : requests)
    ids.insert(request.ids.begin(), request.ids.end());
  const auto said = [](const Model& model, std::int32_t id) {
    if (static_cast<std::size_t>(id) >= model.config.vocabulary) return std::string("∅");
    return model.tokenizer ? model.tokenizer->readable(id) : std::to_string(id);
  };
  for (const std::int32_t id : ids) {
    const std::string found = said(stored, id), expected = said(full, id);
    if (found != expected)
      throw Error("drift_tokens", {.file = full.name, .item = stored.name, .expected = expected, .found = found});
  }
}

std::vector<double> drift_of_storage(const std::shared_ptr<const Model>& full,
                                     const std::shared_ptr<const Model>& stored, std::span<const Request> requests,
                                     bool own_weights, const Pace& pace) {
  return drift_without_adapters(full, stored, requests, own_weights, pace).movement.front();
}

DriftCauses measure_causes(const std::shared_ptr<const Model>& full, const std::shared_ptr<const Model>& stored,
                           std::span<const Request> requests, const std::vector<float>& strengths, bool own_weights,
                           const Pace& pace) {
  const bool has_adapters = !stored->adapters.empty();
  Progress first, second;
  Drift storage = drift_without_adapters(full, stored, requests, own_weights,
                                         part_of_measurement(pace, first, 0.0F, has_adapters ? 0.5F : 1.0F));
  DriftCauses causes{.heads = std::move(storage.heads),
                     .stored = std::move(storage.movement.front()),
                     .strengths = strengths,
                     .texts = storage.texts,
                     .rows = storage.rows};
  causes.adapted.assign(causes.heads.size(), 0.0);
  if (!has_adapters) return causes;
  const Drift adapted = measure_drift(base_of(stored, pace.stop), stored, requests, {{1.0F}, strengths, own_weights},
                                      part_of_measurement(pace, second, 0.5F, 1.0F));
  causes.adapted = adapted.movement.front();
  return causes;
}

}  // namespace regard
