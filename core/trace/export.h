// SPDX-License-Identifier: Apache-2.0
// A whole Trace as arrays for NumPy.
#pragma once

#include "core/trace/trace.h"

#include <filesystem>

namespace regard {

/// Writes float32 arrays, T tokens, L layers, H heads, G kv heads of d numbers, D hidden, V vocabulary:
/// ids [T], scores [L,H,T,T] (scaled, position encoding applied, before the mask and temperature), weights [L,H,T,T] (after
/// both), q [L,H,T,d], k and v [L,G,T,d], head_out [L,H,T,d], residual [L+1,T,D] (embedding first), and logits [T,V] where
/// the trace holds them (Request::all_logits). One head's grid is in memory at a time. Throws Error file_unwritable; a file
/// that was there before survives a failure.
void write_npz(const Trace& trace, const std::filesystem::path& path);

}  // namespace regard
