// SPDX-License-Identifier: Apache-2.0
#include "app/panels/frame/palette.h"

#include "app/panels/common/command.h"
#include "app/panels/common/dialog_state.h"
#include "app/panels/common/parts.h"
#include "app/panels/common/window_state.h"
#include "app/panels/frame/commands.h"
#include "app/style/fonts.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/viewmodel/word_search.h"
#include "app/widgets/probe.h"

#include <GLFW/glfw3.h>
#include <imgui_stdlib.h>

#include <imgui.h>
#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace regard {
namespace {

constexpr float kLine = 1.65F;  ///< ems, the height of one
constexpr float kPalettePadding = 0.5F;

PaletteState& palette(PanelState& state) {
  return state.of<PaletteState>();
}

/// By how many lines the keys move the choice.
std::ptrdiff_t wanted_steps(std::ptrdiff_t page) {
  std::ptrdiff_t steps = 0;
  if (ImGui::IsKeyPressed(GLFW_KEY_DOWN)) ++steps;
  if (ImGui::IsKeyPressed(GLFW_KEY_UP)) --steps;
  if (ImGui::IsKeyPressed(GLFW_KEY_PAGE_DOWN)) steps += page;
  if (ImGui::IsKeyPressed(GLFW_KEY_PAGE_UP)) steps -= page;
  return steps;
}

void paint_line(const PaletteEntry& entry, ImVec2 min, ImVec2 max) {
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const bool can = entry.obstacle.empty();
  const ImU32 muted = colour_u32(theme().text_muted);
  const float pad = em(kPalettePadding);
  const Face text = text_face(), small = small_face();
  const std::string& last = can ? entry.key : entry.obstacle;
  const float room = max.x - min.x - 2.0F * pad;
  const std::string at_right = shortened(small, last, room * 0.55F);
  const float right = max.x - pad - text_width(small, at_right);
  paint_text(list, small, {right, min.y + 0.5F * (max.y - min.y - small.size)}, muted, at_right);
  const std::string name = shortened(text, entry.name, right - min.x - 2.0F * pad);
  paint_text(list, text, {min.x + pad, min.y + 0.5F * (max.y - min.y - text.size)},
             can ? colour_u32(theme().text) : muted, name);
  const float behind = min.x + pad + text_width(text, name) + em(0.75F);
  const float left_room = right - behind - pad;
  if (left_room < em(2.0F)) return;
  paint_text(list, small, {behind, min.y + 0.5F * (max.y - min.y - small.size) + em(0.08F)}, muted,
             shortened(small, entry.about, left_room));
}

void choose_entry(PanelState& state, const PaletteEntry& entry) {
  if (!entry.obstacle.empty()) return;
  palette(state).to_do = entry.deed;
  state.of<WindowState>().overlay = Overlay::none;
}

/// One line of the list. True when it was clicked.
bool draw_line(PaletteState& state, const PaletteEntry& entry, std::size_t place, float height) {
  const ScopedId id(place);
  const ImVec2 min = ImGui::GetCursorScreenPos();
  const ImVec2 max{min.x + ImGui::GetContentRegionAvail().x, min.y + height};
  const bool clicked = ImGui::InvisibleButton("line", {max.x - min.x, height});
  const ImVec2 moved = ImGui::GetIO().MouseDelta;
  if (ImGui::IsItemHovered() && (moved.x != 0.0F || moved.y != 0.0F)) state.chosen = place;
  if (place == state.chosen)
    ImGui::GetWindowDrawList()->AddRectFilled(min, max, colour_u32(theme().selection), em(0.25F));
  paint_line(entry, min, max);
  probe("palette.line." + std::to_string(place), min, max);
  return clicked;
}

/// The matches; the chosen one stays in sight when keys moved to it.
void draw_list(PanelState& panels, const std::vector<std::size_t>& found, bool entered) {
  PaletteState& state = palette(panels);
  const float height = std::round(em(kLine));
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0.0F, 0.0F});
  ImGui::BeginChild("list", {0.0F, 0.0F}, false, ImGuiWindowFlags_NoNavInputs);
  const auto page = std::max<std::ptrdiff_t>(1, static_cast<std::ptrdiff_t>(ImGui::GetWindowHeight() / height) - 1);
  const std::ptrdiff_t steps = wanted_steps(page);
  const auto last = static_cast<std::ptrdiff_t>(found.size()) - 1;
  state.chosen = static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(static_cast<std::ptrdiff_t>(state.chosen) + steps,
                                                                     0, std::max<std::ptrdiff_t>(0, last)));
  if (steps != 0) {
    const float top = height * static_cast<float>(state.chosen), seen = ImGui::GetWindowHeight();
    if (top < ImGui::GetScrollY()) ImGui::SetScrollY(top);
    if (top + height > ImGui::GetScrollY() + seen) ImGui::SetScrollY(top + height - seen);
  }
  std::optional<std::size_t> wanted;
  if (entered && state.chosen < found.size()) wanted = found[state.chosen];
  ImGuiListClipper clipper;
  clipper.Begin(static_cast<int>(found.size()), height);
  while (clipper.Step())
    for (int row = clipper.DisplayStart; row < clipper.DisplayEnd; ++row) {
      const auto place = static_cast<std::size_t>(row);
      if (draw_line(state, state.entries[found[place]], place, height)) wanted = found[place];
    }
  ImGui::EndChild();
  ImGui::PopStyleVar();
  if (wanted) choose_entry(panels, state.entries[*wanted]);
}

}  // namespace

std::vector<std::size_t> palette_matches(std::string_view query, std::span<const PaletteEntry> entries) {
  const WordSearch search(query);
  std::vector<std::pair<int, std::size_t>> ranked;
  for (std::size_t index = 0; index < entries.size(); ++index)
    if (const std::optional<int> rank = search.rank(entries[index].found_by)) ranked.emplace_back(*rank, index);
  std::sort(ranked.begin(), ranked.end());
  std::vector<std::size_t> found(ranked.size());
  std::transform(ranked.begin(), ranked.end(), found.begin(), [](const auto& each) { return each.second; });
  return found;
}

void toggle_palette(PanelContext& context) {
  PanelState& state = context.state;
  if (state.of<PathDialog>().kind != PathDialog::Kind::closed) return;
  if (state.of<WindowState>().overlay == Overlay::palette) {
    state.of<WindowState>().overlay = Overlay::none;
    return;
  }
  palette(state) = {};
  state.of<WindowState>().overlay = Overlay::palette;
  context.command(RefreshModels{});
}

void draw_palette(PanelContext& context) {
  PaletteState& state = palette(context.state);
  state.entries = palette_entries(context);
  const ScopedRaisedFrames frames;
  if (std::exchange(state.appearing, false)) ImGui::SetKeyboardFocusHere();
  ImGui::SetNextItemWidth(-1.0F);
  const bool entered =
      ImGui::InputTextWithHint("##query", tr("palette.hint"), &state.query, ImGuiInputTextFlags_EnterReturnsTrue);
  probe_last_item("palette.query");
  if (state.shown_query != state.query) {
    state.shown_query = state.query;
    state.chosen = 0;
  }
  const std::vector<std::size_t> found = palette_matches(state.query, state.entries);
  if (entered) state.appearing = true;  // what cannot be done leaves the palette open
  if (found.empty()) coloured(theme().text_muted, tr("palette.none"));
  draw_list(context.state, found, entered);
}

void do_chosen(PanelContext& context) {
  PaletteState& state = palette(context.state);
  if (!state.to_do || ImGui::GetIO().WantTextInput) return;
  const PaletteDeed deed = *std::exchange(state.to_do, std::nullopt);
  if (const auto* entry = std::get_if<const CommandEntry*>(&deed))
    run_command(**entry, context);
  else if (const auto* action = std::get_if<Action>(&deed))
    context.act(*action);
  else
    context.command(std::get<Command>(deed));
}

}  // namespace regard
