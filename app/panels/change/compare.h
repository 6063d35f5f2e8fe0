// SPDX-License-Identifier: Apache-2.0
// The pins, which of them the live text is compared with, and which heads moved most and for which queries. Always about the live
// text, whatever the views show. Probes "compare.pin.<n>" (choose it), ".name", ".swap", ".remove", "compare.plain",
// "compare.head.<layer>.<head>", "compare.query.<layer>.<head>.<rank>".
#pragma once

#include "app/panels/common/panel.h"

namespace regard {

void draw_compare(PanelContext& context);

}  // namespace regard
