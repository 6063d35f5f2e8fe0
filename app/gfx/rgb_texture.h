// SPDX-License-Identifier: Apache-2.0
// A photograph on the GPU, uploaded once. UI thread with a current GL context only.
#pragma once

#include "app/gfx/objects.h"
#include "core/base/image.h"

#include <imgui.h>

#include <memory>

namespace regard::gfx {

class RgbTexture {
public:
  /// Takes the picture over if it is another one than the last. Small pictures show their pixels, large ones are smooth.
  void show(std::shared_ptr<const RgbImage> image);
  /// For ImDrawList; null before the first picture.
  [[nodiscard]] ImTextureID id() const;

private:
  std::shared_ptr<const RgbImage> image_{};  ///< kept, so that its address means this very picture
  Texture2D texture_{};
};

}  // namespace regard::gfx
