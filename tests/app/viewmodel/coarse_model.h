// SPDX-License-Identifier: Apache-2.0
// A random model stored coarsely, with an adapter over it, beside the same in full precision, which is pinned.
#pragma once

#include "tests/app/viewmodel/adapted_model.h"
#include "tests/app/viewmodel/run_text.h"

#include <cmath>
#include <cstring>
#include <memory>
#include <string>

namespace regard::testing {

/// W_Q of the first layer in steps of 1/16.
inline std::shared_ptr<const Model> coarse_model() {
  const auto full = reading_model(true);
  auto weights = std::make_shared<Weights>(*full->weights);
  RandomWeights make(*weights, 5);
  Linear& linear = weights->layers[0].query;
  const TensorView before = linear.weight, after = make.tensor(before.rows(), before.cols());
  for (std::size_t place = 0; place < before.rows() * before.cols(); ++place) {
    float value = 0.0F;
    std::memcpy(&value, before.data + place * sizeof value, sizeof value);
    value = std::round(value * 16.0F) / 16.0F;
    std::memcpy(const_cast<std::byte*>(after.data) + place * sizeof value, &value, sizeof value);
  }
  linear.weight = after;
  auto result = std::make_shared<Model>(*full);
  result->name = "coarse";
  result->stored_as = "Q4_0";
  result->weights = weights;
  return result;
}

/// The live text is read by the coarse model with an adapter "style" on layer 1, the pin by the full one.
inline std::shared_ptr<Snapshot> coarse_beside_full(const std::string& text, float strength) {
  const auto adapted = with_adapter(*coarse_model(), 1, "style");
  const float strengths[] = {strength};
  auto live = read_text(at_strengths(*adapted, strengths), text);
  live->reading.text = text;
  live->reading.adapters = {{"/style", strength}};
  const auto full = reading_model(true);
  full->stored_as = "F32";
  live->comparison = std::make_shared<const Comparison>(compare(read_text(full, text), *live, "A"));
  return live;
}

}  // namespace regard::testing
