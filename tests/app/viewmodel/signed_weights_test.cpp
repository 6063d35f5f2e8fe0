// SPDX-License-Identifier: Apache-2.0
// Views of a layer without softmax: signed weights, no scores.
#include "app/session/look.h"
#include "app/session/reading.h"
#include "app/session/selection.h"
#include "app/viewmodel/head_search.h"
#include "app/viewmodel/layers.h"
#include "app/viewmodel/steps.h"
#include "app/viewmodel/views.h"
#include "core/engine/engine.h"
#include "tests/app/session/session_in_parts.h"
#include "tests/app/viewmodel/handmade.h"
#include "tests/core/base/expect_error.h"
#include "tests/core/engine/random_model.h"

#include <gtest/gtest.h>
#include <algorithm>
#include <cmath>

namespace regard {
namespace {

/// Layers 0 and 2 have no softmax.
std::shared_ptr<Snapshot> hybrid_snapshot() {
  const auto model = testing::random_hybrid({.layers = 3, .vocabulary = 1000});
  model->tokenizer = std::make_shared<testing::WordTokenizer>();
  auto snapshot = std::make_shared<Snapshot>();
  snapshot->model = model;
  snapshot->source_text = "the old king gave his son a sword";
  snapshot->encoding = model->tokenizer->encode(snapshot->source_text, {});
  Request request;
  for (const Token& token : snapshot->encoding.tokens)
    request.ids.push_back(token.id);
  snapshot->trace = run(model, request);
  return snapshot;
}

TEST(SignedWeights, AreShownAboutZeroAndWithoutScores) {
  const auto snapshot = hybrid_snapshot();
  testing::SessionInParts session;
  session.selection().head = {0, 1};
  const GridView grid = make_grid(*snapshot, session);
  EXPECT_FALSE(grid.has_softmax);
  const Matrix expected = weights(*snapshot->trace, {0, 1});
  EXPECT_EQ(grid.weights.values, expected.values);
  const auto [least, most] = std::minmax_element(expected.values.begin(), expected.values.end());
  ASSERT_LT(*least, 0.0F);
  EXPECT_EQ(grid.weight_limit, std::max(-*least, *most));
  EXPECT_TRUE(std::isnan(grid.scores(3, 1)));
  session.selection().head = {1, 1};
  EXPECT_TRUE(make_grid(*snapshot, session).has_softmax);
}

TEST(SignedWeights, OfTheTextsTokensAreColouredAboutZero) {
  const auto snapshot = hybrid_snapshot();
  testing::SessionInParts session;
  session.reading().text = snapshot->source_text;
  session.selection().head = {0, 1};
  session.selection().query = anchor_of(6, snapshot->encoding);
  const StripView view = make_strip(*snapshot, session);
  EXPECT_FALSE(view.has_softmax);
  const Matrix row = weights(*snapshot->trace, {0, 1}, {6, 7}, {0, snapshot->trace->tokens()});
  const auto [least, most] = std::minmax_element(row.values.begin(), row.values.end());
  ASSERT_LT(*least, 0.0F);
  EXPECT_EQ(view.weight_limit, std::max(-*least, *most));
  EXPECT_EQ(view.least_weight(), -view.weight_limit);
  session.selection().head = {1, 1};
  const StripView softmax = make_strip(*snapshot, session);
  EXPECT_TRUE(softmax.has_softmax);
  EXPECT_EQ(softmax.weight_limit, 1.0F);
  EXPECT_EQ(softmax.least_weight(), 0.0F);
}

TEST(SignedWeights, OfOneQuestionAddUpToWhatIsPrinted) {
  const auto snapshot = hybrid_snapshot();
  testing::SessionInParts session;
  session.reading().text = snapshot->source_text;
  session.selection().head = {2, 0};
  session.selection().query = anchor_of(6, snapshot->encoding);
  const QuestionView view = make_question(*snapshot, session);
  EXPECT_FALSE(view.has_softmax);
  EXPECT_FALSE(view.weights_set);
  double sum = 0.0;
  for (const float weight : weights(*snapshot->trace, {2, 0}, {6, 7}, {0, snapshot->trace->tokens()}).values)
    sum += static_cast<double>(weight);
  EXPECT_NEAR(view.weight_sum, sum, 1e-6);
  EXPECT_GT(std::abs(sum - 1.0), 1e-3) << "a sum of 1 would tell nothing";
}

TEST(SignedWeights, ArcsAreDrawnBySizeAndTheRestOfTheRowIsTold) {
  const auto snapshot = hybrid_snapshot();
  testing::SessionInParts session;
  session.reading().text = snapshot->source_text;
  session.selection().head = {0, 1};
  session.selection().query = anchor_of(6, snapshot->encoding);
  const Matrix row = weights(*snapshot->trace, session.selection().head, {6, 7}, {0, snapshot->trace->tokens()});
  double sum = 0.0;
  std::vector<float> sizes;
  for (std::size_t key = 0; key <= 6; ++key) {
    sum += static_cast<double>(row(0, key));
    sizes.push_back(std::abs(row(0, key)));
  }
  std::sort(sizes.begin(), sizes.end());
  session.look().arc_threshold = 0.5F * (sizes[2] + sizes[3]);
  const ArcsView view = make_arcs(*snapshot, session);
  ASSERT_EQ(view.arcs.size(), 4U);
  EXPECT_EQ(view.hidden, 3U);
  double drawn = 0.0;
  for (const Arc& arc : view.arcs) {
    EXPECT_EQ(arc.weight, row(0, arc.key));
    drawn += static_cast<double>(arc.weight);
  }
  EXPECT_NEAR(drawn + view.hidden_weight[0], sum, 1e-6) << "not 1, as with softmax";
  EXPECT_EQ(std::abs(view.arcs.back().weight), sizes.back()) << "the strongest last, whatever its sign";
}

TEST(SignedWeights, AreNoSharesOfWhatIsNotHidden) {
  const auto snapshot = hybrid_snapshot();
  testing::SessionInParts session;
  session.reading().text = snapshot->source_text;
  session.selection().head = {0, 1};
  session.selection().query = anchor_of(6, snapshot->encoding);
  session.look().hide_special = true;
  session.look().arc_threshold = 0.0F;
  const Matrix row = weights(*snapshot->trace, session.selection().head, {6, 7}, {0, snapshot->trace->tokens()});
  const StripView strip = make_strip(*snapshot, session);
  ASSERT_TRUE(strip.chips[0].hidden);
  EXPECT_FALSE(strip.renormalised);
  for (std::size_t key = 0; key < strip.chips.size(); ++key)
    EXPECT_EQ(strip.chips[key].weight, row(0, key));
  const ArcsView arcs = make_arcs(*snapshot, session);
  EXPECT_FALSE(arcs.renormalised);
  for (const Arc& arc : arcs.arcs)
    EXPECT_EQ(arc.weight, row(0, arcs.cols.units[arc.key].tokens.front()));
  session.selection().head = {1, 1};
  EXPECT_TRUE(make_strip(*snapshot, session).renormalised);
  EXPECT_TRUE(make_arcs(*snapshot, session).renormalised);
}

TEST(SignedWeights, ThumbnailsShowTheirSizes) {
  const auto snapshot = hybrid_snapshot();
  const Matrix grid = weights(*snapshot->trace, {0, 1});
  float largest = 0.0F;
  for (const float weight : grid.values)
    largest = std::max(largest, std::abs(weight));
  const Thumbnail picture = make_thumbnail(*snapshot->trace, {0, 1});
  ASSERT_EQ(picture.pixels.size(), grid.values.size());
  for (std::size_t cell = 0; cell < grid.values.size(); ++cell)
    EXPECT_EQ(picture.pixels[cell], std::lround(std::abs(grid.values[cell]) / largest * 255.0F));
}

TEST(SignedWeights, HaveNoMeasuresOfSharesAndNoSteps) {
  const auto snapshot = hybrid_snapshot();
  const auto view = make_heads_by_layer({snapshot->trace, AttentionKind::self, 3, true});
  EXPECT_TRUE(std::isnan(view->entropy.mean[0]));
  EXPECT_FALSE(std::isnan(view->entropy.mean[1]));
  EXPECT_FALSE(view->entropy.heads[1].defined());
  EXPECT_TRUE(view->entropy.heads[4].defined());
  testing::SessionInParts session;
  session.selection().head = {0, 1};
  const StepsQuestion question = steps_question(*snapshot, session, {});
  EXPECT_EQ(testing::error_of([&] { (void)make_steps(question); }).code(), "no_softmax");
}

/// Rows that are no shares of 1 are not divided by what is shown of them.
TEST(SignedWeights, AreNotRenormalisedWhereTokensAreHidden) {
  const auto snapshot = hybrid_snapshot();
  testing::SessionInParts session;
  session.selection().head = {2, 0};
  session.selection().query = anchor_of(6, snapshot->encoding);
  session.look().hide_special = true;
  session.look().arc_threshold = 0.0F;
  const std::size_t query = selected_query(*snapshot, session), tokens = snapshot->trace->tokens();
  const Matrix row = weights(*snapshot->trace, session.selection().head, {query, query + 1}, {0, tokens});
  const StripView strip = make_strip(*snapshot, session);
  EXPECT_FALSE(strip.renormalised);
  for (std::size_t key = 0; key < tokens; ++key)
    EXPECT_EQ(strip.chips[key].weight, row(0, key));
  const ArcsView arcs = make_arcs(*snapshot, session);
  EXPECT_FALSE(arcs.renormalised);
  double drawn = 0.0, all = 0.0;
  for (const Arc& arc : arcs.arcs) {
    EXPECT_EQ(arc.weight, row(0, arcs.cols.units[arc.key].tokens.front()));
    drawn += static_cast<double>(arc.weight);
  }
  for (const Unit& unit : arcs.cols.units)
    all += static_cast<double>(row(0, unit.tokens.front()));
  EXPECT_LT(arcs.cols.size(), tokens) << "some are hidden";
  EXPECT_NEAR(arcs.hidden_weight[0], all - drawn, 1e-6);
  session.selection().head = {1, 0};
  EXPECT_TRUE(make_strip(*snapshot, session).renormalised);
  EXPECT_TRUE(make_arcs(*snapshot, session).renormalised);
}

TEST(SignedWeights, AreNoPatternToSearchFor) {
  const auto snapshot = hybrid_snapshot();
  HeadSearchQuestion question{.by = SearchBy::example, .example = {0, 1}};
  question.traces = {snapshot->trace};
  EXPECT_EQ(testing::error_of([&] { (void)make_head_search(question); }).code(), "no_softmax");
}

}  // namespace
}  // namespace regard
