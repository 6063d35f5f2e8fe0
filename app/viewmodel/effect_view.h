// SPDX-License-Identifier: Apache-2.0
// What a change does to a prediction, and what every head matters for it ("looks against matters"). Too slow for a frame: made in
// background jobs. Pure; any thread. Formulas: core/analysis/effect.h, core/analysis/ablation_map.h; natural logarithms.
#pragma once

#include "app/viewmodel/snapshot.h"
#include "core/analysis/ablation_map.h"
#include "core/base/progress.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace regard {

/// Two runs and the position whose predictions are compared. Neither trace is null.
struct EffectQuestion {
  std::shared_ptr<const Trace> before{}, after{};
  std::size_t before_position = 0, after_position = 0;
  std::int32_t token = -1;  ///< whose change is asked for; −1: the most probable one before
  friend bool operator==(const EffectQuestion&, const EffectQuestion&) = default;
};

/// A token that is among the most probable of either.
struct EffectRow {
  std::int32_t id = 0;
  std::string text{};
  double before = 0.0, after = 0.0;  ///< p, p′
  double change = 0.0;               ///< log p′ − log p
};

struct EffectView {
  double divergence = 0.0;        ///< KL(p‖p′), nats
  std::vector<EffectRow> rows{};  ///< by p; then what only p′ brings up; then the token asked for, if it is in neither
  std::size_t chosen = 0;         ///< row of the token asked for
  std::size_t position = 0;       ///< in the live text
};

inline constexpr std::size_t effect_rows = 5;  ///< of each prediction

/// What the live text is compared with: the pin or the text without its interventions; nothing where there is neither, where it
/// has no text, or where either cannot predict over one vocabulary.
[[nodiscard]] std::optional<EffectQuestion> effect_question(const Snapshot& live, std::size_t position);
[[nodiscard]] const Snapshot* effect_baseline(const Snapshot& live);

[[nodiscard]] EffectView make_effect(const EffectQuestion& question);

/// Which prediction heads are ablated for, one by one. The trace's own interventions stay.
struct AblationQuestion {
  std::shared_ptr<const Trace> trace{};
  std::size_t position = 0;
  std::int32_t token = -1;  ///< −1: the most probable one
  bool mean = false;        ///< ablated to the mean over the text instead of to zero
  friend bool operator==(const AblationQuestion&, const AblationQuestion&) = default;
};

struct AblationView {
  std::size_t layers = 0, heads = 0;
  std::vector<std::optional<HeadEffect>> effects{};  ///< [L·H] by layer, then head; nothing where it is not known yet
  std::size_t ready = 0;
  std::int32_t token = -1;  ///< whose Δ ln p these are
  std::string token_text{};
  double largest_divergence = 0.0;
  double largest_change = 0.0;  ///< of |Δ ln p|
};

using PublishAblation = std::function<void(std::shared_ptr<const AblationView>)>;

/// All heads, late layers first; parts are published some times a second. `give_way` is called between runs. Throws Cancelled.
[[nodiscard]] std::shared_ptr<const AblationView> make_ablation(const AblationQuestion& question,
                                                                const PublishAblation& publish = {},
                                                                const std::function<void()>& give_way = {},
                                                                const std::stop_token& stop = {},
                                                                Progress* progress = nullptr);

/// What a tile's mark is as large as.
enum class EffectMeasure { divergence, change };
[[nodiscard]] double effect_of(const HeadEffect& effect, EffectMeasure measure);
/// Indices into `effects`, largest |effect| first; heads that are not known or do nothing at all are left out.
[[nodiscard]] std::vector<std::size_t> ranked(const AblationView& view, EffectMeasure measure, std::size_t most);

/// A[query,key] of every head of the trace's own attention, [L·H].
[[nodiscard]] std::vector<float> weights_of_all_heads(const Trace& trace, std::size_t query, std::size_t key);

/// Multiply-adds of so many runs that begin in the middle of the model on average: what maps of effects cost.
[[nodiscard]] double cost_of_runs(const Trace& trace, std::size_t runs);
/// Likewise of reading so many sentences of a usual length, by the part of the model that reads them.
[[nodiscard]] double cost_of_reading(const Model& model, std::size_t sentences);
/// Work of this size takes about a fifth of a second on two cores: it is begun without being asked for.
inline constexpr double quick_cost = 6e9;

/// What stands on a button or in a table for an id.
[[nodiscard]] std::string token_text(const Model& model, std::int32_t id);

}  // namespace regard
