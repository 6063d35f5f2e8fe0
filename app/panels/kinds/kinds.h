// SPDX-License-Identifier: Apache-2.0
// The head on show through several kinds of attention, side by side, what they cost as the text grows, the layer's matrices cut into other
// numbers of heads, what positions do to its scores, and a table of kinds.
#pragma once

namespace regard {

struct PanelContext;

void draw_kinds(PanelContext& context);
/// Models that were trained in other kinds. Probes "relatives.table", "relatives.text.<index>", "relatives.open.<folder>".
void draw_relatives(PanelContext& context);
void draw_kind_costs(PanelContext& context);
/// Probes "head_cuts.grid.<heads>.<head>.cells".
void draw_head_cuts(PanelContext& context);
/// Probes "trained_heads.open.<heads>", "trained_heads.table", "trained_heads.measure.<index>", "trained_heads.language.<index>".
void draw_trained_heads(PanelContext& context);
/// The two, one below the other.
void draw_numbers_of_heads(PanelContext& context);
/// Probes "positions.chart", "positions.reach.<index>", "positions.others", "positions.sum", "positions.biases", "positions.places.cells".
void draw_positions(PanelContext& context);
/// Probes "kind_table.copy", "kind_table.show.<id>".
void draw_kind_table(PanelContext& context);

}  // namespace regard
