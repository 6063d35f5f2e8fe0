// SPDX-License-Identifier: Apache-2.0
#include "core/base/error.h"
#include "core/base/random.h"
#include "core/engine/generation.h"
#include "core/engine/growing_cross.h"
#include "core/model/captured.h"
#include "core/trace/kind_obstacle.h"

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
  std::partial_sort(ids.begin(), ids.begin() + static_cast<std::ptrdiff_t>(kept), ids.end(),
                    [&](std::int32_t a, std::int32_t b) { return ranks_before(logits, a, b); });
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

bool is_generative(const ModelConfig& config) {
  return config.causal && config.has_lm_head;
}

Generated continue_ids(const std::shared_ptr<const Model>& model, Request prompt, const GenerateOptions& options,
                       const GenerationTools& tools) {
  refuse_capture(*model);
  if (!is_generative(model->config)) throw Error("not_generative", {.item = model->name});
  if (prompt.ids.empty()) prompt.ids = model->config.decoder_start;
  if (prompt.ids.empty()) throw Error("no_tokens", {});
  check_ids(*model, prompt.ids);
  check_kinds(model->config, prompt);

  const auto end = model->tokenizer ? model->tokenizer->end_id() : std::nullopt;
  const std::size_t given = prompt.ids.size();
  Random random(options.seed);
  Generated result;
  std::shared_ptr<const Trace> trace;
  while (true) {
    const bool enough = result.ids.size() >= options.tokens;
    const bool full = prompt.ids.size() > model->config.context;  // what the last row predicted cannot be read any more
    result.end = enough ? GenerationEnd::enough : GenerationEnd::context;
    if (full || (enough && !tools.see)) return result;
    trace = tools.run(prompt, trace);
    if (tools.see) tools.see(trace, std::span(prompt.ids).subspan(given));
    if (enough) return result;

    const std::int32_t id = next_id(*trace, options, random);
    if (id == end) break;
    check_ids(*model, std::span(&id, 1));
    result.ids.push_back(id);
    prompt.ids.push_back(id);
  }
  result.end = GenerationEnd::end_token;
  return result;
}

std::vector<std::int32_t> generate(const std::shared_ptr<const Model>& model, std::vector<std::int32_t> ids,
                                   const GenerateOptions& options, const std::stop_token& stop) {
  return generate_from(model, Request{.ids = std::move(ids)}, options, stop);
}

std::vector<std::int32_t> generate_from(const std::shared_ptr<const Model>& model, Request prompt,
                                        const GenerateOptions& options, const std::stop_token& stop) {
  return continue_alone(model, std::move(prompt), options, stop).ids;
}

Generated continue_alone(const std::shared_ptr<const Model>& model, Request prompt, const GenerateOptions& options,
                         const std::stop_token& stop) {
  // Nobody else holds this Trace: it grows in place instead of being copied with each token.
  std::shared_ptr<Trace> grown;
  std::size_t known = 0;
  const auto run_in_place = [&](Request request, const std::shared_ptr<const Trace>&) {
    if (!grown) {
      grown = std::make_shared<Trace>(empty_trace(model, {}));
      grown->encoder = run_encoder(*model, request, nullptr, stop);
    }
    if (!same_rotation(model->config, known, request.ids.size())) known = 0;
    grown->request = std::move(request);
    extend(*grown, known, stop, nullptr);
    known = grown->tokens();
    return std::shared_ptr<const Trace>(grown);
  };
  return continue_ids(model, std::move(prompt), options, {run_in_place, {}});
}

}  // namespace regard
