// SPDX-License-Identifier: Apache-2.0
#include "core/engine/streams.h"

#include "core/engine/linear.h"
#include "core/engine/norm.h"
#include "core/engine/token_row.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace regard {
namespace {

using StreamList = std::vector<ConstRows>;  ///< x_0, x_1 …

double mean_square(std::span<const float> row) {
  double sum = 0.0;
  for (const float value : row)
    sum += static_cast<double>(value) * static_cast<double>(value);
  return sum / static_cast<double>(row.size());
}

/// Every row of x becomes as long as that of `like`.
void match_lengths(ConstRows like, Rows x) {
  constexpr double kLeastSquare = 1e-5;  // of the mean, where a row is next to nothing
  for_rows(x.count, x.width, [&](std::size_t row) {
    const double wanted = std::sqrt(mean_square(like.row(row)));
    const auto factor = static_cast<float>(wanted / std::sqrt(std::max(mean_square(x.row(row)), kLeastSquare)));
    for (float& value : x.row(row))
      value *= factor;
  });
}

/// [n, S] m(x) = tanh(W_m·norm(x)/D)
Matrix router_numbers(const Model& model, const StreamWeights& w, ConstRows x, const std::stop_token& stop) {
  Matrix normed(x.count, x.width), numbers(x.count, w.router.weight.rows());
  normalise(x, w.router_norm, model.config.norm_epsilon, all_rows(normed));
  project(all_rows(std::as_const(normed)), w.router, all_rows(numbers), stop);
  for (float& number : numbers.values)
    number = std::tanh(number);
  return numbers;
}

/// p_i = x_i + Σ_j P_ij·x_j of the first `predicted.size()` streams.
void predict(const Model& model, std::size_t layer, const StreamList& x, const std::vector<Rows>& predicted,
             const std::stop_token& stop) {
  const StreamWeights& w = model.weights->layers[layer].streams;
  const Matrix numbers = router_numbers(model, w, x.front(), stop);
  Matrix coefficients(numbers.rows, w.prediction.weight.rows());
  project(all_rows(numbers), w.prediction, all_rows(coefficients), stop);
  for_rows(numbers.rows, x.front().width * x.size() * predicted.size(), [&](std::size_t row) {
    for (std::size_t i = 0; i < predicted.size(); ++i) {
      const std::span<float> p = predicted[i].row(row);
      std::copy(x[i].row(row).begin(), x[i].row(row).end(), p.begin());
      for (std::size_t j = 0; j < x.size(); ++j) {
        const float coefficient = coefficients(row, i * x.size() + j);
        const std::span<const float> from = x[j].row(row);
        for (std::size_t column = 0; column < p.size(); ++column)
          p[column] += coefficient * from[column];
      }
    }
  });
}

/// x_i = p_i + c_i·(y − p_0), in the place of p_i.
void correct(const Model& model, std::size_t layer, ConstRows y, const std::vector<Rows>& streams,
             const std::stop_token& stop) {
  const StreamWeights& w = model.weights->layers[layer].streams;
  const Matrix numbers = router_numbers(model, w, y, stop);
  Matrix coefficients(numbers.rows, streams.size());
  project(all_rows(numbers), w.correction, all_rows(coefficients), stop);
  for_rows(y.count, y.width * streams.size(), [&](std::size_t row) {
    for (std::size_t column = 0; column < y.width; ++column) {
      const float brought = y.row(row)[column] - streams.front().row(row)[column];
      for (std::size_t i = 0; i < streams.size(); ++i)
        streams[i].row(row)[column] += (1.0F + coefficients(row, i)) * brought;
    }
  });
}

/// The mean of x_0 and of V_i·x_i, as long as x_0. `out` may be x_0.
void join(const Model& model, const StreamList& x, Rows out, const std::stop_token& stop) {
  Matrix sum(out.count, out.width), turned(out.count, out.width);
  std::copy(x.front().all().begin(), x.front().all().end(), sum.values.begin());
  for (std::size_t i = 1; i < x.size(); ++i) {
    project(x[i], model.weights->streams_out[i - 1], all_rows(turned), stop);
    match_lengths(x.front(), all_rows(turned));
    add(all_rows(std::as_const(sum)), all_rows(std::as_const(turned)), all_rows(sum));
  }
  const float share = 1.0F / static_cast<float>(x.size());
  std::transform(sum.values.begin(), sum.values.end(), out.all().begin(),
                 [share](float value) { return value * share; });
}

/// What the tokens' rows bring, asked for by x_0, goes to all other streams.
void add_token_rows(const Pass& pass, std::size_t layer, LayerBuffers& buffers, const std::vector<Rows>& streams) {
  if (pass.config().plans[layer].token_row == 0 || streams.size() < 2) return;
  const std::vector<float>& scale = pass.weights().layers[layer].streams.row_scale;
  const Rows asking = narrowed(buffers.read, streams.front().count, streams.front().width);
  std::copy(streams.front().all().begin(), streams.front().all().end(), asking.data);
  for (std::size_t row = 0; row < asking.count && !scale.empty(); ++row)
    std::transform(scale.begin(), scale.end(), asking.row(row).begin(), asking.row(row).begin(), std::multiplies<>());
  bring_token_rows(pass, layer, buffers, asking);
  for (std::size_t i = 1; i < streams.size(); ++i)
    add(streams[i], asking, streams[i]);
}

std::vector<Rows> predicted_rows(LayerBuffers& buffers) {
  std::vector<Rows> rows;
  for (Matrix& each : buffers.predicted)
    rows.push_back(all_rows(each));
  return rows;
}

/// The streams of a run in front of a layer.
StreamList recorded_streams(const Trace& trace, std::size_t layer, Range rows) {
  StreamList list{rows_of(trace.residual[layer], rows)};
  for (const Matrix& other : trace.other_streams[layer])
    list.push_back(rows_of(other, rows));
  return list;
}

}  // namespace

void spread_streams(const Pass& pass) {
  const ConstRows first = pass.now(pass.trace.residual.front());
  for (std::size_t i = 0; i < pass.weights().streams_in.size(); ++i) {
    const Rows other = pass.now(pass.trace.other_streams.front()[i]);
    project(first, pass.weights().streams_in[i], other, pass.stop);
    match_lengths(first, other);
  }
}

void predict_streams(const Pass& pass, std::size_t layer, LayerBuffers& buffers) {
  predict(pass.model, layer, recorded_streams(pass.trace, layer, pass.rows), predicted_rows(buffers), pass.stop);
}

void correct_streams(const Pass& pass, std::size_t layer, LayerBuffers& buffers) {
  const std::vector<Rows> streams = predicted_rows(buffers);
  const Rows first = pass.now(pass.trace.residual[layer + 1]);  // y
  correct(pass.model, layer, first, streams, pass.stop);
  add_token_rows(pass, layer, buffers, streams);
  if (layer + 1 == pass.config().layers) return join(pass.model, {streams.begin(), streams.end()}, first, pass.stop);
  std::copy(streams.front().all().begin(), streams.front().all().end(), first.data);
  for (std::size_t i = 1; i < streams.size(); ++i) {
    const Rows next = pass.now(pass.trace.other_streams[layer + 1][i - 1]);
    std::copy(streams[i].all().begin(), streams[i].all().end(), next.data);
  }
}

Matrix predicted_stream(const Trace& trace, std::size_t layer, Range rows, const std::stop_token& stop) {
  Matrix first(rows.size(), trace.model->config.hidden);
  predict(*trace.model, layer, recorded_streams(trace, layer, rows), {all_rows(first)}, stop);
  return first;
}

Matrix joined_streams(const Trace& trace, std::size_t place, Range rows, const std::stop_token& stop) {
  Matrix joined(rows.size(), trace.residual[place].cols);
  if (place < trace.other_streams.size()) {
    join(*trace.model, recorded_streams(trace, place, rows), all_rows(joined), stop);
    return joined;
  }
  const ConstRows stream = rows_of(trace.residual[place], rows);
  std::copy(stream.all().begin(), stream.all().end(), joined.values.begin());
  return joined;
}

}  // namespace regard
