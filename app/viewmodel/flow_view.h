// SPDX-License-Identifier: Apache-2.0
// The layers of a sentence as a graph, and one token of it followed down to the input. Too slow for a frame on long texts: made in
// background jobs. Pure; any thread. Formulas: core/analysis/flow.h.
#pragma once

#include "core/analysis/flow.h"
#include "core/base/progress.h"
#include "core/trace/trace.h"

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

namespace regard {

/// What the edges are, and how a token is followed along them.
enum class FlowMode {
  rollout,      ///< attention and the stream, half each
  flow,         ///< the same edges; as much as can pass from the token to one of the input
  attention,    ///< mean attention of a layer's heads
  handed_over,  ///< what the heads hand over: ‖Σ_h A_h·(v W_O)_h‖
};
inline constexpr std::size_t flow_modes = 4;

/// Longer texts have more edges than can be looked at, or counted in a moment.
inline constexpr std::size_t longest_flow = 512;

struct GraphQuestion {
  std::shared_ptr<const Trace> trace{};      ///< of the request
  AttentionKind kind = AttentionKind::self;  ///< not cross
  LayerEdges edges = LayerEdges::with_residual;
  friend bool operator==(const GraphQuestion&, const GraphQuestion&) = default;
};
[[nodiscard]] LayerEdges edges_of(FlowMode mode);

/// The edges of every layer.
struct LayerGraph {
  GraphQuestion of{};
  std::size_t heads = 0;         ///< of a layer, which the means are over
  std::vector<Matrix> layers{};  ///< [L] of [T, T]
};
/// `give_way` is called between layers. Throws Cancelled.
[[nodiscard]] std::shared_ptr<const LayerGraph> make_graph(const GraphQuestion& question,
                                                           const std::function<void()>& give_way = {},
                                                           const std::stop_token& stop = {},
                                                           Progress* progress = nullptr);

/// One token after so many layers, followed.
struct FlowQuestion {
  std::shared_ptr<const LayerGraph> graph{};  ///< not null, with a token
  FlowMode mode = FlowMode::rollout;          ///< of the graph's edges
  std::size_t token = 0;
  std::size_t place = 1;  ///< after how many layers it is looked at, 1 … L
  std::size_t input = 0;  ///< flow: to which token of the input
  friend bool operator==(const FlowQuestion&, const FlowQuestion&) = default;
};

struct FlowView {
  FlowQuestion of{};
  std::vector<Matrix> passed{};             ///< [place] of [T, T]: what passes along every edge
  std::vector<std::vector<float>> nodes{};  ///< [place + 1] of [T]: what passes through every token, the input first
  std::vector<float> sources{};             ///< [T] the input's shares; in flow the largest flow to each token
  float largest_source = 0.0F;
};
[[nodiscard]] std::shared_ptr<const FlowView> make_flow(const FlowQuestion& question,
                                                        const std::function<void()>& give_way = {},
                                                        const std::stop_token& stop = {}, Progress* progress = nullptr);

}  // namespace regard
