// SPDX-License-Identifier: Apache-2.0
#include "app/viewmodel/effect_view.h"

#include "app/viewmodel/comparison.h"
#include "app/viewmodel/predictions.h"
#include "app/viewmodel/publishing.h"
#include "core/analysis/kv_cache.h"
#include "core/engine/engine.h"
#include "core/text/visible_text.h"

#include <algorithm>
#include <cmath>

namespace regard {
namespace {

double half_a_run(const Arithmetic& one) {
  const auto layers = static_cast<double>(one.projections + one.attention + one.cross + one.feed_forward);
  return 0.5 * layers + static_cast<double>(one.unembedding);
}

/// log p of any id, from one pass over the logits.
struct Probabilities {
  std::span<const float> logits;
  double shift = 0.0;  ///< log p(id) − logit(id)
  explicit Probabilities(std::span<const float> row)
      : logits(row), shift(log_probability(row, 0) - static_cast<double>(row[0])) {}
  [[nodiscard]] double log_of(std::int32_t id) const {
    return static_cast<double>(logits[static_cast<std::size_t>(id)]) + shift;
  }
};

Matrix logits_of_position(const Trace& trace, std::size_t position) {
  const std::size_t positions[] = {position};
  return logits_at(trace, positions);
}

}  // namespace

std::string token_text(const Model& model, std::int32_t id) {
  return visible_text(model.tokenizer ? model.tokenizer->readable(id) : "");
}

const Snapshot* effect_baseline(const Snapshot& live) {
  if (live.comparison && live.comparison->baseline) return live.comparison->baseline.get();
  return live.comparison ? nullptr : live.plain.get();
}

std::optional<EffectQuestion> effect_question(const Snapshot& live, std::size_t position) {
  const Snapshot* baseline = effect_baseline(live);
  if (baseline == nullptr || !can_predict(live) || !can_predict(*baseline)) return std::nullopt;
  if (baseline->model->config.vocabulary != live.model->config.vocabulary) return std::nullopt;
  EffectQuestion question{baseline->trace, live.trace, telling_position(*baseline->trace), position};
  const std::vector<std::int32_t>* partners = live.comparison ? &live.comparison->alignment.to_first : nullptr;
  if (partners == nullptr) {
    question.before_position = position;  // the same text
  } else if (position < partners->size() && (*partners)[position] >= 0) {
    question.before_position = static_cast<std::size_t>((*partners)[position]);
  }
  return question;
}

EffectView make_effect(const EffectQuestion& question) {
  const Matrix before = logits_of_position(*question.before, question.before_position);
  const Matrix after = logits_of_position(*question.after, question.after_position);
  const Probabilities p(before.row(0)), changed(after.row(0));
  EffectView view{.divergence = divergence(before.row(0), after.row(0)), .position = question.after_position};
  const auto add = [&](std::int32_t id) {
    const auto found =
        std::find_if(view.rows.begin(), view.rows.end(), [id](const EffectRow& row) { return row.id == id; });
    if (found != view.rows.end()) return static_cast<std::size_t>(found - view.rows.begin());
    const double log_p = p.log_of(id), log_changed = changed.log_of(id);
    view.rows.push_back(
        {id, token_text(*question.after->model, id), std::exp(log_p), std::exp(log_changed), log_changed - log_p});
    return view.rows.size() - 1;
  };
  for (const Prediction& one : most_probable(before.row(0), effect_rows))
    add(one.id);
  for (const Prediction& one : most_probable(after.row(0), effect_rows))
    add(one.id);
  const bool known = question.token >= 0 && static_cast<std::size_t>(question.token) < before.cols;
  view.chosen = known ? add(question.token) : 0;
  return view;
}

std::shared_ptr<const AblationView> make_ablation(const AblationQuestion& question, const PublishAblation& publish,
                                                  const std::function<void()>& give_way, const std::stop_token& stop,
                                                  Progress* progress) {
  const Model& model = *question.trace->model;
  AblationView view{.layers = model.config.layers, .heads = most_heads(model.config), .token = question.token};
  view.effects.resize(view.layers * view.heads);
  const Matrix logits = logits_of_position(*question.trace, question.position);
  if (view.token < 0) view.token = most_probable(logits.row(0), 1).front().id;
  view.token_text = token_text(model, view.token);
  Publishing<AblationView> parts(publish);
  const auto see = [&](const HeadEffect& found) {
    view.effects[found.head.layer * view.heads + found.head.head] = found;
    ++view.ready;
    view.largest_divergence = std::max(view.largest_divergence, found.divergence);
    view.largest_change = std::max(view.largest_change, std::abs(found.log_probability_change));
    parts.offer([&] { return view; });
    if (give_way) give_way();
  };
  const AblationOptions options{question.position, view.token, question.mean};
  (void)ablation_map(question.trace, options, see, stop, progress);
  return std::make_shared<const AblationView>(std::move(view));
}

double effect_of(const HeadEffect& effect, EffectMeasure measure) {
  return measure == EffectMeasure::divergence ? effect.divergence : effect.log_probability_change;
}

std::vector<std::size_t> ranked(const AblationView& view, EffectMeasure measure, std::size_t most) {
  const auto size_of = [&](std::size_t index) {
    return view.effects[index] ? std::abs(effect_of(*view.effects[index], measure)) : 0.0;
  };
  std::vector<std::size_t> order;
  for (std::size_t index = 0; index < view.effects.size(); ++index)
    if (size_of(index) > 0.0) order.push_back(index);
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return size_of(a) > size_of(b); });
  if (order.size() > most) order.resize(most);
  return order;
}

std::vector<float> weights_of_all_heads(const Trace& trace, std::size_t query, std::size_t key) {
  const ModelConfig& config = trace.model->config;
  const std::size_t most = most_heads(config);
  std::vector<float> found(config.layers * most);
  for (const HeadRef head : all_heads(config))
    found[head.layer * most + head.head] = weights(trace, head, {query, query + 1}, {key, key + 1}).values.front();
  return found;
}

double cost_of_runs(const Trace& trace, std::size_t runs) {
  return static_cast<double>(runs) * half_a_run(arithmetic(trace.model->config, {0, trace.tokens()}, trace.tokens(),
                                                           trace.causal(), 1, trace.request.encoder_ids.size()));
}

double cost_of_reading(const Model& model, std::size_t sentences) {
  constexpr std::size_t kUsualTokens = 16;  ///< of a sentence
  const std::size_t of_encoder = model.encoder ? kUsualTokens : 0;
  return static_cast<double>(sentences) *
         half_a_run(arithmetic(model.config, {0, kUsualTokens}, kUsualTokens, model.config.causal, 1, of_encoder));
}

}  // namespace regard
