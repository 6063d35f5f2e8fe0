// SPDX-License-Identifier: Apache-2.0
#include "app/panels/frame/help.h"

#include "app/panels/common/parts.h"
#include "app/panels/frame/commands.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/viewmodel/word_search.h"
#include "app/widgets/probe.h"

#include <GLFW/glfw3.h>
#include <imgui_stdlib.h>

#include <imgui.h>
#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace regard {

struct HelpState {
  std::string search{};
};

namespace {

constexpr float kTwoHelpColumns = 56.0F;  ///< ems, the width that holds both

struct HelpLine {
  std::string keys{};
  std::string what{};
};
struct HelpGroup {
  const char* title;  ///< locale key
  std::vector<HelpLine> lines{};
};

/// Locale keys of what the mouse does.
constexpr std::array<std::pair<const char*, const char*>, 10> kMouse{{{"help.key_click", "help.click"},
                                                                      {"help.key_shift_click", "help.shift_click"},
                                                                      {"help.key_ctrl_click", "help.ctrl_click"},
                                                                      {"help.key_right_click", "help.right_head"},
                                                                      {"help.key_right_click", "help.right_token"},
                                                                      {"help.key_right_click", "help.right_cell"},
                                                                      {"help.key_rest", "help.rest"},
                                                                      {"help.key_wheel", "help.wheel"},
                                                                      {"help.key_double_click", "help.edit_token"},
                                                                      {"help.key_drop", "help.drop"}}};

std::string keys_of(const CommandEntry& entry) {
  std::vector<std::string> names;
  for (const Chord& chord : entry.chords) {
    std::string name = text_of(chord);
    const bool told =
        std::find(names.begin(), names.end(), name) != names.end();  // the keypad's are called as the others
    if (!name.empty() && !told) names.push_back(std::move(name));
  }
  std::string keys;
  for (const std::string& name : names)
    keys += (keys.empty() ? "" : "  ") + name;
  return keys;
}

std::vector<HelpGroup> groups() {
  std::vector<HelpGroup> list{{"help.reading"}, {"help.text"},   {"help.files"},
                              {"help.view"},    {"help.window"}, {"help.lesson"}};
  for (const CommandEntry& entry : commands())
    if (std::string keys = keys_of(entry); !keys.empty())
      list[static_cast<std::size_t>(entry.group)].lines.push_back({std::move(keys), tr(entry.name)});
  HelpGroup& mouse = list.emplace_back(HelpGroup{"help.mouse"});
  for (const auto& [gesture, what] : kMouse)
    mouse.lines.push_back({tr(gesture), tr(what)});
  return list;
}

/// Only the lines that are searched for; a group's own name brings all of its lines.
std::vector<HelpGroup> filtered(std::vector<HelpGroup> list, const WordSearch& search) {
  for (HelpGroup& group : list)
    std::erase_if(group.lines, [&](const HelpLine& line) {
      return !search.rank(folded(line.keys + "\n" + line.what + "\n" + tr(group.title)));
    });
  std::erase_if(list, [](const HelpGroup& group) { return group.lines.empty(); });
  return list;
}

void draw_group(const HelpGroup& group, float key_width) {
  coloured(theme().accent, tr(group.title));
  gap(0.25F);
  for (const HelpLine& line : group.lines) {
    const float left = ImGui::GetCursorPosX();
    coloured(theme().text, line.keys);
    ImGui::SameLine();
    ImGui::SetCursorPosX(left + key_width);  // SameLine(x) would add the group's own offset
    ImGui::PushTextWrapPos(0.0F);
    coloured(theme().text_muted, line.what);
    ImGui::PopTextWrapPos();
  }
  gap(0.75F);
}

float key_width_of(const std::vector<HelpGroup>& list) {
  float width = 0.0F;
  for (const HelpGroup& group : list)
    for (const HelpLine& line : group.lines)
      width = std::max(width, ImGui::CalcTextSize(line.keys.c_str()).x);
  return width + em(1.0F);
}

/// Where the second of two columns of about the same length begins.
std::size_t second_column(const std::vector<HelpGroup>& list) {
  constexpr std::size_t kTitleLines = 2;  // a group's name and the space behind it
  std::size_t all = 0;
  for (const HelpGroup& group : list)
    all += group.lines.size() + kTitleLines;
  std::size_t before = 0, index = 0;
  while (index < list.size() && 2 * before < all)
    before += list[index++].lines.size() + kTitleLines;
  return index;
}

void draw_groups(const std::vector<HelpGroup>& list, float key_width) {
  const std::size_t second = second_column(list);
  const bool two = ImGui::GetContentRegionAvail().x >= em(kTwoHelpColumns) && second < list.size();
  const auto draw = [&](std::size_t begin, std::size_t end) {
    for (std::size_t index = begin; index < end; ++index)
      draw_group(list[index], key_width);
  };
  if (!two) return draw(0, list.size());
  if (!ImGui::BeginTable("columns", 2, ImGuiTableFlags_SizingStretchSame)) return;
  ImGui::TableNextColumn();
  draw(0, second);
  ImGui::TableNextColumn();
  draw(second, list.size());
  ImGui::EndTable();
}

/// The list's window moves by the keys that the field above it leaves alone.
void scroll_by_keys(bool typed) {
  const float line = ImGui::GetTextLineHeightWithSpacing(), page = ImGui::GetWindowHeight() - 2.0F * line;
  float by = 0.0F;
  if (ImGui::IsKeyPressed(GLFW_KEY_DOWN)) by += 2.0F * line;
  if (ImGui::IsKeyPressed(GLFW_KEY_UP)) by -= 2.0F * line;
  if (ImGui::IsKeyPressed(GLFW_KEY_PAGE_DOWN)) by += page;
  if (ImGui::IsKeyPressed(GLFW_KEY_PAGE_UP)) by -= page;
  if (!typed && ImGui::IsKeyPressed(GLFW_KEY_END)) by = ImGui::GetScrollMaxY();
  if (!typed && ImGui::IsKeyPressed(GLFW_KEY_HOME)) by = -ImGui::GetScrollMaxY();
  if (by != 0.0F) ImGui::SetScrollY(std::clamp(ImGui::GetScrollY() + by, 0.0F, ImGui::GetScrollMaxY()));
}

}  // namespace

void draw_help(PanelContext& context) {
  HelpState& state = context.state.of<HelpState>();
  if (ImGui::IsWindowAppearing()) state = {};
  heading(tr("help.title"));
  wrapped_caption(tr("help.about"));
  gap(0.5F);
  {
    const ScopedRaisedFrames frames;
    if (ImGui::IsWindowAppearing()) ImGui::SetKeyboardFocusHere();
    ImGui::SetNextItemWidth(-1.0F);
    ImGui::InputTextWithHint("##search", tr("help.search"), &state.search);
    probe_last_item("help.search");
  }
  gap(0.5F);
  ImGui::BeginChild("keys", {0.0F, 0.0F}, false, ImGuiWindowFlags_NoNavInputs);
  scroll_by_keys(!state.search.empty());
  const std::vector<HelpGroup> all = groups();
  const std::vector<HelpGroup> found = filtered(all, WordSearch(state.search));
  if (found.empty()) coloured(theme().text_muted, tr("help.none"));
  draw_groups(found, key_width_of(all));
  if (probe_enabled())
    probe("help.keys", ImGui::GetWindowPos(),
          {ImGui::GetWindowPos().x + ImGui::GetWindowWidth(), ImGui::GetWindowPos().y + ImGui::GetWindowHeight()});
  ImGui::EndChild();
}

}  // namespace regard
