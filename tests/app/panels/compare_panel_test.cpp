// SPDX-License-Identifier: Apache-2.0
// Everything a person does to compare: pin, switch, align, rank, swap, remove.
#include "app/panels/common/compare_parts.h"
#include "app/session/action.h"
#include "app/session/kept.h"
#include "app/session/look.h"
#include "app/session/reading.h"
#include "app/session/selection.h"
#include "app/viewmodel/comparison.h"
#include "app/viewmodel/snapshot.h"
#include "core/analysis/difference.h"
#include "tests/app/panels/window_harness.h"

#include <algorithm>

namespace regard::test {
namespace {

class ComparePanel : public WindowHarness {
protected:
  void SetUp() override {
    WindowHarness::SetUp();
    choose("compare");
  }

  static std::shared_ptr<Snapshot> read(const std::shared_ptr<const Model>& model, const std::string& text,
                                        std::uint64_t seed) {
    auto made = std::make_shared<Snapshot>();
    made->number = 1;
    made->model = model;
    made->source_text = text;
    made->encoding = model->tokenizer->encode(text, {});
    if (!made->encoding.tokens.empty())
      made->trace = regard::testing::handmade_trace(std::const_pointer_cast<Model>(model), made->encoding, {}, seed);
    return made;
  }

  /// Pins a text as A. Another seed means other numbers.
  void compare_with(const std::string& text, std::uint64_t seed = 2) {
    Pin pin{"A", reading_of(session), {}};
    pin.reading.text = text;
    kept().pins = {pin};
    kept().baseline = "A";
    Comparison comparison = compare(read(snapshot->model, text, seed), *snapshot, "A");
    add_movements(comparison, *snapshot);
    snapshot->comparison = std::make_shared<Comparison>(std::move(comparison));
  }

  /// Drags one item onto another, as slowly as a hand.
  void drag_onto(const std::string& from, const std::string& to) {
    const ImVec2 start = middle(from), end = middle(to);
    std::vector<ImVec2> places{start};
    for (const float share : {0.25F, 0.5F, 0.75F, 1.0F})
      places.push_back({start.x + share * (end.x - start.x), start.y + share * (end.y - start.y)});
    drag(places);
  }

  [[nodiscard]] const HeadMovement& most_moved() const {
    const std::vector<HeadMovement>& heads = snapshot->comparison->movements[0];
    return *std::max_element(heads.begin(), heads.end(), [](const HeadMovement& first, const HeadMovement& second) {
      return first.movement < second.movement;
    });
  }
  static std::string place(HeadRef head) { return std::to_string(head.layer) + "." + std::to_string(head.head); }
};

TEST_F(ComparePanel, one_key_pins_the_text_also_while_one_types) {
  window_frames(2);
  click_item("sentence.text");
  window_frames(2);
  ASSERT_TRUE(ImGui::GetIO().WantTextInput);
  hold(GLFW_KEY_P, true);
  ASSERT_EQ(kept().pins.size(), 1U);
  EXPECT_EQ(kept().pins[0].reading.text, reading().text);
  EXPECT_EQ(kept().baseline, "A");
}

TEST_F(ComparePanel, a_button_pins_the_text) {
  window_frames(2);
  click_item("pin.button");
  ASSERT_EQ(kept().pins.size(), 1U);
  EXPECT_EQ(kept().pins[0].name, "A");
}

TEST_F(ComparePanel, there_is_no_room_for_a_ninth_pin) {
  for (std::size_t count = 0; count < max_pins; ++count)
    perform(PinText{});
  window_frames(2);
  hold(GLFW_KEY_P, true);
  EXPECT_TRUE(actions.empty());
  click_item("pin.button");
  EXPECT_TRUE(actions.empty());
}

TEST_F(ComparePanel, the_switch_has_a_fixed_place_and_works_where_there_is_something_to_compare) {
  window_frames(2);
  const ImVec2 place = item("switch.shown.2").min;
  click_item("switch.shown.2");
  EXPECT_TRUE(actions.empty());
  hold(GLFW_KEY_F7);
  EXPECT_TRUE(actions.empty());
  compare_with("the old king gave the prince a crown");
  reading().mask = MaskMode::causal;
  reading().temperature = 0.5F;
  window_frames(2);
  EXPECT_EQ(item("switch.shown.2").min.x, place.x) << "whatever stands beside it";
  click_item("switch.shown.2");
  EXPECT_EQ(look().shown, Shown::difference);
  click_item("switch.shown.0");
  EXPECT_EQ(look().shown, Shown::baseline);
  click_item("switch.shown.1");
  EXPECT_EQ(look().shown, Shown::live);
}

TEST_F(ComparePanel, function_keys_flip_between_a_b_and_the_difference) {
  compare_with("the old king gave the prince a crown");
  window_frames(2);
  hold(GLFW_KEY_F5);
  EXPECT_EQ(look().shown, Shown::baseline);
  hold(GLFW_KEY_F5);
  EXPECT_EQ(look().shown, Shown::live) << "the same key again goes back";
  hold(GLFW_KEY_F7);
  EXPECT_EQ(look().shown, Shown::difference);
  hold(GLFW_KEY_F6);
  EXPECT_EQ(look().shown, Shown::live);
}

TEST_F(ComparePanel, interventions_alone_are_compared_as_before_and_after) {
  reading().interventions.push_back({.item = {.kind = InterventionKind::ablate, .scope = {.layer = 0, .head = 1}}});
  window_frames(2);
  EXPECT_EQ(compared_names(session).baseline, "before");
  EXPECT_EQ(compared_names(session).live, "after");
  click_item("switch.shown.0");
  EXPECT_EQ(look().shown, Shown::baseline);
  look().shown = Shown::live;
  reading().interventions[0].on = false;
  window_frames(2);
  click_item("switch.shown.0");
  EXPECT_EQ(look().shown, Shown::live);
}

TEST_F(ComparePanel, a_click_in_the_ranked_list_goes_to_the_head_and_to_the_query) {
  compare_with("the old king gave the prince a crown");
  const HeadMovement& most = most_moved();
  selection().head = {1 - most.head.layer, 0};
  window_frames(2);
  click_item("compare.head." + place(most.head));
  EXPECT_EQ(selection().head, most.head);
  ASSERT_FALSE(most.queries.empty());
  click_item("compare.query." + place(most.head) + ".0");
  EXPECT_EQ(resolve(selection().query, snapshot->encoding), most.queries[0].query.second);
}

TEST_F(ComparePanel, the_same_text_is_told_to_be_the_same) {
  compare_with(reading().text, 1);
  window_frames(2);
  EXPECT_TRUE(has("compare.same"));
  EXPECT_FALSE(has("compare.head.0.0"));
}

TEST_F(ComparePanel, pins_are_chosen_swapped_renamed_and_removed) {
  compare_with("the old king gave the prince a crown");
  perform(PinText{});
  ASSERT_EQ(kept().baseline, "C");
  const std::string live = reading().text;
  window_frames(2);
  click_item("compare.pin.0");
  EXPECT_EQ(kept().baseline, "A");
  click_item("compare.pin.0.swap");
  EXPECT_EQ(reading().text, "the old king gave the prince a crown");
  EXPECT_EQ(kept().pins[0].reading.text, live);
  click_item("compare.pin.0.name");
  for (const char letter : std::string("first"))
    ImGui::GetIO().AddInputCharacter(static_cast<unsigned>(letter));
  window_frames(2);
  hold(ImGuiKey_Enter);
  EXPECT_NE(kept().pins[0].name.find("first"), std::string::npos);
  EXPECT_EQ(kept().baseline, kept().pins[0].name);
  click_item("compare.plain");
  EXPECT_EQ(kept().baseline, "");
  click_item("compare.pin.0.remove");
  EXPECT_EQ(kept().pins.size(), 1U);
}

TEST_F(ComparePanel, dragging_from_token_to_token_makes_them_partners) {
  compare_with("the young queen gave the prince a sword");
  window_frames(3);
  drag_onto("pinned.token.2", "strip.token.3");
  ASSERT_NE(action<PairTokens>(), nullptr);
  EXPECT_EQ(action<PairTokens>()->pin, "A");
  const AnchoredPair& pair = action<PairTokens>()->pair;
  EXPECT_EQ(resolve(pair.pinned, snapshot->comparison->baseline->encoding), 2U);
  EXPECT_EQ(resolve(pair.live, snapshot->encoding), 3U);
  ASSERT_EQ(kept().pins[0].pairs.size(), 1U);
  drag_onto("strip.token.5", "pinned.token.4");
  ASSERT_NE(action<PairTokens>(), nullptr) << "from the live text, too";
  window_frames(2);
  click_item("pinned.reset");
  EXPECT_TRUE(kept().pins[0].pairs.empty());
}

TEST_F(ComparePanel, dropping_a_token_on_its_partner_or_beside_changes_nothing) {
  compare_with("the young queen gave the prince a sword");
  window_frames(3);
  drag_onto("pinned.token.1", "strip.token.1");
  EXPECT_EQ(action<PairTokens>(), nullptr);
  drag_onto("pinned.token.1", "panel.status");
  EXPECT_EQ(action<PairTokens>(), nullptr);
}

TEST_F(ComparePanel, a_click_on_the_pins_token_selects_its_partner) {
  compare_with("the young queen gave the prince a sword");
  window_frames(3);
  click_item("pinned.token.4");
  EXPECT_EQ(resolve(selection().query, snapshot->encoding), 4U);
}

TEST_F(ComparePanel, long_texts_get_a_sentence_and_low_windows_nothing) {
  std::string text;
  for (int word = 0; word < 300; ++word)
    text += "word" + std::to_string(word) + " ";
  show(text);
  choose("compare");
  compare_with(text + "more");
  window_frames(3);
  EXPECT_TRUE(has("pinned.summary"));
  EXPECT_FALSE(has("pinned.token.0"));
  ImGui::GetIO().DisplaySize = {1000.0F, 500.0F};
  window_frames(3);
  EXPECT_FALSE(has("pinned.summary"));
}

TEST_F(ComparePanel, the_overview_becomes_the_movement_map) {
  compare_with("the old king gave the prince a crown");
  add_thumbnails(*snapshot);
  look().shown = Shown::difference;
  window_frames(3);
  EXPECT_TRUE(has("legend.movement"));
  click_item("overview.head.0.2");
  EXPECT_EQ(selection().head, (HeadRef{0, 2}));
  look().shown = Shown::live;
  window_frames(3);
  EXPECT_FALSE(has("legend.movement"));
}

TEST_F(ComparePanel, the_movements_before_stay_while_the_next_are_computed) {
  compare_with("the old king gave the prince a crown");
  look().shown = Shown::difference;
  window_frames(2);
  const std::string most = "compare.head." + place(most_moved().head);
  auto next = std::make_shared<Comparison>(*snapshot->comparison);
  next->movements = {};
  next->movements_pending = true;
  snapshot->comparison = next;
  window_frames(2);
  EXPECT_TRUE(has(most));
  EXPECT_FALSE(has("compare.query." + most.substr(std::string("compare.head.").size()) + ".0"))
      << "its tokens may be others by now";
}

TEST_F(ComparePanel, what_was_compared_before_is_not_kept_alive) {
  compare_with("the old king gave the prince a crown");
  look().shown = Shown::difference;
  window_frames(2);
  const std::weak_ptr<const Comparison> comparison = snapshot->comparison;
  const std::weak_ptr<const Model> model = snapshot->model;
  show("another model");
  window_frames(2);
  EXPECT_TRUE(comparison.expired());
  EXPECT_TRUE(model.expired());
}

TEST_F(ComparePanel, a_pin_that_cannot_be_read_is_told) {
  compare_with("the old king");
  snapshot->comparison =
      std::make_shared<Comparison>(Comparison{.name = "A", .error = Error("file_missing", {.file = "/nowhere/model"})});
  window_frames(2);
  EXPECT_TRUE(has("compare.error"));
}

TEST_F(ComparePanel, an_empty_pin_and_an_empty_live_text_draw) {
  show("", {.specials = false});
  choose("compare");
  window_frames(2);
  snapshot->comparison = std::make_shared<Comparison>(compare(read(snapshot->model, "", 1), *snapshot, "A"));
  kept().pins = {{"A", reading_of(session), {}}};
  kept().baseline = "A";
  window_frames(3);
  EXPECT_TRUE(has("panel.compare"));
}

TEST_F(ComparePanel, draws_in_both_languages_and_windows_of_every_size) {
  compare_with("the young queen gave the prince a sword");
  look().shown = Shown::difference;
  for (const Language language : {Language::ru, Language::en}) {
    set_language(language);
    for (const ImVec2 size :
         {ImVec2{320.0F, 240.0F}, ImVec2{1000.0F, 640.0F}, ImVec2{1600.0F, 900.0F}, ImVec2{3840.0F, 2160.0F}}) {
      ImGui::GetIO().DisplaySize = size;
      window_frames(2);
      expect_in_order();
    }
  }
}

}  // namespace
}  // namespace regard::test
