// SPDX-License-Identifier: Apache-2.0
// The question what to export: which view is preselected, how name and format follow each other, what is asked first.
#include "app/panels/frame/export_dialog.h"

#include "app/export/export.h"
#include "app/panels/change/effect_parts.h"
#include "app/panels/change/patching_parts.h"
#include "app/panels/common/dialog_state.h"
#include "app/panels/common/window_state.h"
#include "app/panels/frame/path_field.h"
#include "app/panels/heads/attribution_parts.h"
#include "app/panels/heads/flow_parts.h"
#include "app/session/look.h"
#include "tests/app/panels/seen_whole.h"
#include "tests/app/panels/window_harness.h"

#include <set>
#include <string>
#include <utility>

namespace regard::test {
namespace {

class ExportDialogs : public WindowHarness {
protected:
  void SetUp() override {
    WindowHarness::SetUp();
    ImGui::GetIO().KeyMap[ImGuiKey_Enter] = GLFW_KEY_ENTER;
    state.of<FilesState>().folder = "/nowhere";
    window_frames(2);
  }
  void open() {
    hold(GLFW_KEY_E, true);
    window_frames(3);
    ASSERT_EQ(state.of<WindowState>().overlay, Overlay::exporting);
  }
  void type(const std::string& text) {
    ImGui::GetIO().AddInputCharactersUTF8(text.c_str());
    window_frames(2);
  }
  [[nodiscard]] std::string path() const { return path_in(state.of<ExportDialog>().field); }
};

TEST_F(ExportDialogs, what_one_looks_at_is_preselected) {
  ImGui::GetIO().MousePos = middle("grid.scores.cells");
  window_frames(2);
  open();
  EXPECT_EQ(state.of<ExportDialog>().options.view, ExportView::scores);
  EXPECT_EQ(path(), "/nowhere/regard-scores.png");
  hold(GLFW_KEY_ESCAPE);
  ImGui::GetIO().MousePos = {1.0F, 1.0F};
  look().stage.chosen["look"] = {"layers"};
  window_frames(2);
  open();
  EXPECT_EQ(state.of<ExportDialog>().options.view, ExportView::layers) << "no grid is under the mouse: the chosen tab";
  EXPECT_EQ(path(), "/nowhere/regard-layers.png") << "a name that was only proposed follows";
}

TEST_F(ExportDialogs, every_view_can_be_chosen) {
  open();
  std::set<ExportView> seen;
  for (const auto& [group, id] : {std::pair{0, "head"}, {1, "model"}, {2, "change"}, {3, "heads"}}) {
    click_item("export.group." + std::to_string(group));
    window_frames(2);
    for (std::size_t view = 0; has("export." + std::string(id) + "." + std::to_string(view)); ++view) {
      click_item("export." + std::string(id) + "." + std::to_string(view));
      seen.insert(state.of<ExportDialog>().options.view);
    }
  }
  EXPECT_EQ(seen.size(), export_views);
}

TEST_F(ExportDialogs, the_format_follows_the_name_and_the_name_the_format) {
  open();
  type("map.svg");
  EXPECT_EQ(state.of<ExportDialog>().options.format, ExportFormat::svg);
  click_item("export.format.3");
  EXPECT_EQ(path(), "map.csv");
  state.of<ExportDialog>().field.focus = true;
  window_frames(4);
  type("two.parts");
  EXPECT_EQ(state.of<ExportDialog>().options.format, ExportFormat::csv) << "no ending that says anything";
  click_item("export.format.2");
  EXPECT_EQ(path(), "two.parts.pdf");
  click_item("export.confirm");
  ASSERT_NE(command<ExportTo>(), nullptr);
  EXPECT_EQ(command<ExportTo>()->path, "/nowhere/two.parts.pdf");
}

TEST_F(ExportDialogs, a_word_of_another_model_is_not_asked_for) {
  const auto words = static_cast<std::int32_t>(snapshot->model->config.vocabulary);
  state.of<EffectState>().token = words - 1;
  state.of<PatchingState>().right = words - 1;
  state.of<PatchingState>().wrong = words;
  EXPECT_EQ(chosen_options(*snapshot, session, state).token, words - 1);
  EXPECT_EQ(chosen_options(*snapshot, session, state).right, words - 1);
  EXPECT_EQ(chosen_options(*snapshot, session, state).wrong, std::nullopt);
  state.of<EffectState>().token = words + 7;
  EXPECT_EQ(chosen_options(*snapshot, session, state).token, std::nullopt) << "the view that drops it was not on show";
}

TEST_F(ExportDialogs, each_view_is_written_with_what_was_chosen_in_it) {
  state.of<EffectState>().token = 1;
  state.of<AttributionState>() = {.token = 2, .other = 3};
  FlowState& flow = state.of<FlowState>();
  flow.mode = FlowMode::flow;
  flow.place = 1;
  flow.threshold = 0.5F;
  state.of<ExportDialog>().options.view = ExportView::effect;
  EXPECT_EQ(chosen_options(*snapshot, session, state).token, 1);
  state.of<ExportDialog>().options.view = ExportView::attribution;
  const ExportOptions options = chosen_options(*snapshot, session, state);
  EXPECT_EQ(options.token, 2) << "not the one whose change the effect shows";
  EXPECT_EQ(options.other, 3);
  EXPECT_EQ(options.flow_mode, FlowMode::flow);
  EXPECT_EQ(options.flow_place, 1U);
  EXPECT_EQ(options.flow_threshold, 0.5);
}

TEST_F(ExportDialogs, a_file_that_is_there_is_asked_about_before_it_is_replaced) {
  open();
  type("map.svg");
  hold(GLFW_KEY_ENTER);
  ASSERT_NE(command<ExportTo>(), nullptr);
  EXPECT_FALSE(command<ExportTo>()->overwrite);
  state.of<ExportDialog>().overwrite = command<ExportTo>()->path.string();  // the shell found it there
  window_frames(3);
  click_item("export.confirm");
  ASSERT_NE(command<ExportTo>(), nullptr);
  EXPECT_TRUE(command<ExportTo>()->overwrite);
  state.of<ExportDialog>().field.focus = true;
  window_frames(4);
  type("other.svg");
  EXPECT_TRUE(state.of<ExportDialog>().overwrite.empty()) << "another name is another question";
}

TEST_F(ExportDialogs, the_preview_has_room_and_what_takes_long_waits_for_a_wish) {
  open();
  EXPECT_GT(state.of<ExportDialog>().glance.width, 100.0);
  EXPECT_GT(state.of<ExportDialog>().glance.lines, 4U);
  EXPECT_FALSE(has("export.show_preview"));
  click_item("export.group.2");
  window_frames(2);
  click_item("export.change.4");
  window_frames(2);
  EXPECT_EQ(state.of<ExportDialog>().options.view, ExportView::patching);
  EXPECT_FALSE(state.of<ExportDialog>().glance_wanted);
  click_item("export.show_preview");
  EXPECT_TRUE(state.of<ExportDialog>().glance_wanted);
}

TEST_F(ExportDialogs, the_preview_of_the_most_views_has_room_in_windows_of_usual_sizes) {
  for (const ImVec2 size : {ImVec2{1600.0F, 900.0F}, ImVec2{1024.0F, 768.0F}})
    for (const int percent : {100, 150}) {
      SCOPED_TRACE(std::to_string(size.x) + " at " + std::to_string(percent) + " %");
      ImGui::GetIO().DisplaySize = size;
      set_text_size(percent);
      window_frames(2);
      open();
      click_item("export.group.3");
      window_frames(4);
      const ProbeItem preview = item("export.preview"), dialog = item("overlay.export");
      const float text = ImGui::GetFontSize();
      EXPECT_GE(preview.max.x - preview.min.x, 20.0F * text);
      EXPECT_GE(preview.max.y - preview.min.y, 4.0F * text);
      EXPECT_LE(preview.max.x, dialog.max.x);
      for (const char* id :
           {"export.heads.0", "export.heads.12", "export.scale.2", "export.choose", "export.confirm"}) {
        ASSERT_TRUE(has(id)) << id << " is not scrolled out of sight";
        EXPECT_GT(item(id).max.y - item(id).min.y, text) << id;
        EXPECT_LE(item(id).max.x, dialog.max.x) << id;
        EXPECT_LE(item(id).max.y, dialog.max.y) << id;
      }
      if (item("export.heads.12").max.x < preview.min.x) {
        EXPECT_LE(item("export.heads.1").max.x, preview.min.x) << "views stand beside the preview, not under it";
      }
      hold(GLFW_KEY_ESCAPE);
    }
}

}  // namespace
}  // namespace regard::test
