// SPDX-License-Identifier: Apache-2.0
// The sentence as chips, one per token, tinted by the weight the selected query gives it. As high as its lines, whatever it
// shows: more of them scroll, and the query is kept in sight; or all chips stand in one row that the wheel moves sideways.
// Click: query. Shift-click: key. Double-click: edit in place; what the first of the two clicks chose is taken back. Every
// change is told at once; Enter or a click elsewhere ends it, Escape takes it back. Delete, while the strip has the focus:
// remove the query's token. Shows its own tooltip: piece, id, byte span. Probes "strip.token.<index>", "strip.editor".
#pragma once

#include "app/gfx/colour_maps.h"
#include "app/session/action_kinds.h"
#include "app/viewmodel/views.h"
#include "app/widgets/heat_map.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace regard {

/// Where chips stand, in pixels from the first line's start.
struct ChipFlow {
  struct Place {
    ImVec2 min{}, size{};
  };
  std::vector<Place> places{};  ///< of width 0 where the editor stands in their place
  std::optional<Place> editor{};
  float width = 0.0F;  ///< of the longest line
  std::size_t lines = 1;
  float line_height = 0.0F;
};

/// A token that is being edited: its place in the text as it was, and what stands there now.
struct TokenEditing {
  TokenPlace place{};
  std::string text{};  ///< the whole text as it was
  std::string original{};
  std::string told{};  ///< the text last told
  std::string buffer{};
  std::uint64_t stroke = 0;
  bool wants_focus = true;
};

/// Kept by the panel between frames.
struct TokenStripState {
  std::optional<TokenEditing> editing{};
  std::uint64_t edits = 0;            ///< begun so far
  bool editing_ended = false;         ///< in the last frame
  std::size_t chosen_before = kNone;  ///< what was chosen when the last click came
  std::size_t shown_query = kNone;    ///< the query last scrolled into view
  float scroll = 0.0F;                ///< pixels that one row is moved to the left
  float least_width = 0.0F;           ///< pixels that one row can be moved over, though its chips are fewer
  ChipFlow flow{};  ///< of the frame before, and what it follows from: long texts are not measured anew
  std::size_t flow_inputs = 0;
};

struct TokenStripSpec {
  std::string_view id = "strip";
  const StripView* view = nullptr;
  float width = 0.0F;                     ///< pixels; 0 = what is left of the line
  const gfx::ColourMap* map = nullptr;    ///< the weights' map; diverging where they may be signed
  std::size_t linked = kNone;             ///< token hovered in another view
  std::span<const std::size_t> marked{};  ///< tokens with a bar under them, ascending
  std::size_t lines = 2;                  ///< of its height
  bool one_row = false;                   ///< one line, moved sideways
  std::size_t text_bytes = 0;             ///< of the text the chips stand for
};

struct TokenStripResult {
  std::optional<std::size_t> hovered{};
  std::optional<std::size_t> query{};       ///< clicked
  std::optional<std::size_t> key{};         ///< Shift-clicked
  std::optional<std::size_t> wants_edit{};  ///< double-clicked: the panel may begin_editing()
  std::optional<std::string>
      edited{};  ///< the new text of what is edited, without the space it stands after; "" when emptied
  std::optional<std::size_t> deleted{};
};

TokenStripResult token_strip(const TokenStripSpec& spec, TokenStripState& state);
/// Pixels of so many lines.
[[nodiscard]] float token_strip_height(std::size_t lines);
/// Opens the editor over a token of `text`.
void begin_editing(TokenStripState& state, const TokenPlace& place, const std::string& text);

}  // namespace regard
