// SPDX-License-Identifier: Apache-2.0
#include "core/trace/sink.h"

#include "core/model/weights.h"
#include "core/trace/captured.h"
#include "core/trace/head_edits.h"

#include <cmath>

namespace regard {

bool has_sinks(const Trace& trace, std::size_t layer) {
  return !trace.request.cross && trace.model->config.plans[layer].attention.sink;
}

bool has_sinks(const Trace& trace) {
  for (std::size_t layer = 0; layer < trace.layers.size(); ++layer)
    if (has_sinks(trace, layer)) return true;
  return false;
}

float sink_score(const Model& model, HeadRef head) {
  if (!model.config.plans[head.layer].attention.sink) return kNoSink;
  return model.weights->layers[head.layer].sinks[head.head];
}

float sink_score(const Trace& trace, HeadRef head) {
  if (trace.model->capture) return captured_sink_score(trace, head);
  return has_sinks(trace, head.layer) ? sink_score(*trace.model, head) : kNoSink;
}

float softmax_share(float score, float temperature, RowStatistics statistics) {
  if (score == kNoSink) return 0.0F;
  return std::exp((score - statistics.maximum) / temperature) / statistics.sum;
}

std::vector<float> sink_shares(const Trace& trace, HeadRef head, Range queries) {
  if (trace.model->capture) return captured_sinks(trace, head, queries);
  std::vector<float> shares(queries.size());
  if (!has_sinks(trace, head.layer)) return shares;
  const HeadEdits edits = head_edits(trace.model->config, trace.request, head);
  const float score = sink_score(trace, head);
  for (std::size_t query = queries.begin; query < queries.end; ++query) {
    float& share = shares[query - queries.begin];
    share = softmax_share(score, edits.temperature, row_statistics(trace, head, query));
    if (edits.set.empty()) continue;
    Matrix row = softmax_weights(trace, head, {query, query + 1}, {0, trace.tokens()});
    share = edit_weights(edits, head, query, allowed_keys(trace, head.layer, query), row.row(0).data(), share);
  }
  return shares;
}

float sink_share(const Trace& trace, HeadRef head, std::size_t query) {
  return sink_shares(trace, head, {query, query + 1}).front();
}

}  // namespace regard
