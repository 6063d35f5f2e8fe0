// SPDX-License-Identifier: Apache-2.0
#include "app/panels/frame/presenter.h"

#include "app/panels/frame/commands.h"
#include "app/session/preferences.h"
#include "app/style/fonts.h"
#include "app/style/theme.h"
#include "app/widgets/paint.h"
#include "app/widgets/scope.h"

#include <GLFW/glfw3.h>
#include <imgui.h>

#include <algorithm>

namespace regard {
namespace {

constexpr double kChipShown = 1.6, kFading = 0.5;  // seconds
constexpr float kFadingFrame = 0.04F;              // seconds between two pictures of the fading chip
constexpr float kHalo = 1.1F;                      // ems

bool is_modifier(int key) {
  return key >= GLFW_KEY_LEFT_SHIFT && key <= GLFW_KEY_RIGHT_SUPER;
}

/// What one types into a field, and how one moves in it.
bool belongs_to_typing(const Chord& chord) {
  return ImGui::GetIO().WantTextInput && !chord.ctrl && !chord.alt &&
         (chord.key < GLFW_KEY_ESCAPE || (chord.key >= GLFW_KEY_INSERT && chord.key <= GLFW_KEY_END) ||
          chord.key == GLFW_KEY_BACKSPACE);
}

/// How much of the chip is still seen.
float opacity_at(const PresenterState& presenter, double now) {
  if (presenter.keys.empty()) return 0.0F;
  const double age = now - presenter.pressed;
  return static_cast<float>(std::clamp((kChipShown + kFading - age) / kFading, 0.0, 1.0));
}

void draw_halo(ImDrawList& list) {
  const ImGuiIO& io = ImGui::GetIO();
  if (!ImGui::IsMousePosValid()) return;
  const bool pressed = ImGui::IsAnyMouseDown();
  const float radius = em(pressed ? kHalo * 0.8F : kHalo);
  list.AddCircleFilled(io.MousePos, radius, colour_u32(theme().warning, pressed ? 0.4F : 0.16F), 48);
  list.AddCircle(io.MousePos, radius, colour_u32(theme().background, 0.7F), 48, em(0.24F));
  list.AddCircle(io.MousePos, radius, colour_u32(theme().warning), 48, em(0.12F));
}

void draw_chip(ImDrawList& list, const std::string& keys, float opacity) {
  const Face face = large_face();
  const ImVec2 whole = ImGui::GetIO().DisplaySize;
  const ImVec2 pad{em(0.7F), em(0.35F)};
  const ImVec2 size{text_width(face, keys) + 2.0F * pad.x, face.size + 2.0F * pad.y};
  const ImVec2 min{std::max(0.0F, whole.x - size.x - em(1.0F)), whole.y - size.y - em(1.0F)};
  const ImVec2 max{min.x + size.x, min.y + size.y};
  list.AddRectFilled(min, max, colour_u32(theme().text, opacity), em(0.4F));
  paint_text(list, face, {min.x + pad.x, min.y + pad.y}, colour_u32(theme().background, opacity), keys);
}

}  // namespace

void note_keys(PanelContext& context) {
  PresenterState& presenter = context.state.of<PresenterState>();
  if (!context.preferences.classroom) return presenter.keys.clear();
  const ImGuiIO& io = ImGui::GetIO();
  for (int key = GLFW_KEY_SPACE; key <= GLFW_KEY_LAST; ++key) {
    if (is_modifier(key) || !ImGui::IsKeyPressed(key, false)) continue;
    const Chord chord{key, io.KeyCtrl, io.KeyShift, io.KeyAlt};
    if (belongs_to_typing(chord)) continue;
    presenter.keys = text_of(chord);
    presenter.pressed = ImGui::GetTime();
  }
}

void draw_presenter(PanelContext& context) {
  if (!context.preferences.classroom) return;
  PresenterState& presenter = context.state.of<PresenterState>();
  ImDrawList& list = *ImGui::GetForegroundDrawList();
  const float opacity = opacity_at(presenter, ImGui::GetTime());
  if (opacity > 0.0F)
    draw_chip(list, presenter.keys, opacity);
  else
    presenter.keys.clear();
  draw_halo(list);
}

float presenter_delay(const PanelState& state) {
  const PresenterState& presenter = state.of<PresenterState>();
  if (presenter.keys.empty()) return 0.0F;
  const auto rest = static_cast<float>(presenter.pressed + kChipShown - ImGui::GetTime());
  return std::max(rest, kFadingFrame);
}

}  // namespace regard
