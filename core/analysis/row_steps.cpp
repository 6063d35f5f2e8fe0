// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/row_steps.h"

#include "core/base/eigen.h"
#include "core/trace/head_edits.h"
#include "core/trace/score_parts.h"
#include "core/trace/sink.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <utility>

namespace regard {

namespace {

/// Of a layer without softmax there is nothing but the weights.
RowSteps without_scores(RowSteps steps) {
  const std::size_t tokens = steps.weights.size();
  steps.dots = steps.exponentials = std::vector<float>(tokens, std::numeric_limits<float>::quiet_NaN());
  steps.hidden.assign(tokens, false);
  return steps;
}

}  // namespace

RowSteps row_steps(const Trace& trace, HeadRef head, std::size_t query) {
  const std::size_t tokens = trace.keys();
  const HeadEdits edits = head_edits(trace.model->config, trace.request, head);
  const float temperature = edits.temperature;
  const bool products = has_products(trace, head.layer);
  const VectorView asking = as_vector(query_of(trace, head, query));
  RowSteps steps;
  steps.temperature = temperature;
  steps.rule = score_rule(trace.model->config, trace.request, head);
  steps.allowed = allowed_keys(trace, head.layer, query);
  steps.scores = scores(trace, head, {query, query + 1}, {0, tokens}).values;
  steps.weights = weights(trace, head, {query, query + 1}, {0, tokens}).values;
  steps.dots.resize(tokens);
  steps.scaled = steps.scores;
  steps.biases.resize(tokens);
  steps.added.resize(tokens);
  raise_scores(edits, query, {0, tokens}, steps.added.data());
  for (const ScorePart& part : score_parts(trace, head, {query, query + 1}, {0, tokens}))
    if (part.kind != ScorePartKind::content && part.kind != ScorePartKind::rotary)  // both are parts of q·k
      std::transform(steps.biases.begin(), steps.biases.end(), part.scores.values.begin(), steps.biases.begin(),
                     std::plus<>());
  if (!products)  // scores that somebody saved do not tell what they are sums of
    steps.scaled = steps.biases = std::vector<float>(tokens, std::numeric_limits<float>::quiet_NaN());
  steps.exponentials.resize(tokens);
  if (weights_are_signed(trace, head.layer)) return without_scores(std::move(steps));
  const float largest_score = row_statistics(trace, head, query).maximum;
  steps.maximum = largest_score / temperature;
  steps.hidden = hidden_keys(trace, head, query, {0, tokens});
  steps.hidden.resize(tokens);
  double sum = 0.0;
  for (std::size_t key = 0; key < tokens; ++key) {
    steps.dots[key] = products ? asking.dot(as_vector(key_of(trace, head, key))) : std::nanf("");
    if (steps.rule.cap != 0.0F || steps.rule.knows_positions() || !edits.added.empty())
      steps.scaled[key] = steps.dots[key] * steps.rule.scale;
    if (!steps.allowed.contains(key) || steps.hidden[key]) continue;
    steps.exponentials[key] = std::exp((steps.scores[key] - largest_score) / temperature);
    sum += steps.exponentials[key];
  }
  steps.sink_score = sink_score(trace, head);
  if (steps.sink_score != kNoSink) {
    steps.sink_exponential = std::exp((steps.sink_score - largest_score) / temperature);
    steps.sink_share = sink_share(trace, head, query);
  }
  steps.sum = static_cast<float>(sum + static_cast<double>(steps.sink_exponential));
  return steps;
}

std::vector<float> score_products(const Trace& trace, HeadRef head, std::size_t query, std::size_t key) {
  const std::span<const float> asking = query_of(trace, head, query);
  const std::span<const float> asked = key_of(trace, head, key);
  const float scale = trace.model->config.plans[head.layer].attention.scale;
  const bool made_so = has_products(trace, head.layer) && !has_scores_of_its_own(applied_kind(trace, head).form);
  std::vector<float> products(made_so ? asking.size() : 0);
  for (std::size_t dimension = 0; dimension < products.size(); ++dimension)
    products[dimension] = asking[dimension] * asked[dimension] * scale;
  return products;
}

std::vector<float> weighted_value(const Trace& trace, HeadRef head, std::size_t key, float weight) {
  const std::span<const float> value = value_of(trace, head, key);
  std::vector<float> part(value.begin(), value.end());
  for (float& number : part)
    number *= weight;
  return part;
}

}  // namespace regard
