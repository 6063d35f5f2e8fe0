// SPDX-License-Identifier: Apache-2.0
// The whole window over captured runs: every panel of every workspace, what is grey, what keys do not do, and the questions about files
// that leave something open.
#include "app/panels/common/captured_question.h"
#include "app/panels/common/window_state.h"
#include "app/session/look.h"
#include "app/session/reading.h"
#include "app/session/selection.h"
#include "app/style/locale.h"
#include "app/viewmodel/views.h"
#include "tests/app/panels/window_harness.h"
#include "tests/app/viewmodel/captured_runs.h"

#include <cmath>
#include <string>

namespace regard::test {
namespace {

using regard::testing::captured_snapshot;
using regard::testing::TemporaryFolder;

class CapturedWindow : public WindowWithJobs {
protected:
  void show_file(const std::filesystem::path& path) {
    snapshot = captured_snapshot(path);
    forget();
    reading().model = path.string();
    reading().text = "a text of the model before";
    selection().head = nearest_head(snapshot->model->config, {1, 0});
  }
  /// Every panel, drawn until nothing is computed any more.
  void expect_every_panel_in_order(const std::string& what) {
    for (const Workspace& workspace : workspaces())
      for (const Panel* panel : panels_of(workspace)) {
        SCOPED_TRACE(what + ", " + workspace.id + "/" + panel->id);
        choose_panel(look().stage, workspace.id, panel->id);
        frames_until_ready();
        expect_in_order();
      }
  }

  TemporaryFolder folder_{};
};

TEST_F(CapturedWindow, draws_every_panel_of_weights_alone) {
  regard::testing::write_captured_grids(folder_ / "weights.npz", false);
  show_file(folder_ / "weights.npz");
  expect_every_panel_in_order("weights");
}

TEST_F(CapturedWindow, draws_every_panel_of_weights_and_scores) {
  regard::testing::write_captured_grids(folder_ / "scores.npz", true);
  show_file(folder_ / "scores.npz");
  expect_every_panel_in_order("weights and scores");
}

TEST_F(CapturedWindow, draws_every_panel_of_a_run_of_its_own) {
  regard::testing::write_captured_run(folder_ / "run.npz");
  show_file(folder_ / "run.npz");
  expect_every_panel_in_order("whole run");
}

TEST_F(CapturedWindow, draws_every_panel_of_all_three_kinds_of_attention) {
  regard::testing::write_captured_two_texts(folder_ / "t5.npz");
  show_file(folder_ / "t5.npz");
  for (const AttentionKind kind : {AttentionKind::self, AttentionKind::cross, AttentionKind::encoder}) {
    selection().attention = kind;
    expect_every_panel_in_order("kind " + std::to_string(static_cast<int>(kind)));
  }
}

TEST_F(CapturedWindow, shows_both_texts_of_an_encoder_decoder_run_and_the_switch) {
  regard::testing::write_captured_two_texts(folder_ / "t5.npz");
  show_file(folder_ / "t5.npz");
  window_frames(4);
  EXPECT_TRUE(has("sentence.text"));
  EXPECT_TRUE(has("decoder.text"));
  EXPECT_FALSE(has("decoder.take") || has("decoder.release")) << "nobody can write another one";
  open_view_switches();
  click_item("switch.attention.1");
  window_frames(2);
  EXPECT_EQ(selection().attention, AttentionKind::cross);
  const GridView grid = make_grid(*snapshot, session);
  EXPECT_EQ(grid.rows.size(), 4U);
  EXPECT_EQ(grid.cols.size(), 6U);
}

TEST_F(CapturedWindow, takes_no_token_out_and_runs_with_no_other_mask_or_temperature) {
  regard::testing::write_captured_run(folder_ / "run.npz");
  show_file(folder_ / "run.npz");
  window_frames(4);
  const Reading before = reading();
  hold(GLFW_KEY_DELETE);
  EXPECT_EQ(action<ReplaceToken>(), nullptr);
  EXPECT_EQ(reading().text, before.text);
  open_view_switches();
  click_item("switch.mask.1");
  EXPECT_EQ(action<SetMask>(), nullptr);
  click_item("slider.temperature");
  EXPECT_EQ(action<SetTemperature>(), nullptr);
  window_frames(2);
  EXPECT_EQ(reading().mask, before.mask);
  EXPECT_EQ(reading().temperature, before.temperature);
}

TEST_F(CapturedWindow, takes_a_token_out_of_a_text_that_a_model_reads) {
  window_frames(4);
  hold(GLFW_KEY_DELETE);
  EXPECT_NE(action<ReplaceToken>(), nullptr) << "else the test above says nothing";
}

TEST_F(CapturedWindow, has_no_number_where_the_file_has_none) {
  regard::testing::write_captured_grids(folder_ / "weights.npz", false);
  show_file(folder_ / "weights.npz");
  const GridView grid = make_grid(*snapshot, session);
  EXPECT_TRUE(lacks_scores(*snapshot, session));
  for (const float score : grid.scores.values)
    EXPECT_TRUE(std::isnan(score));
  const QuestionView question = make_question(*snapshot, session);
  ASSERT_FALSE(question.bars.empty());
  for (const KeyBar& key : question.bars) {
    EXPECT_TRUE(std::isnan(key.dot));
    EXPECT_TRUE(std::isnan(key.scaled));
    EXPECT_TRUE(std::isnan(key.score));
    EXPECT_FALSE(std::isnan(key.weight));
  }
}

TEST_F(CapturedWindow, never_scales_rows_that_sum_to_less_than_1) {
  regard::testing::write_captured_grids(folder_ / "low.npz", false, 0.6F);
  show_file(folder_ / "low.npz");
  const GridView grid = make_grid(*snapshot, session);
  EXPECT_FALSE(grid.renormalised);
  for (std::size_t row = 0; row < grid.weights.rows; ++row) {
    float sum = 0.0F;
    for (const float weight : grid.weights.row(row))
      sum += weight;
    EXPECT_NEAR(sum, 0.6F, 1e-5F);
  }
}

TEST_F(CapturedWindow, asks_which_of_two_readings_is_meant) {
  CapturedQuestion& question = state.of<CapturedQuestion>();
  question = {.model = "/runs/open.npz", .asks = CaptureAsks::order, .found = "[4, 7, 3]"};
  state.of<WindowState>().overlay = Overlay::captured;
  window_frames(3);
  EXPECT_TRUE(has("overlay.captured"));
  EXPECT_FALSE(has("captured.0")) << "the readings are still being computed";
  Matrix cells(4, 4);
  cells.values = {1, 0, 0, 0, 0.5F, 0.5F, 0, 0, 0.25F, 0.25F, 0.5F, 0, 0.1F, 0.2F, 0.3F, 0.4F};
  question.readings = CaptureReadings{kVectorAxes, {cells, cells}, false};
  window_frames(3);
  expect_in_order();
  click_item("captured.1");
  const auto* answer = command<OpenCaptured>();
  ASSERT_NE(answer, nullptr);
  EXPECT_EQ(answer->model, "/runs/open.npz");
  EXPECT_EQ(answer->captured.axes, std::vector<std::string>{"tokens-first"});
}

TEST_F(CapturedWindow, does_not_offer_a_reading_that_cannot_be) {
  Matrix cells(2, 2);
  state.of<CapturedQuestion>() = {.model = "/runs/open.npz",
                                  .asks = CaptureAsks::order,
                                  .found = "[2, 2]",
                                  .readings = CaptureReadings{kGridAxes, {cells, {}}, false}};
  state.of<WindowState>().overlay = Overlay::captured;
  window_frames(3);
  click_item("captured.1");
  EXPECT_EQ(command<OpenCaptured>(), nullptr);
}

TEST_F(CapturedWindow, asks_for_the_checkpoint_of_hidden_states_and_for_their_layers) {
  CapturedQuestion& question = state.of<CapturedQuestion>();
  question = {.model = "/runs/states.safetensors", .asks = CaptureAsks::checkpoint, .found = "org/large"};
  question.field.text = "/models/large";
  state.of<WindowState>().overlay = Overlay::captured;
  window_frames(4);
  expect_in_order();
  click_item("captured.open");
  const auto* checkpoint = command<OpenCaptured>();
  ASSERT_NE(checkpoint, nullptr);
  EXPECT_EQ(checkpoint->captured.checkpoint, "/models/large");
  question = {
      .model = "/runs/states.safetensors", .asks = CaptureAsks::layers, .said = checkpoint->captured, .found = "2"};
  question.field.text = "0, sixteen";
  window_frames(4);
  click_item("captured.open");
  EXPECT_EQ(command<OpenCaptured>(), nullptr);
  EXPECT_TRUE(question.problem.has_value());
  question.field = {.text = "0, 16"};
  window_frames(4);
  click_item("captured.open");
  const auto* layers = command<OpenCaptured>();
  ASSERT_NE(layers, nullptr);
  EXPECT_EQ(layers->captured.states_of, (std::vector<std::size_t>{0, 16}));
  EXPECT_EQ(layers->captured.checkpoint, "/models/large");
}

TEST_F(CapturedWindow, asks_in_every_size_and_both_languages) {
  Matrix cells(8, 8, 0.125F);
  for (const Language language : {Language::en, Language::ru})
    for (const ImVec2 size : {ImVec2{1600.0F, 900.0F}, ImVec2{1024.0F, 640.0F}})
      for (const CaptureAsks asks : {CaptureAsks::order, CaptureAsks::checkpoint, CaptureAsks::layers}) {
        set_language(language);
        ImGui::GetIO().DisplaySize = size;
        state.of<CapturedQuestion>() = {.model = "/runs/a-file-with-quite-a-long-name.safetensors",
                                        .asks = asks,
                                        .found = "12",
                                        .readings = CaptureReadings{kVectorAxes, {cells, cells}, false}};
        state.of<WindowState>().overlay = Overlay::captured;
        window_frames(4);
        expect_in_order();
      }
}

}  // namespace
}  // namespace regard::test
