// SPDX-License-Identifier: Apache-2.0
#include "core/train/shape.h"

#include "core/base/error.h"

#include <string>

namespace regard::train {

void check_between(const char* item, std::size_t value, std::size_t least, std::size_t most) {
  if (value >= least && value <= most) return;
  throw Error(
      "training_value",
      {.item = item, .expected = std::to_string(least) + " … " + std::to_string(most), .found = std::to_string(value)});
}

void check(const Shape& shape) {
  check_between("layers", shape.layers, 1, 16);
  check_between("width", shape.width, 2, 1'024);
  check_between("heads", shape.heads, 1, shape.width);
  const std::string width = std::to_string(shape.width), heads = std::to_string(shape.heads);
  if (shape.width % shape.heads != 0)
    throw Error("training_value", {.item = "heads", .expected = "n × heads = " + width, .found = heads});
  if (shape.positions == PositionKind::rotary && shape.head_dim() % 2 != 0)
    throw Error("training_value", {.item = "heads", .expected = "2n × heads = " + width, .found = heads});
  if (shape.weigh == WeighKind::linear && shape.positions == PositionKind::alibi)
    throw Error("training_value", {.item = "positions", .expected = "none, learned, rotary", .found = "alibi"});
  check_between("feed-forward", shape.feed_forward, 0, 8'192);
  check_between("tokens", shape.context, 4, 512);
  check_between("window", shape.window, 0, shape.context);
  check_between("vocabulary", shape.vocabulary, 2, 4'096);
}

}  // namespace regard::train
