// SPDX-License-Identifier: Apache-2.0
#include "core/engine/norm.h"

#include "core/base/lanes.h"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace regard {
namespace {

/// Mean of f(x) over a row, in an order that depends on its length alone; f takes Lanes or one float.
template <typename Function>
float mean_of(std::span<const float> row, const Function& f) {
  Lanes lane_sums{};
  std::size_t at = 0;
  for (; at + kLanes <= row.size(); at += kLanes)
    lane_sums += f(load(row.data() + at));
  double sum = sum_of(lane_sums);
  for (; at < row.size(); ++at)
    sum += static_cast<double>(f(row[at]));
  return static_cast<float>(sum / static_cast<double>(row.size()));
}

}  // namespace

void layer_norm(ConstRows x, const Norm& norm, float epsilon, Rows out) {
  assert(norm.scale.size() % x.width == 0 && norm.shift.size() == norm.scale.size());
  for_rows(x.count, x.width, [&](std::size_t row) {
    const std::span<const float> from = x.row(row);
    const std::span<float> to = out.row(row);
    const float mean = mean_of(from, [](auto value) { return value; });
    const float variance = mean_of(from, [mean](auto value) { return (value - mean) * (value - mean); });
    const float inverse = 1.0F / std::sqrt(variance + epsilon);
    const std::size_t first = row * x.width % norm.scale.size();
    const float *scale = norm.scale.data() + first, *shift = norm.shift.data() + first;
    for (std::size_t column = 0; column < x.width; ++column)
      to[column] = (from[column] - mean) * inverse * scale[column] + shift[column];
  });
}

void rms_norm(ConstRows x, const Norm& norm, float epsilon, Rows out) {
  assert(norm.scale.size() % x.width == 0 && norm.shift.empty());
  for_rows(x.count, x.width, [&](std::size_t row) {
    const std::span<const float> from = x.row(row);
    const std::span<float> to = out.row(row);
    const float inverse = 1.0F / std::sqrt(mean_of(from, [](auto value) { return value * value; }) + epsilon);
    const float* scale = norm.scale.data() + row * x.width % norm.scale.size();
    for (std::size_t column = 0; column < x.width; ++column)
      to[column] = from[column] * inverse * scale[column];
  });
}

void normalise(ConstRows x, const Norm& norm, float epsilon, Rows out) {
  if (norm.empty())
    std::copy(x.all().begin(), x.all().end(), out.all().begin());
  else if (norm.shift.empty())
    rms_norm(x, norm, epsilon, out);
  else
    layer_norm(x, norm, epsilon, out);
}

}  // namespace regard
