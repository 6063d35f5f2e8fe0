// SPDX-License-Identifier: Apache-2.0
// Selective state spaces with a decay for each channel and each number of its state: Mamba-1 (Gu & Dao 2023,
// https://arxiv.org/abs/2312.00752). Internal to the engine.
#pragma once

#include "core/engine/forward.h"

namespace regard {

/// From what is projected for the rows of the pass (LayerTrace::unconvolved): their values, keys, queries and steps, then what every
/// channel puts out, its state carried along from the beginning of the text. O(T·C·N) for all rows. Throws Cancelled.
void scan_channels(const Pass& pass, std::size_t layer);

}  // namespace regard
