// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/stream_attribution.h"

#include "core/analysis/attributed_heads.h"
#include "core/base/eigen.h"
#include "core/base/progress.h"
#include "core/engine/norm.h"
#include "core/engine/streams.h"

#include <numbers>
#include <numeric>
#include <utility>
#include <vector>

namespace regard {
namespace {

using Readings = std::vector<LogitReading>;  ///< of each stream

/// How the streams behind the last layer are read.
Readings readings_at_end(const Model& model, const LogitReading& of_joined, const Matrix& streams,
                         const std::stop_token& stop) {
  const std::vector<float> shares = shares_at_end(model, streams, stop);
  Readings readings;
  for (std::size_t i = 0; i < shares.size(); ++i) {
    LogitReading share{of_joined.direction * static_cast<double>(shares[i]), 0.0};
    readings.push_back(i == 0 ? std::move(share) : before_linear(share, model.weights->streams_out[i - 1], stop));
  }
  return readings;
}

double part_of_all(const Readings& readings, const Matrix& streams) {
  double sum = 0.0;
  for (std::size_t i = 0; i < readings.size(); ++i)
    sum += readings[i].part(streams.row(i));
  return sum;
}

/// The streams of the run behind a layer that is not the last one.
Matrix recorded_behind(const Trace& trace, std::size_t layer, std::size_t position) {
  const std::vector<Matrix>& others = trace.other_streams[layer + 1];
  Matrix streams(others.size() + 1, trace.model->config.hidden);
  for (std::size_t i = 0; i < streams.rows; ++i) {
    const std::span<const float> row = (i == 0 ? trace.residual[layer + 1] : others[i - 1]).row(position);
    std::copy(row.begin(), row.end(), streams.row(i).begin());
  }
  return streams;
}

/// What the path beside attention wrote, read by `made`, of the sum that it is a part of: that less the stream, what attention wrote and
/// the normalised stream.
double side_part(const Trace& trace, std::size_t layer, std::size_t position, const StreamStep& step,
                 const LogitReading& made, const Matrix& normed) {
  const LayerTrace& recorded = trace.layers[layer];
  const double whole =
      (made.part(step.made.row(0)) - made.part(recorded.feed_forward_output.row(position))) * std::numbers::sqrt2;
  return whole - made.part(step.predicted.row(0)) - made.part(recorded.attention_output.row(position)) -
         made.part(normed.row(0));
}

/// One layer; the readings become those of the streams in front of it.
LayerAttribution attribute_step(const Trace& trace, std::size_t layer, std::size_t position, const StreamStep& step,
                                Readings& readings, const std::stop_token& stop) {
  const Model& model = *trace.model;
  const std::size_t count = readings.size();
  LayerAttribution result;
  LogitReading made{Eigen::VectorXd::Zero(readings.front().direction.size()), 0.0};  // of y
  for (std::size_t i = 0; i < count; ++i) {
    made.direction += static_cast<double>(step.corrections[i]) * readings[i].direction;
    if (i > 0) result.feed_forward += readings[i].part(step.brought.row(0));
  }
  result.feed_forward += made.part(trace.layers[layer].feed_forward_output.row(position));
  readings.front().direction -= made.direction;  // y − p_0
  LogitReading added = made;                     // of what attention adds
  if (model.config.plans[layer].side_rank > 0) {
    added.direction /= std::numbers::sqrt2;
    const Norm& norm = model.weights->layers[layer].attention_norm;
    Matrix normed(1, step.predicted.cols);
    normalise(rows_of(step.predicted, {0, 1}), norm, model.config.norm_epsilon, all_rows(normed));
    result.feed_forward += side_part(trace, layer, position, step, added, normed);
    readings.front().direction += before_norm(added, norm, model.config.norm_epsilon, step.predicted.row(0)).direction;
  }
  readings.front().direction += added.direction;
  HeadParts parts = head_parts({trace, AttentionKind::self, layer}, position, added, stop);
  result.attention_bias = parts.bias;
  if (!trace.request.interventions.empty())
    result.interventions = added.part(trace.layers[layer].attention_output.row(position)) - parts.bias -
                           std::accumulate(parts.heads.begin(), parts.heads.end(), 0.0);
  result.heads = std::move(parts.heads);
  const Readings predicted = readings;
  for (std::size_t j = 0; j < count; ++j)
    for (std::size_t i = 0; i < count; ++i)
      readings[j].direction += static_cast<double>(step.mixes[i * count + j]) * predicted[i].direction;
  return result;
}

}  // namespace

void attribute_streams(const Trace& trace, std::size_t position, const LogitReading& reading, Attribution& result,
                       const std::stop_token& stop) {
  Readings readings;
  for (std::size_t layer = trace.layers.size(); layer-- > 0;) {
    throw_if_stopped(stop);
    const bool last = readings.empty();
    const StreamStep step = stream_step(trace, layer, position, stop);
    if (last) readings = readings_at_end(*trace.model, reading, step.left, stop);
    const double here = last ? reading.part(trace.residual.back().row(position))
                             : part_of_all(readings, recorded_behind(trace, layer, position));
    const double patched = here - part_of_all(readings, step.left);
    result.layers[layer] = attribute_step(trace, layer, position, step, readings, stop);
    if (!trace.request.interventions.empty()) result.layers[layer].interventions += patched;
    if (layer == 0) result.embedding = part_of_all(readings, step.found);
  }
}

}  // namespace regard
