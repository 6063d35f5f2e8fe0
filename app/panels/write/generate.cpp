// SPDX-License-Identifier: Apache-2.0
#include "app/panels/write/generate.h"

#include "app/panels/common/parts.h"
#include "app/style/fonts.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/widgets/probe.h"
#include "app/widgets/slider.h"

#include <algorithm>
#include <array>

namespace regard {
namespace {

constexpr float kTriangleWidth = 1.75F;  // ems
constexpr int kMostTopK = 200;           // of the slider; a session file may hold more
constexpr int kMostTokens = 256;

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

const char* why(const PanelContext& context) {
  if (!context.snapshot.model) return "generate.no_model";
  const ModelConfig& config = context.snapshot.model->config;
  if (!config.causal) return "generate.bidirectional";
  return config.has_lm_head ? "generate.hint" : "generate.no_head";
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
  hint(running ? tr("generate.stop_hint") : tr(why(context)));
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

/// One line of the menu: its name, then a slider of whole numbers.
bool whole_number(const char* id, const char* label, float label_width, std::size_t& value, int low, int high) {
  int shown = static_cast<int>(std::min(value, static_cast<std::size_t>(high)));
  SliderSpec spec;
  spec.id = id;
  spec.label = label;
  spec.label_width = label_width;
  if (!slider(spec, shown, low, high)) return false;
  value = static_cast<std::size_t>(shown);
  return true;
}

float widest_label() {
  float width = 0.0F;
  for (const char* key : {"generate.temperature", "generate.top_k", "generate.seed", "generate.tokens"})
    width = std::max(width, ImGui::CalcTextSize(tr(key)).x);
  return width;
}

bool draw_seed(GenerateSettings& settings, float label_width) {
  const float start = ImGui::GetCursorPosX();
  align_to_frame();
  coloured(theme().text_muted, tr("generate.seed"));
  ImGui::SameLine(start + label_width + ImGui::GetStyle().ItemInnerSpacing.x);
  const float next = quiet_button_width(tr("generate.another")) + ImGui::GetStyle().ItemSpacing.x;
  ImGui::SetNextItemWidth(std::max(em(3.0F), ImGui::GetContentRegionAvail().x - next));
  std::uint64_t seed = settings.seed;
  bool changed = ImGui::InputScalar("##seed", ImGuiDataType_U64, &seed);
  probe_last_item("generate.seed");
  ImGui::SameLine();
  if (quiet_button("generate.another", tr("generate.another"))) {
    seed = settings.seed + 1;
    changed = true;
  }
  hint(tr("generate.another_hint"));
  settings.seed = seed;
  return changed;
}

void draw_menu(PanelContext& context) {
  const ScopedRaisedFrames frames;
  GenerateSettings settings = context.session.generate;
  const float label_width = widest_label();
  const std::size_t mode = settings.greedy ? 0 : 1;
  const std::size_t chosen = choose("generate.mode", {tr("generate.greedy"), tr("generate.sample")}, mode);
  settings.greedy = chosen == 0;
  bool changed = chosen != mode;
  wrapped_caption(tr(settings.greedy ? "generate.greedy_about" : "generate.sample_about"));
  if (!settings.greedy) {
    SliderSpec spec;
    spec.id = "generate.temperature";
    spec.label = tr("generate.temperature");
    spec.label_width = label_width;
    changed |= slider(spec, settings.temperature, min_sampling_temperature, max_sampling_temperature, true);
    hint(tr("generate.temperature_hint"));
    changed |= whole_number("generate.top_k", tr("generate.top_k"), label_width, settings.top_k, 0, kMostTopK);
    hint(tr("generate.top_k_hint"));
    changed |= draw_seed(settings, label_width);
  }
  changed |= whole_number("generate.tokens", tr("generate.tokens"), label_width, settings.tokens, 1, kMostTokens);
  if (changed) context.act(SetGenerate{settings});
}

}  // namespace

bool can_generate(const PanelContext& context) {
  return context.snapshot.model && !has_two_texts(context.snapshot) && context.snapshot.model->config.causal &&
         context.snapshot.model->config.has_lm_head;
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
  context.state.popup_open = true;
  draw_menu(context);
  ImGui::EndPopup();
}

}  // namespace regard
