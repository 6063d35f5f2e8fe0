// SPDX-License-Identifier: Apache-2.0
// In which order the first two axes of arrays of vectors may stand: [heads, tokens, d] or [tokens, heads, d]. For core/capture alone; pure.
#pragma once

#include <cstddef>
#include <span>

namespace regard {

/// The two axes of one array.
struct VectorAxes {
  std::size_t first = 0;
  std::size_t second = 0;
  std::size_t tokens = 0;  ///< of the text its vectors are of; 0: not yet known
  std::size_t heads = 0;   ///< 0: not yet known
  std::size_t layer = 0;   ///< arrays of one layer have heads that agree
  bool of_keys = false;    ///< keys or values, of which there may be fewer; else queries or what heads put out
};

struct FittingOrders {
  bool usual = true;      ///< heads first
  bool exchanged = true;  ///< tokens first
  [[nodiscard]] bool open() const { return usual && exchanged; }
};

/// Those in which all arrays agree about tokens and heads, and the heads of keys divide those of queries.
[[nodiscard]] FittingOrders fitting_orders(std::span<const VectorAxes> arrays);

}  // namespace regard
