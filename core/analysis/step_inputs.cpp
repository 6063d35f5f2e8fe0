// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/step_inputs.h"

#include "core/engine/latent_attention.h"
#include "core/engine/linear.h"
#include "core/engine/norm.h"
#include "core/engine/side_path.h"
#include "core/engine/streams.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace regard {
namespace {

/// The norm around this attention: before it or after it.
const Norm& norm_of(const LayerOf& of) {
  return of.crosses() ? of.weights().cross_norm : of.weights().attention_norm;
}

Matrix normalised(const ModelConfig& config, Matrix rows, const Norm& norm) {
  normalise(all_rows(std::as_const(rows)), norm, config.norm_epsilon, all_rows(rows));
  return rows;
}

/// The stream that a layer's self-attention reads; of several the one that the layer predicts.
Matrix stream_found(const LayerOf& of, std::size_t place, Range rows) {
  if (of.config().streams) return predicted_stream(of.stack(), of.layer, rows);
  return some_rows(of.stack().residual[place], rows);
}

/// The stream after self-attention, which cross-attention reads.
Matrix after_self_attention(const LayerOf& cross, Range rows) {
  const LayerOf self{cross.whole, AttentionKind::self, cross.layer};
  const Matrix before = stream_before_attention(self, rows);
  return stream_after_attention(self, rows, before, some_rows(self.recorded().attention_output, rows));
}

Matrix through(const Matrix& input, const Linear& linear, const std::stop_token& stop) {
  Matrix out(input.rows, linear.weight.rows());
  project(all_rows(input), linear, all_rows(out), stop);
  return out;
}

bool is_as_projected(const LayerOf& of) {
  return !turns_by_position(of) && !normalises_heads(of);
}

Matrix latent_queries(const LayerOf& of, const Matrix& input, const std::stop_token& stop) {
  Matrix queries(input.rows, of.config().queries_width(of.layer));
  Matrix narrow(input.rows, of.plan().attention.latent->query_rank);
  project_latent_queries(*of.stack().model, of.layer, all_rows(input), narrow, all_rows(queries), stop);
  return queries;
}

/// What a head's key has of its own is never turned; of what all heads share the run has the turned numbers alone.
Matrix latent_keys(const LayerOf& of, Range rows, const Matrix& input, const std::stop_token& stop) {
  Matrix keys = some_rows(of.recorded().keys, rows);
  const Matrix shared = through(input, of.weights().latent.shared_key, stop);
  const std::size_t d = of.config().head_dim(of.layer);
  for (std::size_t row = 0; row < keys.rows; ++row)
    for (std::size_t head = 0; head < of.config().heads(of.layer); ++head)
      std::copy(shared.row(row).begin(), shared.row(row).end(),
                keys.row(row).begin() + static_cast<std::ptrdiff_t>((head + 1) * d - shared.cols));
  return keys;
}

}  // namespace

const LayerWeights& LayerOf::weights() const {
  return stack().model->weights->layers[layer];
}

LayerOf key_source(const LayerOf& of) {
  const auto& from = of.plan().attention.keys_of;
  return from && !of.crosses() ? LayerOf{of.whole, of.kind, *from} : of;
}

AttentionMatrices attention_matrices(const LayerOf& of) {
  const LayerWeights& w = of.weights();
  if (of.crosses()) return {w.cross_query, w.cross_key, w.cross_value, w.cross_output};
  const LayerOf source = key_source(of);
  const LayerWeights& keys = source.weights();
  return {w.query, keys.key, source.plan().attention.values_are_keys ? keys.key : keys.value, w.output};
}

bool normalises_after(const LayerPlan& plan) {
  return plan.norms == NormPlace::after;
}

bool turns_by_position(const LayerOf& of) {
  return std::holds_alternative<Rotary>(of.plan().positions);
}

bool normalises_heads(const LayerOf& of) {
  return of.plan().attention.qk_norm != QkNorm::none;
}

bool is_latent(const LayerOf& of) {
  return !of.crosses() && of.plan().attention.latent.has_value();
}

Matrix some_rows(const Matrix& matrix, Range rows) {
  assert(rows.end <= matrix.rows);
  Matrix copy(rows.size(), matrix.cols);
  const ConstRows from = rows_of(matrix, rows);
  std::copy(from.all().begin(), from.all().end(), copy.values.begin());
  return copy;
}

Matrix projected_outputs(const LayerOf& of, Range rows) {
  Matrix outputs = some_rows(of.recorded().head_outputs, rows);
  apply_output_gate(of, rows, outputs);
  return outputs;
}

void apply_output_gate(const LayerOf& of, Range rows, Matrix& outputs) {
  const Matrix& gate = of.recorded().output_gate;
  if (gate.cols == 0) return;
  for (std::size_t row = 0; row < rows.size(); ++row)
    for (std::size_t at = 0; at < outputs.cols; ++at)
      outputs(row, at) *= gate(rows.begin + row, at);
}

Matrix repeat_heads(const Matrix& shared, std::size_t heads, std::size_t kv_heads) {
  const std::size_t width = shared.cols / kv_heads;
  Matrix rows(shared.rows, heads * width);
  for (std::size_t row = 0; row < rows.rows; ++row)
    for (std::size_t head = 0; head < heads; ++head)
      std::copy_n(shared.row(row).data() + head * kv_heads / heads * width, width, rows.row(row).data() + head * width);
  return rows;
}

Matrix stream_before_attention(const LayerOf& of, Range rows) {
  if (of.crosses()) return after_self_attention(of, rows);
  return stream_found(of, of.layer, rows);
}

Matrix stream_after_attention(const LayerOf& of, Range rows, const Matrix& before, const Matrix& written) {
  Matrix after(rows.size(), before.cols);
  add(all_rows(before), all_rows(written), all_rows(after));
  if (!of.crosses() && of.plan().side_rank > 0)
    take_side_path(*of.stack().model, of.layer, all_rows(before), all_rows(after), {});
  return normalises_after(of.plan()) ? normalised(of.config(), std::move(after), norm_of(of)) : after;
}

Matrix attention_input(const LayerOf& of, Range rows) {
  Matrix stream =
      of.crosses() ? stream_before_attention(of, rows) : stream_found(of, of.config().stream_read(of.layer), rows);
  return normalises_after(of.plan()) ? stream : normalised(of.config(), std::move(stream), norm_of(of));
}

Matrix key_input(const LayerOf& of, Range rows) {
  if (!of.crosses()) return attention_input(key_source(of), rows);
  const Trace& encoder = *of.whole.encoder;
  return normalised(encoder.model->config, some_rows(encoder.residual.back(), rows),
                    encoder.model->weights->final_norm);
}

Matrix projected_queries(const LayerOf& of, Range rows, const Matrix& input, const std::stop_token& stop) {
  if (is_as_projected(of)) return some_rows(of.recorded().queries, rows);
  if (is_latent(of)) return latent_queries(of, input, stop);
  return through(input, attention_matrices(of).query, stop);
}

Matrix projected_keys(const LayerOf& of, Range rows, const Matrix& input, const std::stop_token& stop) {
  if (is_as_projected(of)) return some_rows(of.recorded().keys, rows);
  if (is_latent(of)) return latent_keys(of, rows, input, stop);
  return through(input, attention_matrices(of).key, stop);
}

Matrix projected_values(const LayerOf& of, Range rows, const Matrix& input, const std::stop_token& stop) {
  if (of.crosses() || !of.plan().attention.value_norm) return some_rows(of.recorded().values, rows);
  return through(input, attention_matrices(of).value, stop);
}

}  // namespace regard
