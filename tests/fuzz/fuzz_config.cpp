// SPDX-License-Identifier: Apache-2.0
// Any bytes as config.json, and as preprocessor_config.json: consistent, bounded sizes or a regard::Error, nothing else.
#include "core/base/error.h"
#include "core/model/config.h"
#include "core/model/family.h"
#include "core/model/image_input.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>

namespace {

/// `any_size`: of a model that reads pictures as large as the steps make them.
void check_steps(std::string_view json, bool any_size) {
  regard::ModelConfig config;
  config.patches = {.height = 8, .width = 12, .patch_height = 4, .patch_width = 4, .any_size = any_size};
  config.patches->usual_steps = {.height = 8, .width = 12, .unrounded = any_size, .crop_height = 8, .crop_width = 12};
  const auto steps = regard::parse_image_steps(json, config, "fuzz");
  if (std::max({steps.height, steps.width, steps.shortest_edge, steps.crop_width}) > regard::bounds::kImageSide)
    std::abort();
  if (steps.deviation[0] <= 0.0F || (steps.shortest_edge == 0 && (steps.height == 0 || steps.width == 0))) std::abort();
  regard::fit_to_steps(steps, config);
  const std::size_t patches = config.patches->patches();
  if (patches == 0 || patches > regard::bounds::kPatches) std::abort();
  if (any_size && config.context != 0 && config.context != 1 + patches) std::abort();
}

bool is_sound(const regard::ModelConfig& config, const regard::LayerPlan& plan) {
  const regard::SoftmaxAttention& attention = plan.attention;
  const auto& experts = plan.feed_forward.experts;
  if (experts && (experts->chosen == 0 || experts->chosen > experts->count ||
                  experts->count > regard::bounds::kExperts || plan.feed_forward.width == 0))
    return false;
  if (experts && (experts->groups == 0 || experts->count % experts->groups != 0 ||
                  experts->chosen > experts->count / experts->groups * experts->chosen_groups))
    return false;
  const auto& latent = attention.latent;
  if (latent && (latent->rank == 0 || latent->shared_dims >= attention.head_dim || attention.value_dim == 0))
    return false;
  const auto* offsets = std::get_if<regard::Disentangled>(&plan.positions);
  if (offsets != nullptr && (offsets->span == 0 || offsets->distance < offsets->buckets / 2 + 2 ||
                             4 * offsets->span * config.hidden * config.layers > std::size_t{1} << 28))
    return false;
  if (plan.feed_forward.cutoff && !(std::abs(*plan.feed_forward.cutoff) <= 40.0F)) return false;
  if (attention.heads == 0) return attention.kv_heads == 0;  // a layer without heads
  return attention.kv_heads > 0 && attention.heads % attention.kv_heads == 0 && attention.head_dim > 0;
}

bool is_sound(const regard::Rotary& rotary) {
  return rotary.rope.factor >= 1.0F && rotary.rope.base > 1.0F && rotary.width > 0 && rotary.width % 2 == 0 &&
         (rotary.first == 0 || rotary.first < regard::bounds::kHeadDim);
}

void check_config(std::string_view json, regard::Tower tower) {
  const auto config = regard::parse_model_config(json, "fuzz", tower);
  const regard::Rotary* rotary = regard::first_rotary(config);
  const bool sound = config.layers > 0 && config.layers <= regard::bounds::kLayers &&
                     config.plans.size() == config.layers &&
                     std::all_of(config.plans.begin(), config.plans.end(),
                                 [&](const regard::LayerPlan& plan) { return is_sound(config, plan); }) &&
                     config.hidden > 0 && config.vocabulary > 0 && config.context > 0 &&
                     (!config.patches || config.patches->patches() + config.patches->specials() == config.context) &&
                     (!config.patches || config.patches->patches() <= regard::bounds::kPatches) &&
                     (!config.streams || (config.streams->count > 0 && config.streams->count <= 64)) &&
                     config.norm_epsilon > 0.0F && (rotary == nullptr || is_sound(*rotary));
  if (!sound) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view json(reinterpret_cast<const char*>(data), size);
  for (const bool any_size : {false, true})
    try {
      check_steps(json, any_size);
    } catch (const regard::Error&) {}
  for (const auto tower : {regard::Tower::vision, regard::Tower::text})
    try {
      check_config(json, tower);
    } catch (const regard::Error&) {}
  return 0;
}
