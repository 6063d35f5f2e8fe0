// SPDX-License-Identifier: Apache-2.0
#include "core/engine/growing_trace.h"

#include "core/base/error.h"
#include "core/base/parallel.h"
#include "core/engine/forward.h"
#include "core/engine/growing_cross.h"
#include "core/engine/rope.h"

#include <algorithm>
#include <string>

namespace regard {
namespace {

constexpr std::size_t kCopiesForThreads = 65536;  // of a tensor: copies that pay for waking another core

/// What has a row for each token.
constexpr Matrix LayerTrace::*kRows[] = {&LayerTrace::queries,
                                         &LayerTrace::keys,
                                         &LayerTrace::values,
                                         &LayerTrace::latent,
                                         &LayerTrace::shared_key,
                                         &LayerTrace::head_outputs,
                                         &LayerTrace::output_gate,
                                         &LayerTrace::unconvolved,
                                         &LayerTrace::write,
                                         &LayerTrace::decay,
                                         &LayerTrace::router,
                                         &LayerTrace::attention_output,
                                         &LayerTrace::feed_forward_output};

/// The first `rows` rows, with room for `final_rows`.
void copy_rows(const Matrix& from, std::size_t rows, std::size_t final_rows, Matrix& to) {
  to.cols = from.cols;
  to.rows = rows;
  to.values.reserve(std::max(rows, final_rows) * from.cols);
  to.values.assign(from.values.begin(), from.values.begin() + static_cast<std::ptrdiff_t>(rows * from.cols));
}

void copy_streams(const std::vector<Matrix>& from, std::size_t rows, std::size_t final_rows, std::vector<Matrix>& to) {
  for (std::size_t stream = 0; stream < from.size(); ++stream)
    copy_rows(from[stream], rows, final_rows, to[stream]);
}

/// [heads, T] -> [heads, cols], columns kept or added at the right.
Matrix with_columns(const Matrix& from, std::size_t cols) {
  Matrix to(from.rows, cols);
  for (std::size_t row = 0; row < from.rows; ++row)
    std::copy_n(from.row(row).begin(), std::min(from.cols, cols), to.row(row).begin());
  return to;
}

LayerTrace layer_prefix(const LayerTrace& from, std::size_t tokens, std::size_t final_tokens) {
  LayerTrace to;
  for (const auto matrix : kRows)
    copy_rows(from.*matrix, tokens, final_tokens, to.*matrix);
  to.log_sum_exp = with_columns(from.log_sum_exp, tokens);
  to.row_maximum = with_columns(from.row_maximum, tokens);
  to.row_sum = with_columns(from.row_sum, tokens);
  return to;
}

void add_logits(Trace& trace, const std::stop_token& stop) {
  const std::size_t known = trace.logits.rows;
  const Range missing{known, trace.tokens()};
  const Matrix logits = unembed(*trace.model, rows_of(std::as_const(trace.residual.back()), missing), stop);
  trace.logits.values.insert(trace.logits.values.end(), logits.values.begin(), logits.values.end());
  trace.logits.cols = trace.model->config.vocabulary;
  trace.logits.rows = trace.tokens();
}

}  // namespace

void set_rows(Matrix& matrix, std::size_t rows) {
  matrix.rows = rows;
  matrix.values.resize(rows * matrix.cols);
}

void set_columns(Matrix& matrix, std::size_t cols) {
  if (matrix.cols != cols) matrix = with_columns(matrix, cols);
}

bool same_widths(const LayerTrace& one, const LayerTrace& other) {
  return one.row_sum.rows == other.row_sum.rows &&
         std::all_of(std::begin(kRows), std::end(kRows),
                     [&](const auto matrix) { return (one.*matrix).cols == (other.*matrix).cols; });
}

void resize_layer(LayerTrace& layer, std::size_t rows) {
  for (const auto matrix : kRows)
    set_rows(layer.*matrix, rows);
  for (Matrix* matrix : {&layer.log_sum_exp, &layer.row_maximum, &layer.row_sum})
    set_columns(*matrix, rows);
}

std::vector<LayerTrace> layers_without_tokens(const ModelConfig& config) {
  std::vector<LayerTrace> layers(config.layers);
  for (std::size_t index = 0; index < config.layers; ++index) {
    LayerTrace& layer = layers[index];
    const LayerPlan& plan = config.plans[index];
    const bool state = keeps_state(plan);
    layer.queries = Matrix(0, config.queries_width(index));
    layer.keys = Matrix(0, config.keys_width(index));
    layer.values = Matrix(0, config.values_width(index));
    layer.head_outputs = Matrix(0, config.outputs_width(index));
    layer.output_gate = Matrix(0, state || plan.attention.output_gate ? config.outputs_width(index) : 0);
    layer.unconvolved = Matrix(0, convolved_channels(plan));
    layer.write = Matrix(0, state ? config.heads(index) : 0);
    layer.decay = Matrix(0, decays_by_channel(plan) ? 0 : layer.write.cols);
    if (const auto& latent = plan.attention.latent) {
      layer.latent = Matrix(0, latent->rank);
      layer.shared_key = Matrix(0, latent->shared_dims);
    }
    layer.attention_output = layer.feed_forward_output = Matrix(0, config.hidden);
    const std::optional<Experts>& experts = plan.feed_forward.experts;
    layer.router = Matrix(0, experts ? experts->count : 0);
    layer.log_sum_exp = layer.row_maximum = layer.row_sum = Matrix(has_softmax(plan) ? config.heads(index) : 0, 0);
  }
  return layers;
}

void check_ids(const Model& model, std::span<const std::int32_t> ids) {
  const ModelConfig& config = model.config;
  if (ids.size() > config.context)
    throw Error("too_many_tokens",
                {.item = model.name, .expected = std::to_string(config.context), .found = std::to_string(ids.size())});
  if (config.patches) return;  // ids of patches are no entries of a vocabulary
  for (const std::int32_t id : ids) {
    if (id < 0 || static_cast<std::size_t>(id) >= config.vocabulary)
      throw Error("token_id",
                  {.item = model.name, .expected = std::to_string(config.vocabulary), .found = std::to_string(id)});
    if (config.token_rows > 0 && static_cast<std::size_t>(id) >= config.token_rows)
      throw Error("token_id_of_pictures",
                  {.item = model.name, .expected = std::to_string(config.token_rows), .found = std::to_string(id)});
  }
}

bool same_rotation(const ModelConfig& config, std::size_t tokens, std::size_t other_tokens) {
  using Scaling = RopeConfig::Scaling;
  const Rotary* known = nullptr;  // layers mostly turn alike
  for (const LayerPlan& plan : config.plans) {
    const auto* rotary = std::get_if<Rotary>(&plan.positions);
    if (rotary == nullptr || (known != nullptr && *rotary == *known)) continue;
    known = rotary;
    if (rotary->rope.scaling != Scaling::dynamic && rotary->rope.scaling != Scaling::longrope) continue;
    if (rotary_frequencies(rotary->rope, rotary->width, tokens) !=
        rotary_frequencies(rotary->rope, rotary->width, other_tokens))
      return false;
  }
  return true;
}

Reuse reusable(const std::shared_ptr<const Model>& model, const Request& request, const Trace* previous) {
  if (previous == nullptr || previous->model != model) return {};
  const Request& before = previous->request;
  if (before.mask != request.mask || before.temperature != request.temperature) return {};
  if (before.patches != request.patches) return {};  // another picture
  if (!same_rotation(model->config, request.ids.size(), before.ids.size())) return {};
  const auto [end, unused] =
      std::mismatch(request.ids.begin(), request.ids.end(), before.ids.begin(), before.ids.end());
  const auto common = static_cast<std::size_t>(end - request.ids.begin());
  const FirstChange change = first_change(before.interventions, request.interventions, model->config);

  Reuse reuse;
  if (before.ids == request.ids) reuse.layers = change.layer;
  if (previous->causal()) reuse.tokens = std::min(common, change.position);
  // A mean over all positions carries a change to every row of its layer.
  const bool changed = reuse.layers < model->config.layers;
  if (changed &&
      (averages_from(before.interventions, reuse.layers) || averages_from(request.interventions, reuse.layers)))
    reuse.tokens = 0;
  return reuse;
}

Trace empty_trace(const std::shared_ptr<const Model>& model, Request request) {
  Trace trace;
  trace.model = model;
  trace.request = std::move(request);
  trace.residual.assign(model->config.layers + 1, Matrix(0, model->config.hidden));
  if (const auto& streams = model->config.streams)
    trace.other_streams.assign(model->config.layers,
                               std::vector<Matrix>(streams->count - 1, Matrix(0, model->config.hidden)));
  trace.layers = layers_without_tokens(model->config);
  return trace;
}

void take_over(Trace& trace, const Trace& previous, Reuse reuse) {
  const std::size_t tokens = trace.tokens();
  const auto known = [&](bool whole) { return whole ? tokens : reuse.tokens; };
  // The stream that the first computed layer reads is whole, too.
  parallel_for(trace.layers.size() + 1, kCopiesForThreads / (tokens * trace.model->config.hidden) + 1,
               [&](std::size_t begin, std::size_t end) {
                 for (std::size_t layer = begin; layer < end; ++layer) {
                   const bool whole_stream = reuse.layers > 0 && layer <= reuse.layers;
                   copy_rows(previous.residual[layer], known(whole_stream), tokens, trace.residual[layer]);
                   if (layer == trace.layers.size()) continue;
                   if (layer < trace.other_streams.size())
                     copy_streams(previous.other_streams[layer], known(whole_stream), tokens,
                                  trace.other_streams[layer]);
                   trace.layers[layer] = layer_prefix(previous.layers[layer], known(layer < reuse.layers), tokens);
                 }
               });
  if (trace.request.all_logits && previous.logits.rows >= reuse.tokens)
    copy_rows(previous.logits, reuse.tokens, tokens, trace.logits);
  take_over_cross(trace, previous, reuse);
  trace.reused_tokens = reuse.tokens;
  trace.reused_layers = reuse.layers;
}

void extend(Trace& trace, std::size_t known, const std::stop_token& stop, Progress* progress, std::size_t first_layer) {
  const std::size_t tokens = trace.tokens();
  for (Matrix& residual : trace.residual)
    set_rows(residual, tokens);
  for (std::vector<Matrix>& beside : trace.other_streams)
    for (Matrix& other : beside)
      set_rows(other, tokens);
  for (LayerTrace& layer : trace.layers)
    resize_layer(layer, tokens);
  Trace* cross = extend_cross(trace);
  if (known < tokens && first_layer < trace.layers.size()) {
    Pass pass{*trace.model, trace, {known, tokens}, stop, progress, first_layer, first_layer == 0};
    pass.encoder = trace.encoder.get();
    pass.cross = cross;
    forward(pass);
  }
  if (trace.request.all_logits && trace.model->config.has_lm_head) add_logits(trace, stop);
  if (progress != nullptr) progress->fraction = 1.0F;
}
}  // namespace regard
