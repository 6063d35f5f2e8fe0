// SPDX-License-Identifier: Apache-2.0
// The first stream: tokens or patches, and the positions that are added to them. Internal to the engine.
#pragma once

#include "core/engine/forward.h"

namespace regard {

/// The rows of the first residual. Throws Cancelled.
void embed(const Pass& pass);

/// Adds rows of the learned table.
void add_learned_positions(const Pass& pass, const LearnedPositions& positions, Rows rows);

/// Adds sines and cosines.
void add_sinusoids(const Pass& pass, const Sinusoids& sinusoids, Rows rows);

}  // namespace regard
