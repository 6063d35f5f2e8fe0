// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/effect.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace regard {
namespace {

/// log Σ exp(logit).
double log_sum(std::span<const float> logits) {
  const double maximum = *std::max_element(logits.begin(), logits.end());
  double sum = 0.0;
  for (const float logit : logits)
    sum += std::exp(logit - maximum);
  return maximum + std::log(sum);
}

Matrix logits_of_position(const Trace& trace, std::size_t position) {
  const std::size_t positions[] = {position};
  return logits_at(trace, positions);
}

}  // namespace

double divergence(std::span<const float> logits, std::span<const float> changed_logits) {
  const double before = log_sum(logits);
  const double after = log_sum(changed_logits);
  double sum = 0.0;
  for (std::size_t id = 0; id < logits.size(); ++id) {
    const double log_p = logits[id] - before;
    sum += std::exp(log_p) * (log_p - (changed_logits[id] - after));
  }
  return std::max(sum, 0.0);  // rounding
}

double log_probability(std::span<const float> logits, std::int32_t id) {
  return logits[static_cast<std::size_t>(id)] - log_sum(logits);
}

std::vector<Prediction> most_probable(std::span<const float> logits, std::size_t count) {
  std::vector<std::int32_t> ids(logits.size());
  std::iota(ids.begin(), ids.end(), 0);
  count = std::min(count, ids.size());
  const auto logit_of = [&](std::int32_t id) { return logits[static_cast<std::size_t>(id)]; };
  std::partial_sort(
      ids.begin(), ids.begin() + static_cast<std::ptrdiff_t>(count), ids.end(),
      [&](std::int32_t a, std::int32_t b) { return logit_of(a) != logit_of(b) ? logit_of(a) > logit_of(b) : a < b; });
  const double sum = count > 0 ? log_sum(logits) : 0.0;
  std::vector<Prediction> best;
  for (std::size_t rank = 0; rank < count; ++rank)
    best.push_back({ids[rank], logit_of(ids[rank]), static_cast<float>(std::exp(logit_of(ids[rank]) - sum))});
  return best;
}

Effect effect(const Trace& before, const Trace& after, const EffectOptions& options) {
  if (!before.model->config.has_lm_head || !after.model->config.has_lm_head) return {};
  const std::size_t changed_position = options.changed_position == kToEnd ? options.position : options.changed_position;
  const Matrix logits = logits_of_position(before, options.position);
  const Matrix changed = logits_of_position(after, changed_position);
  Effect result;
  result.before = most_probable(logits.row(0), std::max<std::size_t>(options.count, 1));
  result.after = most_probable(changed.row(0), options.count);
  result.token = options.token < 0 ? result.before.front().id : options.token;
  result.before.resize(std::min(result.before.size(), options.count));
  result.divergence = divergence(logits.row(0), changed.row(0));
  result.log_probability = log_probability(logits.row(0), result.token);
  result.changed_log_probability = log_probability(changed.row(0), result.token);
  return result;
}

std::size_t telling_position(const Trace& trace) {
  const std::vector<std::int32_t>& ids = trace.request.ids;
  const auto mask = trace.model->tokenizer ? trace.model->tokenizer->mask_id() : std::nullopt;
  if (mask) {
    const auto found = std::find(ids.begin(), ids.end(), *mask);
    if (found != ids.end()) return static_cast<std::size_t>(found - ids.begin());
  }
  return ids.empty() ? 0 : ids.size() - 1;
}

}  // namespace regard
