// SPDX-License-Identifier: Apache-2.0
#include "app/panels/frame/file_menu.h"

#include "app/panels/common/command.h"
#include "app/panels/common/dialog_state.h"
#include "app/panels/common/menu_line.h"
#include "app/panels/common/parts.h"
#include "app/panels/frame/bar_menu.h"
#include "app/session/preferences.h"
#include "app/style/locale.h"

#include <imgui.h>
#include <algorithm>
#include <array>
#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace regard {
namespace {

using std::string_view_literals::operator""sv;

constexpr std::array kOpening{"file.new"sv, "file.open_model"sv, "file.open_session"sv};
constexpr std::array kWriting{"file.save"sv,    "file.save_as"sv, "file.export"sv,
                              "copy.numbers"sv, "copy.picture"sv, "window.picture"sv};
constexpr std::size_t kMostRecent = 5;

void recent_sessions(PanelContext& context) {
  const std::vector<std::string>& recent = context.preferences.recent_sessions;
  if (recent.empty()) return;
  menu_section(tr("file.recent"));
  for (std::size_t index = 0; index < std::min(recent.size(), kMostRecent); ++index) {
    const std::filesystem::path path(recent[index]);
    const std::string id = "menu.recent." + std::to_string(index);
    const std::string name = path.filename().string();
    const std::string folder = path.parent_path().string();
    if (!menu_line({.id = id,
                    .text = name,
                    .right = folder,
                    .selected = context.state.of<FilesState>().session_path == recent[index]}))
      continue;
    context.command(OpenSessionFrom{path});
    ImGui::CloseCurrentPopup();
  }
  gap(0.5F);
}

}  // namespace

float file_menu_width(const PanelContext& /*context*/) {
  return std::max(command_lines_width(kOpening), command_lines_width(kWriting));
}

void fill_file_menu(PanelContext& context) {
  for (const std::string_view id : kOpening)
    command_line(context, id);
  recent_sessions(context);
  if (context.preferences.recent_sessions.empty()) gap(0.5F);
  for (const std::string_view id : kWriting)
    command_line(context, id);
}

}  // namespace regard
