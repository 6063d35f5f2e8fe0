// SPDX-License-Identifier: Apache-2.0
#include "app/panels/frame/help.h"

#include "app/panels/common/parts.h"
#include "app/panels/frame/commands.h"
#include "app/style/locale.h"
#include "app/style/theme.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

namespace regard {
namespace {

struct HelpLine {
  std::string keys{};
  std::string what{};
};
struct HelpGroup {
  const char* title;  ///< locale key
  std::vector<HelpLine> lines{};
};

/// Locale keys of what the mouse does.
constexpr std::array<std::pair<const char*, const char*>, 6> kMouse{{{"help.key_click", "help.click"},
                                                                     {"help.key_shift_click", "help.shift_click"},
                                                                     {"help.key_ctrl_click", "help.ctrl_click"},
                                                                     {"help.key_wheel", "help.wheel"},
                                                                     {"help.key_double_click", "help.edit_token"},
                                                                     {"help.key_drop", "help.drop"}}};

std::string keys_of(const CommandEntry& entry) {
  std::string keys;
  for (const Chord& chord : entry.chords)
    if (chord.key != 0) keys += (keys.empty() ? "" : "  ") + text_of(chord);
  return keys;
}

std::vector<HelpGroup> groups() {
  std::vector<HelpGroup> list{{"help.reading"}, {"help.text"}, {"help.files"}, {"help.view"}, {"help.window"}};
  for (const CommandEntry& entry : commands())
    if (std::string keys = keys_of(entry); !keys.empty())
      list[static_cast<std::size_t>(entry.group)].lines.push_back({std::move(keys), tr(entry.name)});
  HelpGroup& mouse = list.emplace_back(HelpGroup{"help.mouse"});
  for (const auto& [gesture, what] : kMouse)
    mouse.lines.push_back({tr(gesture), tr(what)});
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
    coloured(theme().text_muted, line.what);
  }
  gap(0.75F);
}

}  // namespace

void draw_help() {
  heading(tr("help.title"));
  ImGui::PushTextWrapPos(0.0F);
  coloured(theme().text_muted, tr("help.about"));
  ImGui::PopTextWrapPos();
  gap(1.0F);
  const std::vector<HelpGroup> list = groups();
  float key_width = 0.0F;
  for (const HelpGroup& group : list)
    for (const HelpLine& line : group.lines)
      key_width = std::max(key_width, ImGui::CalcTextSize(line.keys.c_str()).x);
  for (const HelpGroup& group : list)
    draw_group(group, key_width + em(1.0F));
}

}  // namespace regard
