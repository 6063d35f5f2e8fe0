// SPDX-License-Identifier: Apache-2.0
// The Layers view in the whole window, with numbers from a real background.
#include "app/panels/look/layers_parts.h"
#include "app/session/look.h"
#include "app/session/reading.h"
#include "app/session/selection.h"
#include "app/viewmodel/layers.h"
#include "app/viewmodel/snapshot.h"
#include "core/engine/engine.h"
#include "tests/app/panels/window_harness.h"
#include "tests/core/engine/random_model.h"

namespace regard::test {
namespace {

class LayersPanel : public WindowWithJobs {
protected:
  void SetUp() override {
    WindowWithJobs::SetUp();
    choose("layers");
  }

  /// A text run by a real (random) model of any size.
  void run_model(const std::shared_ptr<Model>& model, std::size_t tokens) {
    Request request;
    request.ids = regard::testing::some_ids(tokens, model->config.vocabulary);
    auto made = std::make_shared<Snapshot>(*snapshot);
    made->model = model;
    made->trace = run(model, request);
    made->encoding = {};
    for (std::size_t token = 0; token < tokens; ++token) {
      made->encoding.text += "a ";
      Token& one = made->encoding.tokens.emplace_back();
      one.id = request.ids[token];
      one.piece = one.text = "a";
      one.begin = 2 * token;
      one.end = 2 * token + 1;
    }
    snapshot = made;
    reading().text = snapshot->encoding.text;
    selection().head = {0, 0};
    selection().query = anchor_of(tokens / 2, snapshot->encoding);
  }
};

TEST_F(LayersPanel, shows_charts_and_the_lens_of_the_query) {
  run_model(regard::testing::random_llama({.layers = 4}), 9);
  frames_until_ready();
  for (const char* chart : {"layers.distance", "layers.entropy", "layers.cosines", "layers.norm", "layers.writers"})
    EXPECT_TRUE(has(chart)) << chart;
  for (int place = 0; place <= 4; ++place)
    EXPECT_TRUE(has("layers.lens." + std::to_string(place))) << "after the embedding and each layer";
}

TEST_F(LayersPanel, the_height_of_a_dot_is_the_head_s_number) {
  run_model(regard::testing::random_llama({.layers = 3}), 9);
  frames_until_ready();
  const ProbeItem plot = item("layers.entropy");
  ASSERT_TRUE(plot.range);
  for (std::size_t layer = 0; layer < 3; ++layer)
    for (std::size_t head = 0; head < 4; ++head) {
      const ImVec2 dot = middle("layers.entropy." + std::to_string(layer) + "." + std::to_string(head));
      const float value = plot.range->top - (dot.y - plot.min.y) / (plot.max.y - plot.min.y) * plot.range->rows;
      EXPECT_NEAR(value, measure_head(*snapshot->trace, {layer, head}, {4, 5}).entropy.value, 0.02F);
    }
}

TEST_F(LayersPanel, a_click_on_a_dot_selects_its_head) {
  run_model(regard::testing::random_llama({.layers = 3}), 9);
  frames_until_ready();
  click_item("layers.distance.2.1");
  EXPECT_EQ(selection().head, (HeadRef{2, 1}));
  EXPECT_EQ(hover.head, (HeadRef{2, 1})) << "other views know what is hovered";
}

TEST_F(LayersPanel, switches_between_the_token_and_the_text) {
  run_model(regard::testing::random_llama({.layers = 2}), 9);
  frames_until_ready();
  const float before = middle("layers.entropy.1.2").y;
  click_item("layers.scope.1");
  EXPECT_TRUE(look().layers_whole_text);
  frames_until_ready();
  EXPECT_EQ(jobs.look<HeadsByLayerSlot>().value->rows, 9U);
  EXPECT_NE(middle("layers.entropy.1.2").y, before);
}

TEST_F(LayersPanel, another_query_brings_other_numbers_and_the_old_ones_stay_meanwhile) {
  run_model(regard::testing::random_llama({.layers = 2}), 9);
  frames_until_ready();
  const auto first = jobs.look<HeadsByLayerSlot>().value;
  selection().query = anchor_of(7, snapshot->encoding);
  window_frames(1);
  EXPECT_TRUE(has("layers.distance")) << "nothing blinks";
  frames_until_ready();
  const auto second = jobs.look<HeadsByLayerSlot>().value;
  EXPECT_NE(first->entropy.heads[0].value, second->entropy.heads[0].value);
}

TEST_F(LayersPanel, draws_models_of_every_shape_in_windows_of_every_size_and_both_languages) {
  struct Shape {
    std::size_t layers, heads;
  };
  for (const Shape shape : {Shape{1, 1}, Shape{64, 64}}) {
    run_model(regard::testing::random_llama(
                  {.layers = shape.layers, .heads = shape.heads, .kv_heads = shape.heads, .hidden = 128}),
              5);
    frames_until_ready();
    for (const ImVec2 size : {ImVec2{1600.0F, 900.0F}, ImVec2{1100.0F, 700.0F}, ImVec2{320.0F, 240.0F},
                              ImVec2{3840.0F, 2160.0F}, ImVec2{1.0F, 1.0F}}) {
      ImGui::GetIO().DisplaySize = size;
      for (const Language each : {Language::ru, Language::en}) {
        set_language(each);
        ImGui::GetIO().MousePos = {size.x * 0.8F, size.y * 0.5F};
        window_frames(2);
        expect_in_order();
      }
    }
    ImGui::GetIO().DisplaySize = {1600.0F, 900.0F};
  }
}

TEST_F(LayersPanel, says_that_a_model_without_a_head_predicts_nothing) {
  frames_until_ready();  // the handmade model: no residual stream either
  const auto model = regard::testing::random_bert({});
  model->config.has_lm_head = false;
  run_model(model, 6);
  frames_until_ready();
  EXPECT_TRUE(has("layers.cosines"));
  EXPECT_FALSE(has("layers.lens.0"));
}

TEST_F(LayersPanel, waits_quietly_without_a_run) {
  snapshot = std::make_shared<Snapshot>();
  window_frames(2);
  EXPECT_TRUE(has("panel.layers"));
  EXPECT_FALSE(has("layers.distance"));
  EXPECT_FALSE(jobs.busy());
}

}  // namespace
}  // namespace regard::test
