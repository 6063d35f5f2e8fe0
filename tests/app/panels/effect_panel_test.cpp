// SPDX-License-Identifier: Apache-2.0
// Effect, patching and sweep in the whole window, with numbers from a real background.
#include "app/panels/change/effect_parts.h"
#include "app/panels/change/patching_parts.h"
#include "app/panels/change/sweep_parts.h"
#include "app/panels/common/world.h"
#include "app/session/kept.h"
#include "app/session/reading.h"
#include "app/session/selection.h"
#include "app/viewmodel/snapshot.h"
#include "tests/app/panels/window_harness.h"
#include "tests/app/viewmodel/run_text.h"

namespace regard::test {
namespace {

using regard::testing::read_beside;
using regard::testing::read_text;
using regard::testing::reading_model;

class EffectPanels : public WindowWithJobs {
protected:
  void look_at(std::shared_ptr<Snapshot> seen, const char* side) {
    snapshot = std::move(seen);
    select({1, 2}, 4, 3);
    choose(side);
    if (!snapshot->comparison) return;
    kept().pins = {{.name = "A", .reading = {.text = "pinned"}}};
    kept().baseline = "A";
  }
};

TEST_F(EffectPanels, a_click_on_a_tile_and_on_a_line_of_the_list_goes_to_the_head) {
  look_at(read_beside(reading_model(false), "the old king saw a [MASK]", "the old queen saw a [MASK]"), "effect");
  frames_until_ready();
  click_item("effect.head.2.1");
  EXPECT_EQ(selection().head, (HeadRef{2, 1}));
  EXPECT_EQ(hover.head, (HeadRef{2, 1})) << "other views know what is hovered";
  const auto view = jobs.look<AblationSlot>().value;
  ASSERT_TRUE(view);
  const std::size_t first = ranked(*view, EffectMeasure::divergence, 1).front();
  click_item("effect.ranked.0");
  EXPECT_EQ(selection().head, (HeadRef{first / 4, first % 4}));
}

TEST_F(EffectPanels, a_chosen_token_is_followed_by_the_map) {
  look_at(read_beside(reading_model(false), "the old king saw a [MASK]", "the old queen saw a [MASK]"), "effect");
  frames_until_ready();
  const std::int32_t wanted = jobs.look<EffectSlot>().value->rows[2].id;
  click_item("effect.row.2");
  frames_until_ready();
  EXPECT_EQ(jobs.look<AblationSlot>().value->token, wanted);
  const double zero = jobs.look<AblationSlot>().value->largest_change;
  click_item("effect.how.1");
  frames_until_ready();
  EXPECT_NE(jobs.look<AblationSlot>().value->largest_change, zero) << "the mean is not zero";
}

TEST_F(EffectPanels, says_that_a_model_without_predictions_has_no_effect_to_show) {
  show("the old king");  // its model has no head over the vocabulary
  choose("effect");
  window_frames(2);
  EXPECT_FALSE(has("effect.head.0.0"));
}

TEST_F(EffectPanels, a_click_on_the_patching_map_adds_a_patch_and_another_takes_it_out) {
  look_at(read_beside(reading_model(true), "the old king saw a cat", "the old prince saw a cat"), "patching");
  frames_until_ready();
  ASSERT_TRUE(has("patching.grid_of.cells"));
  click_item("patching.grid_of.cells");
  ASSERT_EQ(reading().interventions.size(), 1U);
  const Intervention& item = reading().interventions[0].item;
  EXPECT_EQ(item.kind, InterventionKind::patch);
  EXPECT_EQ(item.site, PatchSite::residual);
  EXPECT_EQ(item.source_name, "A");
  click_item("patching.grid_of.cells");
  EXPECT_TRUE(reading().interventions.empty());
}

TEST_F(EffectPanels, every_kind_of_patch_has_its_map) {
  look_at(read_beside(reading_model(true), "the old king saw a cat", "the old prince saw a cat"), "patching");
  frames_until_ready();
  for (std::size_t what = 0; what < patch_whats; ++what)
    for (const PatchGrid grid : {PatchGrid::layers_tokens, PatchGrid::layers_heads, PatchGrid::heads_tokens}) {
      state.of<PatchingState>().what = static_cast<PatchWhat>(what);
      state.of<PatchingState>().grid = grid;
      frames_until_ready();
      const auto view = jobs.look<PatchingSlot>().value;
      EXPECT_EQ(view->what, static_cast<PatchWhat>(what));
      EXPECT_EQ(view->grid, has_heads(view->what) ? grid : PatchGrid::layers_tokens);
      EXPECT_TRUE(has("patching.grid_of.cells"));
    }
}

TEST_F(EffectPanels, menus_choose_what_is_carried_over_and_which_answer_is_right) {
  look_at(read_beside(reading_model(true), "the old king saw a cat", "the old prince saw a cat"), "patching");
  frames_until_ready();
  click_item("patching.what");
  window_frames(2);
  click_item("patching.site.value");
  EXPECT_EQ(state.of<PatchingState>().what, PatchWhat::value);
  frames_until_ready();
  click_item("patching.grid.1");
  EXPECT_EQ(state.of<PatchingState>().grid, PatchGrid::layers_heads);
  const std::int32_t second = jobs.look<AnswersSlot>().value->clean[1].id;
  frames_until_ready();
  click_item("patching.right");
  window_frames(2);
  click_item("patching.right.a." + std::to_string(second));
  EXPECT_EQ(state.of<PatchingState>().right, second);
}

TEST_F(EffectPanels, without_a_pin_one_click_makes_one) {
  look_at(read_text(reading_model(true), "the old king"), "patching");
  window_frames(2);
  click_item("patching.pin");
  EXPECT_EQ(kept().pins.size(), 1U);
}

TEST_F(EffectPanels, a_click_on_a_row_of_the_sweep_puts_its_word_into_the_sentence) {
  look_at(read_text(reading_model(false), "the old king saw a cat"), "sweep");
  frames_until_ready();
  const auto table = jobs.look<SweepSlot>().value;
  ASSERT_TRUE(table);
  const std::string word = table->rows[sorted(*table, SweepColumn::change, false)[0]].word;
  click_item("sweep.row.0");
  EXPECT_EQ(reading().text, "the old king " + word + " a cat") << "the selected query is 'saw'";
}

TEST_F(EffectPanels, the_sweep_replaces_the_query_or_the_key) {
  look_at(read_text(reading_model(false), "the old king saw a cat"), "sweep");
  frames_until_ready();
  EXPECT_EQ(jobs.look<SweepSlot>().value->rows[0].token, 4U);
  click_item("sweep.token.1");
  frames_until_ready();
  EXPECT_EQ(jobs.look<SweepSlot>().value->rows[0].token, 3U);
}

TEST_F(EffectPanels, a_click_on_a_column_sorts_by_it_and_another_turns_it_round) {
  look_at(read_text(reading_model(false), "the old king saw a cat"), "sweep");
  frames_until_ready();
  click_item("sweep.column.4");
  EXPECT_EQ(state.of<SweepState>().order.column, SweepColumn::divergence);
  EXPECT_FALSE(state.of<SweepState>().order.reversed);
  click_item("sweep.column.4");
  EXPECT_TRUE(state.of<SweepState>().order.reversed);
}

TEST_F(EffectPanels, the_search_waits_for_a_click_and_brings_words_that_raise_the_weight) {
  look_at(read_text(reading_model(false), "the old king saw a cat"), "sweep");
  frames_until_ready();
  EXPECT_FALSE(jobs.look<SearchSlot>().value);
  click_item("sweep.search.start");
  frames_until_ready();
  const auto found = jobs.look<SearchSlot>().value;
  ASSERT_TRUE(found);
  ASSERT_FALSE(found->rows.empty());
  EXPECT_TRUE(has("search.row.0"));
  EXPECT_GT(found->rows[0].numbers.weight_change, 0.0);
}

TEST_F(EffectPanels, long_maps_wait_for_the_worker_and_go_on_after_it) {
  look_at(read_text(reading_model(false), "the old king saw a [MASK]"), "effect");
  world.worker = WorkerState::running;
  window_frames(3);
  EXPECT_EQ(jobs.look<AblationSlot>().state, TaskState::none);
  world.worker = WorkerState::idle;
  frames_until_ready();
  EXPECT_EQ(jobs.look<AblationSlot>().state, TaskState::done);
}

TEST_F(EffectPanels, draw_in_windows_of_every_size_and_both_languages) {
  look_at(read_beside(reading_model(true), "the old king saw a cat", "the unknown prince saw a cat"), "effect");
  expect_in_order_in_every_size({"effect", "patching", "sweep"});
}

}  // namespace
}  // namespace regard::test
