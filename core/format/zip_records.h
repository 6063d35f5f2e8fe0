// SPDX-License-Identifier: Apache-2.0
// Zip records (APPNOTE 4.3), for what reads and what writes them.
#pragma once

#include <cstddef>
#include <cstdint>

namespace regard::zip {

inline constexpr std::uint32_t kLocal = 0x04034B50, kCentral = 0x02014B50, kEnd = 0x06054B50;  ///< signatures
inline constexpr std::uint32_t kEnd64 = 0x06064B50, kEnd64Locator = 0x07064B50;
inline constexpr std::size_t kIn32 = 0xFFFFFFFF;  ///< in a place too small: the number stands in the zip64 record
inline constexpr std::size_t kStored = 0, kDeflated = 8;  ///< methods

}  // namespace regard::zip
