// SPDX-License-Identifier: Apache-2.0
// Old numbers under a veil, with the name of what they are of: while a model or a text is on its way, or was given up.
#include "app/panels/frame/waiting.h"
#include "app/panels/common/world.h"
#include "tests/app/panels/window_harness.h"

namespace regard::test {
namespace {

class Waiting : public WindowHarness {
protected:
  void await(Awaited::Change change, double seconds) {
    world.worker = change == Awaited::Change::model ? WorkerState::loading_model : WorkerState::running;
    world.awaited = Awaited{change, seconds, false};
    window_frames(3);
  }
};

TEST_F(Waiting, a_fast_run_shows_no_veil_and_a_slow_one_does) {
  await(Awaited::Change::text, 0.2);
  EXPECT_FALSE(has("waiting.veil"));
  await(Awaited::Change::text, 0.6);
  EXPECT_TRUE(has("waiting.veil"));
  EXPECT_TRUE(has("waiting.card"));
  world.awaited.reset();
  world.worker = WorkerState::idle;
  window_frames(2);
  EXPECT_FALSE(has("waiting.veil"));
}

TEST_F(Waiting, the_card_lies_in_the_middle_of_the_veil_and_cancels) {
  await(Awaited::Change::model, 1.0);
  const ProbeItem veil = item("waiting.veil"), card = item("waiting.card");
  EXPECT_NEAR(veil.min.x + veil.max.x, card.min.x + card.max.x, 3.0F);
  EXPECT_NEAR(veil.min.y + veil.max.y, card.min.y + card.max.y, 3.0F);
  click_item("waiting.cancel");
  EXPECT_NE(command<CancelRun>(), nullptr);
}

TEST_F(Waiting, what_is_behind_the_veil_can_still_be_pointed_at) {
  await(Awaited::Change::text, 1.0);
  const ImVec2 corner = item("grid.weights.cells").min;
  ImGui::GetIO().MousePos = {corner.x + 4.0F, corner.y + 4.0F};
  window_frames(3);
  EXPECT_TRUE(hover.query.has_value()) << "the grid under it answers the mouse";
}

TEST_F(Waiting, after_a_cancel_it_stops_and_then_offers_to_compute) {
  await(Awaited::Change::text, 1.0);
  world.stopping = true;
  window_frames(2);
  EXPECT_FALSE(has("waiting.cancel"));
  EXPECT_FALSE(has("status.cancel"));
  world.stopping = false;
  world.worker = WorkerState::idle;
  world.awaited = Awaited{Awaited::Change::text, 0.0, true};
  window_frames(2);
  click_item("waiting.again");
  EXPECT_NE(command<RunAgain>(), nullptr);
}

TEST_F(Waiting, the_time_left_is_told_once_it_is_known) {
  world.progress = 0.25F;
  world.seconds_running = 2.0;
  ASSERT_TRUE(seconds_left(world));
  EXPECT_NEAR(*seconds_left(world), 6.0, 1e-6);
  world.progress = 0.01F;
  EXPECT_FALSE(seconds_left(world));
  world.progress = 0.25F;
  world.seconds_running = 0.1;
  EXPECT_FALSE(seconds_left(world));
}

TEST_F(Waiting, fits_every_size_and_language) {
  for (const Language language : {Language::ru, Language::en}) {
    set_language(language);
    for (const ImVec2 size : {ImVec2(1600.0F, 900.0F), ImVec2(640.0F, 400.0F), ImVec2(400.0F, 300.0F)}) {
      ImGui::GetIO().DisplaySize = size;
      await(Awaited::Change::settings, 1.0);
      const ProbeItem veil = item("waiting.veil"), card = item("waiting.card");
      const float pixel = 1.0F;  // it stands on whole ones
      EXPECT_GE(card.min.x, veil.min.x - pixel);
      EXPECT_LE(card.max.x, veil.max.x + pixel);
      EXPECT_GE(card.min.y, veil.min.y - pixel);
      EXPECT_LE(card.max.y, veil.max.y + pixel);
    }
  }
}

}  // namespace
}  // namespace regard::test
