// SPDX-License-Identifier: Apache-2.0
// A Trace while it is being written: sized, filled from a previous one, extended token by token. Internal to the engine.
#pragma once

#include "core/base/progress.h"
#include "core/trace/trace.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <stop_token>
#include <vector>

namespace regard {

/// Throws Error if the model cannot read these ids: too many, or outside its vocabulary.
void check_ids(const Model& model, std::span<const std::int32_t> ids);

/// What a run may take over from `previous`: the leading rows of every layer (causal runs), and all rows of the leading layers
/// (the same ids, interventions that begin later).
struct Reuse {
  std::size_t tokens = 0;
  std::size_t layers = 0;
};
/// Nothing unless both runs are of one model, mask and temperature, and their rotary frequencies agree.
[[nodiscard]] Reuse reusable(const std::shared_ptr<const Model>& model, const Request& request, const Trace* previous);

/// Do texts of these lengths turn their queries and keys by the same angles? (Not always with dynamic rotary scaling.)
[[nodiscard]] bool same_rotation(const ModelConfig& config, std::size_t tokens, std::size_t other_tokens);

/// An empty Trace of the model: no tokens yet.
[[nodiscard]] Trace empty_trace(const std::shared_ptr<const Model>& model, Request request);

/// Copies what can be reused of `previous`; trace is empty.
void take_over(Trace& trace, const Trace& previous, Reuse reuse);

/// Makes the trace as long as its request and computes the rows after the first `known` ones, from the layer `first_layer` on.
/// Throws Cancelled (the trace is then of no use).
void extend(Trace& trace, std::size_t known, const std::stop_token& stop, Progress* progress,
            std::size_t first_layer = 0);

/// Rows kept, or added below: zeros. Memory grows geometrically.
void set_rows(Matrix& matrix, std::size_t rows);
/// [heads, T] -> [heads, cols]: columns kept, or added at the right.
void set_columns(Matrix& matrix, std::size_t cols);

/// Are the rows of both layers of the same widths?
[[nodiscard]] bool same_widths(const LayerTrace& one, const LayerTrace& other);

/// Makes room in one layer for so many rows.
void resize_layer(LayerTrace& layer, std::size_t rows);

/// Layers without rows.
[[nodiscard]] std::vector<LayerTrace> layers_without_tokens(const ModelConfig& config);

}  // namespace regard
