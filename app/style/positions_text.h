// SPDX-License-Identifier: Apache-2.0
// What positions of a layer are called and how they work, in a sentence. The window and the files say the same. UI thread.
#pragma once

#include "core/analysis/positions.h"
#include "core/analysis/rotary_planes.h"

#include <string>
#include <utility>
#include <vector>

namespace regard {

/// "Rotary positions (RoPE): 64 of 64 dimensions are turned in pairs k and k + 32, base 10000." `trace`: of that attention.
[[nodiscard]] std::string told_positions(const Trace& trace, HeadRef head);
/// "6.28", "63 000", "∞": tokens, three digits.
[[nodiscard]] std::string told_wavelength(double tokens);
/// The terms that this head has, named, in the order they are added; the planes are one.
[[nodiscard]] std::vector<std::pair<std::string, double>> named_terms(const ScoreTerms& terms);

}  // namespace regard
