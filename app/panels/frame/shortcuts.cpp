// SPDX-License-Identifier: Apache-2.0
#include "app/panels/frame/shortcuts.h"

#include "app/panels/common/dialog_state.h"
#include "app/panels/common/text_states.h"
#include "app/panels/common/window_state.h"
#include "app/panels/frame/command_actions.h"
#include "app/panels/frame/commands.h"
#include "app/panels/frame/keyboard.h"
#include "app/panels/frame/palette.h"
#include "app/panels/frame/presenter.h"

#include <GLFW/glfw3.h>
#include <imgui.h>

#include <algorithm>
#include <array>

namespace regard {
namespace {

bool is_pressed(const Chord& chord, bool repeats) {
  const ImGuiIO& io = ImGui::GetIO();
  if (chord.key == 0 || io.KeySuper) return false;
  return io.KeyCtrl == chord.ctrl && io.KeyShift == chord.shift && io.KeyAlt == chord.alt &&
         ImGui::IsKeyPressed(chord.key, repeats);
}

/// Where the keyboard's attention is: what it may reach.
bool reaches(ChordReach reach, const PanelContext& context) {
  if (reach == ChordReach::always) return true;
  const PanelState& state = context.state;
  const bool covered = state.of<WindowState>().overlay != Overlay::none ||
                       state.of<PathDialog>().kind != PathDialog::Kind::closed ||
                       state.of<TextStates>().strip.editing || state.of<TextStates>().decoder_strip.editing;
  if (covered) return false;
  if (reach == ChordReach::uncovered) return true;
  if (ImGui::GetIO().WantTextInput) return false;
  return reach == ChordReach::outside_fields || !is_walking(state);
}

/// Copying, undoing and the like belong to the field that one types in.
bool belongs_to_field(const Chord& chord) {
  static constexpr std::array kKeys{GLFW_KEY_A, GLFW_KEY_C, GLFW_KEY_V,    GLFW_KEY_X,
                                    GLFW_KEY_Y, GLFW_KEY_Z, GLFW_KEY_ENTER};
  return chord.ctrl && std::find(kKeys.begin(), kKeys.end(), chord.key) != kKeys.end();
}

/// An open menu keeps the keys by which one moves in it, and those of its field. Any other key of a command closes it and does what it says.
bool passes_menu(const CommandEntry& entry, PanelState& state) {
  if (!menu_is_open(state) || entry.run == close_topmost) return true;
  const bool typing = ImGui::GetIO().WantTextInput;
  const auto kept = [&](const Chord& chord) {
    if (!is_pressed(chord, entry.repeats)) return false;
    return typing ? belongs_to_field(chord) : entry.reach == ChordReach::pictures && moves_in_menus(chord.key);
  };
  if (std::any_of(entry.chords.begin(), entry.chords.end(), kept)) return false;
  close_menus();
  return true;
}

}  // namespace

void handle_keys(PanelContext& context) {
  begin_keyboard(context.state);
  note_keys(context);
  do_chosen(context);
  for (const CommandEntry& entry : commands()) {
    const bool pressed = std::any_of(entry.chords.begin(), entry.chords.end(),
                                     [&](const Chord& chord) { return is_pressed(chord, entry.repeats); });
    if (pressed && reaches(entry.reach, context) && passes_menu(entry, context.state)) run_command(entry, context);
  }
  end_keyboard(context.state);
}

}  // namespace regard
