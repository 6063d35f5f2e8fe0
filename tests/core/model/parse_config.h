// SPDX-License-Identifier: Apache-2.0
// A config.json written in the test.
#pragma once

#include "core/model/config.h"
#include "tests/core/base/expect_error.h"

#include <cstddef>
#include <string>
#include <vector>

namespace regard::testing {

inline ModelConfig parse(const std::string& json) {
  return parse_model_config(json, "config.json");
}

inline Error error_in(const std::string& json) {
  return error_of([&] { static_cast<void>(parse(json)); });
}

/// Of the first layer, mostly that of all.
inline const LayerPlan& plan_of(const ModelConfig& config) {
  return config.plans.front();
}

/// The turning of the first layer that turns, and of the first with a window.
inline const Rotary& rotary_of(const ModelConfig& config) {
  return *first_rotary(config);
}
inline const Rotary& local_rotary_of(const ModelConfig& config) {
  for (const LayerPlan& plan : config.plans)
    if (plan.attention.window.width > 0) return std::get<Rotary>(plan.positions);
  return rotary_of(config);
}
/// Of layers without a window.
inline const Rotary& far_rotary_of(const ModelConfig& config) {
  for (const LayerPlan& plan : config.plans)
    if (plan.attention.window.width == 0) return std::get<Rotary>(plan.positions);
  return rotary_of(config);
}

/// [layers]
inline std::vector<std::size_t> windows_of(const ModelConfig& config) {
  std::vector<std::size_t> widths;
  for (const LayerPlan& plan : config.plans)
    widths.push_back(plan.attention.window.width);
  return widths;
}
inline std::vector<float> scales_of(const ModelConfig& config) {
  std::vector<float> scales;
  for (const LayerPlan& plan : config.plans)
    scales.push_back(plan.attention.scale);
  return scales;
}

}  // namespace regard::testing
