// SPDX-License-Identifier: Apache-2.0
// Pieces for what can be pressed, beside those of parts.h. UI thread only.
#pragma once

#include <string_view>

namespace regard {

/// A button that looks like one: for something to be done rather than a menu or a mode. As wide as quiet_button_width().
/// Probes `id`.
bool framed_button(std::string_view id, std::string_view label);

/// Why the item before cannot be used now: shown at once under the mouse.
void why_not(std::string_view reason);

}  // namespace regard
