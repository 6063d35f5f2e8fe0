// SPDX-License-Identifier: Apache-2.0
// Adapters over the model on show: what each touches and how strong it is, how far the heads move as they grow, how large the change
// of their matrices is. Probes "adapters.open", "adapters.here.<name>", "adapters.<n>.strength" (and ".number"), ".remove", "adapters.offer.open", ".over",
// ".away", "adapters.own", "adapters.chart", "adapters.moved.<layer>.<head>", "adapters.change.<layer>.<head>",
// "adapters.causes", ".along", ".up", "adapters.caused.<layer>.<head>".
#pragma once

#include "app/panels/common/panel.h"

namespace regard {

void draw_adapters(PanelContext& context);

}  // namespace regard
