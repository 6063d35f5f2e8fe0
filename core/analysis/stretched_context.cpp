// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/stretched_context.h"

#include "core/analysis/effect.h"
#include "core/base/error.h"
#include "core/engine/engine.h"

#include <algorithm>
#include <cmath>

namespace regard {
namespace {

constexpr std::size_t kLogitsAtATime = std::size_t{4} << 20U;  // floats

/// How far the predictions of two runs of a text are apart, a few rows of logits at a time.
void compare_runs(const Trace& before, const Trace& after, std::span<const std::size_t> predicts, double& loss,
                  double& changed_loss, double& divergence_sum) {
  const std::size_t tokens = before.tokens();
  const std::size_t at_once =
      std::max<std::size_t>(1, kLogitsAtATime / std::max<std::size_t>(before.model->config.vocabulary, 1));
  loss = changed_loss = divergence_sum = 0.0;
  auto predicting = predicts.begin();
  for (std::size_t first = 0; first < tokens; first += at_once) {
    std::vector<std::size_t> rows;
    for (std::size_t row = first; row < std::min(tokens, first + at_once); ++row)
      rows.push_back(row);
    const Matrix p = logits_at(before, rows), changed = logits_at(after, rows);
    for (std::size_t row = 0; row < rows.size(); ++row) {
      divergence_sum += divergence(p.row(row), changed.row(row));
      if (predicting == predicts.end() || *predicting != rows[row]) continue;
      const std::int32_t next = before.request.ids[*predicting++ + 1];
      loss -= log_probability(p.row(row), next);
      changed_loss -= log_probability(changed.row(row), next);
    }
  }
}

}  // namespace

StretchObstacle obstacle_to_stretch(const Model& model) {
  if (model.capture) return StretchObstacle::not_captured;
  if (model.config.patches) return StretchObstacle::picture;
  bool turns = false;
  for (const LayerPlan& plan : model.config.plans) {
    const auto* rotary = std::get_if<Rotary>(&plan.positions);
    if (rotary == nullptr) continue;
    turns = true;
    if (const StretchObstacle obstacle = obstacle_to_stretch(*rotary); obstacle != StretchObstacle::none)
      return obstacle;
  }
  if (!turns) return StretchObstacle::not_rotary;
  return model.config.has_lm_head ? StretchObstacle::none : StretchObstacle::no_predictions;
}

std::shared_ptr<const Model> extrapolating(const Model& model, std::size_t factor) {
  auto longer = std::make_shared<Model>(model);
  longer->config.context *= factor;
  return longer;
}

std::shared_ptr<const Model> stretched(const Model& model, const ContextStretch& stretch) {
  auto longer = std::make_shared<Model>(model);
  for (LayerPlan& plan : longer->config.plans)
    if (auto* rotary = std::get_if<Rotary>(&plan.positions))
      stretch_rope(*rotary, stretch.method, static_cast<float>(stretch.factor), model.config.context);
  longer->config.context *= stretch.factor;
  return longer;
}

StretchCosts stretch_costs(const std::shared_ptr<const Model>& model, const Request& request,
                           std::span<const std::size_t> predicts, std::span<const ContextStretch> stretches,
                           const std::stop_token& stop, Progress* progress) {
  for (const Intervention& item : request.interventions)
    if (item.kind == InterventionKind::positions && is_stretch(item.positioned.form))
      throw Error("stretch_scaled", {.item = model->name});
  StretchCosts costs{.tokens = request.ids.size()};
  const auto before = run(extrapolating(*model, most_stretch), request, nullptr, stop);
  if (before->causal()) costs.predicted = predicts.size();
  const auto rows = static_cast<double>(costs.tokens), predicted = static_cast<double>(costs.predicted);
  for (const ContextStretch& stretch : stretches) {
    auto longer = std::make_shared<Model>(*stretched(*model, stretch));
    longer->config.context = std::max(longer->config.context, before->model->config.context);  // 2 times of a text of 4
    const auto after = run(longer, request, nullptr, stop);
    double loss = 0.0, changed = 0.0, divergences = 0.0;
    compare_runs(*before, *after, predicts.first(costs.predicted), loss, changed, divergences);
    StretchCost cost{.of = stretch, .divergence = rows > 0.0 ? divergences / rows : 0.0};
    if (costs.predicted > 0) costs.loss = loss / predicted, cost.loss = changed / predicted;
    costs.each.push_back(cost);
    if (progress != nullptr)
      progress->fraction = static_cast<float>(costs.each.size()) / static_cast<float>(stretches.size());
  }
  return costs;
}

}  // namespace regard
