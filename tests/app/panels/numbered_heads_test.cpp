// SPDX-License-Identifier: Apache-2.0
// Everywhere in the workspace Heads a head's number stands before its role, and what is too long is cut behind it.
#include "app/panels/common/heads_state.h"
#include "app/panels/frame/heads.h"
#include "app/panels/heads/attribution_parts.h"
#include "app/panels/heads/detectors_parts.h"
#include "app/panels/heads/head_search_parts.h"
#include "app/panels/heads/likeness_parts.h"
#include "app/session/look.h"
#include "app/viewmodel/snapshot.h"
#include "app/widgets/paint.h"
#include "tests/app/panels/seen_whole.h"
#include "tests/app/panels/window_harness.h"
#include "tests/app/viewmodel/handmade.h"
#include "tests/app/viewmodel/run_text.h"
#include "tests/core/engine/random_model.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace regard::test {
namespace {

using regard::testing::read_text;
using regard::testing::reading_model;

class NumberedHeads : public WindowWithJobs {
protected:
  void SetUp() override {
    WindowWithJobs::SetUp();
    set_text_size(100);
    const std::shared_ptr<Model> model = reading_model(false);
    for (std::size_t layer = 0; layer < model->config.layers; ++layer)
      for (std::size_t head = 0; head < model->config.heads(0); ++head)
        if (HeadRef{layer, head} != HeadRef{1, 2})
          model->roles.push_back(
              {.head = {layer, head}, .name = {"Сказуемое ищет", "Predicate looks for its far subject"}});
    snapshot = read_text(model, "the old king saw a cat in the garden");
    select({1, 2}, 4, 3);
  }
  void see(const char* panel) {
    choose(panel);
    look().stage.filling = panel;  // nothing of another view is in sight
    frames_until_ready();
  }
  /// Texts with the role in them, whole or cut, and no number before it.
  static std::vector<std::string> without_number() {
    std::vector<std::string> found;
    for (const std::string& text : texts_seen()) {
      const std::size_t role = text.find("Predicate");
      if (role != std::string::npos && (role < 4 || text[role - 3] != '.')) found.push_back(text);
    }
    return found;
  }
  static bool seen(std::string_view beginning) {
    return std::ranges::any_of(texts_seen(), [&](const std::string& text) { return text.starts_with(beginning); });
  }
};

TEST_F(NumberedHeads, HaveTheirNumberFirst) {
  EXPECT_EQ(head_name_and_place(*snapshot, {0, 1}), "0.1 Predicate looks for its far subject");
  EXPECT_EQ(head_name_and_place(*snapshot, {1, 2}), "1.2") << "a free head";
}

TEST_F(NumberedHeads, AreTheSameInEveryViewOfTheWorkspace) {
  for (const char* panel : {"head_search", "detectors", "likeness", "attribution"}) {
    see(panel);
    EXPECT_EQ(without_number(), std::vector<std::string>{}) << panel;
  }
  see("detectors");
  const auto reports = jobs.look<DetectorSlot>().value;
  ASSERT_TRUE(reports);
  ASSERT_FALSE(reports->detectors.empty());
  const HeadRef best = reports->head_at(reports->detectors.front().best.front());
  EXPECT_TRUE(seen(std::to_string(best.layer) + "." + std::to_string(best.head)));
  EXPECT_FALSE(seen("L0") || seen("H0")) << "the tiles are numbered as the overview is";
}

TEST(LegendOfLayers, NamesEveryLayerUpToTwelveAndIsABarFromThere) {
  for (const std::size_t layers : {std::size_t{1}, std::size_t{4}, std::size_t{12}}) {
    const DotColours colours = layer_colours(layers);
    EXPECT_EQ(colours.legend.size(), layers);
    EXPECT_EQ(colours.layers, 0U);
  }
  EXPECT_TRUE(layer_colours(13).legend.empty());
  EXPECT_EQ(layer_colours(13).layers, 13U);
}

TEST_F(NumberedHeads, SharesOfTheLogitAreWrittenOnTheirTiles) {
  see("attribution");
  const auto view = jobs.look<AttributionSlot>().value;
  ASSERT_TRUE(view);
  const std::string digits = number(static_cast<float>(view->numbers.layers[1].heads[2]), 2);
  const ProbeItem tile = item("attribution.head.1.2");
  ASSERT_GT(tile.max.x - tile.min.x, 2.6F * ImGui::GetFontSize()) << "there is room";
  const std::vector<std::string> texts = texts_seen();
  EXPECT_GE(std::ranges::count(texts, digits), 1) << digits;
}

TEST_F(NumberedHeads, ALayerWithFewerHeadsHasNoTilesOfOthers) {
  const auto heads_of = [](std::size_t heads) {
    return SoftmaxAttention{.heads = heads, .kv_heads = heads, .head_dim = 8, .scale = usual_scale(8)};
  };
  const auto model = regard::testing::random_decoder({.layers = 3, .hidden = 24, .vocabulary = 1000},
                                                     {heads_of(2), heads_of(4), heads_of(1)});
  model->tokenizer = std::make_shared<regard::testing::WordTokenizer>();
  snapshot = read_text(model, "the old king");
  select({1, 2}, 2, 1);
  see("attribution");
  EXPECT_TRUE(has("attribution.head.0.1"));
  EXPECT_TRUE(has("attribution.head.1.3")) << "of the layer that has most";
  EXPECT_FALSE(has("attribution.head.0.2"));
  EXPECT_FALSE(has("attribution.head.2.1"));
}

}  // namespace
}  // namespace regard::test
