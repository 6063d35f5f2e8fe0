// SPDX-License-Identifier: Apache-2.0
#include "app/panels/look/score_part_menu.h"

#include "app/panels/common/menu_line.h"
#include "app/panels/common/parts.h"
#include "app/panels/common/window_state.h"
#include "app/panels/look/grid_map_panel.h"
#include "app/session/action_kinds.h"
#include "app/style/locale.h"
#include "app/style/scores_text.h"
#include "app/viewmodel/all_views.h"

#include <imgui.h>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace regard {

bool has_score_parts(const PanelContext& context) {
  return context.views.grid.score_parts.size() > 1 && !shows_map(context);
}

void draw_score_menu(PanelContext& context) {
  const GridView& grid = context.views.grid;
  const ImVec2 corner = ImGui::GetCursorScreenPos();
  if (quiet_button("grids.part", score_part_sign(grid.score_part), true)) ImGui::OpenPopup("grids.part.menu");
  hint(tr("grids.part.about"));
  ImGui::SetNextWindowPos({corner.x, corner.y + ImGui::GetFrameHeight()});
  ImGui::SetNextWindowSizeConstraints({em(27.0F), 0.0F}, {em(36.0F), em(26.0F)});
  if (!ImGui::BeginPopup("grids.part.menu")) return;
  context.state.of<WindowState>().popup_open = true;
  std::vector<std::optional<ScorePartKind>> choices{std::nullopt};
  for (const ScorePart& part : grid.score_parts)
    choices.emplace_back(part.kind);
  for (std::size_t index = 0; index < choices.size(); ++index) {
    const std::optional<ScorePartKind>& part = choices[index];
    if (!menu_line("grids.part." + std::to_string(index), score_part_name(part), score_part_about(part),
                   part == grid.score_part))
      continue;
    context.act(SetScorePart{part});
    ImGui::CloseCurrentPopup();
  }
  ImGui::EndPopup();
}

float score_menu_width(const PanelContext& context) {
  return quiet_button_width(score_part_sign(context.views.grid.score_part), true);
}

}  // namespace regard
