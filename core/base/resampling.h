// SPDX-License-Identifier: Apache-2.0
// A line of samples at another length: which old samples each new one is mixed from. Pure; any thread.
#pragma once

#include <cstddef>
#include <vector>

namespace regard {

/// How new samples are mixed from old ones. A filter grows with the reduction, so that fewer samples are free of aliasing.
enum class Resample { nearest, box, bilinear, hamming, bicubic, lanczos };

/// One new sample: Σ parts[i] · old[first + i]; the parts sum to 1.
struct Mix {
  std::size_t first = 0;
  std::vector<double> parts{};
};

/// [to], as the Python Imaging Library mixes (not `nearest`); sizes are positive.
[[nodiscard]] std::vector<Mix> mixes(std::size_t from, std::size_t to, Resample filter);

/// [to], by cubic convolution with a = −3/4 (Keys 1981) between the four samples around, whatever the reduction; the samples at the
/// ends stand for those beyond them.
[[nodiscard]] std::vector<Mix> sharp_cubic_mixes(std::size_t from, std::size_t to);

}  // namespace regard
