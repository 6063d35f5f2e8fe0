// SPDX-License-Identifier: Apache-2.0
#include "core/base/error.h"
#include "core/base/random.h"
#include "core/engine/engine.h"
#include "core/engine/growing_trace.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace regard {
namespace {

/// Draws an id from softmax(logits/temperature) over the top_k best; ties go to the smaller id.
std::int32_t sample(std::span<const float> logits, const GenerateOptions& options, Random& random) {
  std::vector<std::int32_t> ids(logits.size());
  std::iota(ids.begin(), ids.end(), 0);
  const auto logit_of = [&](std::int32_t id) { return logits[static_cast<std::size_t>(id)]; };
  const std::size_t kept = options.top_k == 0 ? ids.size() : std::min(options.top_k, ids.size());
  std::partial_sort(
      ids.begin(), ids.begin() + static_cast<std::ptrdiff_t>(kept), ids.end(),
      [&](std::int32_t a, std::int32_t b) { return logit_of(a) != logit_of(b) ? logit_of(a) > logit_of(b) : a < b; });
  ids.resize(kept);

  std::vector<double> cumulative(kept);
  double sum = 0.0;
  for (std::size_t rank = 0; rank < kept; ++rank) {
    sum += std::exp(static_cast<double>(logit_of(ids[rank]) - logit_of(ids.front())) / options.temperature);
    cumulative[rank] = sum;
  }
  const double drawn = static_cast<double>(random.uniform()) * sum;
  const auto found = std::upper_bound(cumulative.begin(), cumulative.end() - 1, drawn);
  return ids[static_cast<std::size_t>(found - cumulative.begin())];
}

std::int32_t next_id(const Trace& trace, const GenerateOptions& options, Random& random) {
  const std::size_t last[] = {trace.tokens() - 1};
  const Matrix logits = logits_at(trace, last);
  if (options.temperature > 0.0F) return sample(logits.row(0), options, random);
  return static_cast<std::int32_t>(std::max_element(logits.values.begin(), logits.values.end()) -
                                   logits.values.begin());
}

}  // namespace

std::vector<std::int32_t> generate(const std::shared_ptr<const Model>& model, std::vector<std::int32_t> ids,
                                   const GenerateOptions& options, const std::stop_token& stop) {
  const ModelConfig& config = model->config;
  if (!config.causal || !config.has_lm_head) throw Error("not_generative", {.item = model->name});
  if (ids.empty()) throw Error("no_tokens", {});
  check_ids(*model, ids);

  const auto end = model->tokenizer ? model->tokenizer->end_id() : std::nullopt;
  Random random(options.seed);
  std::vector<std::int32_t> made;
  Trace trace = empty_trace(model, Request{.ids = std::move(ids)});
  std::size_t known = 0;
  while (made.size() < options.tokens && trace.tokens() < config.context) {
    if (!same_rotation(config, known, trace.tokens())) known = 0;
    extend(trace, known, stop, nullptr);
    known = trace.tokens();
    const std::int32_t id = next_id(trace, options, random);
    if (id == end) break;
    made.push_back(id);
    trace.request.ids.push_back(id);
  }
  return made;
}

}  // namespace regard
