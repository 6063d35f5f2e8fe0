// SPDX-License-Identifier: Apache-2.0
#include "app/gfx/rgb_texture.h"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace regard::gfx {
namespace {

constexpr std::size_t kSmallSide = 96;  // pixels

}  // namespace

void RgbTexture::show(std::shared_ptr<const RgbImage> image) {
  if (image == image_ || !image || image->pixels.empty()) return;
  const int width = static_cast<int>(image->width), height = static_cast<int>(image->height);
  const bool small = std::max(image->width, image->height) < kSmallSide;
  Texture2D texture(width, height, TextureFormat::rgba8, small ? TextureFilter::nearest : TextureFilter::linear);
  std::vector<std::uint8_t> rgba(image->width * image->height * 4, 0xFF);
  for (std::size_t pixel = 0; pixel < image->width * image->height; ++pixel)
    std::copy_n(image->pixels.data() + pixel * 3, 3, rgba.data() + pixel * 4);
  texture.upload(0, 0, width, height, std::span<const std::uint8_t>(rgba));
  texture_ = std::move(texture);
  image_ = std::move(image);
}

ImTextureID RgbTexture::id() const {
  return reinterpret_cast<ImTextureID>(static_cast<std::intptr_t>(texture_.id()));  // NOLINT: how ImGui names textures
}

}  // namespace regard::gfx
