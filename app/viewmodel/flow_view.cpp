// SPDX-License-Identifier: Apache-2.0
#include "app/viewmodel/flow_view.h"

#include <algorithm>
#include <cassert>
#include <span>

namespace regard {
namespace {

/// What a flow sends through every token: what leaves it downwards, and at the input what arrives.
std::vector<std::vector<float>> nodes_of(const std::vector<Matrix>& passed) {
  const std::size_t tokens = passed.front().rows;
  std::vector<std::vector<float>> nodes(passed.size() + 1, std::vector<float>(tokens));
  for (std::size_t layer = 0; layer < passed.size(); ++layer)
    for (std::size_t query = 0; query < tokens; ++query)
      for (std::size_t key = 0; key < tokens; ++key) {
        nodes[layer + 1][query] += passed[layer](query, key);
        if (layer == 0) nodes[0][key] += passed[layer](query, key);
      }
  return nodes;
}

void follow(FlowView& view, std::span<const Matrix> layers) {
  const TokenSources sources = sources_of(layers, view.of.token);
  for (std::size_t layer = 0; layer < layers.size(); ++layer) {
    Matrix passed(layers[layer].rows, layers[layer].cols);
    for (std::size_t query = 0; query < passed.rows; ++query)
      for (std::size_t key = 0; key < passed.cols; ++key)
        passed(query, key) = static_cast<float>(sources.along(layers, layer, query, key));
    view.passed.push_back(std::move(passed));
  }
  for (const std::vector<double>& shares : sources.shares)
    view.nodes.emplace_back(shares.begin(), shares.end());
  view.sources = view.nodes.front();
}

}  // namespace

LayerEdges edges_of(FlowMode mode) {
  switch (mode) {
    case FlowMode::attention:
      return LayerEdges::attention;
    case FlowMode::handed_over:
      return LayerEdges::handed_over;
    case FlowMode::rollout:
    case FlowMode::flow:
      break;
  }
  return LayerEdges::with_residual;
}

std::shared_ptr<const LayerGraph> make_graph(const GraphQuestion& question, const std::function<void()>& give_way,
                                             const std::stop_token& stop, Progress* progress) {
  const Trace& trace = attention_of(*question.trace, question.kind);
  auto graph = std::make_shared<LayerGraph>();
  graph->of = question;
  graph->heads = most_heads(trace.model->config);
  for (std::size_t layer = 0; layer < trace.layers.size(); ++layer) {
    if (give_way) give_way();
    graph->layers.push_back(layer_edges({*question.trace, question.kind, layer}, question.edges, stop));
    if (progress != nullptr)
      progress->fraction = static_cast<float>(layer + 1) / static_cast<float>(trace.layers.size());
  }
  return graph;
}

std::shared_ptr<const FlowView> make_flow(const FlowQuestion& question, const std::function<void()>& give_way,
                                          const std::stop_token& stop, Progress* progress) {
  assert(question.place >= 1 && question.place <= question.graph->layers.size());
  const std::span<const Matrix> layers = std::span(question.graph->layers).first(question.place);
  auto view = std::make_shared<FlowView>();
  view->of = question;
  if (question.mode == FlowMode::flow) {
    view->passed = max_flow(layers, question.token, question.input, stop).edges;
    view->nodes = nodes_of(view->passed);
    view->sources = attention_flow(layers, question.token, stop, progress, give_way);
  } else {
    follow(*view, layers);
  }
  view->largest_source = *std::max_element(view->sources.begin(), view->sources.end());
  return view;
}

}  // namespace regard
