// SPDX-License-Identifier: Apache-2.0
// Every panel of the window, and the workspaces they stand in. A panel is one entry: its name, how it is drawn, whether it is
// always about the live text, what of it can be exported. A workspace is one entry: which panels stand where. A panel does not
// know where it stands; the shell composes a window of them (app/shell/layout.h).
#pragma once

#include "app/export/export.h"
#include "app/panels/common/panel.h"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace regard {

struct Panel {
  const char* id;     ///< "arcs": also the probe "panel.<id>", and its name in sessions
  const char* title;  ///< locale key of its name on a tab, a word or two; null: it stands around the workspaces
  void (*draw)(PanelContext&);
  bool live = false;                  ///< always about the live text, whatever the views show
  std::optional<ExportView> exports;  ///< what of it is written and copied
  /// Has it nothing to show now? Then it needs no place below the others and is a tab at the side. Null: it always has something.
  bool (*rests)(const PanelContext&) = nullptr;
  /// Locale key of the sentence that says what it needs a text for; null: it shows something of a model of pictures, too.
  const char* needs_text = nullptr;
};

/// Ids of panels. Matrices in `main` are seen together where both keep their size; the others share their place as tabs. Where
/// there is no room for `below` or `side`, their panels become tabs beside those of `main`.
struct Workspace {
  const char* id;     ///< "look": its name in sessions and on the command line
  const char* title;  ///< locale keys: its name, and a line about what it is for
  const char* about;
  std::span<const char* const> main{};
  std::span<const char* const> below{};
  std::span<const char* const> side{};
  bool keeps_overview = false;  ///< the overview of heads stands beside it in small windows, too
};

[[nodiscard]] std::span<const Panel> panels();
/// The panel of that id, or null.
[[nodiscard]] const Panel* panel_named(std::string_view id);

/// In the order of their names in the top bar; never empty.
[[nodiscard]] std::span<const Workspace> workspaces();
/// The first one where none has that id.
[[nodiscard]] const Workspace& workspace_named(std::string_view id);
/// Its panels in the order of their keys: main, below, side.
[[nodiscard]] std::vector<const Panel*> panels_of(const Workspace& workspace);
/// The workspace a panel stands in: the one on show if it does, else the first that has it; null for a panel around them.
[[nodiscard]] const Workspace* workspace_of(std::string_view panel, std::string_view on_show);

/// Why it can show nothing of the model on show, whatever a person does; empty where it can.
[[nodiscard]] std::string why_shut(const Panel& panel, const PanelContext& context);
/// Which of some panels is on show: the one chosen last, else the first; none that is shut, unless all are. What was chosen stays so.
[[nodiscard]] std::size_t chosen_panel(const PanelContext& context, std::span<const Panel* const> panels);

/// The panel at hand: under the mouse, else filling the window, else chosen last in the workspace on show, else its last matrix.
[[nodiscard]] const Panel& panel_at_hand(const PanelContext& context);

}  // namespace regard
