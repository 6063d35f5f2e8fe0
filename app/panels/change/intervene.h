// SPDX-License-Identifier: Apache-2.0
// The panel of everything a person does to a run by hand: brush, head and token tools, the list; and its outposts in other panels.
#pragma once

#include "app/panels/common/grids_state.h"
#include "app/panels/common/panel.h"

#include <cstddef>
#include <optional>
#include <string>

namespace regard {

struct GridPlace;
struct Intervention;

void draw_intervene(PanelContext& context);

/// The list of interventions with its heading; a part of the panel.
void draw_intervention_list(PanelContext& context);

/// "2 interventions", where some act: a click opens the panel. On the current line of the status row.
void draw_intervention_badge(PanelContext& context);

/// The menus of a right click on a head of the overview, and on a token's chip. Call once a frame with what is under the mouse.
void head_menu(PanelContext& context, const std::optional<HeadRef>& hovered);
void token_menu(PanelContext& context, const std::optional<std::size_t>& hovered);
/// Behind a grid: what a right click on one of its cells offers.
void cell_menu(PanelContext& context, GridKind grid, const std::optional<GridPlace>& hovered);

/// Appends to the list, where there is room.
void add_item(PanelContext& context, Intervention item);

}  // namespace regard
