// SPDX-License-Identifier: Apache-2.0
// The normal distribution of mean 0 and standard deviation 1. Pure; any thread.
#pragma once

namespace regard {

/// Φ(z): the share of it below z; 0 of −∞.
[[nodiscard]] double normal_share(double z);

/// Φ⁻¹(p), to the last digits of a double, of p between 0 and 1, both left out.
[[nodiscard]] double normal_quantile(double p);

}  // namespace regard
