// SPDX-License-Identifier: Apache-2.0
#include "core/engine/rope.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace regard {
namespace {

constexpr float kTurn = 2.0F * std::numbers::pi_v<float>;

/// Llama 3.1: long waves are stretched by `factor`, short ones stay, those between are blended.
float llama3_frequency(float frequency, const RopeConfig& rope) {
  const float wavelength = kTurn / frequency;
  if (wavelength < rope.original_context / rope.high_frequency_factor) return frequency;
  if (wavelength > rope.original_context / rope.low_frequency_factor) return frequency / rope.factor;
  const float blend = (rope.original_context / wavelength - rope.low_frequency_factor) /
                      (rope.high_frequency_factor - rope.low_frequency_factor);
  return (1.0F - blend) * frequency / rope.factor + blend * frequency;
}

/// The pair that makes `turns` full turns over the original context (Peng et al. 2023, YaRN), as a real number.
float pair_with_turns(float turns, const RopeConfig& rope, std::size_t head_dim) {
  return static_cast<float>(head_dim) * std::log(rope.original_context / (turns * kTurn)) /
         (2.0F * std::log(rope.base));
}

/// YaRN: pairs that turn often stay, pairs that turn seldom are stretched, with a linear ramp between.
void scale_yarn(std::vector<float>& frequencies, const RopeConfig& rope, std::size_t head_dim) {
  const float fast = pair_with_turns(rope.beta_fast, rope, head_dim);
  const float slow = pair_with_turns(rope.beta_slow, rope, head_dim);
  const float first = std::max(rope.truncate ? std::floor(fast) : fast, 0.0F);
  float last = std::min(rope.truncate ? std::ceil(slow) : slow, static_cast<float>(head_dim - 1));
  if (last == first) last += 0.001F;
  for (std::size_t pair = 0; pair < frequencies.size(); ++pair) {
    const float stretched = std::clamp((static_cast<float>(pair) - first) / (last - first), 0.0F, 1.0F);
    frequencies[pair] = frequencies[pair] / rope.factor * stretched + frequencies[pair] * (1.0F - stretched);
  }
}

/// LongRoPE (Ding et al. 2024): each pair has its own stretch, one for short texts and one for long ones.
void scale_longrope(std::vector<float>& frequencies, const RopeConfig& rope, std::size_t tokens) {
  const bool is_long = static_cast<float>(tokens) > rope.original_context;
  const std::vector<float>& factors = is_long ? rope.long_factors : rope.short_factors;
  for (std::size_t pair = 0; pair < frequencies.size(); ++pair)
    frequencies[pair] /= factors[pair];
}

/// "Dynamic NTK": the base grows with the text once it is longer than the original context.
float dynamic_base(const RopeConfig& rope, std::size_t head_dim, std::size_t tokens) {
  const auto length = static_cast<float>(tokens);
  if (length <= rope.original_context) return rope.base;
  const auto dim = static_cast<float>(head_dim);
  const float growth = rope.factor * length / rope.original_context - (rope.factor - 1.0F);
  return rope.base * std::pow(growth, dim / (dim - 2.0F));
}

/// The next pair lies `step` numbers further.
template <std::size_t step>
void turn_pairs(float* first, float* second, const float* cosine, const float* sine, std::size_t pairs) {
  for (std::size_t pair = 0; pair < pairs; ++pair) {
    const float x = first[pair * step];
    const float y = second[pair * step];
    first[pair * step] = x * cosine[pair] - y * sine[pair];
    second[pair * step] = y * cosine[pair] + x * sine[pair];
  }
}

}  // namespace

std::vector<float> rotary_frequencies(const RopeConfig& rope, std::size_t head_dim, std::size_t tokens) {
  using Scaling = RopeConfig::Scaling;
  const float base = rope.scaling == Scaling::dynamic ? dynamic_base(rope, head_dim, tokens) : rope.base;
  std::vector<float> frequencies(head_dim / 2);
  for (std::size_t pair = 0; pair < frequencies.size(); ++pair)
    frequencies[pair] = 1.0F / std::pow(base, static_cast<float>(2 * pair) / static_cast<float>(head_dim));
  switch (rope.scaling) {
    case Scaling::none:
    case Scaling::dynamic:
      break;
    case Scaling::linear:
      for (float& frequency : frequencies)
        frequency /= rope.factor;
      break;
    case Scaling::llama3:
      for (float& frequency : frequencies)
        frequency = llama3_frequency(frequency, rope);
      break;
    case Scaling::longrope:
      scale_longrope(frequencies, rope, tokens);
      break;
    case Scaling::yarn:
      scale_yarn(frequencies, rope, head_dim);
      break;
  }
  const std::size_t turned = std::min(rope.turned.value_or(frequencies.size()), frequencies.size());
  std::fill(frequencies.begin() + static_cast<std::ptrdiff_t>(turned), frequencies.end(), 0.0F);
  return frequencies;
}

RotaryTable rotary_table(const std::vector<float>& frequencies, std::span<const float> places, float attention_factor) {
  RotaryTable table{Matrix(places.size(), frequencies.size()), Matrix(places.size(), frequencies.size()), false};
  for (std::size_t row = 0; row < places.size(); ++row) {
    for (std::size_t pair = 0; pair < frequencies.size(); ++pair) {
      const float angle = places[row] * frequencies[pair];
      table.cosine(row, pair) = std::cos(angle) * attention_factor;
      table.sine(row, pair) = std::sin(angle) * attention_factor;
    }
  }
  return table;
}

RotaryTable picture_table(const std::vector<float>& frequencies, std::span<const float> places,
                          const PatchConfig& patches) {
  const std::size_t half = frequencies.size();
  const auto middle = [](std::size_t at, std::size_t count) {  // of the patch, from −1 to 1
    return (static_cast<float>(at) + 0.5F) / static_cast<float>(count) * 2.0F - 1.0F;
  };
  RotaryTable table{Matrix(places.size(), 2 * half), Matrix(places.size(), 2 * half)};
  for (std::size_t row = 0; row < places.size(); ++row) {
    const auto token = static_cast<std::size_t>(places[row]);
    const std::size_t patch = token - std::min(token, patches.specials());
    const bool turned = token >= patches.specials();
    const float down = turned ? middle(patch / patches.cols(), patches.rows()) : 0.0F;
    const float right = turned ? middle(patch % patches.cols(), patches.cols()) : 0.0F;
    for (std::size_t pair = 0; pair < 2 * half; ++pair) {
      const float angle = kTurn * (pair < half ? down : right) * frequencies[pair % half];
      table.cosine(row, pair) = std::cos(angle);
      table.sine(row, pair) = std::sin(angle);
    }
  }
  return table;
}

const RotaryTable& RotaryTables::of(const Rotary& rotary) {
  for (const auto& [kind, table] : made_)
    if (kind == rotary) return table;
  if (rotary.two_axes && patches_) {
    const std::vector<float> turns = rotary_frequencies(rotary.rope, rotary.width / 2, tokens_);
    return made_.emplace_back(rotary, picture_table(turns, places_, *patches_)).second;
  }
  const std::vector<float> frequencies = rotary_frequencies(rotary.rope, rotary.width, tokens_);
  RotaryTable table = rotary_table(frequencies, places_, rotary.rope.attention_factor);
  table.interleaved = rotary.interleaved;
  return made_.emplace_back(rotary, std::move(table)).second;
}

void rotate(Rows heads_side_by_side, const RotaryTable& table, std::size_t head_dim, std::size_t first) {
  rotate_heads(heads_side_by_side, {0, heads_side_by_side.width / head_dim}, table, head_dim, first);
}

void rotate_heads(Rows heads_side_by_side, Range heads, const RotaryTable& table, std::size_t head_dim,
                  std::size_t first) {
  const std::size_t half = table.cosine.cols;
  for (std::size_t row = 0; row < heads_side_by_side.count; ++row) {
    const float* cosine = table.cosine.row(row).data();
    const float* sine = table.sine.row(row).data();
    for (std::size_t head = heads.begin; head < heads.end; ++head) {
      float* turned = heads_side_by_side.row(row).data() + head * head_dim + first;
      if (table.interleaved)
        turn_pairs<2>(turned, turned + 1, cosine, sine, half);
      else
        turn_pairs<1>(turned, turned + half, cosine, sine, half);
    }
  }
}

}  // namespace regard
