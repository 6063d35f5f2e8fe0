// SPDX-License-Identifier: Apache-2.0
#include "app/panels/frame/text_field.h"

#include "app/gfx/screen.h"
#include "app/panels/common/parts.h"
#include "app/panels/frame/sentence.h"
#include "app/style/bmp_text.h"
#include "app/style/fonts.h"
#include "app/style/theme.h"
#include "app/widgets/probe.h"

#include <imgui_stdlib.h>

#include <algorithm>

namespace regard {
namespace {

/// While the field is active ImGui edits a copy of its own; this puts the session's text into it.
int take_over(ImGuiInputTextCallbackData* data) {
  auto& state = *static_cast<SentenceState*>(data->UserData);
  if (!state.replace) return 0;
  state.replace = false;
  const std::string text = state.buffer;
  data->DeleteChars(0, data->BufTextLen);
  data->InsertChars(0, text.data(), text.data() + text.size());
  data->CursorPos = data->SelectionStart = data->SelectionEnd =
      static_cast<int>(std::min<std::size_t>(state.cursor, static_cast<std::size_t>(data->BufTextLen)));
  return 0;
}

}  // namespace

std::optional<std::string> text_field(const TextFieldSpec& spec, SentenceState& state, const std::string& text) {
  follow_session(state, text);
  const ScopedFont font(fonts().large);
  if (state.wants_focus) ImGui::SetKeyboardFocusHere();
  state.wants_focus = false;
  ImGui::SetNextItemWidth(spec.width);
  ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, {em(0.5F), em(0.3F)});
  const ImVec2 at = ImGui::GetCursorScreenPos();
  gfx::fill(*ImGui::GetWindowDrawList(), at, {at.x + spec.width - 1.0F, at.y + ImGui::GetFrameHeight()},
            colour_u32(theme().frame), ImGui::GetStyle().FrameRounding);
  ImGui::PushStyleColor(ImGuiCol_FrameBg, ImVec4(0.0F, 0.0F, 0.0F, 0.0F));
  const bool edited =
      ImGui::InputTextWithHint(spec.id, spec.hint, &state.buffer,
                               ImGuiInputTextFlags_NoUndoRedo | ImGuiInputTextFlags_CallbackAlways, take_over, &state);
  ImGui::PopStyleColor();
  ImGui::PopStyleVar();
  probe_last_item(spec.probe);
  if (!ImGui::IsItemActive()) state.replace = false;
  if (!edited) return std::nullopt;
  if (ImGui::IsKeyPressed(ImGui::GetKeyIndex(ImGuiKey_Escape), false)) {
    state.buffer = to_field(text);
    return std::nullopt;
  }
  std::string typed = from_field(state.buffer);
  if (typed == text) return std::nullopt;
  state.synced = typed;
  return typed;
}

float text_field_height() {
  const ScopedFont font(fonts().large);
  return em(1.6F);
}

}  // namespace regard
