// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/flow.h"

#include "core/analysis/groups.h"
#include "core/analysis/value_weights.h"
#include "core/base/eigen.h"
#include "core/base/error.h"

#include <cassert>

namespace regard {
namespace {

using EdgeRows = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

Eigen::Map<const EdgeRows> as_edges(const Matrix& matrix) {
  return {matrix.values.data(), static_cast<Eigen::Index>(matrix.rows), static_cast<Eigen::Index>(matrix.cols)};
}

Matrix identity(std::size_t tokens) {
  Matrix ones(tokens, tokens);
  for (std::size_t token = 0; token < tokens; ++token)
    ones(token, token) = 1.0F;
  return ones;
}

/// The identity where the layer has no heads: every token keeps what it has.
Matrix mean_weights(const LayerOf& of, const std::stop_token& stop) {
  const Trace& trace = of.part();
  const std::size_t heads = trace.model->config.heads(of.layer);
  if (heads == 0) return identity(trace.tokens());
  std::vector<double> sums(trace.tokens() * trace.keys());
  for (std::size_t head = 0; head < heads; ++head) {
    throw_if_stopped(stop);
    const Matrix of_head = weights(trace, {of.layer, head});
    for (std::size_t cell = 0; cell < sums.size(); ++cell)
      sums[cell] += static_cast<double>(of_head.values[cell]);
  }
  Matrix mean(trace.tokens(), trace.keys());
  for (std::size_t cell = 0; cell < sums.size(); ++cell)
    mean.values[cell] = static_cast<float>(sums[cell] / static_cast<double>(heads));
  return mean;
}

}  // namespace

Matrix layer_edges(const LayerOf& of, LayerEdges edges, const std::stop_token& stop) {
  assert(!of.crosses());
  if (of.plan().attention.heads > 0 && !has_softmax(of.plan()))
    throw Error("no_softmax", {.item = std::to_string(of.layer), .expected = "rollout"});
  for (std::size_t head = 0; head < of.plan().attention.heads; ++head)
    if (!weights_are_softmax(of.part(), {of.layer, head}))
      throw Error("kind_no_shares", {.item = std::to_string(of.layer), .expected = "rollout"});
  if (edges == LayerEdges::handed_over && of.plan().attention.output_gate)
    throw Error("gated_values", {.item = std::to_string(of.layer)});
  if (edges == LayerEdges::handed_over && of.plan().attention.heads > 0) {
    Matrix handed = layer_value_weights(of, stop);
    renormalise_rows(handed);
    return handed;
  }
  Matrix mean = mean_weights(of, stop);
  if (edges == LayerEdges::attention) return mean;
  for (std::size_t token = 0; token < mean.rows; ++token)
    mean(token, token) += 1.0F;
  renormalise_rows(mean);
  return mean;
}

Matrix rollout(std::span<const Matrix> layers) {
  if (layers.empty()) return {};
  Eigen::MatrixXd through = as_edges(layers.front()).cast<double>();
  for (const Matrix& layer : layers.subspan(1))
    through = (as_edges(layer).cast<double>() * through).eval();
  Matrix result(layers.front().rows, layers.front().cols);
  Eigen::Map<EdgeRows>(result.values.data(), through.rows(), through.cols()) = through.cast<float>();
  return result;
}

TokenSources sources_of(std::span<const Matrix> layers, std::size_t token) {
  assert(!layers.empty() && token < layers.front().rows);
  TokenSources sources;
  sources.shares.assign(layers.size() + 1, std::vector<double>(layers.front().cols));
  sources.shares.back()[token] = 1.0;
  for (std::size_t layer = layers.size(); layer-- > 0;)
    for (std::size_t query = 0; query < layers[layer].rows; ++query) {
      if (sources.shares[layer + 1][query] == 0.0) continue;
      for (std::size_t key = 0; key < layers[layer].cols; ++key)
        sources.shares[layer][key] += sources.along(layers, layer, query, key);
    }
  return sources;
}

}  // namespace regard
