// SPDX-License-Identifier: Apache-2.0
// Everything a person can ask for by a key, a menu or by name, as data: one table feeds the keyboard (shortcuts.h), the menus,
// the palette and the help, and a test looks for keys that mean two things. UI thread only.
#pragma once

#include "app/panels/common/panel.h"

#include <array>
#include <span>
#include <string>
#include <string_view>

namespace regard {

/// A key (GLFW's code) with its modifiers. Key 0: no chord.
struct Chord {
  int key = 0;
  bool ctrl = false, shift = false, alt = false;
  friend bool operator==(const Chord&, const Chord&) = default;
};

/// When a chord counts.
enum class ChordReach {
  always,          ///< also over dialogs and while somebody types
  uncovered,       ///< not under dialogs and menus, but while somebody types
  outside_fields,  ///< neither: letters and digits belong to a field that is typed in
  pictures,        ///< nor while keys go from item to item: these are the ones they go by
};

enum class CommandGroup { reading, text, files, view, window, lesson };

struct CommandEntry {
  const char* id;    ///< "file.save"
  const char* name;  ///< locale key: what it does, as a menu and the palette say it
  CommandGroup group;
  void (*run)(PanelContext& context, int argument);
  std::array<Chord, 3> chords{};  ///< ways to press it; help and menus tell the first
  ChordReach reach = ChordReach::uncovered;
  bool repeats = false;  ///< while the key is held
  int argument = 0;      ///< which of several alike: a view's number
  /// Whether it can be done now; null: always. What cannot be is grey in menus and does nothing.
  bool (*possible)(const PanelContext& context) = nullptr;
  const char* obstacle = nullptr;  ///< locale key: why not, where it is not possible
};

[[nodiscard]] std::span<const CommandEntry> commands();
/// The entry of that id, which must be there.
[[nodiscard]] const CommandEntry& command_named(std::string_view id);

[[nodiscard]] bool is_possible(const CommandEntry& entry, const PanelContext& context);
/// Runs it, where it is possible.
void run_command(const CommandEntry& entry, PanelContext& context);
void run_command(std::string_view id, PanelContext& context);

/// "Ctrl-Shift-P", "↑", "F9"; empty without a key.
[[nodiscard]] std::string text_of(const Chord& chord);

}  // namespace regard
