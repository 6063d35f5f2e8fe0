// SPDX-License-Identifier: Apache-2.0
// How alike heads are, and heads that are searched for, in the whole window, with numbers from a real background.
#include "app/panels/common/heads_state.h"
#include "app/panels/frame/export_dialog.h"
#include "app/panels/heads/head_search_parts.h"
#include "app/panels/heads/likeness_parts.h"
#include "app/session/selection.h"
#include "app/viewmodel/snapshot.h"
#include "tests/app/panels/window_harness.h"
#include "tests/app/viewmodel/run_text.h"

#include <algorithm>

namespace regard::test {
namespace {

using regard::testing::read_text;
using regard::testing::reading_model;

constexpr const char* kSentence = "the old king saw a cat in the garden";

class LikenessPanels : public WindowWithJobs {
protected:
  void look_at(std::shared_ptr<Snapshot> seen, const char* panel) {
    snapshot = std::move(seen);
    select({1, 2}, 4, 3);
    state.of<HeadsState>().corpus.kind = CorpusKind::sentence;
    choose(panel);
    frames_until_ready();
  }
  /// The live text read by another model as well, which is compared with.
  static std::shared_ptr<Snapshot> read_by_two(const char* other_text) {
    auto live = read_text(reading_model(false), kSentence);
    live->comparison =
        std::make_shared<const Comparison>(compare(read_text(reading_model(false, 2), other_text), *live, "A"));
    return live;
  }
  [[nodiscard]] std::shared_ptr<const LikenessView> likeness() { return jobs.look<LikenessSlot>().value; }
  [[nodiscard]] std::shared_ptr<const HeadSearchView> found() { return jobs.look<HeadSearchSlot>().value; }
};

TEST_F(LikenessPanels, shows_all_pairs_and_a_dot_for_every_head) {
  look_at(read_text(reading_model(false), kSentence), "likeness");
  ASSERT_TRUE(likeness());
  EXPECT_EQ(likeness()->likeness.heads.size(), 12U);
  EXPECT_EQ(likeness()->likeness.rows, snapshot->trace->tokens() - 2) << "without [CLS] and [SEP], this is an encoder";
  EXPECT_TRUE(has("likeness.matrix.cells"));
  for (std::size_t head = 0; head < 12; ++head)
    EXPECT_TRUE(has("likeness.dot." + std::to_string(head)));
  expect_in_order();
}

TEST_F(LikenessPanels, a_click_on_a_dot_goes_to_the_head) {
  look_at(read_text(reading_model(false), kSentence), "likeness");
  click_item("likeness.dot.9");
  EXPECT_EQ(selection().head, (HeadRef{2, 1}));
  EXPECT_EQ(hover.head, (HeadRef{2, 1})) << "other views know what is hovered";
}

TEST_F(LikenessPanels, the_matrix_stands_by_layer_or_by_cluster) {
  look_at(read_text(reading_model(false), kSentence), "likeness");
  LikenessState& kept = state.of<LikenessState>();
  EXPECT_TRUE(std::ranges::is_sorted(kept.order));
  click_item("likeness.order.1");
  window_frames(2);
  EXPECT_EQ(kept.order, likeness()->by_cluster);
  EXPECT_EQ(kept.ordered(0, 1), likeness()->likeness.distances(kept.order[0], kept.order[1]));
}

TEST_F(LikenessPanels, pairs_below_the_line_are_listed_and_lead_to_their_heads) {
  look_at(read_text(reading_model(false), kSentence), "likeness");
  LikenessState& kept = state.of<LikenessState>();
  kept.below = 0.0F;
  window_frames(2);
  EXPECT_TRUE(kept.alike.empty());
  EXPECT_TRUE(kept.clusters.empty());
  kept.below = 0.5F;
  window_frames(2);
  ASSERT_FALSE(kept.alike.empty());
  ASSERT_TRUE(has("likeness.alike.0"));
  click_item("likeness.alike.0");
  EXPECT_EQ(selection().head, likeness()->likeness.heads[kept.alike[0].first].head);
}

TEST_F(LikenessPanels, two_models_that_read_the_same_tokens_are_compared_head_by_head) {
  look_at(read_by_two(kSentence), "likeness");
  ASSERT_TRUE(likeness());
  EXPECT_EQ(likeness()->sizes, (std::vector<std::size_t>{8, 12}));
  EXPECT_EQ(likeness()->moved.size(), 8U) << "layers that both have";
  EXPECT_GE(likeness()->moved.front().distance, likeness()->moved.back().distance);
  for (const HeadPair& pair : likeness()->matched)
    EXPECT_NE(likeness()->likeness.heads[pair.first].model, likeness()->likeness.heads[pair.second].model);
}

TEST_F(LikenessPanels, two_models_that_read_other_tokens_are_not) {
  look_at(read_by_two("the old king"), "likeness");
  EXPECT_TRUE(has("likeness.corpus.0")) << "the panel is there";
  EXPECT_FALSE(likeness());
}

TEST_F(LikenessPanels, the_example_itself_is_found_first_and_a_click_goes_to_the_next_one) {
  look_at(read_text(reading_model(false), kSentence), "head_search");
  ASSERT_TRUE(found());
  EXPECT_EQ(found()->searched, 12U);
  EXPECT_EQ(found()->found[0].head.head, (HeadRef{1, 2}));
  EXPECT_EQ(found()->found[0].value, 0.0F);
  const HeadRef second = found()->found[1].head.head;
  click_item("head_search.found.1");
  EXPECT_EQ(selection().head, second);
  frames_until_ready();
  EXPECT_EQ(found()->found[0].head.head, second) << "what is selected is the example";
}

TEST_F(LikenessPanels, a_pattern_is_painted_cell_by_cell) {
  look_at(read_text(reading_model(false), kSentence), "head_search");
  click_item("head_search.by.1");
  frames_until_ready();
  HeadSearchState& kept = state.of<HeadSearchState>();
  ASSERT_TRUE(kept.paint);
  EXPECT_EQ(*kept.paint, painted_habit(PaintedHabit::previous, snapshot->trace->tokens(), false));
  click_item("head_search.clear");
  frames_until_ready();
  EXPECT_FALSE(found() && found()->by == SearchBy::paint && !found()->found.empty())
      << "an empty painting is like no head";
  click_item("head_search.grid.cells");
  frames_until_ready();
  EXPECT_EQ(std::ranges::count(kept.paint->values, 1.0F), 1);
  EXPECT_EQ(found()->rows, 1U);
  EXPECT_EQ(found()->found.size(), 12U);
  click_item("head_search.grid.cells");
  EXPECT_EQ(std::ranges::count(kept.paint->values, 1.0F), 0) << "a click on paint takes it away";
  click_item("head_search.from_head");
  frames_until_ready();
  EXPECT_EQ(found()->found[0].head.head, selection().head);
}

TEST_F(LikenessPanels, a_brush_of_less_strength_asks_for_less_weight) {
  look_at(read_text(reading_model(false), kSentence), "head_search");
  click_item("head_search.by.1");
  frames_until_ready();
  HeadSearchState& kept = state.of<HeadSearchState>();
  click_item("head_search.clear");
  click_item("head_search.strength.1");
  click_item("head_search.grid.cells");
  frames_until_ready();
  EXPECT_EQ(std::ranges::count(kept.paint->values, 0.5F), 1);
  click_item("head_search.strength.3");
  click_item("head_search.grid.cells");
  EXPECT_EQ(std::ranges::count(kept.paint->values, 1.0F), 1) << "a stronger brush paints over";
  click_item("head_search.grid.cells");
  EXPECT_EQ(std::ranges::count(kept.paint->values, 0.0F), static_cast<std::ptrdiff_t>(kept.paint->values.size()));
}

TEST_F(LikenessPanels, special_tokens_are_compared_where_one_wishes_and_by_themselves_in_decoders) {
  look_at(read_text(reading_model(false), kSentence), "likeness");
  const Matrix without = likeness()->likeness.distances;
  EXPECT_EQ(likeness()->special, SpecialTokens::left_out);
  click_item("likeness.without_special");
  frames_until_ready();
  EXPECT_EQ(likeness()->special, SpecialTokens::counted);
  EXPECT_EQ(likeness()->likeness.rows, snapshot->trace->tokens());
  EXPECT_NE(likeness()->likeness.distances, without);
  EXPECT_EQ(chosen_options(*snapshot, session, state).special_tokens, SpecialTokens::counted) << "and so in a file";
  look_at(read_text(reading_model(false), kSentence), "head_search");
  EXPECT_TRUE(found()->without_special);
  EXPECT_EQ(found()->rows, snapshot->trace->tokens() - 2);
  click_item("head_search.without_special");
  frames_until_ready();
  EXPECT_FALSE(found()->without_special);
  EXPECT_EQ(found()->rows, snapshot->trace->tokens());
  state.of<HeadSearchState>().special.reset();
  look_at(read_text(reading_model(true), kSentence), "head_search");
  EXPECT_FALSE(found()->without_special) << "a decoder";
}

TEST_F(LikenessPanels, heads_are_ranked_by_a_measure) {
  look_at(read_text(reading_model(false), kSentence), "head_search");
  click_item("head_search.by.2");
  frames_until_ready();
  ASSERT_TRUE(found());
  EXPECT_EQ(found()->by, SearchBy::measure);
  EXPECT_GE(found()->found.front().value, found()->found.back().value);
  click_item("head_search.direction.1");
  frames_until_ready();
  EXPECT_LE(found()->found.front().value, found()->found.back().value);
  EXPECT_FALSE(found()->found.front().thumbnail.pixels.empty());
}

TEST_F(LikenessPanels, what_was_searched_is_exported_only_while_it_is_what_was_measured) {
  look_at(read_text(reading_model(false), kSentence), "head_search");
  click_item("head_search.by.2");
  frames_until_ready();
  const auto exported = [&] { return chosen_options(*snapshot, session, state).head_search; };
  ASSERT_TRUE(exported());
  EXPECT_EQ(exported()->report, state.of<HeadSearchState>().report);
  EXPECT_EQ(chosen_options(*snapshot, session, state), chosen_options(*snapshot, session, state))
      << "else a preview of them would never be ready";
  const auto before = snapshot;
  snapshot = read_text(snapshot->model, "a cat saw the garden");  // the panel is not drawn
  EXPECT_TRUE(exported()->traces.empty()) << "that was another sentence";
  EXPECT_EQ(exported()->by, SearchBy::measure) << "nor is it a search by example then";
  snapshot = before;
  ASSERT_FALSE(exported()->traces.empty());
  state.of<HeadsState>().corpus.kind = CorpusKind::english;  // chosen in another panel
  EXPECT_TRUE(exported()->traces.empty());
  state.of<HeadsState>().corpus.kind = CorpusKind::sentence;
  EXPECT_FALSE(exported()->traces.empty());
}

TEST_F(LikenessPanels, heads_of_both_models_are_searched) {
  look_at(read_by_two(kSentence), "head_search");
  EXPECT_EQ(found()->searched, 20U);
  EXPECT_TRUE(std::ranges::any_of(found()->found, [](const FoundHead& each) { return each.head.model == 1; }));
}

}  // namespace
}  // namespace regard::test
