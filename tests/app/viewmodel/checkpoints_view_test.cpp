// SPDX-License-Identifier: Apache-2.0
// Which step of a time line is shown, which comes next, and what its curves are asked about.
#include "app/viewmodel/checkpoints_view.h"

#include "app/session/session.h"
#include "core/base/error.h"
#include "tests/app/viewmodel/run_text.h"
#include "tests/core/base/temporary_folder.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>

namespace regard {
namespace {

namespace fs = std::filesystem;
using testing::read_text;

fs::path recorded_run() {
  return fs::path(REGARD_ASSETS_DIR) / "runs" / "induction";
}

CheckpointSeries made_up() {
  CheckpointSeries series{.folder = "/run"};
  for (const std::uint64_t step : {10U, 20U, 30U, 40U})
    series.steps.push_back({step, fs::path("/run") / ("step-" + std::to_string(step)), {}});
  series.steps[1].problem = Error("not_a_model", {});
  return series;
}

TEST(TimeLine, goes_to_the_next_step_that_opens) {
  const CheckpointSeries series = made_up();
  EXPECT_EQ(next_checkpoint(series, 0, 1), 2U);
  EXPECT_EQ(next_checkpoint(series, 2, -1), 0U);
  EXPECT_EQ(next_checkpoint(series, 3, 1), std::nullopt);
  EXPECT_EQ(next_checkpoint(series, 0, -1), std::nullopt);
  EXPECT_EQ(next_checkpoint(series, std::nullopt, -1), 3U);
  EXPECT_EQ(nearest_checkpoint(series, 21), 2U);
  EXPECT_EQ(nearest_checkpoint(series, 20), 0U) << "of two the earlier";
  EXPECT_EQ(nearest_checkpoint({}, 20), std::nullopt);
}

TEST(TimeLine, knows_which_step_is_shown_and_which_it_is_compared_with) {
  const CheckpointSeries series = made_up();
  Snapshot snapshot;
  Session session;
  session.model = "/run/step-30";
  EXPECT_EQ(chosen_checkpoint(series, session, snapshot), 2U);
  EXPECT_EQ(compared_checkpoint(series, session), std::nullopt);
  session.pins.push_back({"A", {}, {}});
  session.pins[0].reading.model = "/run/step-10/";
  session.baseline = "A";
  EXPECT_EQ(compared_checkpoint(series, session), 0U);
  session.model = "council";
  EXPECT_EQ(chosen_checkpoint(series, session, snapshot), std::nullopt);
  session.model = "/run";  // opened by its folder: the model says which it is
  auto model = std::make_shared<Model>();
  model->folder = "/run/step-40";
  snapshot.model = model;
  snapshot.source_model = "/run";
  EXPECT_EQ(chosen_checkpoint(series, session, snapshot), 3U);
  EXPECT_EQ(checkpoints_folder(snapshot), "/run");
  snapshot.source_model = "council";
  model->folder = "/models/council";
  EXPECT_EQ(checkpoints_folder(snapshot), "/models/council");
  EXPECT_EQ(checkpoints_folder(Snapshot{}), "");
}

TEST(TimeLine, is_compared_with_any_of_its_steps) {
  const CheckpointSeries series = made_up();
  Session session;
  session.model = "/run/step-30";
  session.text = "a b";
  session = compared_with(session, series, series.steps[0]);
  ASSERT_EQ(session.pins.size(), 1U);
  EXPECT_EQ(session.pins[0].reading.text, "a b");
  EXPECT_EQ(compared_checkpoint(series, session), 0U);
  session = compared_with(session, series, series.steps[3]);
  EXPECT_EQ(session.pins.size(), 1U) << "the same pin, at another step";
  EXPECT_EQ(compared_checkpoint(series, session), 3U);
  EXPECT_EQ(session.model, "/run/step-30");
  session.pins.assign(max_pins, session.pins[0]);
  session.baseline = "nobody";
  EXPECT_EQ(compared_with(session, series, series.steps[0]), session);
}

TEST(TimeLine, is_told_by_names_before_it_is_checked) {
  std::vector<std::shared_ptr<const CheckpointSeries>> told;
  const auto series = find_checkpoints({recorded_run()}, {}, [&](auto part) { told.push_back(std::move(part)); });
  ASSERT_EQ(told.size(), 1U);
  EXPECT_FALSE(told[0]->checked);
  EXPECT_EQ(told[0]->steps.size(), series->steps.size());
  EXPECT_TRUE(series->checked);
}

TEST(TimeLine, has_curves_of_the_sentence_or_of_a_corpus_or_of_random_tokens) {
  const auto series = find_checkpoints({recorded_run()}, {});
  const auto snapshot = read_text(load_model(series->steps.back().path), "A B C A B");
  CurvesQuestion question = curves_question(*snapshot, series, CurveMeasure::entropy);
  EXPECT_EQ(question.text.ids, snapshot->trace->request.ids);
  const auto own = make_curves(question, {});
  const testing::TemporaryFolder folder;
  testing::write(folder / "t.txt", "A B C A B\n");
  question.text = {};
  question.corpus = folder / "t.txt";
  const auto of_corpus = make_curves(question, {});
  ASSERT_EQ(own->points.size(), series->steps.size());
  for (std::size_t head = 0; head < own->heads.size(); ++head)
    EXPECT_EQ(curve_of(*own, CurveMeasure::entropy, head), curve_of(*of_corpus, CurveMeasure::entropy, head));
  EXPECT_TRUE(std::isnan(curve_of(*own, CurveMeasure::induction, 0).front()));
  EXPECT_FALSE(uniform_of(*own, CurveMeasure::induction));
  EXPECT_GT(uniform_of(*own, CurveMeasure::entropy).value_or(0.0F), 0.5F);

  const CurvesQuestion random = curves_question(*snapshot, series, CurveMeasure::induction);
  EXPECT_EQ(random,
            curves_question(*read_text(load_model(series->steps.front().path), "C D"), series, CurveMeasure::induction))
      << "it follows from the checkpoints alone";
  const auto induction = make_curves(random, {});
  const std::vector<std::size_t> heads = most_changing(*induction, CurveMeasure::induction, 2);
  ASSERT_EQ(heads.size(), 2U);
  const std::vector<float> curve = curve_of(*induction, CurveMeasure::induction, heads.front());
  EXPECT_LT(curve.front(), 0.1F);
  EXPECT_GT(curve.back(), 0.5F);
  EXPECT_EQ(induction->heads[heads.front()].layer, 1U) << "an induction head needs one below it";
}

TEST(TimeLine, without_steps_has_no_curves) {
  CurvesQuestion question{.series = std::make_shared<const CheckpointSeries>()};
  EXPECT_THROW((void)make_curves(question, {}), Error);
}

}  // namespace
}  // namespace regard
