// SPDX-License-Identifier: Apache-2.0
#include "app/viewmodel/comparison.h"
#include "app/viewmodel/difference_views.h"
#include "app/viewmodel/predictions.h"
#include "core/analysis/effect.h"
#include "core/base/progress.h"
#include "core/engine/engine.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>

namespace regard {
namespace {

Matrix logits_of(const Trace& trace, std::size_t position) {
  const std::size_t positions[] = {position};
  return logits_at(trace, positions);
}

std::string text_of(const Model& model, std::int32_t id) {
  return model.tokenizer ? model.tokenizer->readable(id) : std::string();
}

/// Do both models' ids mean the same tokens?
bool share_vocabulary(const Model& first, const Model& second, std::size_t first_size, std::size_t second_size) {
  if (&first == &second || first.tokenizer == second.tokenizer) return first_size == second_size;
  if (first_size != second_size || !first.tokenizer || !second.tokenizer) return false;
  for (std::size_t id = 0; id < first_size; ++id)
    if (text_of(first, static_cast<std::int32_t>(id)) != text_of(second, static_cast<std::int32_t>(id))) return false;
  return true;
}

/// The token of another vocabulary with the same text; −1 where there is none, or several.
class Translation {
public:
  Translation(const Model& from, const Model& to, std::size_t to_size) : from_(from) {
    for (std::size_t id = 0; id < to_size; ++id) {
      const auto [place, added] = ids_.emplace(text_of(to, static_cast<std::int32_t>(id)), id);
      if (!added) place->second = kSeveral;
    }
  }
  [[nodiscard]] std::int32_t operator()(std::int32_t id) const {
    const auto found = ids_.find(text_of(from_, id));
    return found == ids_.end() || found->second == kSeveral ? -1 : static_cast<std::int32_t>(found->second);
  }

private:
  static constexpr std::size_t kSeveral = kNoPartner;
  const Model& from_;
  std::unordered_map<std::string, std::size_t> ids_{};
};

/// Positions of the baseline that are no partner's but mean the same: its own end for the end, its own mask for the mask.
std::optional<std::size_t> own_place(const Snapshot& baseline, PredictionView::Why why) {
  const std::size_t tokens = baseline.trace->tokens();
  if (why == PredictionView::Why::image) return 0;
  if (why == PredictionView::Why::last && tokens > 0) return tokens - 1;
  if (why != PredictionView::Why::mask) return std::nullopt;
  const std::vector<std::size_t> masks = mask_positions(baseline);
  return masks.empty() ? std::nullopt : std::optional(masks.front());
}

}  // namespace

PredictionPlaces prediction_places(const Snapshot& live, const PredictionView& shown) {
  PredictionPlaces places;
  const Snapshot& baseline = *live.comparison->baseline;
  if (shown.why == PredictionView::Why::none || !can_predict(baseline)) return places;
  places.position = shown.position;
  places.label = shown.position_label;
  const std::vector<std::int32_t>& partners = live.comparison->alignment.to_first;
  const std::int32_t partner = shown.position < partners.size() ? partners[shown.position] : -1;
  const std::optional<std::size_t> place =
      partner >= 0 ? std::optional(static_cast<std::size_t>(partner)) : own_place(baseline, shown.why);
  places.why = place ? PredictionPlaces::Why::found : PredictionPlaces::Why::no_partner;
  if (!place) return places;
  places.baseline_position = *place;
  places.baseline_label = label_of(baseline.encoding.tokens[*place]);
  return places;
}

PredictionDifference compare_predictions(const Trace& baseline, const Trace& live, const PredictionPlaces& places,
                                         const std::stop_token& stop) {
  const Matrix before = logits_of(baseline, places.baseline_position);
  throw_if_stopped(stop);
  const Matrix now = logits_of(live, places.position);
  throw_if_stopped(stop);
  const Model &first = *baseline.model, &second = *live.model;
  PredictionDifference difference;
  difference.one_vocabulary = share_vocabulary(first, second, before.cols, now.cols);
  std::optional<Translation> to_live, to_baseline;
  if (!difference.one_vocabulary) {
    to_live.emplace(first, second, now.cols);
    to_baseline.emplace(second, first, before.cols);
  } else {
    difference.divergence = divergence(before.row(0), now.row(0));
  }
  const auto add = [&](std::string text, std::int32_t baseline_id, std::int32_t id) {
    PredictionChange row{std::move(text), id, baseline_id};
    const double log_before = baseline_id < 0 ? 0.0 : log_probability(before.row(0), baseline_id);
    const double log_now = id < 0 ? 0.0 : log_probability(now.row(0), id);
    if (baseline_id >= 0) row.baseline_probability = std::exp(log_before);
    if (id >= 0) row.probability = std::exp(log_now);
    if (id >= 0 && baseline_id >= 0) row.log_change = log_now - log_before;
    difference.rows.push_back(std::move(row));
  };
  for (const Prediction& candidate : most_probable(now.row(0), predictions_per_position))
    add(text_of(second, candidate.id), to_baseline ? (*to_baseline)(candidate.id) : candidate.id, candidate.id);
  for (const Prediction& candidate : most_probable(before.row(0), predictions_per_position)) {
    const auto known = [&](const PredictionChange& row) { return row.baseline_id == candidate.id; };
    if (std::any_of(difference.rows.begin(), difference.rows.end(), known)) continue;
    add(text_of(first, candidate.id), candidate.id, to_live ? (*to_live)(candidate.id) : candidate.id);
  }
  std::stable_sort(difference.rows.begin(), difference.rows.end(),
                   [](const PredictionChange& left, const PredictionChange& right) {
                     return std::max(left.probability, left.baseline_probability) >
                            std::max(right.probability, right.baseline_probability);
                   });
  return difference;
}

}  // namespace regard
