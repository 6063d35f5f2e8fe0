// SPDX-License-Identifier: Apache-2.0
// One of the texts as chips, under its field: clicks choose who asks and who is looked at, a double click edits, the pin it is
// compared with stands in the second line. And what there is to say about a text, in the field's own row. UI thread only.
#pragma once

#include "app/panels/common/panel.h"
#include "app/viewmodel/views.h"
#include "app/widgets/token_strip.h"

#include <cstddef>
#include <string>

namespace regard {

struct TextChips {
  TextSide side = TextSide::encoder;
  const char* id = "strip";
  const StripView& view;
  TokenStripState& state;
};

/// In an area of so many lines at the cursor, whatever stands there.
void draw_text_chips(PanelContext& context, const TextChips& chips, std::size_t lines);

/// Where a text was cut or repaired, says so at the right end of its field's row: pixels it takes there of `row`, 0 = nothing to say.
[[nodiscard]] float notice_width(const PanelContext& context, const TextChips& chips, float row);
void draw_notice(const PanelContext& context, const TextChips& chips, float width, float height);

}  // namespace regard
