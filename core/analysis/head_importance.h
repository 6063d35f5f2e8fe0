// SPDX-License-Identifier: Apache-2.0
// Which heads a model's predictions need: single heads, teams of heads, and pruning from the least important one on, as variants for
// corpus_losses(). Ablation is exact, so the gradient of a gate (Michel et al. 2019), which estimates it, is not needed. Pure; any
// thread.
#pragma once

#include "core/analysis/corpus_loss.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace regard {

/// The heads that are not in `some`, by layer, then head.
[[nodiscard]] HeadList other_heads(const ModelConfig& config, const HeadList& some);

/// Ablates the heads together: their outputs become 0, or with `mean` their means over the text's positions, of this very run. A
/// mean over a text that is read from left to right knows what is to come: decoders are better ablated to 0.
[[nodiscard]] std::vector<Intervention> ablation_of(const HeadList& heads, bool mean);
/// One head each. [heads]
[[nodiscard]] std::vector<std::vector<Intervention>> ablations_one_by_one(const HeadList& heads, bool mean);

/// What the heads of a model are ordered and called dead by.
enum class Importance { loss, divergence };
/// Of each variant, nats: mean_rise() or mean_divergence().
[[nodiscard]] std::vector<double> importances(const CorpusLosses& losses, Importance by);

/// Indices, least important first; ties by index.
[[nodiscard]] std::vector<std::size_t> least_first(std::span<const double> importance);
/// 0 … count − 1 in an order that the seed alone decides.
[[nodiscard]] std::vector<std::size_t> random_order(std::size_t count, std::uint64_t seed);

/// How many heads are removed at each point of a pruning curve: ascending, at most `most` numbers, the last of them `heads`.
[[nodiscard]] std::vector<std::size_t> pruning_steps(std::size_t heads, std::size_t most);
/// The first `steps[i]` heads of the order ablated. [steps]
[[nodiscard]] std::vector<std::vector<Intervention>> pruning_variants(const HeadList& heads,
                                                                      std::span<const std::size_t> order,
                                                                      std::span<const std::size_t> steps, bool mean);

/// Random orders that pruning is compared with; their seeds are 1, 2, 3.
inline constexpr std::size_t random_orders = 3;
/// Pruning by `order`, then in each random order: [(1 + random_orders) · steps].
[[nodiscard]] std::vector<std::vector<Intervention>> pruning_study(const HeadList& heads,
                                                                   std::span<const std::size_t> order,
                                                                   std::span<const std::size_t> steps, bool mean);
/// mean_rise() at each step of one of the orders of a study, 0 the first.
[[nodiscard]] std::vector<double> pruning_curve(const CorpusLosses& study, std::size_t order, std::size_t steps);

/// The first point of a curve that lies above the line; nothing where none does.
[[nodiscard]] std::optional<std::size_t> breaking_point(std::span<const double> rises, double line);

/// Fewer predictions tell nothing about a head: the 95 % interval of a share over so many already reaches 0.22 to either side.
inline constexpr std::size_t least_predictions = 20;
[[nodiscard]] inline bool is_few(const CorpusLosses& losses) {
  return losses.rows < least_predictions;
}
/// Standard errors from a mean to either end of its 95 % interval.
inline constexpr double interval_errors = 1.96;
/// Does the 95 % interval of mean_rise() leave out 0? Not said of few predictions, nor of one text, which has no error.
[[nodiscard]] bool is_sure(const CorpusLosses& losses, std::size_t variant);

/// Indices of heads whose ablation moves predictions by less than the line (KL, nats), least first.
[[nodiscard]] std::vector<std::size_t> dead_heads(const CorpusLosses& losses, double line);

}  // namespace regard
