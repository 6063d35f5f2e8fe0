// SPDX-License-Identifier: Apache-2.0
// Pictures on the GPU; absent in tests without OpenGL.
#pragma once

#include "app/gfx/heat_map_image.h"
#include "app/gfx/rgb_texture.h"
#include "app/gfx/thumbnail_atlas.h"

#include <functional>
#include <map>
#include <string>

namespace regard {

struct PanelImages {
  gfx::HeatMapImage scores{};
  gfx::HeatMapImage weights{};
  gfx::HeatMapImage minimap{};
  gfx::ThumbnailAtlas atlas{};
  gfx::ThumbnailAtlas found{};  ///< heads that were searched for
  gfx::RgbTexture picture{};
  gfx::RgbTexture preview{};                                        ///< of an export
  std::map<std::string, gfx::HeatMapImage, std::less<>> maps{};     ///< of further panels, by a name of theirs
  std::map<std::string, gfx::RgbTexture, std::less<>> in_lesson{};  ///< by the view's name
};

}  // namespace regard
