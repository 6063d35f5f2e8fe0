// SPDX-License-Identifier: Apache-2.0
// How the run and the pictures are looked at: special tokens, words or pieces, mask, temperature of the softmax. Its button
// says what differs from how a model is looked at first.
#pragma once

#include "app/panels/common/panel.h"

#include <string>

namespace regard {

struct Reading;  // app/session/reading.h

/// "mask: causal · T 0.50"; empty where nothing differs.
[[nodiscard]] std::string view_differences(const PanelContext& context);
/// The same on the button: in short how many things differ.
[[nodiscard]] std::string view_label(const PanelContext& context, bool in_short);
/// Does the model run otherwise than it was trained? (Else only the pictures differ.)
[[nodiscard]] bool runs_otherwise(const Reading& reading);

void fill_view_menu(PanelContext& context);
[[nodiscard]] float view_menu_width(const PanelContext& context);

}  // namespace regard
