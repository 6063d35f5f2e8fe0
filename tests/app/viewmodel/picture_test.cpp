// SPDX-License-Identifier: Apache-2.0
#include "app/session/session.h"
#include "app/viewmodel/memo.h"
#include "tests/app/viewmodel/vision.h"

#include <gtest/gtest.h>

namespace regard {
namespace {

using testing::session_for;
using testing::vision_snapshot;

TEST(PictureStrip, knows_where_its_chips_lie_and_the_largest_weight_of_a_patch) {
  const auto snapshot = vision_snapshot();
  const Session session = session_for(*snapshot, {1, 2}, 0, 5);
  const StripView view = make_strip(*snapshot, session);
  ASSERT_EQ(view.chips.size(), 13U);
  EXPECT_EQ(view.image, snapshot->image);
  EXPECT_EQ(view.patch_rows, 3U);
  EXPECT_EQ(view.patch_cols, 4U);
  EXPECT_EQ(view.specials, 1U);
  float largest = 0.0F;
  for (std::size_t token = 1; token < 13; ++token) {
    EXPECT_NEAR(view.chips[token].weight, testing::plain_weight(*snapshot->trace, {1, 2}, 0, token), 1e-6);
    largest = std::max(largest, view.chips[token].weight);
  }
  EXPECT_EQ(view.weight_limit, largest);
  EXPECT_EQ(view.chips[7].token.text, "r1 c2");
}

/// The same trace of 13 tokens, read as these special tokens and rows × cols patches.
std::shared_ptr<Snapshot> snapshot_with(std::vector<std::string> specials, std::size_t rows, std::size_t cols) {
  const auto snapshot = vision_snapshot();
  const auto model = std::make_shared<Model>(*snapshot->model);
  PatchConfig& patches = *model->config.patches;
  patches.height = rows * patches.patch_height;
  patches.width = cols * patches.patch_width;
  patches.special_tokens = std::move(specials);
  model->tokenizer = make_patch_tokenizer(patches.special_tokens, rows, cols, {});
  snapshot->encoding = model->tokenizer->encode("", {});
  snapshot->model = model;
  return snapshot;
}

TEST(PictureStrip, names_registers_and_begins_with_the_patches_where_there_are_none) {
  const auto registers = snapshot_with({"[CLS]", "[REG1]", "[REG2]", "[REG3]", "[REG4]"}, 2, 4);
  const StripView with = make_strip(*registers, session_for(*registers, {1, 2}, 0, 5));
  EXPECT_EQ(with.specials, 5U);
  EXPECT_EQ(with.chips[4].token.text, "[REG4]");
  EXPECT_EQ(with.chips[5].token.text, "r0 c0");
  const GridView grid = make_grid(*registers, session_for(*registers, {1, 2}, 0, 5));
  EXPECT_EQ(grid.rows.units[2].label, "[REG2]");

  const auto alone = snapshot_with({}, 1, 13);
  const StripView without = make_strip(*alone, session_for(*alone, {1, 2}, 3, 5));
  EXPECT_EQ(without.specials, 0U);
  EXPECT_EQ(without.patch_cols, 13U);
  EXPECT_EQ(without.chips[0].token.text, "r0 c0");
  float largest = 0.0F;
  for (std::size_t token = 0; token < 13; ++token)
    largest = std::max(largest, without.chips[token].weight);
  EXPECT_EQ(without.weight_limit, largest);
}

TEST(PictureStrip, of_a_text_has_no_picture) {
  const auto snapshot = testing::handmade_snapshot("the old king");
  const StripView view = make_strip(*snapshot, session_for(*snapshot));
  EXPECT_EQ(view.image, nullptr);
  EXPECT_EQ(view.patch_cols, 0U);
}

TEST(PictureStrip, follows_the_head_and_the_asking_patch) {
  const auto snapshot = vision_snapshot();
  ViewMemo memo;
  const StripView first = memo.update(snapshot, session_for(*snapshot, {0, 0}, 3, 5)).strip;
  EXPECT_EQ(first.query, 3U);
  const StripView second = memo.update(snapshot, session_for(*snapshot, {0, 0}, 4, 5)).strip;
  EXPECT_EQ(second.query, 4U);
  EXPECT_NE(first.chips[6].weight, second.chips[6].weight);
}

TEST(Picture, selections_hold_although_its_tokens_stand_for_no_text) {
  const auto snapshot = vision_snapshot();
  Session session = session_for(*snapshot);
  const ActionContext context{&snapshot->encoding, 2, 4};
  for (const std::size_t token : {std::size_t{0}, std::size_t{1}, std::size_t{7}, std::size_t{12}}) {
    session = apply(session, SelectQuery{token}, context);
    EXPECT_EQ(selected_query(*snapshot, session), token);
  }
  EXPECT_FALSE(can_replace(7, snapshot->encoding));
  EXPECT_EQ(apply(session, ReplaceToken{7, ""}, context), session);
}

TEST(Picture, word_level_leaves_every_patch_alone) {
  const auto snapshot = vision_snapshot();
  Session session = session_for(*snapshot);
  session.word_level = true;
  const GridView grid = make_grid(*snapshot, session);
  ASSERT_EQ(grid.rows.size(), 13U);
  EXPECT_EQ(grid.rows.units[7].label, "r1 c2");
}

TEST(Picture, predictions_are_about_the_whole_picture) {
  const auto snapshot = vision_snapshot();
  const auto model = std::make_shared<Model>(*snapshot->model);
  model->config.has_lm_head = true;
  snapshot->model = model;
  snapshot->predictions = {{0, {{1, 2.0F, 0.75F}, {0, 1.0F, 0.25F}}}};
  const PredictionView view = make_predictions(*snapshot, session_for(*snapshot, {1, 2}, 6, 5));
  EXPECT_EQ(view.why, PredictionView::Why::image);
  EXPECT_EQ(view.position, 0U);
  ASSERT_EQ(view.rows.size(), 2U);
  EXPECT_EQ(view.rows[0].text, "a bird");
}

TEST(SetImage, changes_the_picture_and_nothing_else) {
  Session session;
  session.text = "kept";
  Session expected = session;
  expected.image = "/pictures/cat.png";
  EXPECT_EQ(apply(session, SetImage{"/pictures/cat.png"}, {}), expected);
}

}  // namespace
}  // namespace regard
