// SPDX-License-Identifier: Apache-2.0
#include "core/engine/engine.h"

#include "core/base/error.h"
#include "core/base/mapped_file.h"
#include "core/engine/forward.h"
#include "core/engine/growing_cross.h"
#include "core/engine/growing_trace.h"
#include "core/engine/patches.h"
#include "core/model/captured.h"
#include "core/trace/captured.h"
#include "core/trace/kind_obstacle.h"

#include <algorithm>
#include <cassert>
#include <chrono>
#include <cmath>
#include <numeric>
#include <utility>

namespace regard {
namespace {

/// What was recorded elsewhere, if that is what is asked for.
std::shared_ptr<const Trace> recall(const std::shared_ptr<const Model>& model, const Request& request) {
  auto trace = captured_trace(model);
  Request asked = request;
  asked.all_logits = trace->request.all_logits;
  if (asked != trace->request) refuse_capture(*model);
  return trace;
}

}  // namespace

namespace {

/// A layer without softmax reads from left to right, whatever is asked of the others.
void check_mask(const Model& model, const Request& request) {
  const std::optional<std::size_t> layer = first_without_softmax(model.config);
  if (layer && request.mask == MaskMode::bidirectional)
    throw Error("mask_recurrent", {.file = model.name, .item = std::to_string(*layer)});
}

/// Linear attention has no scores that could be divided.
void check_temperature(const Model& model, const Request& request) {
  if (request.temperature == 1.0F) return;
  for (std::size_t layer = 0; layer < model.config.layers; ++layer)
    if (model.config.plans[layer].attention.linear)
      throw Error("temperature_linear", {.file = model.name, .item = std::to_string(layer)});
}

}  // namespace

std::shared_ptr<const Trace> run(const std::shared_ptr<const Model>& model, Request request,
                                 const std::shared_ptr<const Trace>& previous, const std::stop_token& stop,
                                 Progress* progress) {
  const auto start = std::chrono::steady_clock::now();
  assert(request.temperature > 0.0F);
  for (const auto& file : model->files)
    file->check_unchanged();
  if (model->capture) return recall(model, request);
  check_ids(*model, request.ids);
  check_picture(*model, request);
  check_mask(*model, request);
  check_temperature(*model, request);
  throw_if_stopped(stop);
  if (progress != nullptr) progress->fraction = 0.0F;
  check_interventions(request.interventions, model->config, request.ids.size());
  check_kinds(model->config, request);
  const std::shared_ptr<const Trace> encoder = run_encoder(*model, request, previous.get(), stop);
  const bool same_encoder = previous != nullptr && previous->encoder == encoder;
  const Reuse reuse = reusable(model, request, same_encoder ? previous.get() : nullptr);
  const auto trace = std::make_shared<Trace>(empty_trace(model, std::move(request)));
  trace->encoder = encoder;
  if (reuse.tokens > 0 || reuse.layers > 0) take_over(*trace, *previous, reuse);
  extend(*trace, reuse.tokens, stop, progress, reuse.layers);
  trace->milliseconds = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
  return trace;
}

Matrix logits_at(const Trace& trace, std::span<const std::size_t> positions) {
  const Matrix& stream = trace.model->capture ? trace.logits : trace.residual.back();
  Matrix chosen(positions.size(), stream.cols);
  for (std::size_t row = 0; row < positions.size(); ++row)
    std::copy_n(stream.row(positions[row]).begin(), stream.cols, chosen.row(row).begin());
  if (trace.model->capture) return chosen;
  return unembed(*trace.model, all_rows(std::as_const(chosen)), {});
}

bool ranks_before(std::span<const float> logits, std::int32_t a, std::int32_t b) {
  const float left = logits[static_cast<std::size_t>(a)], right = logits[static_cast<std::size_t>(b)];
  if (std::isnan(left) != std::isnan(right)) return std::isnan(right);
  return left > right || (!(right > left) && a < b);
}

std::vector<Prediction> predict(const Trace& trace, std::size_t position, std::size_t count) {
  if (!trace.model->config.has_lm_head) return {};
  const std::size_t positions[] = {position};
  const Matrix computed = trace.logits.empty() ? logits_at(trace, positions) : Matrix{};
  const std::span<const float> logits = trace.logits.empty() ? computed.row(0) : trace.logits.row(position);

  const float maximum = *std::max_element(logits.begin(), logits.end());
  double sum = 0.0;
  for (const float logit : logits)
    sum += std::exp(logit - maximum);

  std::vector<std::int32_t> ids(logits.size());
  std::iota(ids.begin(), ids.end(), 0);
  const auto better = [&](std::int32_t a, std::int32_t b) { return ranks_before(logits, a, b); };
  count = std::min(count, ids.size());
  std::partial_sort(ids.begin(), ids.begin() + static_cast<std::ptrdiff_t>(count), ids.end(), better);

  std::vector<Prediction> best(count);
  for (std::size_t rank = 0; rank < count; ++rank) {
    const float logit = logits[static_cast<std::size_t>(ids[rank])];
    best[rank] = {ids[rank], logit, static_cast<float>(std::exp(logit - maximum) / sum)};
  }
  return best;
}

}  // namespace regard
