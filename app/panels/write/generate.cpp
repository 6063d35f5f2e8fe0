// SPDX-License-Identifier: Apache-2.0
#include "app/panels/write/generate.h"

#include "app/panels/common/command.h"
#include "app/panels/common/parts.h"
#include "app/panels/common/window_state.h"
#include "app/panels/write/writing.h"
#include "app/style/fonts.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/viewmodel/snapshot.h"
#include "app/widgets/probe.h"

#include <imgui.h>
#include <algorithm>
#include <array>
#include <cstddef>

namespace regard {
namespace {

constexpr float kTriangleWidth = 1.75F;  // ems

float button_width() {
  return std::max(ImGui::CalcTextSize(tr("generate.start")).x, ImGui::CalcTextSize(tr("generate.stop")).x) + em(1.5F);
}

struct ButtonLook {
  ImVec4 ground{};
  ImVec4 ink{};
};

ButtonLook look(bool enabled, bool hovered, bool running) {
  if (!enabled) return {theme().frame, mix(theme().text_muted, theme().frame, 0.35F)};
  const ImVec4& base = running ? theme().warning : theme().accent;
  const ImVec4 ground = hovered ? mix(base, theme().text, 0.15F) : base;
  return {ground, readable_on(ground)};
}

/// Filled, of the accent colour: the one button of the window that sets something going.
void draw_button(PanelContext& context, ImVec2 size) {
  const bool running = is_generating(context);
  const bool enabled = running || can_generate(context);
  const ImVec2 min = ImGui::GetCursorScreenPos();
  const ImVec2 max{min.x + size.x, min.y + size.y};
  const bool clicked = ImGui::InvisibleButton("generate", size);
  const ButtonLook colours = look(enabled, ImGui::IsItemHovered(), running);
  ImDrawList& list = *ImGui::GetWindowDrawList();
  list.AddRectFilled(min, max, colour_u32(colours.ground), ImGui::GetStyle().FrameRounding,
                     ImDrawFlags_RoundCornersLeft);
  const char* label = tr(running ? "generate.stop" : "generate.start");
  const ImVec2 text = ImGui::CalcTextSize(label);
  list.AddText({min.x + (size.x - text.x) * 0.5F, min.y + (size.y - text.y) * 0.5F}, colour_u32(colours.ink), label);
  probe("generate.button", min, max);
  hint(running ? tr("generate.stop_hint") : tr(about_generating(context)));
  if (clicked && enabled) toggle_generating(context);
}

bool draw_triangle(ImVec2 size, bool enabled) {
  const ImVec2 min = ImGui::GetCursorScreenPos();
  const ImVec2 max{min.x + size.x, min.y + size.y};
  const bool clicked = ImGui::InvisibleButton("settings", size);
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const ImVec4& ground = ImGui::IsItemHovered() ? theme().frame_hovered : theme().frame;
  list.AddRectFilled(min, max, colour_u32(ground), ImGui::GetStyle().FrameRounding, ImDrawFlags_RoundCornersRight);
  const ImVec2 middle{(min.x + max.x) * 0.5F, (min.y + max.y) * 0.5F};
  const float half = em(0.25F);
  list.AddTriangleFilled({middle.x - half, middle.y - half * 0.5F}, {middle.x + half, middle.y - half * 0.5F},
                         {middle.x, middle.y + half * 0.75F}, colour_u32(enabled ? theme().text : theme().text_muted));
  probe("generate.settings", min, max);
  hint(tr("generate.settings"));
  return clicked;
}

}  // namespace

const char* about_generating(const PanelContext& context) {
  if (!context.snapshot.model) return "generate.no_model";
  const ModelConfig& config = context.snapshot.model->config;
  if (context.snapshot.model->capture) return "capture.needs_engine";
  if (!config.causal) return "generate.bidirectional";
  return config.has_lm_head ? "generate.hint" : "generate.no_head";
}

bool can_generate(const PanelContext& context) {
  return context.snapshot.model && !context.snapshot.model->capture && !has_two_texts(context.snapshot) &&
         context.snapshot.model->config.causal && context.snapshot.model->config.has_lm_head;
}

const char* end_key(Generation::State state) {
  static constexpr std::array<const char*, 5> kEnds{"generate.ended", "generate.ended", "generate.end_token",
                                                    "generate.end_context", "generate.stopped"};
  return kEnds.at(static_cast<std::size_t>(state));
}

void write_one_token(PanelContext& context) {
  if (can_generate(context) && !is_generating(context)) context.command(Generate{1});
}

void toggle_pause(PanelContext& context) {
  if (is_generating(context)) context.command(PauseWriting{!context.world.paused});
}

void toggle_generating(PanelContext& context) {
  if (is_generating(context))
    context.command(CancelRun{});
  else
    context.command(Generate{});
}

float generate_width() {
  return button_width() + em(kTriangleWidth);
}

void draw_generate(PanelContext& context, float height) {
  draw_button(context, {button_width(), height});
  ImGui::SameLine(0.0F, std::max(1.0F, em(0.06F)));
  const bool open = draw_triangle({em(kTriangleWidth), height}, can_generate(context));
  const ImVec2 corner{ImGui::GetItemRectMax().x, ImGui::GetItemRectMax().y + em(0.25F)};
  if (open) ImGui::OpenPopup(kGenerateMenu);
  ImGui::SetNextWindowPos(corner, ImGuiCond_Always, {1.0F, 0.0F});
  ImGui::SetNextWindowSize({em(22.0F), 0.0F});
  if (!ImGui::BeginPopup(kGenerateMenu)) return;
  context.state.of<WindowState>().popup_open = true;
  {
    const ScopedRaisedFrames frames;
    draw_writing_settings(context);
  }
  ImGui::EndPopup();
}

}  // namespace regard
