// SPDX-License-Identifier: Apache-2.0
#include "core/engine/side_path.h"

#include "core/engine/linear.h"
#include "core/engine/norm.h"

#include <numbers>
#include <utility>

namespace regard {

void take_side_path(const Model& model, std::size_t layer, ConstRows before, Rows stream, const std::stop_token& stop) {
  const LayerWeights& w = model.weights->layers[layer];
  const float epsilon = model.config.norm_epsilon;
  Matrix read(before.count, before.width), narrow(before.count, w.side.down.weight.rows());
  Matrix written(before.count, before.width);
  normalise(before, w.attention_norm, epsilon, all_rows(read));
  project(all_rows(std::as_const(read)), w.side.down, all_rows(narrow), stop);
  project(all_rows(std::as_const(narrow)), w.side.up, all_rows(written), stop);
  normalise(all_rows(std::as_const(written)), w.side.norm, epsilon, all_rows(written));
  add(stream, all_rows(std::as_const(read)), stream);
  add(stream, all_rows(std::as_const(written)), stream);
  for (float& value : stream.all())
    value *= 1.0F / std::numbers::sqrt2_v<float>;
}

}  // namespace regard
