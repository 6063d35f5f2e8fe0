// SPDX-License-Identifier: Apache-2.0
#include "app/lesson/step_state.h"
#include "app/panels/registry.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace regard {
namespace {

TEST(WorkspaceNames, AreThoseOfTheRegistry) {
  std::vector<std::string> known, registered;
  for (const WorkspaceNames& workspace : workspace_names())
    for (const char* panel : workspace.panels)
      known.push_back(std::string(workspace.workspace) + "/" + panel);
  for (const Workspace& workspace : workspaces())
    for (const Panel* panel : panels_of(workspace))
      registered.push_back(std::string(workspace.id) + "/" + panel->id);
  std::sort(known.begin(), known.end());
  std::sort(registered.begin(), registered.end());
  EXPECT_EQ(known, registered) << "app/lesson/workspace_names.cpp is to name what app/panels/registry.cpp has";
}

TEST(WorkspaceNames, PanelsBesideThemStandInNone) {
  for (const char* panel : panels_beside()) {
    EXPECT_NE(panel_named(panel), nullptr) << panel;
    EXPECT_EQ(workspace_of(panel, "look"), nullptr) << panel;
  }
}

}  // namespace
}  // namespace regard
