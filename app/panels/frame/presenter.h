// SPDX-License-Identifier: Apache-2.0
// What a class sees of the hands of the person in front: a halo around the pointer, and the keys that were pressed, in a chip that
// fades. Only in the look of the classroom. UI thread only.
#pragma once

#include "app/panels/common/panel.h"

#include <string>

namespace regard {

struct PresenterState {
  std::string keys{};    ///< "Ctrl-3", as they were pressed last; empty: none
  double pressed = 0.0;  ///< ImGui's time
};

/// Once a frame, before the keys are carried out: what was pressed. Keys that write into a field are seen there.
void note_keys(PanelContext& context);
/// Once a frame, over all windows.
void draw_presenter(PanelContext& context);
/// Seconds until the chip looks otherwise; 0: it does not.
[[nodiscard]] float presenter_delay(const PanelState& state);

}  // namespace regard
