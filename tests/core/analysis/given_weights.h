// SPDX-License-Identifier: Apache-2.0
// A trace of one head whose weights are what a test wants them to be: keys are unit vectors, queries the wanted scores.
#pragma once

#include "core/trace/trace.h"

#include <cmath>
#include <cstdint>
#include <memory>
#include <vector>

namespace regard::testing {

/// `wanted` [T, T]: rows that sum to 1 over the keys the run allows; what is 0 becomes e^−60.
inline std::shared_ptr<Trace> trace_with_weights(const Matrix& wanted, std::vector<std::int32_t> ids, bool causal) {
  const std::size_t tokens = wanted.rows;
  auto model = std::make_shared<Model>();
  model->config.layers = 1;
  model->config.hidden = tokens;
  model->config.causal = causal;
  model->config.plans = {{.attention = even_heads(1, tokens)}};
  auto trace = std::make_shared<Trace>();
  trace->model = model;
  trace->request.ids = std::move(ids);
  LayerTrace layer;
  layer.queries = layer.keys = layer.values = Matrix(tokens, tokens);
  layer.row_maximum = layer.log_sum_exp = Matrix(1, tokens);
  layer.row_sum = Matrix(1, tokens);
  const float unscale = std::sqrt(static_cast<float>(tokens));
  for (std::size_t query = 0; query < tokens; ++query) {
    layer.keys(query, query) = 1.0F;
    const std::size_t end = causal ? query + 1 : tokens;
    float maximum = -60.0F;
    double sum = 0.0;
    const auto score = [&](std::size_t key) {
      return wanted(query, key) > 0.0F ? std::log(wanted(query, key)) : -60.0F;
    };
    for (std::size_t key = 0; key < tokens; ++key)
      layer.queries(query, key) = score(key) * unscale;
    for (std::size_t key = 0; key < end; ++key)
      maximum = std::max(maximum, score(key));
    for (std::size_t key = 0; key < end; ++key)
      sum += std::exp(static_cast<double>(score(key) - maximum));
    layer.row_maximum(0, query) = maximum;
    layer.row_sum(0, query) = static_cast<float>(sum);
  }
  trace->layers.push_back(std::move(layer));
  return trace;
}

}  // namespace regard::testing
