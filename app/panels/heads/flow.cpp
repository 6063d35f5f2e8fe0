// SPDX-License-Identifier: Apache-2.0
#include "app/panels/heads/flow.h"

#include "app/panels/common/parts.h"
#include "app/panels/heads/attention_kind.h"
#include "app/panels/heads/flow_parts.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/viewmodel/effect_view.h"
#include "app/viewmodel/snapshot.h"
#include "app/viewmodel/value_grid.h"
#include "app/viewmodel/views.h"
#include "app/widgets/slider.h"

#include <imgui.h>
#include <algorithm>
#include <array>
#include <string>
#include <vector>

namespace regard {
namespace {

constexpr std::array<const char*, flow_modes> kFlowAbout{"flow.about.rollout", "flow.about.flow",
                                                         "flow.about.attention", "flow.about.handed_over"};
constexpr std::array<const char*, flow_modes> kFlowHints{"flow.mode_hint.rollout", "flow.mode_hint.flow",
                                                         "flow.mode_hint.attention", "flow.mode_hint.handed_over"};

/// Multiply-adds of all edges, about.
double cost_of_graph(const Trace& trace, LayerEdges edges) {
  const ModelConfig& config = trace.model->config;
  const auto tokens = static_cast<double>(trace.tokens()), heads = static_cast<double>(most_heads(config));
  double layer = tokens * tokens * heads * static_cast<double>(config.head_dim(nearest_head(config, {}).layer));
  if (edges == LayerEdges::handed_over)
    layer += tokens * heads * static_cast<double>(config.hidden) *
                 (heads + static_cast<double>(config.head_dim(nearest_head(config, {}).layer))) +
             tokens * tokens * heads * heads;
  return static_cast<double>(trace.layers.size()) * layer;
}

/// Likewise of following a token: a flow to every token of the input looks at every edge some ten times.
double cost_of_flow(const Trace& trace, FlowMode mode) {
  const auto tokens = static_cast<double>(trace.tokens());
  const double edges = static_cast<double>(trace.layers.size()) * tokens * tokens;
  return mode == FlowMode::flow ? 30.0 * tokens * edges : edges;
}

std::vector<std::string> flow_labels(const Encoding& encoding) {
  std::vector<std::string> labels;
  for (const Token& token : encoding.tokens)
    labels.push_back(label_of(token));
  return labels;
}

void draw_flow_modes(FlowState& state) {
  std::vector<Segment> modes;
  for (std::size_t mode = 0; mode < flow_modes; ++mode)
    modes.push_back({"flow.mode." + std::to_string(mode), tr(flow_names[mode]), tr(kFlowHints[mode])});
  const auto current = static_cast<std::size_t>(state.mode);
  state.mode = static_cast<FlowMode>(draw_segments_in_lines(modes, current).value_or(current));
  const float wanted = em(16.0F);
  ImGui::SameLine(0.0F, em(1.0F));
  if (ImGui::GetContentRegionAvail().x < wanted) ImGui::NewLine();
  (void)slider({.id = "flow.threshold",
                .label = tr("flow.threshold"),
                .width = std::min(wanted, ImGui::GetContentRegionAvail().x),
                .format = "%.3f"},
               state.threshold, 0.001F, 0.5F, true);
}

std::string about_flow(const FlowView& view, const FlowLabels& labels, const LayerGraph& graph) {
  const std::size_t token = view.of.token;
  return tr(kFlowAbout[static_cast<std::size_t>(view.of.mode)], {{"token", labels.tokens[token]},
                                                                 {"input", labels.tokens[view.of.input]},
                                                                 {"layer", view.of.place - 1},
                                                                 {"heads", graph.heads},
                                                                 {"tokens", labels.tokens.size()},
                                                                 {"value", number(view.sources[view.of.input], 4)},
                                                                 {"even", percent(labels.even)}});
}

FlowQuestion flow_question(const PanelContext& context, const FlowState& state,
                           const std::shared_ptr<const LayerGraph>& graph) {
  const std::size_t layers = graph->layers.size();
  FlowQuestion question{graph, state.mode};
  question.token = selected_query(context.snapshot, context.session);
  question.input = selected_key(context.snapshot, context.session);
  question.place = state.place == 0 ? layers : std::min(state.place, layers);
  return question;
}

}  // namespace

void draw_flow(PanelContext& context) {
  if (!context.tabbed) heading(tr("flow.title"));
  const Snapshot& snapshot = context.snapshot;
  if (!has_something_to_read(snapshot) || context.background == nullptr) return wrapped_caption(tr("grids.empty"));
  const AttentionKind kind = shown_kind(snapshot, context.session);
  const Encoding& encoding = asking_encoding(snapshot, context.session);
  if (encoding.tokens.size() > longest_flow)
    return wrapped_caption(tr("flow.too_long", {{"tokens", encoding.tokens.size()}, {"most", longest_flow}}));
  FlowState& state = context.state.of<FlowState>();
  if (kind == AttentionKind::cross) return wrapped_caption(tr("flow.cross"));
  draw_flow_modes(state);
  const Trace& trace = attention_of(*snapshot.trace, kind);
  const GraphQuestion asked{snapshot.trace, kind, edges_of(state.mode)};
  const bool quick_graph = cost_of_graph(trace, asked.edges) < quick_cost;
  const Outcome<LayerGraph> graph = ask_long_map<GraphSlot>(context, state.graph, quick_graph, asked);
  draw_long_map_button(context, slot_id<GraphSlot>(), "flow.graph", state.graph, quick_graph, progress_of(graph));
  if (graph.error) wrapped_caption(tr(*graph.error));
  if (!graph.value || !graph.fresh) return draw_progress_line(progress_of(graph));
  const bool quick_flow = cost_of_flow(trace, state.mode) < quick_cost;
  const Outcome<FlowView> flow =
      ask_long_map<FlowSlot>(context, state.flow, quick_flow, flow_question(context, state, graph.value));
  draw_long_map_button(context, slot_id<FlowSlot>(), "flow.follow", state.flow, quick_flow, progress_of(flow));
  draw_progress_line(progress_of(flow));
  if (flow.error) wrapped_caption(tr(*flow.error));
  if (!flow.value || flow.value->of.graph != graph.value) return;
  FlowLabels labels{flow_labels(encoding), graph.value->layers.size()};
  if (labels.tokens.size() != flow.value->sources.size()) return;  // of the text before
  labels.even = 1.0F / static_cast<float>(trace.causal() ? flow.value->of.token + 1 : labels.tokens.size());
  tell_attention_kind(snapshot, kind);
  if (changes_outputs(*snapshot.trace)) wrapped_caption(tr("flow.outputs_changed"));
  wrapped_caption(about_flow(*flow.value, labels, *graph.value));
  if (state.place != 0 && state.place < labels.layers) {
    if (quiet_button("flow.top", tr("flow.top"))) state.place = 0;
    hint(tr("flow.top_hint"));
  }
  draw_flow_graph(context, state, flow.value, labels);
}

}  // namespace regard
