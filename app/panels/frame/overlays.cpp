// SPDX-License-Identifier: Apache-2.0
#include "app/panels/frame/overlays.h"

#include "app/panels/common/dialog_state.h"
#include "app/panels/common/message.h"
#include "app/panels/common/parts.h"
#include "app/panels/common/window_state.h"
#include "app/panels/common/world.h"
#include "app/panels/frame/captured_question.h"
#include "app/panels/frame/export_dialog.h"
#include "app/panels/frame/help.h"
#include "app/panels/frame/model_card.h"
#include "app/panels/frame/notice.h"
#include "app/panels/frame/palette.h"
#include "app/panels/frame/path_dialog.h"
#include "app/panels/lesson/glossary_card.h"
#include "app/style/fonts.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/widgets/probe.h"

#include <imgui.h>
#include <algorithm>
#include <array>
#include <string>

namespace regard {
namespace {

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
    wrapped(ink, text_of(*message));
  }
}

struct OverlayFrame {
  ImVec2 size{};  ///< at most; 0 height: as high as its content
  const char* id;
};

OverlayFrame frame_of(const PanelContext& context) {
  const PanelState& state = context.state;
  const bool waits = context.world.native_dialogs && !state.of<PathDialog>().own;  // for the desktop's own dialog
  if (state.of<PathDialog>().kind != PathDialog::Kind::closed)
    return waits ? OverlayFrame{{em(30.0F), 0.0F}, "dialog"} : OverlayFrame{{em(52.0F), em(34.0F)}, "dialog"};
  if (state.of<WindowState>().overlay == Overlay::exporting) return {{em(62.0F), 0.0F}, "export"};
  if (state.of<WindowState>().overlay == Overlay::help) return {{em(72.0F), em(44.0F)}, "help"};
  if (state.of<WindowState>().overlay == Overlay::model_card) return {{em(42.0F), 0.0F}, "card"};
  if (state.of<WindowState>().overlay == Overlay::glossary) return {{em(54.0F), em(34.0F)}, "glossary"};
  if (state.of<WindowState>().overlay == Overlay::captured) return {{em(40.0F), 0.0F}, "captured"};
  if (state.of<WindowState>().overlay == Overlay::palette) return {{em(46.0F), em(32.0F)}, "palette"};
  return {{em(44.0F), em(26.0F)}, "log"};
}

void close(PanelState& state) {
  state.of<PathDialog>().kind = PathDialog::Kind::closed;
  state.of<WindowState>().overlay = Overlay::none;
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

void draw_overlays(PanelContext& context) {
  PanelState& state = context.state;
  if (state.of<WindowState>().overlay == Overlay::none && state.of<PathDialog>().kind == PathDialog::Kind::closed)
    return draw_notice(context);
  if (draw_veil()) return close(state);
  const ImVec2 whole = ImGui::GetIO().DisplaySize;
  OverlayFrame frame = frame_of(context);
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
  ImGui::Begin(frame.id, nullptr, flags);
  probe(std::string("overlay.") + frame.id, ImGui::GetWindowPos(),
        {ImGui::GetWindowPos().x + ImGui::GetWindowWidth(), ImGui::GetWindowPos().y + ImGui::GetWindowHeight()});
  if (state.of<PathDialog>().kind != PathDialog::Kind::closed)
    draw_path_dialog(context);
  else if (state.of<WindowState>().overlay == Overlay::exporting)
    draw_export_dialog(context);
  else if (state.of<WindowState>().overlay == Overlay::help)
    draw_help(context);
  else if (state.of<WindowState>().overlay == Overlay::captured)
    draw_captured_question(context);
  else if (state.of<WindowState>().overlay == Overlay::palette)
    draw_palette(context);
  else if (state.of<WindowState>().overlay == Overlay::model_card)
    draw_model_card(context);
  else if (state.of<WindowState>().overlay == Overlay::glossary)
    draw_glossary(context);
  else
    draw_log(context);
  ImGui::End();
  ImGui::PopStyleColor();
  ImGui::PopStyleVar();
}

}  // namespace regard
