// SPDX-License-Identifier: Apache-2.0
// The codebooks of the kinds of numbers IQ1, IQ2 and IQ3, as published with ggml: points of a lattice, of which a file names each
// by its place in the list. A point is eight (IQ3: four) small whole numbers, one in each byte, the first in the lowest. Constants.
#pragma once

#include <cstddef>
#include <cstdint>

namespace regard {

template <typename Point, std::size_t Count>
struct Grid {
  Point point[Count];
};

extern const Grid<std::uint64_t, 256> kGrid2Xxs;  ///< IQ2_XXS: 8, 25, 43
extern const Grid<std::uint64_t, 512> kGrid2Xs;   ///< IQ2_XS
extern const Grid<std::uint64_t, 1024> kGrid2S;   ///< IQ2_S
extern const Grid<std::uint64_t, 2048> kGrid1S;   ///< IQ1_S and IQ1_M: −1, 0, 1
extern const Grid<std::uint32_t, 256> kGrid3Xxs;  ///< IQ3_XXS: 4, 12, 20, 28, 36, 44, 52, 62
extern const Grid<std::uint32_t, 512> kGrid3S;    ///< IQ3_S: 1, 3 … 15

}  // namespace regard
