// SPDX-License-Identifier: Apache-2.0
// Measures over the steps of the run that ships, held to measures of single runs of its checkpoints.
#include "core/analysis/checkpoint_curves.h"
#include "core/base/error.h"
#include "core/text/continuation.h"
#include "tests/core/base/expect_error.h"
#include "tests/core/base/temporary_folder.h"
#include "tests/core/model/tiny_checkpoint.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <set>

namespace regard {
namespace {

namespace fs = std::filesystem;

/// Some steps of the recorded run, as a folder of their own.
void link_steps(const fs::path& folder, const std::vector<std::string>& names) {
  for (const std::string& name : names)
    fs::create_directory_symlink(fs::path(REGARD_ASSETS_DIR) / "runs" / "induction" / name, folder / name);
}

CurveWish wish_for(const fs::path& model, const std::string& text) {
  const auto opened = load_model(model);
  CurveWish wish{.induction = true};
  wish.texts.push_back({.ids = ids_of(opened->tokenizer->encode(text))});
  return wish;
}

const Measure& point_measure(const CheckpointPoint& point, CurveMeasure measure, std::size_t head) {
  return point.measures[static_cast<std::size_t>(measure)][head];
}

float largest_of_point(const CheckpointPoint& point, CurveMeasure measure) {
  float most = 0.0F;
  for (const Measure& each : point.measures[static_cast<std::size_t>(measure)])
    most = std::max(most, each.value);
  return most;
}

TEST(CheckpointCurves, are_the_measures_of_each_checkpoints_own_run) {
  const testing::TemporaryFolder folder;
  link_steps(folder.path(), {"step-000000", "step-000300", "step-000950"});
  CheckpointSeries series = list_checkpoints(folder.path());
  check_checkpoints(series);
  const CurveWish wish = wish_for(series.steps[0].path, "A B C A B C A D");
  ASSERT_GT(wish.texts.front().ids.size(), 4U);
  const CheckpointCurves curves = measure_checkpoints(series, wish);
  ASSERT_EQ(curves.points.size(), 3U);
  EXPECT_TRUE(curves.gaps.empty());
  EXPECT_EQ(curves.checkpoints, 3U);
  for (std::size_t point = 0; point < 3; ++point) {
    const auto model = load_model(series.steps[point].path);
    const auto trace = run(model, wish.texts.front());
    const InductionProbe probe = probe_induction(model);
    EXPECT_EQ(curves.points[point].step, series.steps[point].step);
    for (std::size_t head = 0; head < curves.heads.size(); ++head) {
      const HeadMeasures one = measure_head(*trace, curves.heads[head]);
      EXPECT_FLOAT_EQ(point_measure(curves.points[point], CurveMeasure::previous, head).value, one.previous.value);
      EXPECT_FLOAT_EQ(point_measure(curves.points[point], CurveMeasure::distance, head).value, one.distance.value);
      EXPECT_FLOAT_EQ(point_measure(curves.points[point], CurveMeasure::entropy, head).value, one.entropy.value);
      EXPECT_FLOAT_EQ(point_measure(curves.points[point], CurveMeasure::induction, head).value,
                      probe.scores[head].mean().value);
    }
  }
  EXPECT_LT(largest_of_point(curves.points[0], CurveMeasure::induction), 0.1F);
  EXPECT_GT(largest_of_point(curves.points[2], CurveMeasure::induction), 0.5F) << "the induction head has come";
  EXPECT_GT(largest_of_point(curves.points[2], CurveMeasure::previous),
            largest_of_point(curves.points[0], CurveMeasure::previous));
}

TEST(CheckpointCurves, over_several_texts_are_means_over_their_rows) {
  const testing::TemporaryFolder folder;
  link_steps(folder.path(), {"step-000950"});
  CheckpointSeries series = list_checkpoints(folder.path());
  check_checkpoints(series);
  CurveWish wish = wish_for(series.steps[0].path, "A B C");
  wish.induction = false;
  wish.texts.push_back(wish_for(series.steps[0].path, "D E F A B C").texts.front());
  const CheckpointCurves curves = measure_checkpoints(series, wish);
  const auto model = load_model(series.steps[0].path);
  const Measure one = measure_head(*run(model, wish.texts[0]), {1, 0}).entropy;
  const Measure other = measure_head(*run(model, wish.texts[1]), {1, 0}).entropy;
  const auto place = std::find(curves.heads.begin(), curves.heads.end(), HeadRef{1, 0}) - curves.heads.begin();
  const Measure both = point_measure(curves.points[0], CurveMeasure::entropy, static_cast<std::size_t>(place));
  EXPECT_EQ(both.rows, one.rows + other.rows);
  const float mean = (static_cast<float>(one.rows) * one.value + static_cast<float>(other.rows) * other.value) /
                     static_cast<float>(both.rows);
  EXPECT_NEAR(both.value, mean, 1e-6F);
  EXPECT_FALSE(point_measure(curves.points[0], CurveMeasure::induction, 0).defined()) << "nobody asked for it";
}

TEST(CheckpointCurves, have_gaps_where_a_checkpoint_does_not_open) {
  const testing::TemporaryFolder folder;
  link_steps(folder.path(), {"step-000000", "step-000950"});
  fs::create_directories(folder / "step-000400");
  testing::tiny_bert().write_to(folder / "step-000500");
  CheckpointSeries series = list_checkpoints(folder.path());
  check_checkpoints(series);
  const CheckpointCurves curves = measure_checkpoints(series, wish_for(series.steps[0].path, "A B C"));
  ASSERT_EQ(curves.points.size(), 2U);
  ASSERT_EQ(curves.gaps.size(), 2U);
  EXPECT_EQ(curves.gaps[0].step, 400U);
  EXPECT_EQ(curves.gaps[0].why.code(), "not_a_model");
  EXPECT_EQ(curves.gaps[1].step, 500U);
  EXPECT_EQ(curves.gaps[1].why.code(), "checkpoint_shape");
}

TEST(CheckpointCurves, are_told_from_coarse_to_fine_and_stop_when_asked) {
  EXPECT_EQ(coarse_to_fine(0), (std::vector<std::size_t>{}));
  EXPECT_EQ(coarse_to_fine(1), (std::vector<std::size_t>{0}));
  EXPECT_EQ(coarse_to_fine(2), (std::vector<std::size_t>{1, 0}));
  EXPECT_EQ(coarse_to_fine(6), (std::vector<std::size_t>{5, 0, 2, 1, 3, 4}));
  const std::vector<std::size_t> many = coarse_to_fine(1'000);
  EXPECT_EQ(many.size(), 1'000U);
  EXPECT_EQ(std::set<std::size_t>(many.begin(), many.end()).size(), 1'000U);

  const testing::TemporaryFolder folder;
  link_steps(folder.path(), {"step-000000", "step-000300", "step-000950"});
  CheckpointSeries series = list_checkpoints(folder.path());
  check_checkpoints(series);
  std::stop_source stop;
  std::vector<std::size_t> sizes;
  const auto told = [&](const CheckpointCurves& so_far) {
    sizes.push_back(so_far.points.size());
    if (so_far.points.size() == 2) stop.request_stop();
  };
  EXPECT_THROW(
      (void)measure_checkpoints(series, wish_for(series.steps[0].path, "A B"), {.stop = stop.get_token()}, told),
      Cancelled);
  EXPECT_EQ(sizes, (std::vector<std::size_t>{1, 2}));
}

TEST(CheckpointCurves, without_a_checkpoint_that_opens_say_why) {
  const testing::TemporaryFolder folder;
  fs::create_directories(folder / "step-1");
  testing::write(folder / "step-1/config.json", "{");
  CheckpointSeries series = list_checkpoints(folder.path());
  check_checkpoints(series);
  const Error error = testing::error_of([&] { (void)measure_checkpoints(series, {}); });
  EXPECT_TRUE(error.code().starts_with("json")) << error.code();
  EXPECT_EQ(testing::error_of([&] { (void)measure_checkpoints({}, {}); }).code(), "no_checkpoints");
}

}  // namespace
}  // namespace regard
