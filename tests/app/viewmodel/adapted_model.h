// SPDX-License-Identifier: Apache-2.0
// A random model with an adapter on the queries and the output of one layer.
#pragma once

#include "tests/core/engine/random_model.h"

#include <memory>
#include <string>

namespace regard::testing {

inline std::shared_ptr<const Model> with_adapter(const Model& model, std::size_t layer, const std::string& name) {
  constexpr std::size_t kRank = 2;
  auto weights = std::make_shared<Weights>(*model.weights);
  RandomWeights make(*weights, 9);
  ModelAdapter told{.name = name, .least_rank = kRank, .most_rank = kRank};
  told.config.alpha = 4.0F;
  for (Linear* linear : {&weights->layers[layer].query, &weights->layers[layer].output})
    linear->adapted.push_back({.adapter = model.adapters.size(),
                               .a = make.tensor(kRank, linear->weight.cols()),
                               .b = make.tensor(linear->weight.rows(), kRank),
                               .scale = 2.0F});
  const std::string front = "model.layers." + std::to_string(layer) + ".self_attn.";
  told.low_rank = {front + "q_proj", front + "o_proj"};
  auto result = std::make_shared<Model>(model);
  result->adapters.push_back(std::move(told));
  result->weights = weights;
  return result;
}

}  // namespace regard::testing
