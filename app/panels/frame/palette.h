// SPDX-License-Identifier: Apache-2.0
// The command palette: a field over a list of everything that can be done, gone to or opened, found by some words of its name
// in either language. UI thread only; palette_matches is pure.
#pragma once

#include "app/panels/common/command.h"
#include "app/panels/common/panel.h"
#include "app/session/action.h"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace regard {

struct CommandEntry;

/// What a line of the palette does.
using PaletteDeed = std::variant<const CommandEntry*, Action, Command>;

struct PaletteEntry {
  std::string name{};      ///< in the language of the window
  std::string about{};     ///< what kind of thing it is, where it belongs
  std::string key{};       ///< "Ctrl-S"; empty without one
  std::string found_by{};  ///< its names in both languages, folded (app/viewmodel/word_search.h)
  std::string obstacle{};  ///< why it cannot be done now; empty: it can
  PaletteDeed deed{};
};

/// Which entries have all words of the query, best first, those alike in their order; all of them for none.
[[nodiscard]] std::vector<std::size_t> palette_matches(std::string_view query, std::span<const PaletteEntry> entries);

/// Commands, views, workspaces, examples, models, heads.
[[nodiscard]] std::vector<PaletteEntry> palette_entries(const PanelContext& context);

/// Kept while it is open, and until what was chosen in it is done.
struct PaletteState {
  std::string query{};
  std::string shown_query{};
  std::size_t chosen = 0;  ///< place in the list of matches
  bool appearing = true;
  std::vector<PaletteEntry> entries{};
  std::optional<PaletteDeed> to_do{};
};

/// Nothing happens over a question for a path.
void toggle_palette(PanelContext& context);
/// Inside the overlay's window.
void draw_palette(PanelContext& context);
/// Once a frame, before the keys: does what was chosen, once the palette's field has let go of the keyboard.
void do_chosen(PanelContext& context);

}  // namespace regard
