// SPDX-License-Identifier: Apache-2.0
// The pieces of the Flow view. UI thread only.
#pragma once

#include "app/jobs/background.h"
#include "app/panels/common/long_map.h"
#include "app/viewmodel/flow_view.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace regard {

/// What passes along an edge of the graph.
struct DrawnEdge {
  std::size_t layer = 0, query = 0, key = 0;
  float passed = 0.0F;
};

/// The edges that are drawn, looked for again when the view or the threshold is another one.
struct DrawnEdges {
  std::weak_ptr<const FlowView> of{};
  float threshold = 0.0F;
  std::vector<DrawnEdge> edges{};  ///< the weakest first
  std::uint64_t revision = 0;      ///< how often they were looked for
};

struct FlowState {
  FlowMode mode = FlowMode::rollout;
  std::size_t place = 0;  ///< after how many layers the token is looked at; 0: after all of them
  float threshold = 0.02F;
  LongMapState graph{}, flow{};
  DrawnEdges drawn{};
};

/// Slots of Background: the edges of all layers, and a token followed along them.
struct GraphSlot {
  using Asked = GraphQuestion;
  using Answer = LayerGraph;
  static std::shared_ptr<const Answer> answer(const Asked& asked, const Job<Answer>& job) {
    job.give_way();
    return make_graph(asked, job.give_way, job.stop, job.progress);
  }
};
struct FlowSlot {
  using Asked = FlowQuestion;
  using Answer = FlowView;
  static std::shared_ptr<const Answer> answer(const Asked& asked, const Job<Answer>& job) {
    job.give_way();
    return make_flow(asked, job.give_way, job.stop, job.progress);
  }
};
inline constexpr std::array<const char*, flow_modes> flow_names{"flow.mode.rollout", "flow.mode.flow",
                                                                "flow.mode.attention", "flow.mode.handed_over"};

/// What the graph is drawn with besides its numbers.
struct FlowLabels {
  std::vector<std::string> tokens{};
  std::size_t layers = 0;  ///< of the model; those above the followed place are empty
  float even = 0.0F;       ///< what every token of the input would have if all that may be looked at had the same
};

/// Tokens × layers, the input at the bottom, its shares as bars below it. As high as the room that is left. A click on a node
/// follows it; one on the input makes it the key. Probes "flow.node.<place>.<token>".
void draw_flow_graph(PanelContext& context, FlowState& state, const std::shared_ptr<const FlowView>& view,
                     const FlowLabels& labels);

}  // namespace regard
