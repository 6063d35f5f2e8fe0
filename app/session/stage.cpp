// SPDX-License-Identifier: Apache-2.0
#include "app/session/stage.h"

#include <algorithm>
#include <utility>

namespace regard {

void choose_panel(Stage& stage, const std::string& workspace, const std::string& panel) {
  stage.workspace = workspace;
  std::vector<std::string>& chosen = stage.chosen[workspace];
  chosen.insert(chosen.begin(), panel);
  if (!stage.filling.empty()) stage.filling = panel;
  keep_invariants(stage);
}

void keep_invariants(Stage& stage) {
  stage.step = std::clamp<std::size_t>(stage.step, 1, count_of_steps);
  while (stage.chosen.size() > max_workspaces)
    stage.chosen.erase(std::prev(stage.chosen.end()));
  for (auto& [workspace, panels] : stage.chosen) {
    std::vector<std::string> once;
    for (std::string& panel : panels)
      if (once.size() < max_chosen_panels && std::find(once.begin(), once.end(), panel) == once.end())
        once.push_back(std::move(panel));
    panels = std::move(once);
  }
}

}  // namespace regard
