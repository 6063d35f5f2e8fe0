// SPDX-License-Identifier: Apache-2.0
#include "app/style/theme.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace regard {
namespace {

ImVec4 rgb(unsigned hex, float opacity = 1.0F) {
  return {static_cast<float>((hex >> 16) & 0xFFU) / 255.0F, static_cast<float>((hex >> 8) & 0xFFU) / 255.0F,
          static_cast<float>(hex & 0xFFU) / 255.0F, opacity};
}

Theme make_dark() {
  Theme theme;
  theme.dark = true;
  theme.background = rgb(0x121418);
  theme.panel = rgb(0x1A1D23);
  theme.panel_border = rgb(0x2D323C);
  theme.raised = rgb(0x242932);
  theme.frame = rgb(0x262B34);
  theme.frame_hovered = rgb(0x323945);
  theme.frame_active = rgb(0x3D4654);
  theme.text = rgb(0xE7EAEF);
  theme.text_muted = rgb(0xA0A8B6);
  theme.accent = rgb(0xB8A5F5);
  theme.selection = rgb(0x3A3F63);
  theme.query = rgb(0x62B0FF);
  theme.key = rgb(0xFF8258);
  theme.value = rgb(0x63D18A);
  theme.negative = rgb(0x5F9BE8);
  theme.positive = rgb(0xEE9152);
  theme.warning = rgb(0xF0C257);
  theme.error = rgb(0xFF7A8A);
  theme.grid = rgb(0x3A414D);
  theme.masked = rgb(0x4A515E);
  theme.heads = {rgb(0xB8A5F5), rgb(0x4FD0C7), rgb(0xF2C14E), rgb(0xF08CC6), rgb(0xB4D85A), rgb(0x9DB3D3)};
  return theme;
}

Theme make_light() {
  Theme theme;
  theme.dark = false;
  theme.background = rgb(0xECEEF2);
  theme.panel = rgb(0xFAFBFC);
  theme.panel_border = rgb(0xD3D8E0);
  theme.raised = rgb(0xFFFFFF);
  theme.frame = rgb(0xE1E6ED);
  theme.frame_hovered = rgb(0xD5DCE6);
  theme.frame_active = rgb(0xC7D0DD);
  theme.text = rgb(0x1B1F26);
  theme.text_muted = rgb(0x565F6E);
  theme.accent = rgb(0x6243B8);
  theme.selection = rgb(0xDCD6F5);
  theme.query = rgb(0x0F5DB8);
  theme.key = rgb(0xB83A0E);
  theme.value = rgb(0x17703A);
  theme.negative = rgb(0x2F6FBF);
  theme.positive = rgb(0xC0601A);
  theme.warning = rgb(0x7D5300);
  theme.error = rgb(0xB00F3A);
  theme.grid = rgb(0xC4CAD4);
  theme.masked = rgb(0xB5BCC8);
  theme.heads = {rgb(0x6243B8), rgb(0x0A6B66), rgb(0x7D5800), rgb(0xA82A7B), rgb(0x55700E), rgb(0x48607F)};
  return theme;
}

constexpr float kClassroomStroke = 1.75F;

Theme make_dark_classroom() {
  Theme theme = make_dark();
  theme.stroke = kClassroomStroke;
  theme.background = rgb(0x000000);
  theme.panel = rgb(0x0B0D11);
  theme.panel_border = rgb(0x8B94A4);
  theme.raised = rgb(0x14181F);
  theme.frame = rgb(0x1C222B);
  theme.frame_hovered = rgb(0x2B333F);
  theme.frame_active = rgb(0x3A4452);
  theme.text = rgb(0xFFFFFF);
  theme.text_muted = rgb(0xD3D9E3);
  theme.accent = rgb(0xD0C2FF);
  theme.selection = rgb(0x3A3F73);
  theme.query = rgb(0x86C5FF);
  theme.key = rgb(0xFFA27F);
  theme.value = rgb(0x84E6A6);
  theme.negative = rgb(0x86B7FF);
  theme.positive = rgb(0xFFA968);
  theme.warning = rgb(0xFFD978);
  theme.error = rgb(0xFF9FAA);
  theme.grid = rgb(0x8690A0);
  theme.masked = rgb(0x707A8A);
  theme.heads = {rgb(0xD0C2FF), rgb(0x6DE6DD), rgb(0xFFD777), rgb(0xFFA9D9), rgb(0xC9EC74), rgb(0xB9CBE6)};
  return theme;
}

Theme make_light_classroom() {
  Theme theme = make_light();
  theme.stroke = kClassroomStroke;
  theme.background = rgb(0xF3F5F8);
  theme.panel = rgb(0xFFFFFF);
  theme.panel_border = rgb(0x6B7482);
  theme.raised = rgb(0xFFFFFF);
  theme.frame = rgb(0xE8ECF2);
  theme.frame_hovered = rgb(0xDCE2EB);
  theme.frame_active = rgb(0xCDD6E2);
  theme.text = rgb(0x000000);
  theme.text_muted = rgb(0x2E3540);
  theme.accent = rgb(0x46288F);
  theme.selection = rgb(0xD8D0F7);
  theme.query = rgb(0x00468F);
  theme.key = rgb(0x8A2400);
  theme.value = rgb(0x0A4F24);
  theme.negative = rgb(0x1F57A0);
  theme.positive = rgb(0x94420A);
  theme.warning = rgb(0x5C3B00);
  theme.error = rgb(0x8A0027);
  theme.grid = rgb(0x757E8C);
  theme.masked = rgb(0x8D96A4);
  theme.heads = {rgb(0x46288F), rgb(0x054C48), rgb(0x5A3F00), rgb(0x7C1559), rgb(0x3A4D06), rgb(0x30425C)};
  return theme;
}

const Theme* current_theme = &dark_theme();

// Linear light of one sRGB channel, WCAG 2.1.
float linear(float channel) {
  return channel <= 0.04045F ? channel / 12.92F : std::pow((channel + 0.055F) / 1.055F, 2.4F);
}

float luminance(const ImVec4& colour) {
  return 0.2126F * linear(colour.x) + 0.7152F * linear(colour.y) + 0.0722F * linear(colour.z);
}

void apply_sizes(ImGuiStyle& style, float text_pixels) {
  const auto ems = [text_pixels](float count) { return std::round(count * text_pixels); };
  style.WindowPadding = {ems(0.625F), ems(0.5F)};
  style.FramePadding = {ems(0.5F), ems(0.25F)};
  style.CellPadding = {ems(0.375F), ems(0.1875F)};
  style.ItemSpacing = {ems(0.5F), ems(0.375F)};
  style.ItemInnerSpacing = {ems(0.375F), ems(0.25F)};
  style.IndentSpacing = ems(1.25F);
  style.ScrollbarSize = ems(0.75F);
  style.GrabMinSize = ems(0.75F);
  style.WindowRounding = ems(0.375F);
  style.ChildRounding = ems(0.375F);
  style.FrameRounding = ems(0.25F);
  style.PopupRounding = ems(0.375F);
  style.ScrollbarRounding = ems(0.375F);
  style.GrabRounding = ems(0.25F);
  style.TabRounding = ems(0.25F);
  const float line = std::round(theme().stroke);
  style.WindowBorderSize = line;
  style.ChildBorderSize = line;
  style.PopupBorderSize = line;
  style.FrameBorderSize = 0.0F;
  style.DisplaySafeAreaPadding = {0.0F, 0.0F};
}

}  // namespace

const Theme& dark_theme() {
  static const Theme theme = make_dark();
  return theme;
}

const Theme& light_theme() {
  static const Theme theme = make_light();
  return theme;
}

const Theme& classroom_theme(ThemeChoice choice) {
  static const Theme dark = make_dark_classroom();
  static const Theme light = make_light_classroom();
  return choice == ThemeChoice::dark ? dark : light;
}

const Theme& theme() {
  return *current_theme;
}

void set_theme(ThemeChoice choice, bool classroom) {
  current_theme = classroom ? &classroom_theme(choice) : choice == ThemeChoice::dark ? &dark_theme() : &light_theme();
}

void apply_theme(ImGuiStyle& style, float text_pixels) {
  const Theme& now = theme();
  style = ImGuiStyle();
  if (now.dark)
    ImGui::StyleColorsDark(&style);
  else
    ImGui::StyleColorsLight(&style);
  apply_sizes(style, text_pixels);

  const ImVec4 nothing(0.0F, 0.0F, 0.0F, 0.0F);
  const std::pair<ImGuiCol, ImVec4> roles[] = {
      {ImGuiCol_Text, now.text},
      {ImGuiCol_TextDisabled, now.text_muted},
      {ImGuiCol_WindowBg, now.background},
      {ImGuiCol_ChildBg, nothing},  // panels fill their ground themselves, see gfx::fill
      {ImGuiCol_PopupBg, now.raised},
      {ImGuiCol_Border, now.panel_border},
      {ImGuiCol_BorderShadow, nothing},
      {ImGuiCol_FrameBg, now.frame},
      {ImGuiCol_FrameBgHovered, now.frame_hovered},
      {ImGuiCol_FrameBgActive, now.frame_active},
      {ImGuiCol_TitleBg, now.panel},
      {ImGuiCol_TitleBgActive, now.panel},
      {ImGuiCol_TitleBgCollapsed, now.panel},
      {ImGuiCol_MenuBarBg, now.panel},
      {ImGuiCol_ScrollbarBg, nothing},
      {ImGuiCol_ScrollbarGrab, now.frame_hovered},
      {ImGuiCol_ScrollbarGrabHovered, now.frame_active},
      {ImGuiCol_ScrollbarGrabActive, now.accent},
      {ImGuiCol_CheckMark, now.accent},
      {ImGuiCol_SliderGrab, now.accent},
      {ImGuiCol_SliderGrabActive, now.text},
      {ImGuiCol_Button, now.frame},
      {ImGuiCol_ButtonHovered, now.frame_hovered},
      {ImGuiCol_ButtonActive, now.frame_active},
      {ImGuiCol_Header, now.selection},
      {ImGuiCol_HeaderHovered, now.frame_hovered},
      {ImGuiCol_HeaderActive, now.frame_active},
      {ImGuiCol_Separator, now.panel_border},
      {ImGuiCol_SeparatorHovered, now.accent},
      {ImGuiCol_SeparatorActive, now.accent},
      {ImGuiCol_Tab, now.panel},
      {ImGuiCol_TabHovered, now.frame_hovered},
      {ImGuiCol_TabActive, now.raised},
      {ImGuiCol_TableHeaderBg, now.frame},
      {ImGuiCol_TableBorderStrong, now.panel_border},
      {ImGuiCol_TableBorderLight, now.panel_border},
      {ImGuiCol_TableRowBg, nothing},
      {ImGuiCol_TextSelectedBg, now.selection},
      {ImGuiCol_DragDropTarget, now.accent},
      {ImGuiCol_NavHighlight, nothing},  // one ring for all kinds of items: draw_focus()
  };
  for (const auto& [role, colour] : roles)
    style.Colors[role] = colour;
}

float stroke(float ems, float least_pixels) {
  return std::max(least_pixels, ems * ImGui::GetFontSize()) * theme().stroke;
}

const ImVec4& head_colour(std::size_t index) {
  return theme().heads[index % theme().heads.size()];
}

ImU32 colour_u32(const ImVec4& colour, float opacity) {
  return ImGui::ColorConvertFloat4ToU32({colour.x, colour.y, colour.z, colour.w * opacity});
}

ImVec4 mix(const ImVec4& from, const ImVec4& to, float amount) {
  const auto between = [amount](float start, float end) { return start + (end - start) * amount; };
  return {between(from.x, to.x), between(from.y, to.y), between(from.z, to.z), between(from.w, to.w)};
}

float contrast(const ImVec4& first, const ImVec4& second) {
  const auto [darker, lighter] = std::minmax({luminance(first), luminance(second)});
  return (lighter + 0.05F) / (darker + 0.05F);
}

ImVec4 readable_on(const ImVec4& ground) {
  const ImVec4 black = rgb(0x000000);
  const ImVec4 white = rgb(0xFFFFFF);
  return contrast(black, ground) >= contrast(white, ground) ? black : white;
}

ImVec4 muted_on(const ImVec4& ground) {
  constexpr float kLeast = 4.55F, kPalest = 0.4F;  // rounding to 8 bits costs a little
  const ImVec4 full = readable_on(ground);
  ImVec4 ink = full;
  for (float amount = 0.05F; amount <= kPalest; amount += 0.05F) {
    const ImVec4 paler = mix(full, ground, amount);
    if (contrast(paler, ground) < kLeast) break;
    ink = paler;
  }
  return ink;
}

}  // namespace regard
