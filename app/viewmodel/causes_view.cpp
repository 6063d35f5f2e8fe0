// SPDX-License-Identifier: Apache-2.0
#include "app/viewmodel/causes_view.h"

#include "app/viewmodel/comparison.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <string_view>
#include <utility>

namespace regard {

std::shared_ptr<const Model> model_compared_with(const Snapshot& live) {
  const Snapshot* other = live.comparison ? live.comparison->baseline.get() : nullptr;
  if (other == nullptr || !other->model || !live.model) return nullptr;
  const Model& model = *other->model;
  const bool same_files = model.tokenizer == live.model->tokenizer ||  // at_strengths() shares it
                          (!model.folder.empty() && model.folder == live.model->folder);
  return same_files || !has_engine(model) || model.config.patches ? nullptr : other->model;
}

bool is_quantised(const Model& model) {
  constexpr std::array<std::string_view, 5> kFull{"F64", "F32", "F16", "BF16", ""};
  return std::find(kFull.begin(), kFull.end(), model.stored_as) == kFull.end();
}

CausesQuestion causes_question(const Snapshot& live, std::shared_ptr<const Model> full) {
  CausesQuestion question{std::move(full), drift_question(live)};
  question.of.of.direction = strengths_of(live.reading);
  question.of.of.direction.resize(live.model->adapters.size(), 1.0F);
  return question;
}

std::shared_ptr<const DriftCauses> make_causes(const CausesQuestion& question, const Pace& pace) {
  if (pace.between) pace.between();
  const std::shared_ptr<const Model>& stored = question.of.of.model;
  const std::vector<Request> requests = texts_of_drift(question.of, stored);
  return std::make_shared<const DriftCauses>(
      measure_causes(question.full, stored, requests, question.of.of.direction, question.of.own_weights, pace));
}

std::vector<std::size_t> farthest_by_any_cause(const DriftCauses& causes, std::size_t most) {
  const auto farther = [&](std::size_t head) { return std::max(causes.stored[head], causes.adapted[head]); };
  std::vector<std::size_t> order(causes.heads.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::erase_if(order, [&](std::size_t head) { return !(farther(head) > 0.0); });
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t one, std::size_t other) { return farther(one) > farther(other); });
  order.resize(std::min(order.size(), most));
  return order;
}

CausesCount count_causes(const DriftCauses& causes) {
  CausesCount count;
  for (std::size_t head = 0; head < causes.heads.size(); ++head) {
    if (causes.adapted[head] > causes.stored[head]) ++count.by_adapter;
    if (causes.adapted[head] < causes.stored[head]) ++count.by_storage;
  }
  return count;
}

double end_of_axes(const DriftCauses& causes) {
  double largest = 0.0;
  for (const std::vector<double>* each : {&causes.stored, &causes.adapted})
    for (const double value : *each)
      largest = std::max(largest, value);
  if (!(largest > 0.0)) return 1.0;
  const double power = std::pow(10.0, std::floor(std::log10(largest)));
  for (const double step : {1.0, 2.0, 4.0, 8.0})
    if (largest <= step * power) return step * power;
  return 10.0 * power;
}

double place_on_axis(double value, double end) {
  return std::sqrt(std::max(0.0, value) / end);
}

std::string named_with_storage(const Model& model) {
  return model.name + (model.stored_as.empty() ? "" : ", " + model.stored_as);
}

}  // namespace regard
