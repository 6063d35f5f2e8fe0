// SPDX-License-Identifier: Apache-2.0
#include "app/panels/frame/shortcuts.h"

#include "app/panels/frame/commands.h"

#include <imgui.h>

#include <algorithm>

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
  const bool covered = state.overlay != Overlay::none || state.dialog.kind != PathDialog::Kind::closed ||
                       state.popup_open || state.strip.editing || state.decoder_strip.editing;
  if (covered) return false;
  return reach == ChordReach::uncovered || !ImGui::GetIO().WantTextInput;
}

}  // namespace

void handle_keys(PanelContext& context) {
  for (const CommandEntry& entry : commands()) {
    const bool pressed = std::any_of(entry.chords.begin(), entry.chords.end(),
                                     [&](const Chord& chord) { return is_pressed(chord, entry.repeats); });
    if (pressed && reaches(entry.reach, context)) run_command(entry, context);
  }
}

}  // namespace regard
