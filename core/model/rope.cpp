// SPDX-License-Identifier: Apache-2.0
// Rotary settings as Hugging Face's config files write them. Formulas: linear (kaiokendev 2023), dynamic NTK (emozilla 2023),
// YaRN (Peng et al. 2023, https://arxiv.org/abs/2309.00071, equations 17 to 22), Llama 3.1's frequency bands, LongRoPE (Ding
// et al. 2024, https://arxiv.org/abs/2402.13753).
#include "core/model/config_reader.h"
#include "core/model/family.h"

#include <algorithm>
#include <cmath>

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
  const float plain = scaling.has("mscale") && scaling.has("mscale_all_dim")
                          ? yarn_magnitude(factor, scaling.positive("mscale", 100.0F)) /
                                yarn_magnitude(factor, scaling.positive("mscale_all_dim", 100.0F))
                          : yarn_magnitude(factor, 1.0F);
  return scaling.positive("attention_factor", 100.0F, plain);
}

RopeConfig::Scaling read_kind(const ConfigReader& scaling) {
  const char* key = scaling.has("rope_type") || !scaling.has("type") ? "rope_type" : "type";
  const std::string kind = scaling.text(key, "default");
  if (kind == "default") return RopeConfig::Scaling::none;
  if (kind == "linear") return RopeConfig::Scaling::linear;
  if (kind == "dynamic") return RopeConfig::Scaling::dynamic;
  if (kind == "llama3") return RopeConfig::Scaling::llama3;
  if (kind == "yarn") return RopeConfig::Scaling::yarn;
  if (kind == "longrope" || kind == "su") return RopeConfig::Scaling::longrope;
  scaling.fail(key, "default, linear, dynamic, llama3, yarn, longrope");
}

/// The file's context is the stretched one.
void read_longrope(const ConfigReader& scaling, float stretch, ModelConfig& config) {
  RopeConfig& rope = config.rope;
  const std::size_t pairs = config.rotary_width() / 2;
  rope.short_factors = scaling.positives("short_factor", pairs, kLargestFactor);
  rope.long_factors = scaling.positives("long_factor", pairs, kLargestFactor);
  const bool stretched = stretch > 1.0F && rope.original_context > 1.0F;
  const float plain = stretched ? std::sqrt(1.0F + std::log(stretch) / std::log(rope.original_context)) : 1.0F;
  rope.attention_factor = scaling.positive("attention_factor", 100.0F, plain);
}

void read_scaling(const ConfigReader& reader, const ConfigReader& scaling, ModelConfig& config) {
  RopeConfig& rope = config.rope;
  rope.scaling = read_kind(scaling);
  if (rope.scaling == RopeConfig::Scaling::none) return;

  const ConfigReader::Bounds context{.least = 1, .most = bounds::kContext};
  const std::size_t original = scaling.size("original_max_position_embeddings", context,
                                            reader.size("original_max_position_embeddings", context, config.context));
  rope.original_context = static_cast<float>(original);
  const bool yarn = rope.scaling == RopeConfig::Scaling::yarn;
  const auto stretch = static_cast<float>(config.context) / static_cast<float>(original);
  const bool longrope = rope.scaling == RopeConfig::Scaling::longrope;
  rope.factor =
      scaling.positive("factor", kLargestFactor, yarn || longrope ? std::optional<float>(stretch) : std::nullopt);
  if (rope.factor < 1.0F) scaling.fail("factor", "≥ 1");
  if (longrope) read_longrope(scaling, stretch, config);

  if (rope.scaling == RopeConfig::Scaling::llama3) {
    rope.low_frequency_factor = scaling.positive("low_freq_factor", kLargestFactor);
    rope.high_frequency_factor = scaling.positive("high_freq_factor", kLargestFactor);
    if (rope.high_frequency_factor <= rope.low_frequency_factor) scaling.fail("high_freq_factor", "> low_freq_factor");
  }
  if (yarn) {
    rope.beta_fast = scaling.positive("beta_fast", kLargestBeta, 32.0F);
    rope.beta_slow = scaling.positive("beta_slow", kLargestBeta, 1.0F);
    if (rope.beta_fast <= rope.beta_slow) scaling.fail("beta_fast", "> beta_slow");
    rope.attention_factor = read_yarn_attention_factor(scaling, rope.factor);
    if (!scaling.flag("truncate", true)) scaling.fail("truncate", "true");
  }
  if (yarn || rope.scaling == RopeConfig::Scaling::dynamic) {  // the file's context is the one before stretching
    const auto stretched =
        static_cast<std::size_t>(std::lround(static_cast<double>(rope.factor) * static_cast<double>(original)));
    config.context = std::max(config.context, std::min(stretched, bounds::kContext));
  }
}

}  // namespace

float read_rope_base(const ConfigReader& reader, std::string_view key, float fallback) {
  const float base = reader.positive(key, kLargestBase, fallback);
  if (base <= 1.0F) reader.fail(key, "> 1");
  return base;
}

void read_rope(const ConfigReader& reader, ModelConfig& config) {
  if (config.rotary_width() % 2 != 0) reader.fail("head_dim", "2, 4, 6 …");
  config.rope.base = read_rope_base(reader, "rope_theta", 10000.0F);
  if (const auto parameters = reader.object("rope_parameters")) {  // newer files keep the base in here, too
    config.rope.base = read_rope_base(*parameters, "rope_theta", config.rope.base);
    read_scaling(reader, *parameters, config);
  } else if (const auto scaling = reader.object("rope_scaling")) {
    read_scaling(reader, *scaling, config);
  }
}

}  // namespace regard
