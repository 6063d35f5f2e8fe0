// SPDX-License-Identifier: Apache-2.0
// A linear function of a row, pulled back step by step through what made the row: how a logit depends on the stream. For .cpp files
// alone. Pure; any thread.
#pragma once

#include "core/base/eigen.h"
#include "core/model/weights.h"
#include "core/trace/trace.h"

#include <cstdint>
#include <span>
#include <stop_token>

namespace regard {

/// row ↦ direction·row + constant. In double: many parts are added up.
struct LogitReading {
  Eigen::VectorXd direction{};
  double constant = 0.0;

  /// direction·row
  [[nodiscard]] double part(std::span<const float> row) const;
};

/// The same function of x where the row is x·Wᵀ + b. Throws Cancelled.
[[nodiscard]] LogitReading before_linear(const LogitReading& reading, const Linear& linear,
                                         const std::stop_token& stop);
/// The same function of x where the row is what the norm (LayerNorm, or RMSNorm where it shifts nothing) makes of x, its
/// scale kept at what it is for this x.
[[nodiscard]] LogitReading before_norm(const LogitReading& reading, const Norm& norm, float epsilon,
                                       std::span<const float> x);
/// The same function of x where the row is factor·x in every dimension.
[[nodiscard]] LogitReading before_factors(const LogitReading& reading, std::span<const double> factors);

/// The logit of a token (before a cap), minus that of another unless that is −1, as a function of the last stream, given the row it is
/// read from. Throws Cancelled.
[[nodiscard]] LogitReading logit_reading(const Model& model, std::span<const float> stream, std::int32_t token,
                                         std::int32_t other, const std::stop_token& stop);

}  // namespace regard
