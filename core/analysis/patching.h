// SPDX-License-Identifier: Apache-2.0
// Activation patching (causal tracing, Meng et al. 2022): which state of the clean run A, put into the corrupt run B, brings A's
// answer back. A long computation: one run per cell, but for cells that cannot change the answer (below). Any thread.
//
// With the logit difference Δ = logit(right) − logit(wrong) at the answer's position,
//   recovered = (Δ_patched − Δ_corrupt)/(Δ_clean − Δ_corrupt):
// 0 as without the patch, 1 as in the clean run; below 0 and above 1 are possible. Not a number where Δ_clean = Δ_corrupt.
#pragma once

#include "core/analysis/alignment.h"
#include "core/base/progress.h"
#include "core/trace/trace.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

namespace regard {

/// One run: what is patched. Without a head all of the layer's, without a position all aligned ones.
struct PatchCell {
  bool pattern = false;  ///< rows of the attention pattern (copy_pattern) instead of the numbers at `site`
  PatchSite site = PatchSite::residual;
  std::size_t layer = 0;  ///< as HeadScope::layer of a patch: of the residual 0 is the embedding
  std::optional<std::size_t> head{};
  std::optional<std::size_t> position{};  ///< in B
  friend bool operator==(const PatchCell&, const PatchCell&) = default;
};

/// Rows and columns of a map.
[[nodiscard]] std::vector<PatchCell> cells_by_layer_and_position(PatchSite site, const ModelConfig& config,
                                                                 std::size_t tokens);  ///< layer by layer
[[nodiscard]] std::vector<PatchCell> cells_by_head_and_position(PatchSite site, std::size_t layer,
                                                                const ModelConfig& config,
                                                                std::size_t tokens);  ///< head by head
[[nodiscard]] std::vector<PatchCell> cells_by_layer_and_head(PatchSite site, const ModelConfig& config);

/// The same cells, of the attention pattern.
[[nodiscard]] std::vector<PatchCell> of_the_pattern(std::vector<PatchCell> cells);

struct PatchingOptions {
  Alignment alignment{};           ///< first: A, second: B
  std::size_t position = 0;        ///< of the answer, in B
  std::size_t clean_position = 0;  ///< in A
  std::int32_t right = 0;          ///< A's answer
  std::int32_t wrong = 0;          ///< B's
};

/// One number of both kinds.
struct Answer {
  double logit_difference = 0.0;  ///< logit(right) − logit(wrong)
  double probability = 0.0;       ///< p(right)
};

struct PatchResult {
  PatchCell cell{};
  bool aligned = true;  ///< false: the position has no partner in A, and nothing was patched
  Answer patched{};
  double recovered = 0.0;              ///< of the logit difference
  double recovered_probability = 0.0;  ///< (p_patched − p_corrupt)/(p_clean − p_corrupt), likewise
};

struct PatchingMap {
  Answer clean{};
  Answer corrupt{};
  std::vector<PatchResult> results{};  ///< in the order of the cells
};

/// A and B are runs of models of the same sizes with an LM head; B's own interventions stay. `see` gets each result as soon as it
/// is known, on the calling thread, in the order of computation (late layers first, because they are quick).
/// Throws Error (sizes, range), Cancelled.
[[nodiscard]] PatchingMap patching(const std::shared_ptr<const Trace>& clean,
                                   const std::shared_ptr<const Trace>& corrupt, const std::vector<PatchCell>& cells,
                                   const PatchingOptions& options,
                                   const std::function<void(const PatchingMap&, std::size_t index)>& see = {},
                                   const std::stop_token& stop = {}, Progress* progress = nullptr);

}  // namespace regard
