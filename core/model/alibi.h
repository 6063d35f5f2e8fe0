// SPDX-License-Identifier: Apache-2.0
// Attention with linear biases (Press et al. 2021, https://arxiv.org/abs/2108.12409). For the files of the model families only.
#pragma once

#include <cstddef>
#include <vector>

namespace regard {

/// [heads] 2^(−8h/H) for a power of two; else those of the next lower power p, then every second one of 2p's.
[[nodiscard]] std::vector<float> alibi_slopes(std::size_t heads);

}  // namespace regard
