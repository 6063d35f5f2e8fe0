// SPDX-License-Identifier: Apache-2.0
// A small random generator whose numbers are the same on every machine and every standard library.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace regard {

/// xoshiro256** (Blackman and Vigna, 2018), its state filled by splitmix64 from one seed. A plain value: copying it
/// copies the sequence. Not for secrets.
struct Random {
  std::array<std::uint64_t, 4> state{};

  explicit Random(std::uint64_t seed);

  [[nodiscard]] std::uint64_t next();
  /// Uniform in [0, 1), 24 random bits.
  [[nodiscard]] float uniform();
  /// Uniform in [0, bound); bound > 0. The bias is below bound/2⁶⁴.
  [[nodiscard]] std::size_t below(std::size_t bound);
  /// Mean 0, variance 1 (Box and Muller).
  [[nodiscard]] float normal();
};

}  // namespace regard
