// SPDX-License-Identifier: Apache-2.0
// What stands in the sentence's place where the model reads pictures: the path, the picture as patches, where the asking
// token looks in it, and the two chosen patches large. Probes "image.path", "image.open", "image.own", "image.special.<token>",
// "picture…" and "looks…" (widgets/patch_board.h).
#pragma once

#include "app/panels/common/panel.h"

#include <string>

namespace regard {

/// The field of the picture's path.
struct ImageLineState {
  std::string buffer{};
  std::string synced{};  ///< session.image when the buffer was last equal to it
};

/// Does the model that is shown read pictures?
[[nodiscard]] bool shows_picture(const PanelContext& context);

void draw_image_line(PanelContext& context);

/// Pixels the panel's content takes.
[[nodiscard]] float image_line_height();

}  // namespace regard
