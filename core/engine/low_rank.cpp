// SPDX-License-Identifier: Apache-2.0
#include "core/engine/low_rank.h"

#include "core/engine/linear.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace regard {
namespace {

/// Every adapter stretches the model's own part once more: 1 + Σ (stretch − 1).
void stretch_own_part(const Linear& linear, Rows out) {
  std::vector<float> factors(out.width, 1.0F);
  for (const LowRank& each : linear.adapted)
    for (std::size_t output = 0; output < out.width && each.magnitudes; ++output)
      factors[output] += stretch_of(each, output) - 1.0F;
  for_rows(out.count, out.width, [&](std::size_t index) {
    const std::span<float> row = out.row(index);
    for (std::size_t output = 0; output < row.size(); ++output) {
      const float bias = linear.bias.empty() ? 0.0F : linear.bias[output];
      row[output] = (row[output] - bias) * factors[output] + bias;
    }
  });
}

bool is_dora(const LowRank& each) {
  return each.magnitudes != nullptr;
}

}  // namespace

void add_adapters(ConstRows x, const Linear& linear, Rows out, const std::stop_token& stop) {
  if (std::any_of(linear.adapted.begin(), linear.adapted.end(), is_dora)) stretch_own_part(linear, out);
  for (const LowRank& each : linear.adapted) {
    if (each.factor() == 0.0F) continue;
    Matrix inner(x.count, each.a.rows()), change(x.count, out.width);
    project(x, Linear{.weight = each.a}, all_rows(inner), stop);
    project(all_rows(std::as_const(inner)), Linear{.weight = each.b}, all_rows(change), stop);
    std::vector<float> factors(out.width, each.factor());
    for (std::size_t output = 0; output < out.width && each.magnitudes; ++output)
      factors[output] *= stretch_of(each, output);
    for_rows(out.count, out.width, [&](std::size_t index) {
      const std::span<float> row = out.row(index);
      const std::span<const float> added = std::as_const(change).row(index);
      for (std::size_t output = 0; output < row.size(); ++output)
        row[output] += factors[output] * added[output];
    });
  }
}

}  // namespace regard
