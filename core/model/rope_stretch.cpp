// SPDX-License-Identifier: Apache-2.0
#include "core/model/rope_stretch.h"

#include <array>
#include <cmath>

namespace regard {
namespace {

constexpr std::array<std::string_view, 3> kStretchMethods{"linear", "ntk", "yarn"};
constexpr std::array<std::string_view, 7> kStretchObstacles{"none",       "not_rotary",     "scaled",      "picture",
                                                            "too_narrow", "no_predictions", "not_captured"};

}  // namespace

std::string_view name_of(StretchMethod method) {
  return kStretchMethods[static_cast<std::size_t>(method)];
}

std::string_view name_of(StretchObstacle obstacle) {
  return kStretchObstacles[static_cast<std::size_t>(obstacle)];
}

StretchObstacle obstacle_to_stretch(const Rotary& rotary) {
  if (rotary.two_axes) return StretchObstacle::picture;
  if (rotary.rope.scaling != RopeConfig::Scaling::none) return StretchObstacle::scaled;
  return rotary.width <= 2 ? StretchObstacle::too_narrow : StretchObstacle::none;
}

void stretch_rope(Rotary& rotary, StretchMethod method, float factor, std::size_t context) {
  const auto width = static_cast<float>(rotary.width);
  RopeConfig& rope = rotary.rope;
  switch (method) {
    case StretchMethod::linear:
      rope.scaling = RopeConfig::Scaling::linear;
      rope.factor = factor;
      break;
    case StretchMethod::ntk:
      rope.base *= std::pow(factor, width / (width - 2.0F));
      break;
    case StretchMethod::yarn:
      rope.scaling = RopeConfig::Scaling::yarn;
      rope.factor = factor;
      rope.original_context = static_cast<float>(context);
      rope.attention_factor = 0.1F * std::log(factor) + 1.0F;
      break;
  }
}

}  // namespace regard
