// SPDX-License-Identifier: Apache-2.0
// Where the chips of a token strip stand: from left to right, pieces of one word close together, lines that wrap or one row
// without end. Private to the strip.
#pragma once

#include "app/widgets/paint.h"
#include "app/widgets/token_strip.h"

#include <cstddef>

namespace regard {

[[nodiscard]] float chip_height(const Face& face);
/// Room for the outlines of the first line and the first chip.
[[nodiscard]] float chip_seam();
[[nodiscard]] float chip_line_height(const Face& face);

/// Chips in `width` pixels. What is edited has the editor's box in their place.
[[nodiscard]] ChipFlow flow_of(const TokenStripSpec& spec, const TokenStripState& state, float width);

/// A number that is another one whenever the chips would stand elsewhere.
[[nodiscard]] std::size_t flow_inputs(const TokenStripSpec& spec, const TokenStripState& state, float width);

}  // namespace regard
