// SPDX-License-Identifier: Apache-2.0
// Mixtures of experts: which experts the tokens go through, with the router's probabilities, gates and loads. Probes "router.map.<index>",
// "router.by_load", "router.layer.<layer>", "router.layer.back", "router.layer.next", "router.grid.cells", "router.load", "router.expert.back",
// "router.expert.next", "router.expert.none", "router.token.<index>", "router.all_layers", "router.there".
#pragma once

#include "app/panels/common/panel.h"

namespace regard {

void draw_router(PanelContext& context);

}  // namespace regard
