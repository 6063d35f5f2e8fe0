// SPDX-License-Identifier: Apache-2.0
// Comparing what the engine recorded with arrays of an .npz file.
#pragma once

#include "core/format/npz.h"
#include "core/trace/score_parts.h"
#include "core/trace/trace.h"

#include <cstddef>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace regard::testing {

using Arrays = std::map<std::string, NpyArray, std::less<>>;

[[nodiscard]] Arrays read_npz(const std::filesystem::path& path);

/// max |a − b|; infinite where the sizes differ or a number is not finite.
[[nodiscard]] double worst_difference(const std::vector<float>& a, const std::vector<float>& b);

/// One number per head, query and key (or dimension) of a Trace, laid out as the reference does: [L, heads, T, …].
[[nodiscard]] std::vector<float> all_scores(const Trace& trace);
[[nodiscard]] std::vector<float> all_weights(const Trace& trace);
/// Shares of the sinks, [L, H, T].
[[nodiscard]] std::vector<float> all_sinks(const Trace& trace);
[[nodiscard]] std::vector<float> all_score_parts(const Trace& trace, ScorePartKind kind);
[[nodiscard]] std::vector<float> all_heads(const Trace& trace, Matrix LayerTrace::*tensor);  ///< [L, heads, T, d or v]
[[nodiscard]] std::vector<float> all_rows_of(const Trace& trace, Matrix LayerTrace::*tensor);  ///< [L, T, width]
[[nodiscard]] std::vector<float> all_residuals(const Trace& trace);                            ///< [L + 1, T, D]

/// [layers with experts, T, experts], 0 where an expert was not chosen.
[[nodiscard]] std::vector<float> all_gates(const Trace& trace);

/// [n, T, T] -> the same with the last two axes swapped.
[[nodiscard]] std::vector<float> transposed(const std::vector<float>& grids, std::size_t tokens);

/// Largest |Σ_j A[i,j] − 1| over all heads and rows.
[[nodiscard]] double worst_row_sum(const Trace& trace);

}  // namespace regard::testing
