// SPDX-License-Identifier: Apache-2.0
// Views of what changed, on texts read by random models with a real tokenizer.
#include "core/analysis/difference.h"
#include "app/session/kept.h"
#include "app/session/look.h"
#include "app/session/selection.h"
#include "app/viewmodel/baseline.h"
#include "app/viewmodel/comparison.h"
#include "app/viewmodel/difference_map.h"
#include "app/viewmodel/difference_memo.h"
#include "app/viewmodel/difference_views.h"
#include "app/viewmodel/memo.h"
#include "core/analysis/effect.h"
#include "tests/app/session/session_in_parts.h"
#include "tests/app/viewmodel/run_text.h"

#include <gtest/gtest.h>
#include <algorithm>
#include <cmath>
#include <numeric>
#include <sstream>

namespace regard {
namespace {

using namespace regard::testing;

testing::SessionInParts session_at(const Snapshot& live, std::size_t query = 2, std::size_t key = 1) {
  testing::SessionInParts session = session_for(live, {1, 2}, query, key);
  session.look().shown = Shown::difference;
  session.kept().baseline = "A";
  session.look().arc_threshold = 0.0F;
  return session;
}

GridDifference grid_difference(const Snapshot& live, const Session& session) {
  return make_grid_difference(live, session, make_grid(live, session));
}

double row_sum(std::span<const float> row) {
  double sum = 0.0;
  for (const float value : row)
    if (!std::isnan(value)) sum += value;
  return sum;
}

TEST(Difference, TheSameTextPinnedIsExactlyZeroEverywhere) {
  for (const bool causal : {false, true}) {
    const auto live = read_beside(reading_model(causal), "the old king saw a cat", "the old king saw a cat");
    testing::SessionInParts session = session_at(*live);
    for (const bool words : {false, true})
      for (const bool hidden : {false, true}) {
        session.look().word_level = words;
        session.look().hide_special = hidden;
        const GridDifference grid = grid_difference(*live, session);
        EXPECT_TRUE(grid.rows.only_live.empty() && grid.rows.only_baseline.empty());
        for (std::size_t cell = 0; cell < grid.masked.size(); ++cell) {
          EXPECT_EQ(grid.weights.values[cell], 0.0F);
          EXPECT_EQ(grid.scores.values[cell], 0.0F);
        }
        EXPECT_EQ(grid.score_limit, least_score_scale);
        EXPECT_EQ(grid.weight_limit, least_weight_scale);
      }
    const QuestionDifference question = make_question_difference(*live, session);
    for (const KeyChange& key : question.keys)
      EXPECT_EQ(key.weight_change(), 0.0F);
    EXPECT_EQ(question.output, question.baseline_output);
  }
}

TEST(Difference, AnUnchangedPrefixOfACausalModelIsExactlyZeroAndWhatFollowsIsNot) {
  const auto live =
      read_beside(reading_model(true), "the old king saw a cat in the garden", "the old king saw a dog in the garden");
  const testing::SessionInParts session = session_at(*live);
  const GridDifference grid = grid_difference(*live, session);
  const std::size_t size = live->encoding.tokens.size(), changed = 6;  // [CLS] the old king saw a | dog
  for (std::size_t query = 0; query < size; ++query) {
    bool moved = false;
    for (std::size_t key = 0; key <= query; ++key)
      moved = moved || grid.weights(query, key) != 0.0F || grid.scores(query, key) != 0.0F;
    EXPECT_EQ(moved, query >= changed) << query;
  }
}

TEST(Difference, TokenLevelIsTheCoresDifferenceToTheLastBit) {
  const auto live = read_beside(reading_model(false), "the old king gave a sword", "the king gave the dog a sword");
  const testing::SessionInParts session = session_at(*live);
  const GridDifference grid = grid_difference(*live, session);
  const Alignment& alignment = live->comparison->alignment;
  const Trace& baseline = *live->comparison->baseline->trace;
  const Matrix weights = weights_difference(baseline, *live->trace, alignment, session.selection().head);
  const Matrix scores = scores_difference(baseline, *live->trace, alignment, session.selection().head);
  ASSERT_GT(alignment.pairs.size(), 4U);
  float largest = 0.0F;
  for (std::size_t row = 0; row < alignment.pairs.size(); ++row)
    for (std::size_t col = 0; col < alignment.pairs.size(); ++col) {
      const std::size_t query = alignment.pairs[row].second, key = alignment.pairs[col].second;
      EXPECT_EQ(grid.weights(query, key), weights(row, col));
      EXPECT_EQ(grid.scores(query, key), scores(row, col));
      largest = std::max(largest, std::abs(weights(row, col)));
    }
  ASSERT_GT(largest, least_weight_scale);
  EXPECT_EQ(grid.weight_limit, largest);
}

TEST(Difference, IsBMinusAOfTheNumbersThatBothGridsShow) {
  const auto live = read_beside(reading_model(false), "the unknowns saw the red river", "the unknown saw a blue river");
  testing::SessionInParts session = session_at(*live);
  for (const bool words : {false, true})
    for (const bool hidden : {false, true}) {
      session.look().word_level = words;
      session.look().hide_special = hidden;
      const GridView now = make_grid(*live, session);
      const GridView before = make_grid(*live->comparison->baseline, session_at_baseline(*live, session));
      const GridDifference grid = make_grid_difference(*live, session, now);
      std::size_t compared = 0;
      for (std::size_t row = 0; row < now.rows.size(); ++row)
        for (std::size_t col = 0; col < now.cols.size(); ++col) {
          const std::size_t from_row = grid.rows.partner[row], from_col = grid.cols.partner[col];
          if (from_row == kNoPartner || from_col == kNoPartner) continue;
          EXPECT_EQ(grid.weights(row, col), now.weights(row, col) - before.weights(from_row, from_col));
          EXPECT_EQ(grid.scores(row, col), now.scores(row, col) - before.scores(from_row, from_col));
          ++compared;
        }
      EXPECT_GT(compared, 8U);
    }
}

TEST(Difference, WordsOfOneTextAloneHaveNoNumbersAndAreNamed) {
  const auto live = read_beside(reading_model(false), "the old king saw a cat", "the king saw a red blue cat");
  const testing::SessionInParts session = session_at(*live);
  const GridView shown = make_grid(*live, session);
  const GridDifference grid = make_grid_difference(*live, session, shown);
  EXPECT_EQ(grid.rows.only_live, (std::vector<std::string>{"red", "blue"}));
  EXPECT_EQ(grid.rows.only_baseline, std::vector<std::string>{"old"});
  const std::size_t red = 5;
  ASSERT_EQ(shown.rows.units[red].label, "red");
  for (std::size_t unit = 0; unit < shown.rows.size(); ++unit) {
    EXPECT_TRUE(std::isnan(grid.weights(red, unit)));
    EXPECT_TRUE(std::isnan(grid.scores(unit, red)));
    EXPECT_TRUE(grid.masked[red * shown.cols.size() + unit]);
  }
  EXPECT_FALSE(std::isnan(grid.weights(1, 2)));
}

TEST(Difference, ARowsChangesAndWhatItGainedAndLostAddUpToZero) {
  const auto live = read_beside(reading_model(false), "the old king saw a cat", "the king saw a red blue cat");
  testing::SessionInParts session = session_at(*live);
  for (const bool words : {false, true}) {
    session.look().word_level = words;
    const GridDifference grid = grid_difference(*live, session);
    float gained = 0.0F;
    for (std::size_t row = 0; row < grid.gained.size(); ++row) {
      EXPECT_NEAR(row_sum(grid.weights.row(row)) + grid.gained[row] - grid.lost[row], 0.0, 1e-5);
      gained += grid.gained[row];
    }
    EXPECT_GT(gained, 0.01F);
  }
}

TEST(Difference, AWordOfOtherPiecesIsThePartnerOfTheWordInItsPlace) {
  const auto live = read_beside(reading_model(false), "the king saw a cat", "the unknowns saw a cat");
  testing::SessionInParts session = session_at(*live);
  EXPECT_EQ(grid_difference(*live, session).rows.only_live, (std::vector<std::string>{"un", "known", "s"}));
  session.look().word_level = true;
  const GridDifference grid = grid_difference(*live, session);
  EXPECT_TRUE(grid.rows.only_live.empty() && grid.rows.only_baseline.empty());
  EXPECT_EQ(grid.rows.baseline.units[grid.rows.partner[2]].label, "king");
}

TEST(Difference, CopiesItsDigitsAndSaysWhatIsNotThere) {
  const auto live = read_beside(reading_model(true), "the king", "the old king");
  const testing::SessionInParts session = session_at(*live);
  const GridView shown = make_grid(*live, session);
  const GridDifference grid = make_grid_difference(*live, session, shown);
  std::istringstream lines(grid_as_text(shown, grid, true, "none"));
  std::string line;
  std::getline(lines, line);
  EXPECT_EQ(line, "\t[CLS]\tthe\told\tking\t[SEP]");
  std::getline(lines, line);
  EXPECT_EQ(line, "[CLS]\t0\tnone\tnone\tnone\tnone");
  std::getline(lines, line);
  EXPECT_EQ(line, "the\t0\t0\tnone\tnone\tnone");
  std::getline(lines, line);
  EXPECT_EQ(line, "old\tnone\tnone\tnone\tnone\tnone");
  std::getline(lines, line);
  std::istringstream fields(line.substr(line.find('\t') + 1));
  float first = 0.0F;
  fields >> first;
  EXPECT_EQ(first, grid.weights(3, 0));
}

TEST(Difference, ArcsGrowAndShrinkByTheGridsNumbersAndTellWhatIsNotDrawn) {
  const auto live = read_beside(reading_model(false), "the old king saw a cat", "the old dog saw a cat");
  testing::SessionInParts session = session_at(*live);
  const GridView shown = make_grid(*live, session);
  const GridDifference grid = make_grid_difference(*live, session, shown);
  const ArcsDifference all = make_arcs_difference(session, shown, grid, false);
  EXPECT_TRUE(all.query_has_partner);
  EXPECT_EQ(all.view.arcs.size(), shown.cols.size());
  EXPECT_NEAR(all.not_drawn, 0.0F, 1e-6F);
  bool grew = false, shrank = false;
  for (const Arc& arc : all.view.arcs) {
    EXPECT_EQ(arc.query, shown.query);
    EXPECT_EQ(arc.weight, grid.weights(arc.query, arc.key));
    grew = grew || arc.weight > 0.0F;
    shrank = shrank || arc.weight < 0.0F;
  }
  EXPECT_TRUE(grew && shrank);
  const float strongest = std::abs(all.view.arcs.back().weight);
  session.look().arc_threshold = strongest;
  const ArcsDifference one = make_arcs_difference(session, shown, grid, false);
  ASSERT_EQ(one.view.arcs.size(), 1U);
  EXPECT_EQ(one.view.hidden, shown.cols.size() - 1);
  double others = 0.0;
  for (const Arc& arc : all.view.arcs)
    others += std::abs(arc.weight);
  EXPECT_NEAR(one.not_drawn, others - static_cast<double>(strongest), 1e-5);
  EXPECT_EQ(one.largest, strongest);
  session.look().arc_threshold = 2.0F * strongest;
  const ArcsDifference none = make_arcs_difference(session, shown, grid, false);
  EXPECT_TRUE(none.view.arcs.empty());
  EXPECT_EQ(none.largest, strongest) << "an empty picture knows what it leaves out";
  EXPECT_EQ(largest_change(grid.weights), grid.weight_limit);
  session.look().arcs_from_all = true;
  session.look().arc_threshold = 0.0F;
  EXPECT_EQ(make_arcs_difference(session, shown, grid, false).view.arcs.size(), shown.rows.size() * shown.cols.size());
}

TEST(Difference, OneQuestionHoldsEveryKeyOfBothTextsOnceInTheirOrder) {
  const auto live = read_beside(reading_model(false), "the old king saw a cat", "the king saw a red blue cat");
  const testing::SessionInParts session = session_at(*live);
  const QuestionDifference view = make_question_difference(*live, session);
  ASSERT_TRUE(view.paired);
  std::vector<std::string> seen;
  double change = 0.0;
  for (const KeyChange& key : view.keys) {
    seen.push_back(!key.baseline ? "+" + key.live->label : key.live ? key.live->label : "-" + key.baseline->label);
    change += key.weight_change();
  }
  EXPECT_EQ(seen,
            (std::vector<std::string>{"[CLS]", "the", "-old", "king", "saw", "a", "+red", "+blue", "cat", "[SEP]"}));
  EXPECT_NEAR(change, 0.0, 1e-5);
  EXPECT_NEAR(view.weight_sum, 1.0F, 1e-5F);
  EXPECT_NEAR(view.baseline_weight_sum, 1.0F, 1e-5F);
  const QuestionView now = make_question(*live, session);
  EXPECT_EQ(view.products, now.products);
  const QuestionView before = make_question(*live->comparison->baseline, session_at_baseline(*live, session));
  EXPECT_EQ(view.baseline_products, before.products);
  EXPECT_EQ(view.baseline_output, before.output);
  EXPECT_NE(view.output, before.output);
}

TEST(Difference, AMaskedPairLosesAllThatItHadAndTheRestOfTheRowGainsIt) {
  const auto model = reading_model(false);
  Intervention mask;
  mask.kind = InterventionKind::mask;
  mask.scope = {1, 2};
  mask.cells = {{{2, 3}, {1, 2}}};
  const auto live = read_text(model, "the old king saw a cat", {mask});
  live->comparison = std::make_shared<const Comparison>(compare(read_text(model, "the old king saw a cat"), *live, ""));
  testing::SessionInParts session = session_at(*live, 2, 1);
  session.kept().baseline.clear();
  const GridView shown = make_grid(*live, session);
  const GridDifference grid = make_grid_difference(*live, session, shown);
  EXPECT_TRUE(shown.is_masked(2, 1));
  EXPECT_FALSE(grid.masked[2 * shown.cols.size() + 1]) << "A looked there: there is a difference";
  EXPECT_LT(grid.weights(2, 1), 0.0F);
  EXPECT_EQ(grid.weights(2, 1), -grid.baseline_weights(2, 1));
  EXPECT_NEAR(row_sum(grid.weights.row(2)), 0.0, 1e-5);
  EXPECT_EQ(row_sum(grid.weights.row(3)), 0.0) << "another row of the same layer";
  const QuestionDifference question = make_question_difference(*live, session);
  ASSERT_TRUE(question.keys[1].live && question.keys[1].baseline);
  EXPECT_TRUE(question.keys[1].live->masked);
  EXPECT_FALSE(question.keys[1].baseline->masked);
  EXPECT_EQ(question.keys[1].weight_change(), grid.weights(2, 1));
}

TEST(Difference, AQueryOfTheLiveTextAloneHasNothingToSubtract) {
  const auto live = read_beside(reading_model(false), "the king", "the old king");
  const testing::SessionInParts session = session_at(*live, 2);  // old
  EXPECT_FALSE(make_question_difference(*live, session).paired);
  const GridView shown = make_grid(*live, session);
  const ArcsDifference arcs = make_arcs_difference(session, shown, make_grid_difference(*live, session, shown), false);
  EXPECT_FALSE(arcs.query_has_partner);
  EXPECT_TRUE(arcs.view.arcs.empty());
}

TEST(Difference, LongQuestionsKeepWhatChangedMostAndSumUpTheRest) {
  std::string text;
  for (int word = 0; word < 45; ++word)
    text += word % 2 == 0 ? "cat " : "dog ";
  auto model = reading_model(true);
  model->config.context = 200;
  const auto live =
      read_beside(model, "the " + text, "old house " + text + "river river red blue in garden a a a a a a a a a a a a");
  testing::SessionInParts session = session_at(*live, live->encoding.tokens.size() - 1, 3);
  session.look().sort_bars = true;
  const QuestionDifference view = make_question_difference(*live, session);
  ASSERT_TRUE(view.paired);
  ASSERT_EQ(view.keys.size(), QuestionView::most_bars);
  EXPECT_GT(view.other_keys, 0U);
  double live_sum = view.other_weight, baseline_sum = view.other_baseline_weight;
  for (const KeyChange& key : view.keys) {
    live_sum += key.live ? static_cast<double>(key.live->weight) : 0.0;
    baseline_sum += key.baseline ? static_cast<double>(key.baseline->weight) : 0.0;
  }
  EXPECT_NEAR(live_sum, 1.0, 1e-5);
  EXPECT_NEAR(baseline_sum, 1.0, 1e-5);
}

TEST(Difference, PredictionsOfBothTextsStandTogetherWithTheDivergenceOfTheWhole) {
  const auto live = read_beside(reading_model(true), "the old king saw a cat", "the old king saw a dog");
  const testing::SessionInParts session = session_at(*live);
  const PredictionPlaces places = prediction_places(*live, make_predictions(*live, session));
  ASSERT_EQ(places.why, PredictionPlaces::Why::found);
  EXPECT_EQ(places.position, live->encoding.tokens.size() - 1);
  const Trace& baseline = *live->comparison->baseline->trace;
  const PredictionDifference difference = compare_predictions(baseline, *live->trace, places);
  EXPECT_TRUE(difference.one_vocabulary);
  const Effect both = effect(baseline, *live->trace, {.position = places.position, .count = 10});
  EXPECT_EQ(difference.divergence, both.divergence);
  EXPECT_GT(difference.divergence, 0.0);
  for (const std::vector<Prediction>* list : {&both.before, &both.after})
    for (const Prediction& candidate : *list)
      EXPECT_TRUE(std::any_of(difference.rows.begin(), difference.rows.end(),
                              [&](const PredictionChange& row) { return row.id == candidate.id; }));
  for (const PredictionChange& row : difference.rows)
    EXPECT_NEAR(row.log_change, std::log(row.probability / row.baseline_probability), 1e-6);
}

TEST(Difference, APredictionAtAnUnchangedPlaceOfACausalModelDoesNotMoveAtAll) {
  const auto live = read_beside(reading_model(true), "the old king saw a cat", "the old king saw a dog");
  const PredictionPlaces places{PredictionPlaces::Why::found, 4, 4, "saw", "saw"};
  const PredictionDifference difference = compare_predictions(*live->comparison->baseline->trace, *live->trace, places);
  EXPECT_EQ(difference.divergence, 0.0);
  EXPECT_EQ(difference.rows.size(), 10U);
  for (const PredictionChange& row : difference.rows)
    EXPECT_EQ(row.log_change, 0.0);
}

TEST(Difference, TwoVocabulariesAreMatchedByTextAndHaveNoDivergence) {
  const auto live = read_text(reading_model(true), "the old king saw");
  auto other = reading_model(true);
  std::string words = kWords;
  words.replace(words.find("river"), 5, "ocean");  // one word of its own, and two in other places
  words.replace(words.find("cat\ndog"), 7, "dog\ncat");
  other->tokenizer = parse_vocab_txt(words, {}, "vocab.txt");
  const auto baseline = read_text(other, "the old king saw");
  const PredictionDifference difference =
      compare_predictions(*baseline->trace, *live->trace, {PredictionPlaces::Why::found, 4, 4, "saw", "saw"});
  EXPECT_FALSE(difference.one_vocabulary);
  EXPECT_EQ(difference.divergence, 0.0);
  for (const PredictionChange& row : difference.rows) {
    if (row.text == "river") {
      EXPECT_EQ(row.baseline_id, -1);
    } else if (row.text == "ocean") {
      EXPECT_EQ(row.id, -1);
    } else {
      EXPECT_EQ(live->model->tokenizer->readable(row.id), other->tokenizer->readable(row.baseline_id));
    }
  }
}

TEST(Difference, AHeadThatTheOtherModelDoesNotHaveIsNotSubtractedFromAnother) {
  auto live = read_text(reading_model(false, 3), "the old king");
  live->comparison =
      std::make_shared<const Comparison>(compare(read_text(reading_model(false, 1), "the old king"), *live, "A"));
  const std::shared_ptr<const Snapshot> snapshot = live;
  testing::SessionInParts session = session_at(*live);
  ViewMemo views;
  DifferenceMemo memo;
  const DifferenceViews* difference = memo.update(snapshot, session, views.update(snapshot, session));
  ASSERT_NE(difference, nullptr);
  EXPECT_EQ(difference->problem, NoDifference::head);
  EXPECT_TRUE(difference->grid.weights.empty());
  session.selection().head = {0, 2};
  difference = memo.update(snapshot, session, views.update(snapshot, session));
  EXPECT_EQ(difference->problem, NoDifference::none);
  EXPECT_FALSE(difference->grid.weights.empty());
}

TEST(Difference, TheMemoSharesOneScaleAndMakesTheGridAgainOnlyWhenItsNumbersChange) {
  const std::shared_ptr<const Snapshot> live = read_beside(reading_model(false), "the old king", "the red king");
  testing::SessionInParts session = session_at(*live);
  ViewMemo views;
  DifferenceMemo memo;
  const DifferenceViews* first = memo.update(live, session, views.update(live, session));
  ASSERT_NE(first, nullptr);
  const std::uint64_t revision = first->grid_revision;
  const GridView now = make_grid(*live, session);
  const GridView before = make_grid(*live->comparison->baseline, session_at_baseline(*live, session));
  EXPECT_EQ(first->weight_limit, std::max(now.weight_limit, before.weight_limit));
  EXPECT_EQ(first->score_limit, std::max(now.score_limit, before.score_limit));
  EXPECT_FALSE(first->question.keys.empty());
  session.selection().query = anchor_of(3, live->encoding);
  EXPECT_EQ(memo.update(live, session, views.update(live, session))->grid_revision, revision);
  session.selection().head = {2, 0};
  EXPECT_NE(memo.update(live, session, views.update(live, session))->grid_revision, revision);
  session.look().shown = Shown::live;
  EXPECT_TRUE(memo.update(live, session, views.update(live, session))->question.keys.empty());
  const std::shared_ptr<const Snapshot> alone = read_text(live->model, "the old king");
  EXPECT_EQ(memo.update(alone, session, views.update(alone, session)), nullptr);
}

std::vector<TokenGroup> groups(const Axis& axis) {
  std::vector<TokenGroup> result;
  for (const Unit& unit : axis.units)
    result.push_back(unit.tokens);
  return result;
}

TEST(Difference, TheMapOfALongTextHoldsTheGridsNumbersAndTheFarthestOfEachBlock) {
  const auto live = read_beside(reading_model(false), "the old king saw a cat in the garden",
                                "the king saw a red blue cat in the house");
  testing::SessionInParts session = session_at(*live);
  for (const bool hidden : {false, true}) {
    session.look().hide_special = hidden;
    const GridView shown = make_grid(*live, session);
    const GridDifference grid = make_grid_difference(*live, session, shown);
    const WholePairs pairs = make_whole_pairs(*live, session);
    EXPECT_EQ(pairs.row_partner, grid.rows.partner);
    const auto rows = groups(shown.rows), cols = groups(shown.cols);
    const auto baseline_rows = groups(pairs.rows), baseline_cols = groups(pairs.cols);
    const DifferenceSource source{{*live->comparison->baseline->trace, session.selection().head, baseline_rows,
                                   baseline_cols, pairs.renormalised},
                                  {*live->trace, session.selection().head, rows, cols, shown.renormalised},
                                  pairs.row_partner,
                                  pairs.col_partner};
    const Range all{0, rows.size()};
    const AttentionMap exact = difference_map(source, all, all, 1);
    const AttentionMap blocks = difference_map(source, all, all, 4);
    const MapPyramid pyramid = make_difference_pyramid(source);
    EXPECT_EQ(pyramid.score_limit, grid.score_limit);
    EXPECT_EQ(halved(halved(exact)).weight_peak, blocks.weight_peak);
    EXPECT_EQ(halved(halved(exact)).allowed_pairs, blocks.allowed_pairs);
    bool negative = false;
    for (std::size_t row = 0; row < rows.size(); ++row)
      for (std::size_t col = 0; col < cols.size(); ++col) {
        const bool none = grid.masked[row * cols.size() + col];
        EXPECT_EQ(exact.allowed_pairs(row, col), none ? 0.0F : 1.0F);
        if (none) continue;
        EXPECT_EQ(exact.score_peak(row, col), grid.scores(row, col));
        EXPECT_NEAR(exact.weight_peak(row, col), grid.weights(row, col), 1e-6F);
        EXPECT_GE(std::abs(blocks.weight_peak(row / 4, col / 4)), std::abs(exact.weight_peak(row, col)));
        negative = negative || blocks.weight_peak(row / 4, col / 4) < 0.0F;
      }
    EXPECT_TRUE(negative) << "what became less stays less from afar";
  }
}

}  // namespace
}  // namespace regard
