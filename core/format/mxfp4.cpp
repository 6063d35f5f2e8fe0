// SPDX-License-Identifier: Apache-2.0
#include "core/format/mxfp4.h"

#include <cassert>

namespace regard {

void join_mxfp4(std::span<const std::byte> numbers, std::span<const std::byte> scales, std::span<std::byte> blocks) {
  assert(numbers.size() == scales.size() * kMxfp4Halves && blocks.size() == scales.size() * (kMxfp4Halves + 1));
  constexpr std::byte kLow{0x0F};
  const std::byte* from = numbers.data();
  std::byte* to = blocks.data();
  for (const std::byte scale : scales) {
    *to++ = scale;
    for (std::size_t pair = 0; pair < kMxfp4Halves / 2;
         ++pair) {  // numbers 2·pair and 2·pair + 1, and those 16 further
      const std::byte first = from[pair], second = from[pair + kMxfp4Halves / 2];
      *to++ = (first & kLow) | (second << 4);
      *to++ = (first >> 4) | (second & ~kLow);
    }
    from += kMxfp4Halves;
  }
}

}  // namespace regard
