// SPDX-License-Identifier: Apache-2.0
// Rotary settings as Hugging Face's config files write them. Formulas: linear (kaiokendev 2023), dynamic NTK (emozilla 2023),
// YaRN (Peng et al. 2023, https://arxiv.org/abs/2309.00071, equations 17 to 22), Llama 3.1's frequency bands, LongRoPE (Ding
// et al. 2024, https://arxiv.org/abs/2402.13753).
#include "core/model/config_reader.h"
#include "core/model/family.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string_view>

namespace regard {
namespace {

constexpr float kLargestBase = 1e15F;
constexpr float kLargestFactor = 1e4F;
constexpr float kLargestBeta = 1e6F;

/// YaRN's temperature of the attention: m·0.1·ln s + 1 for a stretch s > 1.
float yarn_magnitude(float factor, float multiplier) {
  return factor <= 1.0F ? 1.0F : 0.1F * multiplier * std::log(factor) + 1.0F;
}

float read_yarn_attention_factor(const ConfigReader& scaling, float factor) {
  for (const char* key : {"mscale", "mscale_all_dim"})  // one without the other means nothing
    scaling.pass_over(key);
  const float plain = scaling.has("mscale") && scaling.has("mscale_all_dim")
                          ? yarn_magnitude(factor, scaling.positive("mscale", 100.0F)) /
                                yarn_magnitude(factor, scaling.positive("mscale_all_dim", 100.0F))
                          : yarn_magnitude(factor, 1.0F);
  return scaling.positive("attention_factor", 100.0F, plain, Null::missing);
}

RopeConfig::Scaling read_kind(const ConfigReader& scaling, const RopeHabits& habits) {
  const char* key = scaling.has("rope_type") || !scaling.has("type") ? "rope_type" : "type";
  const std::string kind = scaling.text(key, "default", Null::missing);
  if (kind == "default") return RopeConfig::Scaling::none;
  if (habits.longrope_only) {  // whatever older files of Phi-3 call it
    if (kind == "longrope" || kind == "su" || kind == "yarn") return RopeConfig::Scaling::longrope;
    scaling.fail(key, "default, longrope");
  }
  if (kind == "linear") return RopeConfig::Scaling::linear;
  if (kind == "dynamic") return RopeConfig::Scaling::dynamic;
  if (kind == "llama3") return RopeConfig::Scaling::llama3;
  if (kind == "yarn") return RopeConfig::Scaling::yarn;
  if (kind == "longrope" || kind == "su") return RopeConfig::Scaling::longrope;
  scaling.fail(key, "default, linear, dynamic, llama3, yarn, longrope");
}

/// The file's context is the stretched one.
void read_longrope(const ConfigReader& scaling, float stretch, std::size_t pairs, RopeConfig& rope) {
  rope.short_factors = scaling.positives("short_factor", pairs, kLargestFactor);
  rope.long_factors = scaling.positives("long_factor", pairs, kLargestFactor);
  const bool stretched = stretch > 1.0F && rope.original_context > 1.0F;
  const float plain = stretched ? std::sqrt(1.0F + std::log(stretch) / std::log(rope.original_context)) : 1.0F;
  rope.attention_factor = scaling.positive("attention_factor", 100.0F, plain, Null::missing);
}

std::size_t read_original_context(const ConfigReader& reader, const ConfigReader& scaling, const RopeHabits& habits,
                                  const ModelConfig& config) {
  const ConfigReader::Bounds bounds{.least = 1, .most = bounds::kContext};
  const std::size_t usual = habits.original_context == 0 ? config.context : habits.original_context;
  const std::size_t outside = reader.size("original_max_position_embeddings", bounds, usual, Null::missing);
  return scaling.size("original_max_position_embeddings", bounds, outside, Null::missing);
}

/// Everything but base and width, which are set.
void read_scaling(const ConfigReader& reader, const ConfigReader& scaling, const RopeHabits& habits, Rotary& rotary,
                  ModelConfig& config) {
  RopeConfig& rope = rotary.rope;
  rope.scaling = read_kind(scaling, habits);
  if (rope.scaling == RopeConfig::Scaling::none) return;

  const std::size_t original = read_original_context(reader, scaling, habits, config);
  rope.original_context = static_cast<float>(original);
  const bool yarn = rope.scaling == RopeConfig::Scaling::yarn;
  const auto stretch = static_cast<float>(config.context) / static_cast<float>(original);
  const bool longrope = rope.scaling == RopeConfig::Scaling::longrope;
  const bool by_context = yarn || longrope;
  rope.factor = scaling.positive("factor", kLargestFactor, by_context ? std::optional<float>(stretch) : std::nullopt,
                                 by_context ? Null::missing : Null::refused);
  if (rope.factor < 1.0F) scaling.fail("factor", "≥ 1");
  if (longrope) read_longrope(scaling, stretch, rotary.width / 2, rope);

  if (rope.scaling == RopeConfig::Scaling::llama3) {
    rope.low_frequency_factor = scaling.positive("low_freq_factor", kLargestFactor);
    rope.high_frequency_factor = scaling.positive("high_freq_factor", kLargestFactor);
    if (rope.high_frequency_factor <= rope.low_frequency_factor) scaling.fail("high_freq_factor", "> low_freq_factor");
  }
  if (yarn) {
    rope.beta_fast = scaling.positive("beta_fast", kLargestBeta, 32.0F, Null::missing);
    rope.beta_slow = scaling.positive("beta_slow", kLargestBeta, 1.0F, Null::missing);
    if (rope.beta_fast < rope.beta_slow) scaling.fail("beta_fast", "≥ beta_slow");  // Kimi K2: both are 1
    rope.attention_factor = read_yarn_attention_factor(scaling, rope.factor);
    rope.truncate = scaling.flag("truncate", true);
  }
  if (yarn || rope.scaling == RopeConfig::Scaling::dynamic) {  // the file's context is the one before stretching
    const auto stretched =
        static_cast<std::size_t>(std::lround(static_cast<double>(rope.factor) * static_cast<double>(original)));
    config.context = std::max(config.context, std::min(stretched, bounds::kContext));
  }
}

/// The share of a head that is turned, where the family knows of one: inside the object, at the top, or the family's own.
float read_share(const ConfigReader& reader, const std::optional<ConfigReader>& rope, const RopeHabits& habits) {
  float share = habits.share;
  std::string_view told;
  for (const std::string_view key : {std::string_view(habits.share_key), std::string_view("partial_rotary_factor")}) {
    if (!reader.has(key)) continue;
    const float found = reader.positive(key, 1.0F);
    if (!told.empty() && found != share) reader.fail(key, std::string(told));
    share = found;
    told = key;
  }
  return rope ? rope->positive("partial_rotary_factor", 1.0F, share) : share;
}

/// Leading dimensions of a head that are turned.
std::size_t read_width(const ConfigReader& reader, const std::optional<ConfigReader>& rope, const RopeHabits& habits,
                       const ModelConfig& config) {
  if (habits.trailing > 0) return habits.trailing;
  if (habits.share_key == nullptr) return config.head_dim(0);
  const bool inside = rope && rope->has("partial_rotary_factor");
  const float share = read_share(reader, rope, habits);
  const auto width = static_cast<std::size_t>(static_cast<double>(config.head_dim(0)) * static_cast<double>(share));
  if (width >= 2 && width % 2 == 0) return width;
  const ConfigReader& told = inside ? *rope : reader;
  const bool older = !inside && !reader.has("partial_rotary_factor");
  told.fail(older ? habits.share_key : "partial_rotary_factor", "2, 4, 6 … ÷ head_dim");
}

/// Before any scaling.
Rotary unscaled(float base, std::size_t width, const RopeHabits& habits, const ModelConfig& config) {
  return {.rope = {.base = base},
          .width = width,
          .first = habits.trailing > 0 ? config.head_dim(0) - width : 0,
          .interleaved = habits.interleaved};
}

/// One kind of layer's settings.
Rotary read_kind_of_layer(const ConfigReader& reader, const std::optional<ConfigReader>& settings, Rotary rotary,
                          const RopeHabits& habits, ModelConfig& config) {
  if (!settings) return rotary;
  rotary.rope.base = read_rope_base(*settings, "rope_theta", rotary.rope.base);
  read_scaling(reader, *settings, habits, rotary, config);
  return rotary;
}

bool has_window(const LayerPlan& plan) {
  return plan.attention.window.width > 0;
}

/// What layers with a window do where the file has one object for all layers.
Rotary local_rotary(const Rotary& rotary, const RopeHabits& habits) {
  Rotary local = rotary;
  if (habits.local_base) local.rope = {.base = *habits.local_base};
  if (habits.unscaled_windows) local.rope = {.base = rotary.rope.base};
  return local;
}

/// `local`: of layers with a window.
void place(ModelConfig& config, const Rotary& rotary, const Rotary& local) {
  for (LayerPlan& plan : config.plans)
    plan.positions = has_window(plan) ? local : rotary;
}

/// {"full_attention": {…}, "sliding_attention": {…}}
void read_by_layer_type(const ConfigReader& reader, const ConfigReader& kinds, float base, const RopeHabits& habits,
                        ModelConfig& config) {
  const auto full = kinds.object("full_attention"), sliding = kinds.object("sliding_attention");
  if (!full && !sliding) kinds.fail("full_attention", "{…}");
  const bool any = std::any_of(config.plans.begin(), config.plans.end(), has_window);
  const bool all = std::all_of(config.plans.begin(), config.plans.end(), has_window);
  const std::size_t width = read_width(reader, all ? sliding : full, habits, config);
  if (habits.share_key != nullptr && any && !all && full && sliding &&
      read_share(reader, full, habits) != read_share(reader, sliding, habits))
    sliding->fail("partial_rotary_factor", "full_attention.partial_rotary_factor");
  const Rotary start = unscaled(base, width, habits, config);
  const Rotary local_start = unscaled(habits.local_base.value_or(base), width, habits, config);
  const Rotary rotary = all ? Rotary{} : read_kind_of_layer(reader, full, start, habits, config);
  const Rotary local = any ? read_kind_of_layer(reader, sliding, local_start, habits, config) : Rotary{};
  place(config, rotary, local);
}

}  // namespace

float read_rope_base(const ConfigReader& reader, std::string_view key, float fallback) {
  const float base = reader.positive(key, kLargestBase, fallback);
  if (base <= 1.0F) reader.fail(key, "> 1");
  return base;
}

void read_rope(const ConfigReader& reader, ModelConfig& config, const RopeHabits& habits) {
  float base = read_rope_base(reader, "rope_theta", habits.base);
  if (habits.base_key != nullptr) base = read_rope_base(reader, habits.base_key, base);
  std::optional<ConfigReader> settings =
      reader.object("rope_scaling");  // the library takes it first where both are there
  if (settings && settings->empty()) settings.reset();
  if (const auto newer = reader.object("rope_parameters"); newer && !settings && !newer->empty()) settings = newer;
  if (!settings && habits.silent != nullptr) settings = ConfigReader(*habits.silent, reader.file(), "rope_parameters.");
  if (settings && settings->holds_objects()) {
    read_by_layer_type(reader, *settings, base, habits, config);
  } else {
    const std::size_t width = read_width(reader, settings, habits, config);
    const Rotary start = unscaled(base, width, habits, config);
    const Rotary rotary = read_kind_of_layer(reader, settings, start, habits, config);
    place(config, rotary, local_rotary(rotary, habits));
  }
  if (first_rotary(config)->width % 2 != 0) reader.fail("head_dim", "2, 4, 6 …");
}

}  // namespace regard
