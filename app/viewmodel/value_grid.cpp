// SPDX-License-Identifier: Apache-2.0
#include "app/viewmodel/value_grid.h"

#include "core/analysis/flow.h"
#include "core/analysis/value_weights.h"

#include <algorithm>
#include <vector>

namespace regard {
namespace {

Matrix rollout_up_to(const ValueGridQuestion& question, const std::function<void()>& give_way,
                     const std::stop_token& stop) {
  std::vector<Matrix> layers;
  for (std::size_t layer = 0; layer <= question.head.layer; ++layer) {
    if (give_way) give_way();
    layers.push_back(layer_edges({*question.trace, question.kind, layer}, LayerEdges::with_residual, stop));
  }
  return rollout(layers);
}

/// Of a colour scale: 1 where there is nothing.
float largest_of(const Matrix& weights) {
  const float largest = *std::max_element(weights.values.begin(), weights.values.end());
  return largest > 0.0F ? largest : 1.0F;
}

}  // namespace

std::shared_ptr<const ValueGrid> make_value_grid(const ValueGridQuestion& question,
                                                 const std::function<void()>& give_way, const std::stop_token& stop) {
  const LayerOf of{*question.trace, question.kind, question.head.layer};
  const Range queries{0, of.part().tokens()}, keys{0, of.part().keys()};
  auto grid = std::make_shared<ValueGrid>();
  grid->of = question;
  grid->attention = weights(of.part(), question.head);
  if (question.weight == GridWeight::attention) {
    grid->weights = grid->attention;
  } else if (question.weight == GridWeight::rollout) {
    grid->weights = rollout_up_to(question, give_way, stop);
  } else {
    const ValueLength length = question.weight == GridWeight::value ? ValueLength::value : ValueLength::output;
    grid->weights = value_weights(of, question.head.head, length, queries, keys);
    normalise_rows(grid->weights);
  }
  grid->largest = largest_of(grid->weights);
  grid->largest_attention = largest_of(grid->attention);
  return grid;
}

}  // namespace regard
