// SPDX-License-Identifier: Apache-2.0
#include "core/engine/selective_scan.h"

#include "core/base/parallel.h"
#include "core/engine/edits.h"
#include "core/engine/linear.h"
#include "core/engine/norm.h"
#include "core/engine/state_parts.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>
#include <vector>

namespace regard {
namespace {

constexpr std::size_t kStepsForThreads = 100'000;  // of numbers of a state that pay for waking another core

void convolve_channels(const Pass& pass, std::size_t layer) {
  const StateWeights& w = pass.weights().layers[layer].state;
  LayerTrace& t = pass.trace.layers[layer];
  for_rows(pass.rows.size(), t.values.cols, [&](std::size_t index) {
    const std::size_t row = pass.rows.begin + index;
    convolve(t.unconvolved, row, row % pass.text_tokens(), w, t.values.row(row));
  });
}

/// Columns [first, first + to.width) of some rows, normalised where there is a norm.
void take_part(const Matrix& from, std::size_t first, const Norm& norm, float epsilon, Rows to) {
  for (std::size_t row = 0; row < to.count; ++row)
    std::copy_n(from.row(row).begin() + static_cast<std::ptrdiff_t>(first), to.width, to.row(row).begin());
  if (!norm.empty()) rms_norm(to, norm, epsilon, to);
}

/// B, C and Δ = log(1 + e^·), from the convolved channels.
void select_steps(const Pass& pass, std::size_t layer) {
  const StateWeights& w = pass.weights().layers[layer].state;
  LayerTrace& t = pass.trace.layers[layer];
  const std::size_t count = pass.rows.size(), rank = std::get<StateSpace>(pass.config().plans[layer].mixer).step_rank;
  const float epsilon = pass.config().norm_epsilon;
  const Rows keys = pass.now(t.keys), queries = pass.now(t.queries), steps = pass.now(t.write);
  Matrix selected(count, rank + keys.width + queries.width), narrow(count, rank);
  project(pass.now(t.values), w.select, all_rows(selected), pass.stop);
  take_part(selected, 0, w.step_norm, epsilon, all_rows(narrow));
  take_part(selected, rank, w.key_norm, epsilon, keys);
  take_part(selected, rank + keys.width, w.query_norm, epsilon, queries);
  project(all_rows(std::as_const(narrow)), w.decay, steps, pass.stop);
  for (float& delta : steps.all())
    delta = softplus(delta);
}

/// One channel of one text whose rows begin at `first_row`: S_t = exp(A∘Δ_t)∘S_{t−1} + Δ_t·x_t B_t, o_t = S_t·C_t + D·x_t.
void scan_channel(const Pass& pass, std::size_t layer, std::size_t channel, std::size_t first_row) {
  const StateWeights& w = pass.weights().layers[layer].state;
  LayerTrace& t = pass.trace.layers[layer];
  const Range positions = pass.positions();
  const std::size_t numbers = t.keys.cols;
  std::vector<float> state(numbers), rates(numbers);
  for (std::size_t n = 0; n < numbers; ++n)
    rates[n] = -std::exp(w.log_rate[channel * numbers + n]);
  for (std::size_t position = 0; position < positions.end; ++position) {
    const std::size_t row = first_row + position;
    const std::span<const float> b = t.keys.row(row), c = t.queries.row(row);
    const float step = t.write(row, channel), x = t.values(row, channel), written = step * x;
    float read = 0.0F;
    for (std::size_t n = 0; n < numbers; ++n) {
      state[n] = std::exp(rates[n] * step) * state[n] + written * b[n];
      read += state[n] * c[n];
    }
    if (position >= positions.begin) t.head_outputs(row, channel) = read + w.skip[channel] * x;
  }
}

}  // namespace

void scan_channels(const Pass& pass, std::size_t layer) {
  convolve_channels(pass, layer);
  select_steps(pass, layer);
  edit_queries_keys_values(pass, layer);
  const LayerTrace& t = pass.trace.layers[layer];
  const std::size_t channels = t.values.cols, tokens = pass.text_tokens();
  const std::size_t grain = kStepsForThreads / (tokens * t.keys.cols) + 1;
  parallel_for(pass.text_count() * channels, grain, [&](std::size_t begin, std::size_t end) {
    throw_if_stopped(pass.stop);
    for (std::size_t at = begin; at < end; ++at)
      scan_channel(pass, layer, at % channels, at / channels * tokens);
  });
  edit_head_outputs(pass, layer);
}

}  // namespace regard
