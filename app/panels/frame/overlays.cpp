// SPDX-License-Identifier: Apache-2.0
#include "app/panels/frame/overlays.h"

#include "app/panels/common/parts.h"
#include "app/panels/frame/export_dialog.h"
#include "app/style/fonts.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/widgets/probe.h"

#include <imgui_stdlib.h>

#include <algorithm>
#include <array>

namespace regard {
namespace {

struct KeyHelp {
  const char* keys;
  const char* what;
};
struct KeyGroup {
  const char* title;
  std::array<KeyHelp, 10> lines;  ///< unused ones are null
};

constexpr std::array<KeyGroup, 4> kGroups{{
    {"help.reading",
     {{{"↑ ↓", "help.layer"},
       {"← →", "help.head"},
       {"Tab  ,  .", "help.query"},
       {"help.key_click", "help.click"},
       {"help.key_shift_click", "help.shift_click"},
       {"help.key_ctrl_click", "help.ctrl_click"},
       {"help.key_wheel", "help.wheel"},
       {"Ctrl-G", "help.go_to"},
       {"Alt + ↑ ↓ ← →", "help.pan"},
       {"Ctrl-1 … 9", "help.side"}}}},
    {"help.text",
     {{{"help.key_double_click", "help.edit_token"},
       {"Delete", "help.delete"},
       {"Ctrl-Z", "help.undo"},
       {"Ctrl-Shift-Z, Ctrl-Y", "help.redo"},
       {"Ctrl-L", "help.field"},
       {"Ctrl-Enter", "help.generate"},
       {"M  +  W  C  E", "help.tools"},
       {"Ctrl-C", "help.copy"},
       {"Ctrl-P", "help.pin"},
       {"F5  F6  F7", "help.shown"}}}},
    {"help.files",
     {{{"Ctrl-S", "help.save"},
       {"Ctrl-O", "help.open"},
       {"Ctrl-E", "help.export"},
       {"Ctrl-Shift-C", "help.copy_picture"},
       {"F12", "help.picture"},
       {"help.key_drop", "help.drop"}}}},
    {"help.window",
     {{{"F1", "help.help"},
       {"F2", "help.language"},
       {"F3", "help.theme"},
       {"F11", "help.full_screen"},
       {"Ctrl + −", "help.text_size"},
       {"Ctrl-0", "help.text_normal"},
       {"Escape", "help.escape"}}}},
}};

/// "help.…" is looked up, a key's own name is shown as it is.
const char* key_text(const char* keys) {
  return std::string_view(keys).starts_with("help.") ? tr(keys) : keys;
}

void draw_key_group(const KeyGroup& group, float key_width) {
  ImGui::BeginGroup();
  coloured(theme().accent, tr(group.title));
  gap(0.25F);
  for (const KeyHelp& line : group.lines) {
    if (line.keys == nullptr) continue;
    const float left = ImGui::GetCursorPosX();
    coloured(theme().text, key_text(line.keys));
    ImGui::SameLine();
    ImGui::SetCursorPosX(left + key_width);  // SameLine(x) would add the group's own offset
    coloured(theme().text_muted, tr(line.what));
  }
  ImGui::EndGroup();
}

float widest_key() {
  float width = 0.0F;
  for (const KeyGroup& group : kGroups)
    for (const KeyHelp& line : group.lines)
      if (line.keys != nullptr) width = std::max(width, ImGui::CalcTextSize(key_text(line.keys)).x);
  return width + em(1.0F);
}

float widest_line(std::size_t first, float key_width) {
  float width = 0.0F;
  for (std::size_t group = first; group < kGroups.size(); group += 2)
    for (const KeyHelp& line : kGroups[group].lines)
      if (line.what != nullptr) width = std::max(width, key_width + ImGui::CalcTextSize(tr(line.what)).x);
  return width + em(2.5F);
}

void draw_help() {
  heading(tr("help.title"));
  ImGui::PushTextWrapPos(0.0F);
  coloured(theme().text_muted, tr("help.about"));
  ImGui::PopTextWrapPos();
  gap(1.0F);
  const float key_width = widest_key();
  const float column = widest_line(0, key_width);
  const bool two = column + widest_line(1, key_width) <= ImGui::GetContentRegionAvail().x + em(2.5F);
  for (std::size_t row = 0; row < kGroups.size(); row += 2) {
    const float left = ImGui::GetCursorPosX();
    draw_key_group(kGroups[row], key_width);
    if (two)
      ImGui::SameLine(left + column);
    else
      gap(0.75F);
    draw_key_group(kGroups[row + 1], key_width);
    gap(0.75F);
  }
}

void draw_log(PanelContext& context) {
  heading(tr("log.title"));
  gap(0.5F);
  if (context.world.log == nullptr || context.world.log->empty()) return coloured(theme().text_muted, tr("log.empty"));
  for (auto message = context.world.log->rbegin(); message != context.world.log->rend(); ++message) {
    {
      const ScopedFont font(fonts().mono_small);
      coloured(theme().text_muted, message->time);
    }
    ImGui::SameLine(0.0F, em(1.0F));
    const ImVec4& ink = message->kind == Message::Kind::error     ? theme().error
                        : message->kind == Message::Kind::warning ? theme().warning
                                                                  : theme().text;
    ImGui::PushTextWrapPos(0.0F);
    coloured(ink, text_of(*message));
    ImGui::PopTextWrapPos();
  }
}

void draw_dialog(PanelContext& context) {
  const ScopedRaisedFrames frames;
  PathDialog& dialog = context.state.dialog;
  const bool saving = dialog.kind == PathDialog::Kind::save_session;
  const bool picture = dialog.kind == PathDialog::Kind::open_image;
  heading(tr(saving ? "dialog.save" : picture ? "dialog.image" : "dialog.open"));
  gap(0.5F);
  if (dialog.appearing) ImGui::SetKeyboardFocusHere();
  dialog.appearing = false;
  ImGui::SetNextItemWidth(-1.0F);
  const bool entered = ImGui::InputText("##path", &dialog.path, ImGuiInputTextFlags_EnterReturnsTrue);
  probe_last_item("dialog.path");
  if (dialog.problem) {
    ImGui::PushTextWrapPos(0.0F);
    coloured(theme().error, text_of(*dialog.problem));
    ImGui::PopTextWrapPos();
  }
  gap(0.5F);
  const bool confirmed = ImGui::Button(tr(saving ? "dialog.save_button" : "dialog.open_button")) || entered;
  probe_last_item("dialog.confirm");
  ImGui::SameLine();
  const bool closed = ImGui::Button(tr("dialog.cancel"));
  probe_last_item("dialog.cancel");
  if (closed) dialog.kind = PathDialog::Kind::closed;
  if (!confirmed || dialog.path.empty()) return;
  if (saving)
    context.command(SaveSessionTo{dialog.path});
  else if (picture)
    context.command(OpenImageFrom{dialog.path});
  else
    context.command(OpenSessionFrom{dialog.path});
}

struct Frame {
  ImVec2 size{};  ///< at most; 0 height: as high as its content
  const char* id;
};

Frame frame_of(const PanelState& state) {
  if (state.dialog.kind != PathDialog::Kind::closed) return {{em(36.0F), 0.0F}, "dialog"};
  if (state.overlay == Overlay::exporting) return {{em(42.0F), 0.0F}, "export"};
  if (state.overlay == Overlay::help) return {{em(68.0F), 0.0F}, "help"};
  return {{em(44.0F), em(26.0F)}, "log"};
}

void close(PanelState& state) {
  state.dialog.kind = PathDialog::Kind::closed;
  state.overlay = Overlay::none;
}

/// The veil takes every click that does not go to the overlay.
bool draw_veil() {
  const ImVec2 whole = ImGui::GetIO().DisplaySize;
  ImGui::SetNextWindowPos({0.0F, 0.0F});
  ImGui::SetNextWindowSize(whole);
  ImGui::PushStyleColor(ImGuiCol_WindowBg, mix(theme().background, {0.0F, 0.0F, 0.0F, 1.0F}, 0.4F));
  ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, 0.0F);
  ImGui::SetNextWindowBgAlpha(theme().dark ? 0.6F : 0.35F);
  ImGui::Begin("veil", nullptr,
               ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoNav |
                   ImGuiWindowFlags_NoFocusOnAppearing);
  const bool clicked = ImGui::InvisibleButton("close", whole);
  ImGui::End();
  ImGui::PopStyleVar();
  ImGui::PopStyleColor();
  return clicked;
}

}  // namespace

void ask_for_path(PanelState& state, PathDialog::Kind kind, std::string proposal) {
  state.overlay = Overlay::none;
  state.dialog = {kind, std::move(proposal), std::nullopt, true};
}

void draw_overlays(PanelContext& context) {
  PanelState& state = context.state;
  if (state.overlay == Overlay::none && state.dialog.kind == PathDialog::Kind::closed) return;
  if (draw_veil()) return close(state);
  const ImVec2 whole = ImGui::GetIO().DisplaySize;
  Frame frame = frame_of(state);
  frame.size.x = std::min(frame.size.x, whole.x - em(2.0F));
  frame.size.y = std::min(frame.size.y, whole.y - em(2.0F));
  ImGui::SetNextWindowPos({whole.x * 0.5F, whole.y * 0.46F}, ImGuiCond_Always, {0.5F, 0.5F});
  if (frame.size.y > 0.0F)
    ImGui::SetNextWindowSize(frame.size);
  else
    ImGui::SetNextWindowSizeConstraints({frame.size.x, 0.0F}, {frame.size.x, whole.y - em(2.0F)});
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {em(1.5F), em(1.25F)});
  ImGui::PushStyleColor(ImGuiCol_WindowBg, theme().raised);
  ImGuiWindowFlags flags = ImGuiWindowFlags_NoTitleBar | ImGuiWindowFlags_NoResize | ImGuiWindowFlags_NoMove |
                           ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoCollapse;
  if (frame.size.y <= 0.0F) flags |= ImGuiWindowFlags_AlwaysAutoResize;
  ImGui::SetNextWindowFocus();
  ImGui::Begin(frame.id, nullptr, flags);
  probe(std::string("overlay.") + frame.id, ImGui::GetWindowPos(),
        {ImGui::GetWindowPos().x + ImGui::GetWindowWidth(), ImGui::GetWindowPos().y + ImGui::GetWindowHeight()});
  if (state.dialog.kind != PathDialog::Kind::closed)
    draw_dialog(context);
  else if (state.overlay == Overlay::exporting)
    draw_export_dialog(context);
  else if (state.overlay == Overlay::help)
    draw_help();
  else
    draw_log(context);
  ImGui::End();
  ImGui::PopStyleColor();
  ImGui::PopStyleVar();
}

}  // namespace regard
