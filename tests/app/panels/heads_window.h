// SPDX-License-Identifier: Apache-2.0
// The workspace Heads in a window, with a short text of one's own chosen: for tests of what it shows.
#pragma once

#include "app/panels/common/heads_state.h"
#include "app/session/look.h"
#include "tests/app/panels/window_harness.h"
#include "tests/app/viewmodel/run_text.h"
#include "tests/app/viewmodel/session_for.h"
#include "tests/core/model/tiny_checkpoint.h"

#include <cstdlib>
#include <string>

namespace regard::test {

class HeadsWorkspace : public WindowWithJobs {
protected:
  void SetUp() override {
    WindowWithJobs::SetUp();
    preferences.animate = false;
    ::setenv("XDG_CACHE_HOME", (folder / "cache").c_str(), 1);
    regard::testing::write(folder / "own.txt", "the old king saw a cat\na cat saw the garden\n");
    snapshot = regard::testing::read_text(regard::testing::reading_model(true), "the old king saw a cat in the garden");
    select({1, 2}, 4, 3);
    ImGui::GetIO().DisplaySize = {1600.0F, 900.0F};
    look().stage.workspace = "heads";
    state.of<HeadsState>().corpus.take(folder / "own.txt");
    frames_until_ready();
  }
  void TearDown() override {
    ::unsetenv("XDG_CACHE_HOME");
    WindowWithJobs::TearDown();
  }
  /// The first item whose name begins so, or "".
  [[nodiscard]] static std::string first_item(const std::string& beginning) {
    for (const ProbeItem& each : probe_items())
      if (each.id.starts_with(beginning)) return each.id;
    return {};
  }
  regard::testing::TemporaryFolder folder{};
};

}  // namespace regard::test
