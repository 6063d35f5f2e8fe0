// SPDX-License-Identifier: Apache-2.0
// Pictures of the run on show inside a lesson's text, as handouts have them: made beside the window, once for every change. UI
// thread only.
#pragma once

#include "app/panels/common/panel.h"
#include "app/widgets/rich_text.h"

#include <string>

namespace regard {

/// The view of that name, as wide as the text. While the step's question hides what the window shows, and before the picture is made,
/// an empty frame; nothing for views that run the model over and over and for those that this run does not have.
[[nodiscard]] RichPicture lesson_picture(PanelContext& context, const std::string& view, float width);

}  // namespace regard
