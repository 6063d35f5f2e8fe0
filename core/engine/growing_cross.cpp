// SPDX-License-Identifier: Apache-2.0
#include "core/engine/growing_cross.h"

#include "core/base/error.h"
#include "core/engine/engine.h"

#include <algorithm>

namespace regard {
namespace {

/// The tensors of cross-attention that have a row for each query.
constexpr Matrix LayerTrace::*kCrossRows[] = {&LayerTrace::queries, &LayerTrace::head_outputs,
                                              &LayerTrace::attention_output};
/// Those that have a column for each.
constexpr Matrix LayerTrace::*kCrossColumns[] = {&LayerTrace::log_sum_exp, &LayerTrace::row_maximum,
                                                 &LayerTrace::row_sum};

/// More queries, or fewer; the keys stay.
void set_queries(LayerTrace& layer, std::size_t queries) {
  for (const auto tensor : kCrossRows)
    set_rows(layer.*tensor, queries);
  for (const auto tensor : kCrossColumns)
    set_columns(layer.*tensor, queries);
}

/// Nobody but the growing trace holds it yet.
Trace& writable(Trace& trace) {
  return *std::const_pointer_cast<Trace>(trace.cross);
}

void start_cross(Trace& trace) {
  auto cross = std::make_shared<Trace>();
  cross->model = trace.model;
  cross->layers = layers_without_tokens(trace.model->config);
  trace.cross = std::move(cross);
}

}  // namespace

std::shared_ptr<const Trace> run_encoder(const Model& model, const Request& request, const Trace* previous,
                                         const std::stop_token& stop) {
  if (!model.encoder) return nullptr;
  if (request.encoder_ids.empty()) throw Error("no_tokens", {});
  Request reading{.ids = request.encoder_ids, .mask = request.mask, .temperature = request.temperature};
  const bool known = previous != nullptr && previous->encoder && previous->encoder->model == model.encoder &&
                     previous->encoder->request == reading;
  return known ? previous->encoder : run(model.encoder, std::move(reading), nullptr, stop);
}

void take_over_cross(Trace& trace, const Trace& previous, Reuse reuse) {
  if (!trace.encoder) return;
  start_cross(trace);
  Trace& cross = writable(trace);
  for (std::size_t layer = 0; layer < cross.layers.size(); ++layer) {
    cross.layers[layer] = previous.cross->layers[layer];
    set_queries(cross.layers[layer], layer < reuse.layers ? trace.tokens() : reuse.tokens);
  }
}

Trace* extend_cross(Trace& trace) {
  if (!trace.encoder) return nullptr;
  if (!trace.cross) start_cross(trace);
  Trace& cross = writable(trace);
  cross.request = trace.request;
  cross.request.cross = true;
  cross.request.all_logits = false;
  cross.request.interventions.clear();  // they are about the decoder's attention to itself
  for (LayerTrace& layer : cross.layers)
    set_queries(layer, trace.tokens());
  return &cross;
}

}  // namespace regard
