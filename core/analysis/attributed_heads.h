// SPDX-License-Identifier: Apache-2.0
// What every head of a layer wrote of a logit. For attribution alone.
#pragma once

#include "core/analysis/logit_reading.h"
#include "core/analysis/step_inputs.h"

#include <cstddef>
#include <stop_token>
#include <vector>

namespace regard {

struct HeadParts {
  std::vector<double> heads{};  ///< [H]; empty: the layer has none
  double bias = 0.0;            ///< of W_O
};
/// At a position, `reading` being how the logit reads what attention adds to the stream. Throws Cancelled.
[[nodiscard]] HeadParts head_parts(const LayerOf& of, std::size_t position, const LogitReading& reading,
                                   const std::stop_token& stop);

}  // namespace regard
