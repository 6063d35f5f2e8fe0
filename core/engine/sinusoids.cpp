// SPDX-License-Identifier: Apache-2.0
// Positions as sines and cosines (Vaswani et al. 2017, §3.5).
#include "core/engine/embedding.h"

#include <cmath>

namespace regard {
namespace {

/// Sines in the first half of the dimensions, cosines in the second: pos/10000^(2k/D).
void add_sines(float position, std::span<float> row) {
  const std::size_t sines = (row.size() + 1) / 2;
  for (std::size_t column = 0; column < row.size(); ++column) {
    const std::size_t k = column < sines ? column : column - sines;
    const double angle = position / std::pow(10000.0, 2.0 * static_cast<double>(k) / static_cast<double>(row.size()));
    row[column] += static_cast<float>(column < sines ? std::sin(angle) : std::cos(angle));
  }
}

/// fairseq's: pos/10000^(k/(D/2 − 1)), and the first token stands at 2, behind the place that padding would have.
void add_fairseq_sines(float position, std::span<float> row) {
  const std::size_t sines = row.size() / 2;
  for (std::size_t k = 0; k < sines; ++k) {
    const double frequency = std::pow(10000.0, -static_cast<double>(k) / static_cast<double>(sines - 1));
    const double angle = (static_cast<double>(position) + 2.0) * frequency;
    row[k] += static_cast<float>(std::sin(angle));
    row[sines + k] += static_cast<float>(std::cos(angle));
  }
}

}  // namespace

void add_sinusoids(const Pass& pass, const Sinusoids& sinusoids, Rows rows) {
  const std::vector<float> places = pass.places();
  const auto add = sinusoids.fairseq ? add_fairseq_sines : add_sines;
  for (std::size_t row = 0; row < rows.count; ++row)
    add(places[row], rows.row(row));
}

}  // namespace regard
