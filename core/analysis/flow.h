// SPDX-License-Identifier: Apache-2.0
// Where a token's state comes from, through all layers: the layers as a graph of tokens × layers, an edge from a token after a layer to
// every token before it. Attention rollout and attention flow (Abnar & Zuidema 2020) follow it down to the input. Layers of
// self-attention alone, of a decoder or of an encoder: cross-attention leads into another text. Pure; any thread.
#pragma once

#include "core/analysis/step_inputs.h"
#include "core/base/progress.h"

#include <cstddef>
#include <functional>
#include <span>
#include <stop_token>
#include <vector>

namespace regard {

/// What the edges of a layer weigh.
enum class LayerEdges {
  attention,  ///< mean_h A_h
  with_residual,  ///< row-normalised (mean_h A_h + I): what the stream carries on counts as much as what attention brings, and more
                  ///< where sinks (core/trace/sink.h) leave rows of A that sum to less than 1
  handed_over,  ///< row-normalised ‖Σ_h A_h[i,j]·(v_j W_O)_h‖, see value_weights.h
};

/// One layer: [T, T], who receives in rows, from whom in columns; the identity where it has no heads. Throws Error where rows
/// of the layer are no shares (no_softmax; gated_values: what is handed over depends on who asks), Cancelled.
[[nodiscard]] Matrix layer_edges(const LayerOf& of, LayerEdges edges, const std::stop_token& stop = {});

/// R_1 = E_1, R_l = E_l·R_{l−1} over the layers given, the first one at the bottom: [T, T]. With LayerEdges::with_residual this is
/// attention rollout; its rows sum to 1.
[[nodiscard]] Matrix rollout(std::span<const Matrix> layers);

/// One token followed down: how much of what it is made of passes through every token.
struct TokenSources {
  std::vector<std::vector<double>> shares{};  ///< [L + 1] of [T]: the input first, the token alone (1) last
  /// What passes along an edge of a layer: shares[layer + 1][query] · edges[query, key].
  [[nodiscard]] double along(std::span<const Matrix> layers, std::size_t layer, std::size_t query,
                             std::size_t key) const {
    return shares[layer + 1][query] * static_cast<double>(layers[layer](query, key));
  }
};
/// shares.front() is the token's row of rollout(layers).
[[nodiscard]] TokenSources sources_of(std::span<const Matrix> layers, std::size_t token);

/// The largest flow from a token after the last layer to a token of the input, each edge carrying at most its weight.
struct TokenFlow {
  double value = 0.0;
  std::vector<Matrix> edges{};  ///< [L] of [T, T]: what one such flow sends along every edge
};
/// Dinic's algorithm on the layered graph: exact but for rounding. Throws Cancelled.
[[nodiscard]] TokenFlow max_flow(std::span<const Matrix> layers, std::size_t token, std::size_t input,
                                 const std::stop_token& stop = {});

/// max_flow() of one token to every token of the input, [T]. Not normalised. `give_way` is called between two of them. Throws Cancelled.
[[nodiscard]] std::vector<float> attention_flow(std::span<const Matrix> layers, std::size_t token,
                                                const std::stop_token& stop = {}, Progress* progress = nullptr,
                                                const std::function<void()>& give_way = {});

}  // namespace regard
