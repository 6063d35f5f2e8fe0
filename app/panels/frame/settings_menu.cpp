// SPDX-License-Identifier: Apache-2.0
#include "app/panels/frame/settings_menu.h"

#include "app/gfx/colour_maps.h"
#include "app/panels/common/command.h"
#include "app/panels/common/menu_line.h"
#include "app/panels/common/parts.h"
#include "app/panels/frame/bar_menu.h"
#include "app/panels/frame/commands.h"
#include "app/session/action_kinds.h"
#include "app/session/look.h"
#include "app/session/preferences.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/widgets/number_field.h"
#include "app/widgets/probe.h"

#include <imgui.h>
#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace regard {
namespace {

using std::string_view_literals::operator""sv;

constexpr int kLeastText = 70, kMostText = 250, kPercentStep = 10;  // per cent
constexpr std::array kTextSizes{100, 125, 150, 200, 250};
constexpr std::array kWindow{"view.reset_layout"sv, "window.full_screen"sv, "window.log"sv, "window.help"sv};

int text_percent(const PanelContext& context) {
  return static_cast<int>(std::lround(text_scale_of(context.preferences) * 100.0F));
}

void set_text_percent(PanelContext& context, int wanted) {
  const int percent = std::clamp(wanted, kLeastText, kMostText);
  context.command(ScaleText{0.0F});  // from there on it is exact
  context.command(ScaleText{static_cast<float>(percent) / 100.0F});
}

void draw_language(PanelContext& context) {
  menu_row(tr("settings.language"));
  const auto now = static_cast<std::size_t>(context.preferences.language);
  const std::size_t chosen = choose("settings.language", {tr("settings.russian"), tr("settings.english")}, now);
  if (chosen != now) context.command(SetLanguage{static_cast<Language>(chosen)});
}

void draw_theme(PanelContext& context) {
  menu_row(tr("settings.theme"));
  const auto now = static_cast<std::size_t>(context.preferences.theme);
  const std::size_t chosen = choose("settings.theme", {tr("settings.dark"), tr("settings.light")}, now);
  if (chosen != now) context.command(SetTheme{static_cast<ThemeChoice>(chosen)});
}

/// A number to type between − and +, and the usual sizes.
void draw_text_size(PanelContext& context) {
  menu_row(tr("settings.text"));
  const int now = text_percent(context);
  const float square = ImGui::GetFrameHeight();
  const float space = ImGui::GetStyle().ItemInnerSpacing.x;
  const float left = ImGui::GetCursorPosX();
  if (ImGui::Button("−", {square, square})) set_text_percent(context, now - kPercentStep);
  probe_last_item("settings.text.smaller");
  ImGui::SameLine(0.0F, space);
  ImGui::SetNextItemWidth(em(4.5F));
  auto typed = static_cast<std::uint64_t>(now);
  if (whole_number_field("##percent", typed, TakenWhen::entered, " %"))
    set_text_percent(context, static_cast<int>(std::min<std::uint64_t>(typed, kMostText)));
  probe_last_item("settings.text.percent");
  ImGui::SameLine(0.0F, space);
  if (ImGui::Button("+", {square, square})) set_text_percent(context, now + kPercentStep);
  probe_last_item("settings.text.larger");
  ImGui::SetCursorPosX(left);
  std::array<Segment, kTextSizes.size()> sizes;
  std::size_t current = sizes.size();
  for (std::size_t index = 0; index < sizes.size(); ++index) {
    const std::string percent = std::to_string(kTextSizes[index]);
    sizes[index] = {"settings.text." + percent, percent + " %", {}};
    if (kTextSizes[index] == now) current = index;
  }
  if (const auto chosen = draw_segments(sizes, current)) set_text_percent(context, kTextSizes[*chosen]);
}

void draw_classroom(PanelContext& context) {
  menu_row(tr("settings.classroom"));
  bool on = context.preferences.classroom;
  const std::string label =
      tr("settings.classroom_on", {{"key", text_of(command_named("window.classroom").chords.front())}});
  if (check("settings.classroom", label, on)) context.command(SetClassroom{on});
  hint(tr("settings.classroom_hint"));
}

/// A colour map's name with its colours at the right.
template <class Map>
void map_line(PanelContext& context, const char* key, Map map, Map current) {
  const ImVec2 start = ImGui::GetCursorScreenPos();
  if (menu_line(key, tr(key), {}, map == current)) {
    if constexpr (std::is_same_v<Map, ScoreMap>)
      context.act(SetScoreMap{map});
    else
      context.act(SetWeightMap{map});
  }
  const gfx::ColourMap& colours = gfx::colour_map(map, context.preferences.theme);
  const ImVec2 max{ImGui::GetItemRectMax().x - em(0.5F), ImGui::GetItemRectMax().y - em(0.4F)};
  const float width = em(7.0F);
  const float left = max.x - width;
  ImDrawList& list = *ImGui::GetWindowDrawList();
  constexpr int steps = 56;
  for (int step = 0; step < steps; ++step) {
    const float from = left + width * static_cast<float>(step) / steps;
    const float to = left + width * static_cast<float>(step + 1) / steps;
    list.AddRectFilled({from, start.y + em(0.4F)}, {to, max.y},
                       to_u32(colours.table[static_cast<std::size_t>(step * 255 / (steps - 1))]));
  }
}

void draw_colours(PanelContext& context) {
  menu_section(tr("settings.score_map"));
  map_line(context, "maps.blue_orange", ScoreMap::blue_orange, context.look().score_map);
  map_line(context, "maps.purple_green", ScoreMap::purple_green, context.look().score_map);
  menu_section(tr("settings.weight_map"));
  map_line(context, "maps.viridis", WeightMap::viridis, context.look().weight_map);
  map_line(context, "maps.cividis", WeightMap::cividis, context.look().weight_map);
  map_line(context, "maps.blues", WeightMap::blues, context.look().weight_map);
}

void draw_file_dialogs(PanelContext& context) {
  menu_row(tr("settings.dialogs"));
  const auto now = static_cast<std::size_t>(context.preferences.file_dialogs);
  const std::size_t chosen =
      choose("settings.dialogs", {tr("settings.dialogs_desktop"), tr("settings.dialogs_own")}, now);
  if (chosen != now) context.command(SetFileDialogs{static_cast<FileDialogs>(chosen)});
  hint(tr("settings.dialogs_hint"));
}

}  // namespace

float settings_menu_width(const PanelContext& /*context*/) {
  return std::max(em(30.0F), command_lines_width(kWindow));
}

void fill_settings_menu(PanelContext& context) {
  const ScopedRaisedFrames frames;
  draw_language(context);
  draw_theme(context);
  draw_text_size(context);
  draw_classroom(context);
  draw_file_dialogs(context);
  draw_colours(context);
  gap(0.5F);
  for (const std::string_view id : kWindow)
    command_line(context, id);
}

void reset_layout(PanelContext& context, int /*argument*/) {
  const Preferences standard;
  context.command(SetLeftShare{standard.left_share});
  context.command(SetGridsShare{standard.grids_share});
  context.command(SetQuestionShare{standard.question_share});
}

}  // namespace regard
