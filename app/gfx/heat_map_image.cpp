// SPDX-License-Identifier: Apache-2.0
#include "app/gfx/heat_map_image.h"

#include "app/gfx/picture.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <optional>

namespace regard::gfx {
namespace {

constexpr float kMasked = -3.0e38F;  // heat_map.frag takes everything below −1e37 for masked
/// Values with masked cells marked in them: one texture, one fetch.
Matrix marked(const Matrix& values, const std::vector<bool>* masked) {
  Matrix level = values;
  for (std::size_t i = 0; i < level.values.size(); ++i)
    if (std::isnan(level.values[i]) || (masked != nullptr && (*masked)[i])) level.values[i] = kMasked;
  return level;
}

/// Half the size: each value is the one farthest from zero of the (up to) four under it; masked only where all are.
Matrix pooled(const Matrix& level) {
  Matrix half((level.rows + 1) / 2, (level.cols + 1) / 2, kMasked);
  for (std::size_t row = 0; row < level.rows; ++row) {
    const float* from = level.values.data() + row * level.cols;
    float* to = half.values.data() + (row / 2) * half.cols;
    for (std::size_t col = 0; col < level.cols; ++col) {
      float& kept = to[col / 2];
      const bool farther = kept == kMasked || (from[col] != kMasked && std::abs(from[col]) > std::abs(kept));
      kept = farther ? from[col] : kept;
    }
  }
  return half;
}

Texture2D to_texture(const Matrix& level) {
  const int width = static_cast<int>(level.cols), height = static_cast<int>(level.rows);
  Texture2D texture(width, height, TextureFormat::r32f);
  texture.upload(0, 0, width, height, std::span<const float>(level.values));
  return texture;
}

}  // namespace

struct HeatMapImage::State {
  Picture picture{"heat_map.frag"};
  std::vector<Texture2D> levels{};  ///< each half as large as the one before
  std::optional<std::uint64_t> revision{};
  std::optional<HeatMapLook> drawn{};

  /// The finest level whose texels are at least a pixel: every texel is then seen.
  [[nodiscard]] std::size_t level_for(float pixels_per_cell) const {
    std::size_t level = 0;
    while (level + 1 < levels.size() && pixels_per_cell * static_cast<float>(std::size_t{1} << level) < 1.0F)
      ++level;
    return level;
  }
};

HeatMapImage::HeatMapImage() : state_(std::make_unique<State>()) {}
HeatMapImage::~HeatMapImage() = default;
HeatMapImage::HeatMapImage(HeatMapImage&&) noexcept = default;
HeatMapImage& HeatMapImage::operator=(HeatMapImage&&) noexcept = default;

void HeatMapImage::upload(const Matrix& values, const std::vector<bool>* masked, std::uint64_t revision) {
  if (state_->revision == revision) return;
  state_->revision = revision;
  state_->drawn.reset();
  state_->levels.clear();
  if (values.empty() || values.rows > kLargestTexture || values.cols > kLargestTexture) return;
  assert(masked == nullptr || masked->size() == values.values.size());
  Matrix level = marked(values, masked);
  state_->levels.push_back(to_texture(level));
  while (level.rows > 1 || level.cols > 1) {
    level = pooled(level);
    state_->levels.push_back(to_texture(level));
  }
}

void HeatMapImage::render(const HeatMapLook& look) {
  State& state = *state_;
  if (state.levels.empty() || look.map == nullptr || look.width < 1 || look.height < 1) return;
  if (state.drawn == look) return;
  state.drawn = look;

  const float size = std::min(static_cast<float>(look.width) / look.cols, static_cast<float>(look.height) / look.rows);
  const std::size_t level = state.level_for(size);
  const float shrunk = 1.0F / static_cast<float>(std::size_t{1} << level);
  const Texture2D& values = state.levels[level];
  const float span = look.high - look.low;

  state.picture.begin(look.width, look.height, *look.map);
  values.bind(0);
  ShaderProgram& program = state.picture.program();
  program.set("values", 0);
  program.set("view", look.left * shrunk, look.top * shrunk, look.cols * shrunk, look.rows * shrunk);
  program.set("extent", static_cast<float>(values.width()), static_cast<float>(values.height()));
  program.set("range", look.low, span > 0.0F ? 1.0F / span : 0.0F);
  program.set("gap", size >= 48.0F ? 2.0F : 1.0F);
  program.set("gap_strength", std::clamp((size - 6.0F) / 4.0F, 0.0F, 1.0F));
  program.set("corner", std::clamp(0.06F * size - 0.5F, 0.0F, 3.0F));
  program.set("hatch_period", look.hatch_period);
  program.set("background", look.background[0], look.background[1], look.background[2], 1.0F);
  program.set("hatch", look.hatch[0], look.hatch[1], look.hatch[2], 1.0F);
  state.picture.finish();
}

void HeatMapImage::paint(ImDrawList& list, ImVec2 min, ImVec2 max) {
  if (state_->drawn) state_->picture.paint(list, min, max);
}

std::vector<std::uint8_t> HeatMapImage::read_pixels() const {
  return state_->picture.target().read_pixels();
}

}  // namespace regard::gfx
