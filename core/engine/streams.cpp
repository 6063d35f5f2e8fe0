// SPDX-License-Identifier: Apache-2.0
#include "core/engine/streams.h"

#include "core/engine/linear.h"
#include "core/engine/norm.h"
#include "core/engine/side_path.h"
#include "core/engine/token_row.h"

#include <algorithm>
#include <cmath>
#include <functional>
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

/// What a row is multiplied by to become as long as another.
float length_factor(std::span<const float> like, std::span<const float> row) {
  constexpr double kLeastSquare = 1e-5;  // of the mean, where a row is next to nothing
  return static_cast<float>(std::sqrt(mean_square(like)) / std::sqrt(std::max(mean_square(row), kLeastSquare)));
}

/// Every row of x becomes as long as that of `like`.
void match_lengths(ConstRows like, Rows x) {
  for_rows(x.count, x.width, [&](std::size_t row) {
    const float factor = length_factor(like.row(row), x.row(row));
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

/// [n, S²] P of every row.
Matrix mixes_of(const Model& model, std::size_t layer, ConstRows first, const std::stop_token& stop) {
  const StreamWeights& w = model.weights->layers[layer].streams;
  const Matrix numbers = router_numbers(model, w, first, stop);
  Matrix mixes(numbers.rows, w.prediction.weight.rows());
  project(all_rows(numbers), w.prediction, all_rows(mixes), stop);
  return mixes;
}

/// [n, S] c of every row.
Matrix corrections_of(const Model& model, std::size_t layer, ConstRows y, const std::stop_token& stop) {
  const StreamWeights& w = model.weights->layers[layer].streams;
  const Matrix numbers = router_numbers(model, w, y, stop);
  Matrix corrections(numbers.rows, numbers.cols);
  project(all_rows(numbers), w.correction, all_rows(corrections), stop);
  for (float& value : corrections.values)
    value += 1.0F;
  return corrections;
}

/// p_i = x_i + Σ_j P_ij·x_j of the first `predicted.size()` streams.
void predict(const Matrix& mixes, const StreamList& x, const std::vector<Rows>& predicted) {
  for_rows(mixes.rows, x.front().width * x.size() * predicted.size(), [&](std::size_t row) {
    for (std::size_t i = 0; i < predicted.size(); ++i) {
      const std::span<float> p = predicted[i].row(row);
      std::copy(x[i].row(row).begin(), x[i].row(row).end(), p.begin());
      for (std::size_t j = 0; j < x.size(); ++j) {
        const float mix = mixes(row, i * x.size() + j);
        const std::span<const float> from = x[j].row(row);
        for (std::size_t column = 0; column < p.size(); ++column)
          p[column] += mix * from[column];
      }
    }
  });
}

/// x_i = p_i + c_i·(y − p_0), in the place of p_i.
void correct(const Matrix& corrections, ConstRows y, const std::vector<Rows>& streams) {
  for_rows(y.count, y.width * streams.size(), [&](std::size_t row) {
    for (std::size_t column = 0; column < y.width; ++column) {
      const float news = y.row(row)[column] - streams.front().row(row)[column];
      for (std::size_t i = 0; i < streams.size(); ++i)
        streams[i].row(row)[column] += corrections(row, i) * news;
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

/// What x_0 asks for the token's row with.
void scale_asking(const Model& model, std::size_t layer, Rows asking) {
  const std::vector<float>& scale = model.weights->layers[layer].streams.row_scale;
  for (std::size_t row = 0; row < asking.count && !scale.empty(); ++row)
    std::transform(scale.begin(), scale.end(), asking.row(row).begin(), asking.row(row).begin(), std::multiplies<>());
}

/// What the tokens' rows bring, asked for by x_0, goes to all other streams.
void add_token_rows(const Pass& pass, std::size_t layer, LayerBuffers& buffers, const std::vector<Rows>& streams) {
  if (pass.config().plans[layer].token_row == 0 || streams.size() < 2) return;
  const Rows asking = narrowed(buffers.read, streams.front().count, streams.front().width);
  std::copy(streams.front().all().begin(), streams.front().all().end(), asking.data);
  scale_asking(pass.model, layer, asking);
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

/// Each row by itself: the streams of one token.
std::vector<Rows> rows_apart(Matrix& streams) {
  std::vector<Rows> rows;
  for (std::size_t row = 0; row < streams.rows; ++row)
    rows.push_back(rows_of(streams, {row, row + 1}));
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
  const StreamList found = recorded_streams(pass.trace, layer, pass.rows);
  predict(mixes_of(pass.model, layer, found.front(), pass.stop), found, predicted_rows(buffers));
}

void correct_streams(const Pass& pass, std::size_t layer, LayerBuffers& buffers) {
  const std::vector<Rows> streams = predicted_rows(buffers);
  const Rows first = pass.now(pass.trace.residual[layer + 1]);  // y
  correct(corrections_of(pass.model, layer, first, pass.stop), first, streams);
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
  const StreamList found = recorded_streams(trace, layer, rows);
  predict(mixes_of(*trace.model, layer, found.front(), stop), found, {all_rows(first)});
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

StreamStep stream_step(const Trace& trace, std::size_t layer, std::size_t token, const std::stop_token& stop) {
  const Model& model = *trace.model;
  const Range row{token, token + 1};
  const StreamList found = recorded_streams(trace, layer, row);
  const std::size_t hidden = model.config.hidden;
  StreamStep step{.found = Matrix(found.size(), hidden),
                  .predicted = Matrix(found.size(), hidden),
                  .made = Matrix(1, hidden),
                  .brought = Matrix(1, hidden)};
  for (std::size_t i = 0; i < found.size(); ++i)
    std::copy(found[i].all().begin(), found[i].all().end(), step.found.row(i).begin());
  const Matrix mixes = mixes_of(model, layer, found.front(), stop);
  step.mixes = {mixes.values.begin(), mixes.values.end()};
  predict(mixes, found, rows_apart(step.predicted));
  const ConstRows first = rows_of(std::as_const(step.predicted), {0, 1});
  const LayerTrace& recorded = trace.layers[layer];
  const Rows made = all_rows(step.made);
  add(first, rows_of(recorded.attention_output, row), made);
  if (model.config.plans[layer].side_rank > 0) take_side_path(model, layer, first, made, stop);
  add(made, rows_of(recorded.feed_forward_output, row), made);
  const Matrix corrections = corrections_of(model, layer, made, stop);
  step.corrections = {corrections.values.begin(), corrections.values.end()};
  step.left = step.predicted;
  correct(corrections, made, rows_apart(step.left));
  if (model.config.plans[layer].token_row == 0 || found.size() < 2) return step;
  std::copy(step.left.row(0).begin(), step.left.row(0).end(), step.brought.row(0).begin());
  scale_asking(model, layer, all_rows(step.brought));
  bring_token_row(model, layer, trace.request.ids[token], step.brought.row(0), stop);
  for (std::size_t i = 1; i < found.size(); ++i) {
    const Rows other = rows_of(step.left, {i, i + 1});
    add(other, all_rows(std::as_const(step.brought)), other);
  }
  return step;
}

std::vector<float> shares_at_end(const Model& model, const Matrix& streams, const std::stop_token& stop) {
  const float share = 1.0F / static_cast<float>(streams.rows);
  std::vector<float> shares{share};
  Matrix turned(1, streams.cols);
  for (std::size_t i = 1; i < streams.rows; ++i) {
    project(rows_of(streams, {i, i + 1}), model.weights->streams_out[i - 1], all_rows(turned), stop);
    shares.push_back(share * length_factor(streams.row(0), turned.row(0)));
  }
  return shares;
}

}  // namespace regard
