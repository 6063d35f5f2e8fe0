// SPDX-License-Identifier: Apache-2.0
// Adapters in the whole window, with numbers from a real background.
#include "app/panels/change/adapters_parts.h"
#include "app/panels/common/adapter_offer.h"
#include "app/panels/common/compare_parts.h"
#include "app/panels/common/dialog_state.h"
#include "app/session/look.h"
#include "app/session/reading.h"
#include "app/session/selection.h"
#include "app/session/session.h"
#include "app/style/locale.h"
#include "app/viewmodel/snapshot.h"
#include "tests/app/panels/window_harness.h"
#include "tests/app/viewmodel/adapted_model.h"
#include "tests/app/viewmodel/coarse_model.h"
#include "tests/app/viewmodel/run_text.h"

#include <algorithm>
#include <set>

namespace regard::test {
namespace {

using regard::testing::read_text;
using regard::testing::reading_model;
using regard::testing::with_adapter;

class AdaptersPanel : public WindowWithJobs {
protected:
  void look_at_adapted(float strength = 1.0F) {
    const auto model = with_adapter(*reading_model(true), 1, "style");
    const float strengths[] = {strength};
    snapshot = read_text(at_strengths(*model, strengths), "the old king saw a cat");
    snapshot->reading.text = snapshot->source_text;
    snapshot->reading.adapters = {{"/style", strength}};
    select({1, 2}, 4, 3);
    reading().model = snapshot->reading.model;
    reading().adapters = snapshot->reading.adapters;
    choose("adapters");
  }
  void look_at_coarse() {
    snapshot = regard::testing::coarse_beside_full("the old king saw a cat", 1.0F);
    select({1, 2}, 4, 3);
    reading().model = snapshot->reading.model;
    reading().adapters = snapshot->reading.adapters;
    choose("adapters");
  }
  /// Where the slider's knob is at a strength.
  [[nodiscard]] ImVec2 at_strength(float strength) const {
    const auto items = probe_items();
    const auto frame = std::find_if(items.begin(), items.end(),
                                    [](const ProbeItem& item) { return item.id == "adapters.0.strength"; });
    EXPECT_NE(frame, items.end());
    if (frame == items.end()) return {};
    const float knob = 2.0F + 0.5F * ImGui::GetStyle().GrabMinSize;
    const float left = frame->min.x + knob, right = frame->max.x - knob;
    return {left + (strength - min_strength) / (max_strength - min_strength) * (right - left),
            0.5F * (frame->min.y + frame->max.y)};
  }
};

TEST_F(AdaptersPanel, without_an_adapter_asks_for_one) {
  show("the old king");
  choose("adapters");
  window_frames(2);
  EXPECT_FALSE(has("adapters.0.strength"));
  click_item("adapters.open");
  EXPECT_EQ(state.of<PathDialog>().kind, PathDialog::Kind::open_adapter);
}

TEST_F(AdaptersPanel, a_drag_sets_the_strength_as_one_stroke) {
  look_at_adapted();
  window_frames(3);
  drag({at_strength(1.0F), at_strength(0.75F), at_strength(0.25F), at_strength(0.5F)});
  std::set<std::uint64_t> strokes;
  float last = -9.0F;
  for (const Action& each : actions)
    if (const auto* set = std::get_if<SetStrength>(&each)) {
      strokes.insert(set->stroke);
      last = set->strength;
    }
  EXPECT_EQ(strokes.size(), 1U);
  EXPECT_EQ(strokes.count(0), 0U);
  EXPECT_NEAR(last, 0.5F, 0.02F);
  const std::uint64_t first = *strokes.begin();
  drag({at_strength(0.5F), at_strength(1.5F)});
  const auto* second = action<SetStrength>();
  ASSERT_NE(second, nullptr);
  EXPECT_NE(second->stroke, first);
}

TEST_F(AdaptersPanel, a_button_removes_it) {
  look_at_adapted();
  window_frames(3);
  click_item("adapters.0.remove");
  EXPECT_TRUE(reading().adapters.empty());
}

TEST_F(AdaptersPanel, asks_where_the_adapters_own_model_is_here) {
  look_at_adapted();
  reading().adapters.clear();
  state.of<AdapterOfferState>().offer = AdapterOffer{"/tone", "org/base", "/models/base"};
  window_frames(3);
  click_item("adapters.offer.over");
  ASSERT_EQ(reading().adapters.size(), 1U);
  EXPECT_EQ(reading().adapters[0].path, "/tone");
  EXPECT_FALSE(state.of<AdapterOfferState>().offer);
  state.of<AdapterOfferState>().offer = AdapterOffer{"/tone", "org/base", "/models/base"};
  window_frames(3);
  click_item("adapters.offer.open");
  EXPECT_EQ(reading().model, "/models/base");
  ASSERT_EQ(reading().adapters.size(), 1U);
  EXPECT_EQ(reading().adapters[0].path, "/tone");
}

TEST_F(AdaptersPanel, heads_that_move_and_heads_that_are_changed_can_be_clicked) {
  look_at_adapted();
  look().stage.filling = "adapters";  // both columns side by side
  frames_until_ready();
  const auto drift = jobs.look<DriftSlot>().value;
  ASSERT_TRUE(drift);
  ASSERT_TRUE(has("adapters.chart"));
  const HeadRef moved = drift->heads[farthest_heads(*drift, 1).front()];
  click_item("adapters.moved." + std::to_string(moved.layer) + "." + std::to_string(moved.head));
  EXPECT_EQ(selection().head, moved);
  click_item("adapters.change.1.3");
  EXPECT_EQ(selection().head, (HeadRef{1, 3}));
  EXPECT_FALSE(has("adapters.change.0.3")) << "nothing touches layer 0";
  click_item("adapters.own");
  frames_until_ready();
  const auto own = jobs.look<DriftSlot>().value;
  ASSERT_TRUE(own);
  for (std::size_t head = 0; head < own->heads.size(); ++head)
    if (own->heads[head].layer == 2) {
      EXPECT_EQ(own->movement.back()[head], 0.0) << "a layer without changes of its own";
    }
}

TEST_F(AdaptersPanel, one_that_comes_with_the_program_is_laid_over_by_one_click) {
  const auto narrator = load_model(std::filesystem::path(REGARD_ASSETS_DIR) / "models/narrator");
  snapshot = read_text(narrator, "Кошка сидела на");
  select({1, 2}, 2, 1);
  reading().model = snapshot->reading.model;
  choose("adapters");
  frames_until_ready();
  click_item("adapters.here.sea");
  ASSERT_EQ(reading().adapters.size(), 1U);
  EXPECT_EQ(reading().adapters[0], (ReadingAdapter{"sea", 1.0F})) << "by its name, so that the session opens elsewhere";
  window_frames(2);
  EXPECT_FALSE(has("adapters.here.sea")) << "it is open";
}

TEST_F(AdaptersPanel, storage_and_adapter_are_two_axes_of_one_picture) {
  look_at_coarse();
  look().stage.filling = "adapters";
  ImGui::GetIO().DisplaySize = {1600.0F, 1400.0F};  // the list stands below the picture
  frames_until_ready();
  const auto causes = jobs.look<CausesSlot>().value;
  ASSERT_TRUE(causes);
  ASSERT_TRUE(has("adapters.causes"));
  const auto items = probe_items();
  const auto plane =
      std::find_if(items.begin(), items.end(), [](const ProbeItem& item) { return item.id == "adapters.causes"; });
  ASSERT_NE(plane, items.end());
  EXPECT_NEAR(plane->max.x - plane->min.x, plane->max.y - plane->min.y, 1.0F) << "one scale";
  const std::size_t far = farthest_by_any_cause(*causes, 1).front();
  const double end = end_of_axes(*causes);
  const auto x = static_cast<float>(place_on_axis(causes->stored[far], end));
  const auto y = static_cast<float>(place_on_axis(causes->adapted[far], end));
  selection().head = {0, 0};
  const ImVec2 dot{plane->min.x + x * (plane->max.x - plane->min.x), plane->max.y - y * (plane->max.y - plane->min.y)};
  drag({dot, dot});
  EXPECT_EQ(selection().head, causes->heads[far]);
  const HeadRef second = causes->heads[farthest_by_any_cause(*causes, 2).back()];
  click_item("adapters.caused." + std::to_string(second.layer) + "." + std::to_string(second.head));
  EXPECT_EQ(selection().head, second);
}

TEST_F(AdaptersPanel, without_a_model_to_hold_it_against_a_sentence_says_what_to_do) {
  look_at_coarse();
  auto alone = std::make_shared<Snapshot>(*snapshot);
  alone->comparison.reset();
  snapshot = alone;
  window_frames(3);
  EXPECT_FALSE(has("adapters.causes"));
  EXPECT_FALSE(jobs.look<CausesSlot>().value);
}

TEST_F(AdaptersPanel, two_causes_are_in_order_in_every_size) {
  look_at_coarse();
  expect_in_order_in_every_size({"adapters"});
}

TEST_F(AdaptersPanel, what_is_compared_is_called_base_and_adapted) {
  Session now;
  now.adapters = {{"/style", 1.0F}};
  EXPECT_TRUE(can_compare(now));
  EXPECT_EQ(compared_names(now).baseline, tr("compare.base"));
  now.adapters[0].strength = 0.0F;
  EXPECT_FALSE(can_compare(now));
  now.adapters[0].strength = 1.0F;
  now.interventions.emplace_back();
  EXPECT_EQ(compared_names(now).baseline, tr("compare.before"));
  now.interventions[0].on = false;
  EXPECT_EQ(compared_names(now).live, tr("compare.adapted"));
}

TEST_F(AdaptersPanel, is_in_order_in_every_size) {
  look_at_adapted(0.5F);
  expect_in_order_in_every_size({"adapters"});
}

}  // namespace
}  // namespace regard::test
