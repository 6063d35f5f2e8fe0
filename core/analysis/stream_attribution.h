// SPDX-License-Identifier: Apache-2.0
// Direct logit attribution through several streams (core/engine/streams.h). With the numbers by which layers mix and correct them kept at
// their values in this run, as the scales of norms are, the way from what a block wrote to the logit is linear. For attribution alone.
#pragma once

#include "core/analysis/attribution.h"
#include "core/analysis/logit_reading.h"

#include <cstddef>
#include <stop_token>

namespace regard {

/// Fills layers and embedding of the result, whose layers are there; `reading`: of what the end makes of the streams. A layer's
/// feed_forward is that of the block, of the low-rank path beside attention and of what the token's row brings. Throws Cancelled.
void attribute_streams(const Trace& trace, std::size_t position, const LogitReading& reading, Attribution& result,
                       const std::stop_token& stop);

}  // namespace regard
