// SPDX-License-Identifier: Apache-2.0
#include "core/train/loss.h"

#include "core/train/grid.h"

#include <algorithm>
#include <cmath>

namespace regard::train {

Scores cross_entropy(const Batch& batch, std::size_t vocabulary, std::span<float> logits) {
  const auto asked = static_cast<double>(
      std::count_if(batch.targets.begin(), batch.targets.end(), [](std::int32_t target) { return target >= 0; }));
  const auto share = static_cast<float>(1.0 / asked);
  Scores scores;
  for (std::size_t row = 0; row < batch.targets.size(); ++row) {
    Line p = line(logits.data() + row * vocabulary, vocabulary);
    const std::int32_t target = batch.targets[row];
    if (target == kNotAsked) {
      p.setZero();
      continue;
    }
    Eigen::Index best = 0;
    const float highest = p.maxCoeff(&best);
    const float of_target = p[target] - highest;
    p = (p - highest).exp();
    const float sum = p.sum();
    Score& score = scores.of[static_cast<std::size_t>(batch.expects[row])];
    score.loss += static_cast<double>(std::log(sum) - of_target);
    score.right += best == target ? 1 : 0;
    ++score.positions;
    p *= share / sum;
    p[target] -= share;
  }
  for (Score& score : scores.of) {
    scores.loss += score.loss / asked;
    if (score.positions > 0) score.loss /= static_cast<double>(score.positions);
  }
  return scores;
}

}  // namespace regard::train
