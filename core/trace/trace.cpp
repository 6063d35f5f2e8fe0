// SPDX-License-Identifier: Apache-2.0
#include "core/trace/trace.h"

#include "core/capture/capture.h"
#include "core/trace/attention_tile.h"
#include "core/trace/captured.h"
#include "core/trace/head_edits.h"
#include "core/trace/hidden_attention.h"
#include "core/trace/sink.h"
#include "core/trace/switched_positions.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>

namespace regard {
namespace {

std::span<const float> head_columns(const Matrix& matrix, std::size_t row, std::size_t head, std::size_t head_dim) {
  return matrix.row(row).subspan(head * head_dim, head_dim);
}

/// The tile of scores with rows padded to whole registers, before any mask.
PaddedMatrix padded_scores(const Trace& trace, HeadRef head, const HeadEdits& edits, Range queries, Range keys) {
  if (trace.model->capture) return captured_scores(trace, head, queries, keys);
  PaddedMatrix tile = score_tile(trace, head, score_rule(trace.model->config, trace.request, head), queries, keys);
  for (std::size_t query = queries.begin; query < queries.end; ++query)
    add_to_scores(edits, query, keys, tile.row(query - queries.begin));
  return tile;
}

Matrix without_padding(const PaddedMatrix& tile) {
  Matrix result(tile.rows, tile.cols);
  for (std::size_t row = 0; row < tile.rows; ++row)
    std::copy_n(tile.row(row), tile.cols, result.row(row).begin());
  return result;
}

/// Rows of weights as the head's kind gives them, of all keys: it needs them all.
PaddedMatrix whole_rows(const Trace& trace, HeadRef head, const HeadEdits& edits, Range queries) {
  const Range all{0, trace.keys()};
  PaddedMatrix tile = padded_scores(trace, head, edits, queries, all);
  for (std::size_t query = queries.begin; query < queries.end; ++query) {
    float* row = tile.row(query - queries.begin);
    mask_scores(edits, query, all, row);
    (void)soften_row(edits, all.size(), allowed_keys(trace, head.layer, query), sink_score(trace, head), row);
  }
  return tile;
}

/// The tile of weights as softmax gives them: what interventions do before it included.
PaddedMatrix softmax_tile(const Trace& trace, HeadRef head, const HeadEdits& edits, Range queries, Range keys) {
  if (needs_whole_rows(edits)) {
    const PaddedMatrix rows = whole_rows(trace, head, edits, queries);
    PaddedMatrix tile;
    tile.resize(queries.size(), keys.size());
    for (std::size_t row = 0; row < tile.rows; ++row)
      std::copy_n(rows.row(row) + keys.begin, keys.size(), tile.row(row));
    return tile;
  }
  const LayerTrace& layer = trace.layers[head.layer];
  PaddedMatrix tile = padded_scores(trace, head, edits, queries, keys);
  for (std::size_t query = queries.begin; query < queries.end; ++query) {
    const RowStatistics statistics{layer.row_maximum(head.head, query), layer.row_sum(head.head, query)};
    float* row = tile.row(query - queries.begin);
    mask_scores(edits, query, keys, row);
    weights_row(row, keys.size(), allowed_keys(trace, head.layer, query).within(keys), edits.temperature, statistics);
  }
  return tile;
}

/// hidden_keys() of a head whose kind chooses by score.
std::vector<bool> not_chosen(const Trace& trace, HeadRef head, const HeadEdits& edits, std::size_t query, Range keys) {
  const Range all{0, trace.keys()};
  PaddedMatrix tile = padded_scores(trace, head, edits, {query, query + 1}, all);
  mask_scores(edits, query, all, tile.row(0));
  choose_keys(edits, allowed_keys(trace, head.layer, query), tile.row(0));
  std::vector<bool> hidden(keys.size());
  for (std::size_t key = keys.begin; key < keys.end; ++key)
    hidden[key - keys.begin] = tile.row(0)[key] == -std::numeric_limits<float>::infinity();
  return hidden;
}

}  // namespace

PaddedMatrix score_tile(const Trace& trace, HeadRef head, const ScoreRule& rule, Range queries, Range keys) {
  const ModelConfig& config = trace.model->config;
  const LayerTrace& layer = trace.layers[head.layer];
  const std::size_t head_dim = config.head_dim(head.layer);
  PaddedMatrix tile;
  tile.resize(queries.size(), keys.size());
  if (tile.values.empty()) return tile;  // of an empty text
  PaddedMatrix packed;
  pack_transposed(layer.keys, config.kv_head_of(head.layer, head.head) * head_dim, head_dim, keys, packed);
  const Strided rows{layer.queries.values.data() + queries.begin * layer.queries.cols + head.head * head_dim,
                     layer.queries.cols};
  score_rows(rows, queries.size(), packed, 0, tile.stride, rule, {queries.begin, keys.begin}, tile.values.data(),
             tile.stride);
  return tile;
}

bool reads_one_way(const ModelConfig& config, const Request& request) {
  const MaskMode mask = request.mask;
  return !request.cross && (mask == MaskMode::causal || (mask == MaskMode::as_trained && config.causal));
}

bool Trace::causal() const {
  return reads_one_way(model->config, request);
}

const Trace& attention_of(const Trace& trace, AttentionKind kind) {
  if (kind == AttentionKind::cross && trace.cross != nullptr) return *trace.cross;
  if (kind == AttentionKind::encoder && trace.encoder != nullptr) return *trace.encoder;
  return trace;
}

AllowedKeys allowed_keys(const ModelConfig& config, const Request& request, std::size_t layer, std::size_t query) {
  if (request.cross) return {.window = {0, request.encoder_ids.size()}};
  return allowed_keys(config.plans[layer].attention.window, reads_one_way(config, request), query, request.ids.size());
}

Range allowed_span(const ModelConfig& config, const Request& request, std::size_t layer, Range queries) {
  Range all = allowed_keys(config, request, layer, queries.begin).span();
  for (std::size_t query = queries.begin + 1; query < queries.end; ++query) {
    const Range span = allowed_keys(config, request, layer, query).span();
    all = {std::min(all.begin, span.begin), std::max(all.end, span.end)};
  }
  return all;
}

AllowedKeys allowed_keys(const Trace& trace, std::size_t layer, std::size_t query) {
  return allowed_keys(trace.model->config, trace.request, layer, query);
}

std::vector<bool> hidden_keys(const Trace& trace, HeadRef head, std::size_t query, Range keys) {
  if (trace.request.interventions.empty()) return {};
  const HeadEdits edits = head_edits(trace.model->config, trace.request, head);
  if (edits.masked.empty() && !chooses_by_place(edits.kind.form) && !chooses_by_score(edits.kind.form)) return {};
  std::vector<float> scores(keys.size());
  if (chooses_by_score(edits.kind.form)) return not_chosen(trace, head, edits, query, keys);
  mask_scores(edits, query, keys, scores.data());
  std::vector<bool> hidden(keys.size());
  std::transform(scores.begin(), scores.end(), hidden.begin(), [](float score) { return score < 0.0F; });
  return hidden;
}

SeenKeys seen_keys(const Trace& trace, HeadRef head, std::size_t query, Range keys) {
  SeenKeys seen{.allowed = allowed_keys(trace, head.layer, query)};
  const Range asked = intersection(seen.allowed.span(), keys);
  seen.begin = asked.begin;
  seen.hidden = hidden_keys(trace, head, query, asked);
  seen.allowed = seen.allowed.only(asked);
  seen.count = static_cast<double>(seen.allowed.count());
  if (!seen.hidden.empty())
    seen.allowed.for_each([&](std::size_t key) { seen.count -= seen.contains(key) ? 0.0 : 1.0; });
  return seen;
}

KindOfAttention applied_kind(const Trace& trace, HeadRef head) {
  KindOfAttention kind = trained_kind(trace.model->config.plans[head.layer]);
  for (const Intervention& item : trace.request.interventions)
    if (item.kind == InterventionKind::attention && item.scope.covers(head)) kind = item.as;
  return kind;
}

std::optional<PositionSwitch> applied_positions(const Trace& trace, HeadRef head) {
  return trace.request.cross ? std::nullopt : switched_positions(trace.request.interventions, head);
}

bool weights_are_softmax(const Trace& trace, HeadRef head) {
  return !weights_are_signed(trace, head.layer) && is_softmax(applied_kind(trace, head).form);
}

float temperature_of(const Trace& trace, HeadRef head) {
  return head_edits(trace.model->config, trace.request, head).temperature;
}

bool allowed(const Trace& trace, std::size_t layer, std::size_t query, std::size_t key) {
  return allowed_keys(trace, layer, query).contains(key);
}

bool weights_are_signed(const Trace& trace, std::size_t layer) {
  return !has_softmax(trace.model->config.plans[layer]);
}

Matrix scores(const Trace& trace, HeadRef head, Range queries, Range keys) {
  if (weights_are_signed(trace, head.layer))
    return {queries.size(), keys.size(), std::numeric_limits<float>::quiet_NaN()};
  const HeadEdits edits = head_edits(trace.model->config, trace.request, head);
  return without_padding(padded_scores(trace, head, edits, queries, keys));
}

Matrix weights(const Trace& trace, HeadRef head, Range queries, Range keys) {
  if (trace.model->capture) return captured_weights(trace, head, queries, keys);
  if (weights_are_signed(trace, head.layer)) return hidden_attention(trace, head, queries, keys);
  const HeadEdits edits = head_edits(trace.model->config, trace.request, head);
  if (edits.set.empty()) return without_padding(softmax_tile(trace, head, edits, queries, keys));
  PaddedMatrix rows =
      softmax_tile(trace, head, edits, queries, {0, trace.tokens()});  // a set weight moves its whole row
  const LayerTrace& layer = trace.layers[head.layer];
  Matrix result(queries.size(), keys.size());
  for (std::size_t query = queries.begin; query < queries.end; ++query) {
    float* row = rows.row(query - queries.begin);
    const float share = softmax_share(sink_score(trace, head), edits.temperature,
                                      {layer.row_maximum(head.head, query), layer.row_sum(head.head, query)});
    (void)edit_weights(edits, head, query, allowed_keys(trace, head.layer, query), row, share);
    std::copy(row + keys.begin, row + keys.end, result.row(query - queries.begin).begin());
  }
  return result;
}

Matrix softmax_weights(const Trace& trace, HeadRef head, Range queries, Range keys) {
  if (trace.model->capture) return captured_weights(trace, head, queries, keys);
  const HeadEdits edits = head_edits(trace.model->config, trace.request, head);
  return without_padding(softmax_tile(trace, head, edits, queries, keys));
}

Matrix scores(const Trace& trace, HeadRef head) {
  return scores(trace, head, {0, trace.tokens()}, {0, trace.keys()});
}

Matrix weights(const Trace& trace, HeadRef head) {
  return weights(trace, head, {0, trace.tokens()}, {0, trace.keys()});
}

bool has_scores(const Trace& trace, std::size_t layer) {
  if (trace.model->capture) return captured_part(trace).layers[layer].has_scores();
  return !weights_are_signed(trace, layer);
}

bool has_products(const Trace& trace, std::size_t layer) {
  return !trace.model->capture || captured_part(trace).layers[layer].from_products;
}

bool has_values(const Trace& trace, std::size_t layer) {
  return !trace.model->capture || !captured_part(trace).layers[layer].values.empty();
}

RowStatistics row_statistics(const Trace& trace, HeadRef head, std::size_t query) {
  if (trace.model->capture) return captured_statistics(trace, head, {query, query + 1}).front();
  const LayerTrace& layer = trace.layers[head.layer];
  return {layer.row_maximum(head.head, query), layer.row_sum(head.head, query)};
}

std::span<const float> query_of(const Trace& trace, HeadRef head, std::size_t token) {
  if (trace.model->capture) return captured_vector(trace, CapturedVector::query, head, token);
  const ModelConfig& config = trace.model->config;
  return head_columns(trace.layers[head.layer].queries, token, config.query_head_of(head.layer, head.head),
                      config.head_dim(head.layer));
}

std::span<const float> key_of(const Trace& trace, HeadRef head, std::size_t token) {
  if (trace.model->capture) return captured_vector(trace, CapturedVector::key, head, token);
  const ModelConfig& config = trace.model->config;
  return head_columns(trace.layers[head.layer].keys, token, config.key_head_of(head.layer, head.head),
                      config.head_dim(head.layer));
}

std::span<const float> value_of(const Trace& trace, HeadRef head, std::size_t token) {
  if (trace.model->capture) return captured_vector(trace, CapturedVector::value, head, token);
  const ModelConfig& config = trace.model->config;
  return head_columns(trace.layers[head.layer].values, token, config.kv_head_of(head.layer, head.head),
                      config.value_dim(head.layer));
}

std::span<const float> output_of(const Trace& trace, HeadRef head, std::size_t token) {
  if (trace.model->capture) return captured_vector(trace, CapturedVector::output, head, token);
  return head_columns(trace.layers[head.layer].head_outputs, token, head.head,
                      trace.model->config.value_dim(head.layer));
}

}  // namespace regard
