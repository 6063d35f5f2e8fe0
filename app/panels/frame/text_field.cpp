// SPDX-License-Identifier: Apache-2.0
#include "app/panels/frame/text_field.h"

#include "app/gfx/screen.h"
#include "app/panels/common/parts.h"
#include "app/panels/frame/field_text.h"
#include "app/panels/frame/sentence.h"
#include "app/panels/frame/wrapped_text.h"
#include "app/style/bmp_text.h"
#include "app/style/fonts.h"
#include "app/style/line_layout.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/widgets/probe.h"

#include <imgui_internal.h>
#include <imgui_stdlib.h>

#include <imgui.h>
#include <algorithm>
#include <cstddef>
#include <string_view>
#include <utility>

namespace regard {
namespace {

constexpr std::size_t kFewestLines = 3, kMostLines = 12;
constexpr float kGrow = 1.5F;  ///< ems, the button

ImVec2 field_padding() {
  return {em(0.5F), em(0.3F)};
}

/// While the field is active ImGui edits a copy of its own; this puts the session's text into it.
void take_over(ImGuiInputTextCallbackData& data, SentenceState& state, const std::string& text, std::size_t cursor) {
  state.replace = false;
  replace_text(data, text);
  data.CursorPos = data.SelectionStart = data.SelectionEnd =
      static_cast<int>(std::min<std::size_t>(cursor, static_cast<std::size_t>(data.BufTextLen)));
}

int follow_in_line(ImGuiInputTextCallbackData* data) {
  auto& state = *static_cast<SentenceState*>(data->UserData);
  if (state.replace) take_over(*data, state, std::string(state.buffer), state.cursor);
  return 0;
}

/// What the callback of several lines needs.
struct Lines {
  SentenceState& state;
  const std::string& text;  ///< the session's, as the buffer holds it
  Face face{};
  float width = 0.0F;
};

int follow_in_lines(ImGuiInputTextCallbackData* data) {
  if (data->EventFlag == ImGuiInputTextFlags_CallbackCharFilter) {
    if (data->EventChar == '\n') data->EventChar = static_cast<ImWchar>(to_field(unsigned{'\n'}));  // Ctrl-Enter
    return 0;
  }
  auto& lines = *static_cast<Lines*>(data->UserData);
  if (lines.state.replace) {
    take_over(*data, lines.state, lines.text, lines.state.cursor);
  }
  if (std::exchange(lines.state.to_end, false))
    data->CursorPos = data->SelectionStart = data->SelectionEnd = data->BufTextLen;
  (void)break_lines({data->Buf, static_cast<std::size_t>(data->BufTextLen)}, lines.face, lines.width);
  data->BufDirty = true;
  return 0;
}

bool escaped() {
  return ImGui::IsKeyPressed(ImGui::GetKeyIndex(ImGuiKey_Escape), false);
}

/// What was typed, if it is another text than the session's; ImGui's own way back on Escape is none of ours.
std::optional<std::string> taken(SentenceState& state, std::string typed, const std::string& text) {
  if (escaped()) {
    state.buffer = to_field(text);
    return std::nullopt;
  }
  if (typed == text) return std::nullopt;
  state.synced = typed;
  return typed;
}

/// Nobody types in it, and the text is one that ImGui would show out of order: it is drawn here instead.
bool draws_itself(const TextFieldSpec& spec, const SentenceState& state, const std::string& text) {
  return needs_layout(text) && !state.wants_focus && ImGui::GetActiveID() != ImGui::GetID(spec.id);
}

/// In the field just submitted; where it does not fit, its beginning.
void draw_laid_out(const std::string& text) {
  std::string line;
  for (const char byte : text)
    if (byte == '\n')
      line += "↵";
    else if (byte != '\r')
      line += byte;
  const Face face{ImGui::GetFont(), ImGui::GetFontSize()};
  const ImVec2 pad = field_padding(), min = ImGui::GetItemRectMin(), max = ImGui::GetItemRectMax();
  const float width = text_width(face, line), room = max.x - min.x - 2.0F * pad.x;
  const float left = width > room && reads_from_right(line) ? max.x - pad.x - width : min.x + pad.x;
  ImDrawList& list = *ImGui::GetWindowDrawList();
  list.PushClipRect({min.x + pad.x, min.y}, {max.x - pad.x, max.y}, true);
  paint_text(list, face, {left, min.y + pad.y}, colour_u32(theme().text), line);
  list.PopClipRect();
}

std::optional<std::string> draw_line(const TextFieldSpec& spec, SentenceState& state, const std::string& text,
                                     float width) {
  const bool ours = draws_itself(spec, state, text);
  if (std::exchange(state.wants_focus, false)) ImGui::SetKeyboardFocusHere();
  ImGui::SetNextItemWidth(width);
  const ImVec4& ink = theme().text;
  ImGui::PushStyleColor(ImGuiCol_Text, ImVec4(ink.x, ink.y, ink.z, ours ? 0.0F : ink.w));
  ImGui::PushStyleColor(ImGuiCol_FrameBg, ImVec4(0.0F, 0.0F, 0.0F, 0.0F));
  const bool edited = ImGui::InputTextWithHint(spec.id, spec.hint, &state.buffer,
                                               ImGuiInputTextFlags_NoUndoRedo | ImGuiInputTextFlags_CallbackAlways |
                                                   (spec.fixed ? ImGuiInputTextFlags_ReadOnly : 0),
                                               follow_in_line, &state);
  ImGui::PopStyleColor(2);
  if (ours) draw_laid_out(text);
  probe_last_item(spec.probe);
  if (!ImGui::IsItemActive()) state.replace = false;
  return edited ? taken(state, from_field(state.buffer), text) : std::nullopt;
}

/// An arrow upwards and downwards: it can grow; or two that point at each other: it can shrink again.
bool draw_grow(const TextFieldSpec& spec, ImVec2 min, ImVec2 size, bool tall) {
  ImGui::SetCursorScreenPos(min);
  const ScopedId scope(spec.id);
  const bool clicked = ImGui::InvisibleButton("grow", size);
  const bool hovered = ImGui::IsItemHovered();
  const ImVec2 middle(min.x + 0.5F * size.x, min.y + 0.5F * size.y);
  const float half = em(0.2F), away = em(0.14F), tip = em(0.24F);
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const ImU32 ink = colour_u32(hovered ? theme().text : theme().text_muted);
  const float turn = tall ? -1.0F : 1.0F;
  for (const float side : {-1.0F, 1.0F}) {
    const float base = middle.y + side * (tall ? away + tip : away), point = base + side * turn * tip;
    list.AddTriangleFilled({middle.x - half, base}, {middle.x + half, base}, {middle.x, point}, ink);
    list.AddLine({middle.x, base}, {middle.x, tall ? base + side * away : middle.y}, ink, stroke(0.08F, 1.0F));
  }
  probe(std::string(spec.probe) + ".grow", min, {min.x + size.x, min.y + size.y});
  hint(tr(tall ? "sentence.shrink_hint" : "sentence.grow_hint"));
  return clicked;
}

/// Over the field and what is below it, as high as the text, within the window.
std::optional<std::string> draw_lines(const TextFieldSpec& spec, SentenceState& state, const std::string& text,
                                      ImVec2 at) {
  const std::string id = std::string(spec.id) + ".lines";
  const bool asked = std::exchange(state.grow, false), opens = asked && !state.tall;
  if (opens) {
    ImGui::OpenPopup(id.c_str());
    state.tall = state.to_end = true;
  }
  const Face face{ImGui::GetFont(), ImGui::GetFontSize()};
  const float inner = spec.width - em(kGrow) - 2.0F * field_padding().x - ImGui::GetStyle().ScrollbarSize;
  std::string buffer = to_field(text);
  const std::string whole = buffer;
  const std::size_t lines = std::clamp(break_lines(buffer, face, inner) + 1, kFewestLines, kMostLines);
  const float room = ImGui::GetIO().DisplaySize.y - at.y - em();
  const float height =
      std::min(static_cast<float>(lines) * ImGui::GetFontSize() + 2.0F * field_padding().y, std::max(room, em(3.0F)));
  ImGui::SetNextWindowPos(at);
  ImGui::SetNextWindowSize({spec.width, height});
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {0.0F, 0.0F});
  const bool open = ImGui::BeginPopup(id.c_str(), ImGuiWindowFlags_NoScrollbar);
  ImGui::PopStyleVar();
  if (!open) {
    state.tall = false;  // a click elsewhere
    return std::nullopt;
  }
  Lines followed{state, whole, face, inner};
  if (opens) ImGui::SetKeyboardFocusHere();
  const bool entered = ImGui::InputTextMultiline(
      "##lines", &buffer, {spec.width - em(kGrow), height},
      ImGuiInputTextFlags_NoUndoRedo | ImGuiInputTextFlags_CallbackAlways | ImGuiInputTextFlags_CallbackCharFilter |
          ImGuiInputTextFlags_CtrlEnterForNewLine | ImGuiInputTextFlags_EnterReturnsTrue |
          (spec.fixed ? ImGuiInputTextFlags_ReadOnly : 0),
      follow_in_lines, &followed);
  probe((std::string(spec.probe) + ".lines").c_str(), ImGui::GetItemRectMin(), ImGui::GetItemRectMax());
  const bool ends = entered || escaped();
  std::optional<std::string> typed = taken(state, from_field(from_lines(buffer)), text);
  const ImVec2 corner(at.x + spec.width - em(kGrow), at.y);
  const bool shrinks = draw_grow(spec, corner, {em(kGrow), text_field_height()}, true);
  if (ends || shrinks || (asked && !opens)) {
    state.tall = false;
    ImGui::CloseCurrentPopup();
  }
  ImGui::EndPopup();
  if (typed) state.buffer = to_field(*typed);
  return typed;
}

}  // namespace

std::optional<std::string> text_field(const TextFieldSpec& spec, SentenceState& state, const std::string& text) {
  follow_session(state, text);
  const ScopedFont font(fonts().large);
  const ImVec2 at = ImGui::GetCursorScreenPos(), size(spec.width, text_field_height());
  ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, field_padding());
  gfx::fill(*ImGui::GetWindowDrawList(), at, {at.x + size.x - 1.0F, at.y + size.y}, colour_u32(theme().frame),
            ImGui::GetStyle().FrameRounding);
  std::optional<std::string> typed;
  if (state.tall || state.grow)
    typed = draw_lines(spec, state, text, at);
  else
    typed = draw_line(spec, state, text, size.x - em(kGrow));
  if (!state.tall && draw_grow(spec, {at.x + size.x - em(kGrow), at.y}, {em(kGrow), size.y}, false)) state.grow = true;
  ImGui::PopStyleVar();
  ImGui::SetCursorScreenPos(at);
  ImGui::Dummy(size);
  return typed;
}

float text_field_height() {
  const ScopedFont font(fonts().large);
  return em(1.6F);
}

}  // namespace regard
