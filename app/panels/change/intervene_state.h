// SPDX-License-Identifier: Apache-2.0
// What the tools of intervening keep between frames, and what they have in common.
#pragma once

#include "app/panels/common/grids_state.h"
#include "app/panels/common/panel.h"
#include "app/viewmodel/painted_cells.h"

#include <imgui.h>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace regard {

enum class BrushTool { look, mask, add, set_weight, copy, erase };
inline constexpr std::size_t brush_tools = 6;
/// Whose heads a tool works on.
enum class Reach { head, layer, everywhere };

inline constexpr float most_added = 20.0F;  ///< of sliders; typed numbers are clamped to it, too

/// From pressing the button on a grid to letting it go: one item of the list, one step back.
struct Stroke {
  std::uint64_t number = 0;
  GridKind grid = GridKind::none;
  GridPlace last{};
  ImVec2 corner{};    ///< where the cells stand, pixels, and
  float cell = 0.0F;  ///< how large they are
  ImVec2 held{};      ///< the mouse, when cells moved away under it: they are not painted until it moves
  bool holds = false;
  std::set<GridPlace> painted{};
  std::vector<InterventionKind> legend{};  ///< what it told when the stroke began: until its end no line comes or goes
  std::vector<PlacedIntervention> before{};  ///< the list when it began: what an eraser takes from
};

/// The list of a session on the tokens of a snapshot.
struct ResolvedList {
  std::vector<PlacedIntervention> of{};
  std::uint64_t snapshot = 0;
  std::string text{};
  std::vector<Intervention> items{};
  std::vector<bool> acts{};  ///< switched on, and not left out of the run
};

struct InterveneState {
  BrushTool tool = BrushTool::look;
  BrushShape shape = BrushShape::cell;
  Reach reach = Reach::head;
  float added = 2.0F;
  float weight = 0.5F;
  std::string pin{};      ///< to copy from; none of that name: the session's last one
  bool mean = false;      ///< a silenced head hands on its mean
  bool of_query = false;  ///< token tools work on the query, else on the key
  std::uint64_t strokes = 0;
  std::optional<Stroke> stroke{};
  std::optional<std::size_t> pointed{};  ///< line of the list under the mouse
  std::optional<std::size_t> lit{};      ///< the same, of the frame before: its cells are lit
  std::optional<HeadRef> menu_head{};
  std::optional<std::size_t> menu_token{};
  std::optional<GridPlace> menu_cell{};
  ResolvedList resolved{};
  std::vector<CellMark> marks{};
  std::vector<InterventionKind> marked_kinds{};  ///< what the marks stand for, in the order of the list
};

[[nodiscard]] InterveneState& intervene_state(const PanelContext& context);

/// The text whose tokens ask and are asked by the heads that interventions work on.
[[nodiscard]] const Encoding& intervened_encoding(const PanelContext& context);
/// The item on the words of the session's text, which may be a keystroke ahead of the snapshot.
[[nodiscard]] PlacedIntervention place_item(const PanelContext& context, Intervention item);
/// And back: the item on the snapshot's tokens, without a source.
[[nodiscard]] Intervention on_tokens(const PanelContext& context, PlacedIntervention intervention);
/// The session's list on the snapshot's tokens; made again only when either has changed. Of the live context.
[[nodiscard]] const ResolvedList& resolved_list(const PanelContext& context);

/// The heads that tools work on now, as the person has chosen.
[[nodiscard]] HeadScope scope_of(Reach reach, HeadRef head);
/// The pin that is copied from, or "" where there is none.
[[nodiscard]] std::string chosen_pin(const PanelContext& context);
/// How many items act on the run on screen.
[[nodiscard]] std::size_t acting_items(const PanelContext& context);
/// Is there room for one more item?
[[nodiscard]] bool has_room(const PanelContext& context);
/// Why nothing of the shown attention can be intervened in (a sentence), or "".
[[nodiscard]] std::string attention_obstacle(const PanelContext& context);

/// A menu's lines, one for each kind of attention that these heads can be put in, with its usual numbers. Probes "menu.kind.<name>".
void offer_kinds(PanelContext& context, const HeadScope& scope);

/// Likewise one for each kind of positions. Probes "menu.positions.<name>".
void offer_positions(PanelContext& context, const HeadScope& scope);

/// The colour of an item's cells on the grid, in its line of the list and in the legend.
[[nodiscard]] ImVec4 colour_of(InterventionKind kind);

}  // namespace regard
