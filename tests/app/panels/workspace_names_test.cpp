// SPDX-License-Identifier: Apache-2.0
#include "app/lesson/step_state.h"
#include "app/panels/registry.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace regard {
namespace {

TEST(WorkspaceNames, HoldThoseOfTheRegistry) {
  std::vector<std::string> known, registered;
  for (const WorkspaceNames& workspace : workspace_names())
    for (const char* panel : workspace.panels)
      known.push_back(std::string(workspace.workspace) + "/" + panel);
  for (const Workspace& workspace : workspaces())
    for (const Panel* panel : panels_of(workspace))
      registered.push_back(std::string(workspace.id) + "/" + panel->id);
  for (const std::string& panel : registered)
    EXPECT_NE(std::find(known.begin(), known.end(), panel), known.end())
        << panel << " is in app/panels/registry.cpp, but app/lesson/workspace_names.cpp lacks it";
}

}  // namespace
}  // namespace regard
