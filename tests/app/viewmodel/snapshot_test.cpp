// SPDX-License-Identifier: Apache-2.0
#include "app/session/selection.h"
#include "app/session/session.h"
#include "app/viewmodel/memo.h"
#include "core/base/progress.h"
#include "tests/app/session/session_in_parts.h"
#include "tests/app/viewmodel/handmade.h"

#include <gtest/gtest.h>
#include <algorithm>
#include <cmath>

namespace regard {
namespace {

using namespace regard::testing;

std::string many_words(int count) {
  std::string text;
  for (int word = 0; word < count; ++word)
    text += "w" + std::to_string(word) + " ";
  return text;
}

TEST(Thumbnails, ShortTextsAreTheWeightsThemselves) {
  const auto snapshot = handmade_snapshot("one two three", {.causal = true});
  const Thumbnail picture = make_thumbnail(*snapshot->trace, {1, 2});
  ASSERT_EQ(picture.rows, 5U);
  ASSERT_EQ(picture.cols, 5U);
  const Matrix all = weights(*snapshot->trace, {1, 2});
  for (std::size_t query = 0; query < 5; ++query)
    for (std::size_t key = 0; key < 5; ++key)
      EXPECT_NEAR(picture.pixels[query * 5 + key] / 255.0, all(query, key), 0.5 / 255.0 + 1e-6);
}

TEST(Thumbnails, LongTextsKeepTheLargestWeightOfEachPixel) {
  const auto snapshot = handmade_snapshot(many_words(298), {.layers = 1, .spread = 6.0F});
  const Thumbnail picture = make_thumbnail(*snapshot->trace, {0, 1});
  ASSERT_EQ(picture.rows, thumbnail_side);
  ASSERT_EQ(picture.cols, thumbnail_side);
  const Matrix all = weights(*snapshot->trace, {0, 1});
  std::vector<float> largest(thumbnail_side * thumbnail_side);
  for (std::size_t query = 0; query < 300; ++query)
    for (std::size_t key = 0; key < 300; ++key) {
      float& pixel = largest[query * thumbnail_side / 300 * thumbnail_side + key * thumbnail_side / 300];
      pixel = std::max(pixel, all(query, key));
    }
  for (std::size_t pixel = 0; pixel < largest.size(); ++pixel)
    ASSERT_EQ(picture.pixels[pixel], static_cast<std::uint8_t>(std::lround(largest[pixel] * 255.0F))) << pixel;
}

TEST(Thumbnails, ThereIsOneForEveryHeadAndTheyCanBeCancelled) {
  const auto snapshot = handmade_snapshot("one two three");
  const auto pictures = make_thumbnails(*snapshot->trace);
  ASSERT_EQ(pictures.size(), 2U);
  ASSERT_EQ(pictures[0].size(), 4U);
  EXPECT_EQ(pictures[1][2].pixels, make_thumbnail(*snapshot->trace, {1, 2}).pixels);
  EXPECT_NE(pictures[1][2].pixels, pictures[0][2].pixels);
  std::stop_source stop;
  stop.request_stop();
  EXPECT_THROW((void)make_thumbnails(*snapshot->trace, stop.get_token()), Cancelled);
}

TEST(Predictions, TheSelectedMaskComesFirstThenTheFirstMaskThenTheLastThenTheQuery) {
  const auto snapshot = handmade_snapshot("[MASK] b [MASK] d");
  auto model = handmade_model();
  model->config.has_lm_head = true;
  snapshot->model = model;
  for (std::size_t position = 0; position < 6; ++position)
    snapshot->predictions.push_back({position, {{static_cast<std::int32_t>(position), 2.0F, 0.5F}}});

  PredictionView view = make_predictions(*snapshot, session_for(*snapshot, {}, 3));
  EXPECT_EQ(view.why, PredictionView::Why::mask);
  EXPECT_EQ(view.position, 3U);
  ASSERT_EQ(view.rows.size(), 1U);
  EXPECT_EQ(view.rows[0].text, "word3");
  EXPECT_EQ(view.rows[0].probability, 0.5F);
  EXPECT_EQ(view.rows[0].logit, 2.0F);
  EXPECT_EQ(make_predictions(*snapshot, session_for(*snapshot, {}, 2)).position, 1U);

  for (Token& token : snapshot->encoding.tokens)
    token.id = 50;
  view = make_predictions(*snapshot, session_for(*snapshot, {}, 2));
  EXPECT_EQ(view.why, PredictionView::Why::query);
  EXPECT_EQ(view.position, 2U);

  model->config.causal = true;
  view = make_predictions(*snapshot, session_for(*snapshot, {}, 2));
  EXPECT_EQ(view.why, PredictionView::Why::last);
  EXPECT_EQ(view.position, 5U);

  model->config.has_lm_head = false;
  EXPECT_EQ(make_predictions(*snapshot, session_for(*snapshot)).why, PredictionView::Why::none);
  EXPECT_EQ(make_predictions(Snapshot{}, testing::SessionInParts()).why, PredictionView::Why::none);
}

TEST(Memo, ASelectionMovesTheMarksButNotTheGridsNumbers) {
  const std::shared_ptr<const Snapshot> snapshot = handmade_snapshot("one two three four");
  ViewMemo memo;
  testing::SessionInParts session = session_for(*snapshot);
  const std::uint64_t revision = memo.update(snapshot, session).grid_revision;
  session.selection().query = anchor_of(4, snapshot->encoding);
  const Views& moved = memo.update(snapshot, session);
  EXPECT_EQ(moved.grid_revision, revision);
  EXPECT_EQ(moved.grid.query, 4U);
  EXPECT_EQ(moved.question.query, 4U);
  EXPECT_EQ(moved.strip.query, 4U);
  session.selection().head = {0, 0};
  EXPECT_NE(memo.update(snapshot, session).grid_revision, revision);
}

/// Every field of the session that a view may depend on, changed one after the other.
TEST(Memo, IsAlwaysEqualToViewsMadeAfresh) {
  const std::shared_ptr<const Snapshot> first = handmade_snapshot("kittens sleep soundly", {.piece = 3});
  const std::shared_ptr<const Snapshot> second = handmade_snapshot("kittens run", {.piece = 3, .causal = true});
  const std::vector<Action> actions = {SelectHead{{0, 1}},    SelectQuery{3},        SelectKey{4},
                                       SetWordLevel{true},    SetHideSpecial{true},  SetSortBars{true},
                                       SetArcsFromAll{true},  SetArcThreshold{0.3F}, ToggleComparedHead{{1, 1}},
                                       SelectQuery{1},        SelectHead{{1, 0}},    SetWordLevel{false},
                                       SetSortBars{false},    SetArcsFromAll{false}, SelectKey{2},
                                       SetHideSpecial{false}, SetText{"kittens run"}};
  testing::SessionInParts session = session_for(*first);
  ViewMemo memo;
  for (const auto& snapshot : {first, second})
    for (const Action& action : actions) {
      session = apply(session, action, {&snapshot->encoding, 2, 4});
      const Views& views = memo.update(snapshot, session);
      const GridView grid = make_grid(*snapshot, session);
      EXPECT_EQ(views.grid.weights, grid.weights);
      EXPECT_EQ(views.grid.scores, grid.scores);
      EXPECT_EQ(views.grid.query, grid.query);
      EXPECT_EQ(views.grid.key, grid.key);
      const QuestionView question = make_question(*snapshot, session);
      ASSERT_EQ(views.question.bars.size(), question.bars.size());
      EXPECT_EQ(views.question.products, question.products);
      EXPECT_EQ(views.question.bars.front().token, question.bars.front().token);
      const ArcsView arcs = make_arcs(*snapshot, session);
      ASSERT_EQ(views.arcs.arcs.size(), arcs.arcs.size());
      for (std::size_t arc = 0; arc < arcs.arcs.size(); ++arc) {
        EXPECT_EQ(views.arcs.arcs[arc].weight, arcs.arcs[arc].weight);
        EXPECT_EQ(views.arcs.arcs[arc].key, arcs.arcs[arc].key);
      }
      const StripView strip = make_strip(*snapshot, session);
      EXPECT_EQ(views.strip.query, strip.query);
      EXPECT_EQ(views.strip.chips[1].weight, strip.chips[1].weight);
    }
}

}  // namespace
}  // namespace regard
