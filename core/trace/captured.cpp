// SPDX-License-Identifier: Apache-2.0
#include "core/trace/captured.h"

#include "core/capture/capture.h"
#include "core/capture/memo.h"
#include "core/trace/attention_tile.h"
#include "core/trace/sink.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace regard {
namespace {

constexpr float kNotCaptured = std::numeric_limits<float>::quiet_NaN();
constexpr std::size_t kRowsAtOnce = 64;  // whole rows in memory while their statistics are made

const CapturedLayer& layer_of(const Trace& trace, HeadRef head) {
  return captured_part(trace).layers[head.layer];
}

std::size_t kv_head_of(const CapturedLayer& layer, HeadRef head) {
  return head.head * layer.kv_heads / layer.heads;
}

/// Rows of a head, [rows.size(), columns.size()].
void read_tile(const HeadArray& array, std::size_t head, Range rows, Range columns, PaddedMatrix& tile) {
  tile.resize(rows.size(), columns.size());
  for (std::size_t row = rows.begin; row < rows.end; ++row)
    array.read(head, row, columns, {tile.row(row - rows.begin), columns.size()});
}

/// Keys of a head, transposed: [d, keys.size()].
void read_transposed(const HeadArray& array, std::size_t head, Range keys, PaddedMatrix& to) {
  to.resize(array.cols(), keys.size());
  std::vector<float> row(array.cols());
  for (std::size_t key = keys.begin; key < keys.end; ++key) {
    array.read(head, key, {0, array.cols()}, row);
    for (std::size_t dim = 0; dim < row.size(); ++dim)
      to.row(dim)[key - keys.begin] = row[dim];
  }
}

/// As score_tile() makes them of a run, in the same order of sums.
PaddedMatrix products_tile(const Trace& trace, HeadRef head, Range queries, Range keys) {
  const CapturedLayer& layer = layer_of(trace, head);
  PaddedMatrix packed, asking, tile;
  read_transposed(layer.keys, kv_head_of(layer, head), keys, packed);
  read_tile(layer.queries, head.head, queries, {0, layer.head_dim}, asking);
  tile.resize(queries.size(), keys.size());
  const ScoreRule rule{.scale = layer.scale, .cap = layer.cap};
  score_rows({asking.values.data(), asking.stride}, queries.size(), packed, 0, tile.stride, rule,
             {queries.begin, keys.begin}, tile.values.data(), tile.stride);
  return tile;
}

std::vector<RowStatistics> statistics_of_rows(const Trace& trace, HeadRef head, Range queries) {
  std::vector<RowStatistics> result;
  const CapturedLayer& layer = layer_of(trace, head);
  const float sink = layer.sink.empty() || layer.sink_scores.empty() ? kNoSink : layer.sink_scores[head.head];
  for (std::size_t begin = queries.begin; begin < queries.end; begin += kRowsAtOnce) {
    const Range rows{begin, std::min(begin + kRowsAtOnce, queries.end)};
    const Range keys = allowed_span(trace.model->config, trace.request, head.layer, rows);
    PaddedMatrix tile = captured_scores(trace, head, rows, keys);
    for (std::size_t query = rows.begin; query < rows.end; ++query) {
      const AllowedKeys allowed = allowed_keys(trace, head.layer, query).within(keys);
      RowStatistics statistics =
          softmax_row(tile.row(query - rows.begin), keys.size(), allowed, trace.request.temperature, sink);
      if (std::isnan(statistics.sum)) statistics.maximum = kNotCaptured;
      result.push_back(statistics);
    }
  }
  return result;
}

}  // namespace

const Capture& captured_part(const Trace& trace) {
  const Capture& capture = *trace.model->capture;
  return trace.request.cross ? *capture.cross : capture;
}

std::shared_ptr<const Trace> captured_trace(const std::shared_ptr<const Model>& model) {
  const Capture& capture = *model->capture;
  auto trace = std::make_shared<Trace>();
  trace->model = model;
  trace->request.ids = capture.ids;
  trace->residual = capture.residual;
  trace->layers.resize(capture.layers.size());
  trace->logits = capture.logits;
  if (!model->encoder) return trace;
  trace->encoder = captured_trace(model->encoder);
  trace->request.encoder_ids = trace->encoder->request.ids;
  auto cross = std::make_shared<Trace>();
  cross->model = model;
  cross->request = trace->request;
  cross->request.cross = true;
  cross->layers.resize(capture.cross->layers.size());
  trace->cross = std::move(cross);
  return trace;
}

PaddedMatrix captured_scores(const Trace& trace, HeadRef head, Range queries, Range keys) {
  const CapturedLayer& layer = layer_of(trace, head);
  if (layer.scores.empty() && layer.from_products) return products_tile(trace, head, queries, keys);
  PaddedMatrix tile;
  if (!layer.scores.empty()) {
    read_tile(layer.scores, head.head, queries, keys, tile);
    return tile;
  }
  tile.resize(queries.size(), keys.size());
  for (std::size_t row = 0; row < tile.rows; ++row)
    std::fill_n(tile.row(row), tile.cols, kNotCaptured);
  return tile;
}

Matrix captured_weights(const Trace& trace, HeadRef head, Range queries, Range keys) {
  const CapturedLayer& layer = layer_of(trace, head);
  Matrix result(queries.size(), keys.size());
  if (!layer.weights.empty()) {
    for (std::size_t query = queries.begin; query < queries.end; ++query)
      layer.weights.read(head.head, query, keys, result.row(query - queries.begin));
    return result;
  }
  const std::vector<RowStatistics> statistics = captured_statistics(trace, head, queries);
  PaddedMatrix tile = captured_scores(trace, head, queries, keys);
  for (std::size_t query = queries.begin; query < queries.end; ++query) {
    float* row = tile.row(query - queries.begin);
    weights_row(row, keys.size(), allowed_keys(trace, head.layer, query).within(keys), trace.request.temperature,
                statistics[query - queries.begin]);
    std::copy_n(row, keys.size(), result.row(query - queries.begin).begin());
  }
  return result;
}

std::vector<RowStatistics> captured_statistics(const Trace& trace, HeadRef head, Range queries) {
  std::vector<RowStatistics> statistics =
      captured_part(trace).memo->statistics({head.layer, head.head}, trace.tokens(), queries,
                                            [&](Range rows) { return statistics_of_rows(trace, head, rows); });
  const CapturedLayer& layer = layer_of(trace, head);
  if (layer.sink.empty() || !layer.sink_scores.empty()) return statistics;  // else the sink is among them
  const std::vector<float> shares = captured_sinks(trace, head, queries);
  for (std::size_t row = 0; row < statistics.size(); ++row)  // the keys have 1 − share of the sum
    if (shares[row] < 1.0F) statistics[row].sum /= 1.0F - shares[row];
  return statistics;
}

std::vector<float> captured_sinks(const Trace& trace, HeadRef head, Range queries) {
  std::vector<float> shares(queries.size());
  const CapturedLayer& layer = layer_of(trace, head);
  if (!layer.sink.empty()) layer.sink.read(head.head, 0, queries, shares);
  return shares;
}

float captured_sink_score(const Trace& trace, HeadRef head) {
  const CapturedLayer& layer = layer_of(trace, head);
  if (layer.sink.empty()) return kNoSink;
  if (!layer.sink_scores.empty()) return layer.sink_scores[head.head];
  const Range last{trace.tokens() - 1, trace.tokens()};
  const RowStatistics statistics = captured_statistics(trace, head, last).front();
  return statistics.maximum + std::log(captured_sinks(trace, head, last).front() * statistics.sum);
}

std::span<const float> captured_vector(const Trace& trace, CapturedVector which, HeadRef head, std::size_t token) {
  const CapturedLayer& layer = layer_of(trace, head);
  const bool of_kv_head = which == CapturedVector::key || which == CapturedVector::value;
  const HeadArray& array = which == CapturedVector::query   ? layer.queries
                           : which == CapturedVector::key   ? layer.keys
                           : which == CapturedVector::value ? layer.values
                                                            : layer.head_outputs;
  if (array.empty()) return {};
  const std::size_t row = of_kv_head ? kv_head_of(layer, head) : head.head;
  return captured_part(trace).memo->row(array, row, token);
}

}  // namespace regard
