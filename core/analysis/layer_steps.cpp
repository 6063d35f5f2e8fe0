// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/layer_steps.h"

#include "core/engine/latent_attention.h"
#include "core/engine/linear.h"
#include "core/engine/written.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace regard {
namespace {

std::vector<float> copy_of(std::span<const float> row) {
  return {row.begin(), row.end()};
}

/// Every head's columns of one row of outputs in a row of their own, zeros elsewhere: [heads, H·d].
Matrix apart(std::span<const float> joined, std::size_t heads) {
  const std::size_t width = joined.size() / heads;
  Matrix rows(heads, joined.size());
  for (std::size_t head = 0; head < heads; ++head)
    std::copy_n(joined.begin() + static_cast<std::ptrdiff_t>(head * width), width,
                rows.row(head).begin() + static_cast<std::ptrdiff_t>(head * width));
  return rows;
}

/// What RMSNorm multiplies each dimension of a row by.
std::vector<float> norm_factors(std::span<const float> row, const Norm& norm, float epsilon) {
  double square = 0.0;
  for (const float number : row)
    square += static_cast<double>(number) * static_cast<double>(number);
  const double inverse = 1.0 / std::sqrt(square / static_cast<double>(row.size()) + static_cast<double>(epsilon));
  std::vector<float> factors(row.size());
  std::transform(norm.scale.begin(), norm.scale.end(), factors.begin(),
                 [inverse](float scale) { return static_cast<float>(inverse) * scale; });
  return factors;
}

/// What each dimension of z·W_O (z one row) is multiplied by before it is added to the stream: by the norm of what is written, as
/// it finds this row, and by the plan's scale. Empty where nothing stands between.
std::vector<float> factors_behind(const LayerOf& of, const Matrix& joined, const std::stop_token& stop) {
  const LayerPlan& plan = of.plan();
  const bool normed = normalises_written(plan.norms);
  if (of.crosses() || (!normed && plan.residual_scale == 1.0F)) return {};
  std::vector<float> factors(of.config().hidden, 1.0F);
  if (normed) {
    Matrix projected(1, of.config().hidden);
    project(all_rows(joined), attention_matrices(of).output, all_rows(projected), stop);
    factors = norm_factors(projected.row(0), of.weights().attention_output_norm, of.config().norm_epsilon);
  }
  for (float& factor : factors)
    factor *= plan.residual_scale;
  return factors;
}

void multiply_by(std::span<float> row, std::span<const float> factors) {
  if (factors.empty()) return;
  std::transform(row.begin(), row.end(), factors.begin(), row.begin(), std::multiplies<>());
}

/// The layer's other attention, of a decoder that listens to an encoder: what it writes.
const Matrix* other_output(const LayerOf& of) {
  if (of.kind == AttentionKind::encoder || of.whole.cross == nullptr) return nullptr;
  const LayerOf other{of.whole, of.crosses() ? AttentionKind::self : AttentionKind::cross, of.layer};
  return &other.recorded().attention_output;
}

const Matrix& feed_forward_output(const LayerOf& of) {
  return of.stack().layers[of.layer].feed_forward_output;
}

/// A number of Q, K or V: output `output` of a matrix that reads `input`.
struct NumberSource {
  Matrix input{};  ///< [1, D], or [1, rank]
  const Linear* linear = nullptr;
  std::size_t output = 0;
  bool of_latent = false;
};

NumberSource latent_source(const LayerOf& of, Projection projection, Matrix input, std::size_t output,
                           const std::stop_token& stop) {
  const LatentAttention& plan = *of.plan().attention.latent;
  const LayerWeights& w = of.weights();
  const Model& model = *of.stack().model;
  const std::size_t d = of.config().head_dim(of.layer), v = of.config().value_dim(of.layer);
  const std::size_t content = d - plan.shared_dims;
  if (projection == Projection::query) {
    if (plan.query_rank == 0) return {std::move(input), &w.query, output};
    Matrix narrow(1, plan.query_rank), queries(1, of.config().queries_width(of.layer));
    project_latent_queries(model, of.layer, all_rows(std::as_const(input)), narrow, all_rows(queries), stop);
    return {std::move(narrow), &w.query, output, true};
  }
  if (projection == Projection::key && output % d >= content)
    return {std::move(input), &w.latent.shared_key, output % d - content};
  Matrix latent(1, plan.rank);
  project_latent(model, of.layer, all_rows(std::as_const(input)), all_rows(latent), stop);
  const std::size_t row = projection == Projection::key ? output / d * (content + v) + output % d
                                                        : output / v * (content + v) + content + output % v;
  return {std::move(latent), &w.latent.up, row, true};
}

NumberSource source_of(const LayerOf& of, Projection projection, Matrix input, std::size_t output,
                       const std::stop_token& stop) {
  if (is_latent(of)) return latent_source(of, projection, std::move(input), output, stop);
  const AttentionMatrices all = attention_matrices(of);
  const Linear& linear = projection == Projection::query ? all.query
                         : projection == Projection::key ? all.key
                                                         : all.value;
  return {std::move(input), &linear, output};
}

float recorded_number(const LayerOf& of, Projection projection, Range row, std::size_t output, const Matrix& input,
                      const std::stop_token& stop) {
  if (projection == Projection::value) return projected_values(of, row, input, stop)(0, output);
  if (projection == Projection::key) return projected_keys(of, row, input, stop)(0, output);
  return projected_queries(of, row, input, stop)(0, output);
}

}  // namespace

float length_of(std::span<const float> vector) {
  double square = 0.0;
  for (const float number : vector)
    square += static_cast<double>(number) * static_cast<double>(number);
  return static_cast<float>(std::sqrt(square));
}

Matrix written_by(const LayerOf& of, const Matrix& joined, const std::stop_token& stop) {
  Matrix written(joined.rows, of.config().hidden);
  project(all_rows(joined), attention_matrices(of).output, all_rows(written), stop);
  if (!of.crosses())
    make_addable(of.plan(), of.weights().attention_output_norm, of.config().norm_epsilon, all_rows(written));
  return written;
}

LayerSteps layer_steps(const LayerOf& of, std::size_t head, Range queries, Range keys, const StepSwitches& switches,
                       const std::stop_token& stop) {
  const LayerTrace& recorded = of.recorded();
  LayerSteps steps;
  steps.queries = queries;
  steps.keys = keys;
  steps.input = attention_input(of, queries);
  steps.key_input = key_input(of, keys);
  steps.projected_queries = projected_queries(of, queries, steps.input, stop);
  steps.projected_keys = projected_keys(of, keys, steps.key_input, stop);
  steps.projected_values = projected_values(of, keys, steps.key_input, stop);
  steps.values = some_rows(recorded.values, keys);
  steps.placed_queries = some_rows(recorded.queries, queries);
  steps.placed_keys = some_rows(recorded.keys, keys);
  steps.focus = head_rows(of, head, queries, keys, switches, stop);
  steps.joined = joined_outputs(of, queries, switches, stop);
  steps.before = stream_before_attention(of, queries);
  steps.written =
      changes(of, switches) ? written_by(of, steps.joined, stop) : some_rows(recorded.attention_output, queries);
  steps.after = stream_after_attention(of, queries, steps.before, steps.written);
  return steps;
}

OutputParts output_parts(const LayerOf& of, std::size_t token, const StepSwitches& switches,
                         const std::stop_token& stop) {
  const Range row{token, token + 1};
  const Matrix joined = joined_outputs(of, row, switches, stop);
  const Linear& output = attention_matrices(of).output;
  OutputParts parts;
  parts.written = written_by(of, joined, stop).values;
  const Matrix rows = apart(joined.row(0), heads_of(of, switches));
  Linear without_bias = output;
  without_bias.bias.clear();
  parts.heads = Matrix(rows.rows, of.config().hidden);
  project(all_rows(rows), without_bias, all_rows(parts.heads), stop);
  parts.bias = output.bias;
  const std::vector<float> factors = factors_behind(of, joined, stop);
  for (std::size_t head = 0; head < parts.heads.rows; ++head)
    multiply_by(parts.heads.row(head), factors);
  if (!parts.bias.empty()) multiply_by(parts.bias, factors);
  parts.recorded = copy_of(of.recorded().attention_output.row(token));
  if (const Matrix* other = other_output(of)) parts.other = copy_of(other->row(token));
  parts.feed_forward = copy_of(feed_forward_output(of).row(token));
  return parts;
}

BlockNorms block_norms(const LayerOf& of, Range rows) {
  const auto lengths = [rows](const Matrix& written) {
    std::vector<float> list;
    list.reserve(rows.size());
    for (std::size_t row = rows.begin; row < rows.end; ++row)
      list.push_back(length_of(written.row(row)));
    return list;
  };
  BlockNorms norms;
  norms.attention = lengths(of.recorded().attention_output);
  if (const Matrix* other = other_output(of)) norms.other = lengths(*other);
  norms.feed_forward = lengths(feed_forward_output(of));
  return norms;
}

NumberSum number_sum(const LayerOf& of, Projection projection, std::size_t token, std::size_t output,
                     const std::stop_token& stop) {
  const Range row{token, token + 1};
  const Matrix read = projection == Projection::query ? attention_input(of, row) : key_input(of, row);
  const auto [input, linear, place, of_latent] = source_of(of, projection, read, output, stop);
  NumberSum number;
  number.of_latent = of_latent;
  number.input = input.values;
  number.weights.resize(input.cols);
  copy_weights_of(*linear, place, number.weights);
  number.bias = linear->bias.empty() ? 0.0F : linear->bias[place];
  number.order.resize(input.cols);
  std::iota(number.order.begin(), number.order.end(), std::size_t{0});
  std::stable_sort(number.order.begin(), number.order.end(), [&](std::size_t left, std::size_t right) {
    return std::abs(number.term(left)) > std::abs(number.term(right));
  });
  double sum = static_cast<double>(number.bias);
  for (std::size_t index = 0; index < input.cols; ++index)
    sum += static_cast<double>(number.input[index]) * static_cast<double>(number.weights[index]);
  number.sum = static_cast<float>(sum);
  number.recorded = recorded_number(of, projection, row, output, read, stop);
  return number;
}

}  // namespace regard
