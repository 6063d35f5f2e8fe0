// SPDX-License-Identifier: Apache-2.0
#include "tests/app/panels/window_harness.h"
#include "app/panels/common/command.h"
#include "app/session/action.h"
#include "app/session/session.h"
#include "app/viewmodel/all_views.h"
#include "tests/app/panels/short_corpora.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <filesystem>
#include <thread>

namespace regard::test {
namespace {

/// By more than a line between them.
bool overlap(const ProbeItem& one, const ProbeItem& other) {
  constexpr float kLine = 1.0F;
  return std::min(one.max.x, other.max.x) - std::max(one.min.x, other.min.x) > kLine &&
         std::min(one.max.y, other.max.y) - std::max(one.min.y, other.min.y) > kLine;
}

}  // namespace

void WindowHarness::select(HeadRef head, std::size_t query, std::size_t key) {
  session = regard::testing::session_for(*snapshot, head, query, key);
}

void WindowHarness::forget() {
  session = {};
}

void WindowHarness::perform(const Action& action) {
  session = apply(session, action, {});
}

void WindowHarness::SetUp() {
  Headless::SetUp();
  use_short_corpora();
  load_locale(std::filesystem::path(REGARD_ASSETS_DIR) / "locale");
  set_language(Language::en);
  ImGui::GetIO().DisplaySize = {1600.0F, 900.0F};
  ImGui::GetIO().ConfigInputTextCursorBlink = false;
  show("the old king gave the prince a sword");
}

void WindowHarness::show(const std::string& text, const regard::testing::HandmadeOptions& options) {
  snapshot = regard::testing::handmade_snapshot(text, options);
  select();
}

void WindowHarness::choose(const std::string& panel) {
  choose_panel(session.stage, workspace_of(panel, session.stage.workspace)->id, panel);
}

void WindowHarness::window_frame() {
  actions.clear();
  commands.clear();
  const Views& views = memo.update(snapshot, session);
  Hover next_hover;
  PanelContext context{{*snapshot, views, session, hover, next_hover, actions},
                       {preferences, world, state, nullptr, commands, background}};
  probe_clear();
  ImGui::NewFrame();
  shell::draw_texts(context, snapshot, compared);
  ImGui::Render();
  hover = next_hover;
}

void WindowHarness::expect_in_order() const {
  const ImVec2 size = ImGui::GetIO().DisplaySize;
  SCOPED_TRACE("in a window of " + std::to_string(size.x) + " × " + std::to_string(size.y));
  std::vector<ProbeItem> panels;
  for (const ProbeItem& item : probe_items()) {
    EXPECT_TRUE(item.min.x >= 0.0F && item.min.y >= 0.0F && item.max.x <= size.x && item.max.y <= size.y) << item.id;
    if (item.id.starts_with("panel.")) panels.push_back(item);
  }
  for (std::size_t one = 0; one < panels.size(); ++one)
    for (std::size_t other = one + 1; other < panels.size(); ++other)
      EXPECT_FALSE(overlap(panels[one], panels[other])) << panels[one].id << " and " << panels[other].id;
  const ImDrawData& drawn = *ImGui::GetDrawData();
  for (int list = 0; list < drawn.CmdListsCount; ++list)
    for (const ImDrawVert& corner : drawn.CmdLists[list]->VtxBuffer)
      ASSERT_TRUE(std::isfinite(corner.pos.x) && std::isfinite(corner.pos.y)) << drawn.CmdLists[list]->_OwnerName;
  EXPECT_EQ(keys_without_text(), std::vector<std::string>{});
}

void WindowHarness::settle() {
  ActionContext context{&encoding_of(*snapshot, TextSide::encoder),
                        snapshot->model ? snapshot->model->config.layers : 1,
                        snapshot->model ? most_heads(snapshot->model->config) : 1};
  if (has_two_texts(*snapshot)) context.decoder = &snapshot->encoding;
  for (const Action& action : actions)
    session = apply(session, action, context);
}

void WindowHarness::window_frames(int count) {
  for (int index = 0; index < count; ++index) {
    window_frame();
    settle();
  }
}

void WindowHarness::hold(int key, bool ctrl, bool shift) {
  ImGuiIO& io = ImGui::GetIO();
  io.KeyCtrl = ctrl;
  io.KeyShift = shift;
  io.KeyMods = (ctrl ? ImGuiKeyModFlags_Ctrl : 0) | (shift ? ImGuiKeyModFlags_Shift : 0);
  io.KeysDown[key] = true;
  window_frame();
  const std::vector<Action> asked = actions;
  const std::vector<Command> ordered = commands;
  io.KeysDown[key] = false;
  io.KeyCtrl = io.KeyShift = false;
  io.KeyMods = 0;
  settle();
  window_frame();
  settle();
  actions = asked;
  commands = ordered;
}

void WindowHarness::hold_alt(int key) {
  ImGui::GetIO().KeyAlt = true;
  hold(key);
  ImGui::GetIO().KeyAlt = false;
}

void WindowHarness::drag(const std::vector<ImVec2>& places) {
  std::vector<Action> asked;
  std::vector<Command> ordered;
  const auto step = [&] {
    window_frame();
    asked.insert(asked.end(), actions.begin(), actions.end());
    ordered.insert(ordered.end(), commands.begin(), commands.end());
    settle();
  };
  ImGuiIO& io = ImGui::GetIO();
  io.MousePos = places.front();
  step();
  step();
  io.MouseDown[0] = true;
  step();
  for (std::size_t index = 1; index < places.size(); ++index) {
    io.MousePos = places[index];
    step();
  }
  io.MouseDown[0] = false;
  step();
  actions = asked;
  commands = ordered;
}

void WindowHarness::click_item(const std::string& id) {
  drag({middle(id)});
}

void WindowWithJobs::SetUp() {
  WindowHarness::SetUp();
  background = &jobs;
}

void WindowWithJobs::frames_until_ready() {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  for (int quiet = 0; quiet < 4 && std::chrono::steady_clock::now() < end; ++quiet) {
    window_frames(1);
    if (!jobs.busy()) continue;
    quiet = 0;
    give_jobs_a_moment();
  }
}

void WindowWithJobs::give_jobs_a_moment() const {
  const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(20);
  while (jobs.busy() && std::chrono::steady_clock::now() < end)
    std::this_thread::sleep_for(std::chrono::microseconds(200));
}

void WindowWithJobs::expect_in_order_in_every_size(std::initializer_list<const char*> panels) {
  const ImVec2 usual{1600.0F, 900.0F};
  for (const char* panel : panels) {
    choose(panel);
    frames_until_ready();
    for (const ImVec2 size :
         {usual, ImVec2{1000.0F, 640.0F}, ImVec2{320.0F, 240.0F}, ImVec2{3840.0F, 2160.0F}, ImVec2{1.0F, 1.0F}}) {
      ImGui::GetIO().DisplaySize = size;
      for (const Language spoken : {Language::ru, Language::en}) {
        set_language(spoken);
        window_frames(2);
        expect_in_order();
        if (size.x >= 320.0F) {
          EXPECT_TRUE(has(std::string("panel.") + panel)) << panel << " " << size.x;
        }
      }
    }
    ImGui::GetIO().DisplaySize = usual;
  }
}

}  // namespace regard::test
