// SPDX-License-Identifier: Apache-2.0
// Which heads moved most, and for which queries: a ranked list whose lines and words can be clicked. Part of the Compare panel.
#pragma once

#include "app/panels/common/panel.h"

namespace regard {

/// The snapshot has a comparison with a baseline. Probes "compare.head.<layer>.<head>", "compare.query.<layer>.<head>.<rank>",
/// "compare.same".
void draw_movements(PanelContext& context);

}  // namespace regard
