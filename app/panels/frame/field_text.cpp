// SPDX-License-Identifier: Apache-2.0
#include "app/panels/frame/field_text.h"

#include <imgui_internal.h>

#include <imgui.h>

namespace regard {
namespace {

void forget_edits(ImGuiInputTextState& state) {
  ImStb::StbUndoState& edits = state.Stb.undostate;
  edits.undo_point = edits.undo_char_point = 0;
  edits.redo_point = STB_TEXTEDIT_UNDOSTATECOUNT;
  edits.redo_char_point = STB_TEXTEDIT_UNDOCHARCOUNT;
}

}  // namespace

void forget_edits_of_left_field() {
  ImGuiContext& imgui = *ImGui::GetCurrentContext();
  if (imgui.ActiveId != imgui.InputTextState.ID) forget_edits(imgui.InputTextState);
}

void replace_text(ImGuiInputTextCallbackData& data, std::string_view text) {
  data.DeleteChars(0, data.BufTextLen);
  // ImGui 1.86 tells a callback the capacity of the string, while its copy has four bytes for each character there was: what is
  // inserted beyond these it would write behind the copy.
  ImGuiInputTextState& state = ImGui::GetCurrentContext()->InputTextState;
  if (data.BufSize > state.TextA.Size) data.BufSize = state.BufCapacityA = state.TextA.Size;
  data.InsertChars(0, text.data(), text.data() + text.size());
  forget_edits(state);
}

}  // namespace regard
