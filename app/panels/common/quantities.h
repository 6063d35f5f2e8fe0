// SPDX-License-Identifier: Apache-2.0
// Sizes of files and times as a person reads them, in the language chosen.
#pragma once

#include <cstdint>
#include <string>

namespace regard {

/// As many decimals as the number needs, six digits at most: "50", "0.5", "27.25".
[[nodiscard]] std::string plain_number(float value);
/// "980 B", "4.2 kB", "1.3 GB": units of 1000.
[[nodiscard]] std::string file_size(std::uint64_t bytes);
/// Seconds since 1970 as local date and time, to the minute.
[[nodiscard]] std::string date_and_time(std::int64_t seconds);

}  // namespace regard
