// SPDX-License-Identifier: Apache-2.0
#include "app/panels/frame/path_field.h"

#include "app/panels/frame/field_text.h"
#include "app/style/bmp_text.h"
#include "app/widgets/probe.h"

#include <imgui_stdlib.h>

namespace regard {
namespace {

/// While the field is active ImGui edits a copy of its own; this puts the state's text into it.
int take_over(ImGuiInputTextCallbackData* data) {
  auto& state = *static_cast<PathFieldState*>(data->UserData);
  if (!state.replace) return 0;
  state.replace = false;
  replace_text(*data, std::string(state.text));
  data->SelectAll();
  return 0;
}

}  // namespace

PathFieldResult path_field(const char* id, PathFieldState& state, std::string_view placeholder) {
  if (state.focus) ImGui::SetKeyboardFocusHere();
  state.focus = false;
  const std::string before = state.text;
  PathFieldResult result;
  result.entered = ImGui::InputTextWithHint(
      "##path", std::string(placeholder).c_str(), &state.text,
      ImGuiInputTextFlags_EnterReturnsTrue | ImGuiInputTextFlags_AutoSelectAll | ImGuiInputTextFlags_CallbackAlways,
      take_over, &state);
  probe_last_item(id);
  if (!ImGui::IsItemActive()) state.replace = false;
  result.edited = state.text != before;
  return result;
}

void set_path(PathFieldState& state, std::string_view text) {
  state.text = to_field(text);
  state.replace = true;
}

std::string path_in(const PathFieldState& state) {
  return from_field(state.text);
}

}  // namespace regard
