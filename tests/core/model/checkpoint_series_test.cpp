// SPDX-License-Identifier: Apache-2.0
// Folders of checkpoints: which names say a step, which of them are one model, and what is said of the others.
#include "core/model/checkpoint_series.h"
#include "core/base/error.h"
#include "core/model/model.h"
#include "tests/core/base/expect_error.h"
#include "tests/core/base/temporary_folder.h"
#include "tests/core/format/gguf_writer.h"
#include "tests/core/model/tiny_checkpoint.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

namespace regard {
namespace {

namespace fs = std::filesystem;
using testing::error_of;
using testing::TemporaryFolder;

std::uint64_t step_of(std::string_view name, bool folder = true) {
  const auto found = step_in(name, folder);
  return found ? found->step : 999'999'999U;
}
constexpr std::uint64_t kNone = 999'999'999U;

std::vector<std::uint64_t> numbers_of_steps(const CheckpointSeries& series) {
  std::vector<std::uint64_t> steps;
  for (const CheckpointStep& each : series.steps)
    steps.push_back(each.step);
  return steps;
}

/// Small checkpoints under these names.
void write_steps(const TemporaryFolder& folder, const std::vector<std::string>& names) {
  for (const std::string& name : names)
    testing::tiny_llama().write_to(folder / name);
}

TEST(StepName, is_the_number_behind_the_word) {
  EXPECT_EQ(step_of("checkpoint-500"), 500U);
  EXPECT_EQ(step_of("step1000"), 1'000U);
  EXPECT_EQ(step_of("step-1000"), 1'000U);
  EXPECT_EQ(step_of("step-000350"), 350U);
  EXPECT_EQ(step_of("global_step12"), 12U);
  EXPECT_EQ(step_of("Iter_0000040"), 40U);
  EXPECT_EQ(step_of("epoch=3-step=1500"), 1'500U);
  EXPECT_EQ(step_of("step1000-tokens4B"), 1'000U);
  EXPECT_EQ(step_of("step_10k"), 10'000U);
  EXPECT_EQ(step_of("step-2M-final"), 2'000'000U);
  EXPECT_EQ(step_of("step10kids"), 10U);
  EXPECT_EQ(step_of("epoch-3"), 3U);
  EXPECT_EQ(step_of("500"), 500U);
  EXPECT_EQ(step_of("step_500.gguf", false), 500U);
  EXPECT_EQ(step_of("model-step500.safetensors", false), 500U);
}

TEST(StepName, is_nothing_where_the_name_says_none) {
  for (const char* name : {"final", "gemma-2", "v2", "timestep-5", "checkpoint-best", "stepwise", "", "step-", "run 12",
                           "step9999999999999999999", "step1000000000k"})
    EXPECT_EQ(step_of(name), kNone) << name;
  for (const char* name : {"500", "step_500.txt", "step_500", "optimizer.pt"})
    EXPECT_EQ(step_of(name, false), kNone) << name;
}

TEST(StepName, names_of_one_form_have_one_shape) {
  EXPECT_EQ(step_in("epoch=3-step=15", true)->shape, step_in("epoch=12-step=150", true)->shape);
  EXPECT_NE(step_in("step-15", true)->shape, step_in("checkpoint-15", true)->shape);
  EXPECT_NE(step_in("step-15", true)->shape, step_in("step-15.gguf", false)->shape);
}

TEST(Checkpoints, stand_in_the_order_of_their_numbers) {
  const TemporaryFolder folder;
  write_steps(folder, {"checkpoint-1000", "checkpoint-500", "checkpoint-9"});
  fs::create_directories(folder / "logs");
  const CheckpointSeries series = list_checkpoints(folder.path());
  EXPECT_EQ(numbers_of_steps(series), (std::vector<std::uint64_t>{9, 500, 1'000}));
  EXPECT_TRUE(series.others.empty());
  EXPECT_FALSE(series.cut);
  EXPECT_EQ(step_of_path(series, folder / "checkpoint-500"), 1U);
  EXPECT_EQ(step_of_path(series, folder / "checkpoint-500/"), 1U);
  EXPECT_EQ(step_of_path(series, folder / "checkpoint-501"), std::nullopt);
  EXPECT_EQ(last_checkpoint(folder.path()), folder / "checkpoint-1000");
  EXPECT_FALSE(holds_model(folder.path()));
  EXPECT_EQ(checkpoint_at(folder.path(), 500), folder / "checkpoint-500");
  EXPECT_EQ(checkpoint_at(folder / "checkpoint-9", 1'000), folder / "checkpoint-1000") << "beside one of them";
}

TEST(Checkpoints, are_of_the_form_that_most_names_have) {
  const TemporaryFolder folder;
  write_steps(folder, {"step1", "step2", "checkpoint-5"});
  const CheckpointSeries series = list_checkpoints(folder.path());
  EXPECT_EQ(numbers_of_steps(series), (std::vector<std::uint64_t>{1, 2}));
  EXPECT_EQ(series.others, (std::vector<std::string>{"checkpoint-5"}));
}

TEST(Checkpoints, of_what_is_no_model_are_none) {
  const TemporaryFolder folder;
  fs::create_directories(folder / "step-1");
  testing::write(folder / "step-2" / "events.log", "x");
  EXPECT_TRUE(list_checkpoints(folder.path()).steps.empty());
  EXPECT_TRUE(list_checkpoints(folder / "nowhere").steps.empty());
  EXPECT_EQ(error_of([&] { (void)checkpoint_at(folder.path(), 1); }).code(), "no_checkpoints");
}

TEST(Checkpoints, that_are_missing_are_told_with_the_nearest) {
  const TemporaryFolder folder;
  write_steps(folder, {"step1", "step20", "step300"});
  const Error error = error_of([&] { (void)checkpoint_at(folder.path(), 25); });
  EXPECT_EQ(error.code(), "checkpoint_missing");
  EXPECT_EQ(error.details().item, "25");
  EXPECT_EQ(error.details().expected, "1, 20, 300");
}

TEST(Checkpoints, two_of_one_step_are_neither) {
  const TemporaryFolder folder;
  write_steps(folder, {"step-5", "step-05", "step-6"});
  CheckpointSeries series = list_checkpoints(folder.path());
  ASSERT_EQ(numbers_of_steps(series), (std::vector<std::uint64_t>{5, 6}));
  ASSERT_TRUE(series.steps[0].problem);
  EXPECT_EQ(series.steps[0].problem->code(), "checkpoint_twice");
  check_checkpoints(series);
  EXPECT_EQ(series.steps[0].problem->code(), "checkpoint_twice");
  EXPECT_FALSE(series.steps[1].problem);
  EXPECT_EQ(error_of([&] { (void)checkpoint_at(folder.path(), 5); }).code(), "checkpoint_twice");
}

TEST(Checkpoints, a_broken_one_leaves_the_others_be) {
  const TemporaryFolder folder;
  write_steps(folder, {"step1", "step2", "step3"});
  fs::resize_file(folder / "step3/model.safetensors", fs::file_size(folder / "step3/model.safetensors") / 2);
  fs::remove(folder / "step2/config.json");
  CheckpointSeries series = list_checkpoints(folder.path());
  EXPECT_FALSE(series.checked);
  check_checkpoints(series);
  EXPECT_TRUE(series.checked);
  EXPECT_FALSE(series.steps[0].problem);
  ASSERT_TRUE(series.steps[1].problem && series.steps[2].problem);
  EXPECT_EQ(series.steps[1].problem->code(), "not_a_model");
  EXPECT_NE(std::string(series.steps[2].problem->what()).find("step3"), std::string::npos);
  EXPECT_EQ(last_checkpoint(folder.path()), folder / "step1") << "the last that opens";
}

TEST(Checkpoints, of_another_shape_are_told) {
  const TemporaryFolder folder;
  write_steps(folder, {"step1", "step2"});
  testing::tiny_bert().write_to(folder / "step3");
  CheckpointSeries series = list_checkpoints(folder.path());
  check_checkpoints(series);
  EXPECT_FALSE(series.steps[0].problem || series.steps[1].problem);
  ASSERT_TRUE(series.steps[2].problem);
  EXPECT_EQ(series.steps[2].problem->code(), "checkpoint_shape");
  EXPECT_NE(series.steps[2].problem->details().found.find("Bert"), std::string::npos);
  EXPECT_NE(series.steps[2].problem->details().expected.find("Llama"), std::string::npos);
}

TEST(Checkpoints, of_another_vocabulary_are_told_with_the_first_token_that_differs) {
  const TemporaryFolder folder;
  for (const char* name : {"step1", "step2", "step3"})
    testing::tiny_bert().write_to(folder / name);
  std::string words = testing::read(folder / "step1/vocab.txt");
  const std::size_t at = words.find("\nb\n");
  ASSERT_NE(at, std::string::npos);
  words[at + 1] = 'z';
  testing::write(folder / "step1/vocab.txt", words);
  CheckpointSeries series = list_checkpoints(folder.path());
  check_checkpoints(series);
  ASSERT_TRUE(series.steps[0].problem) << "most of them are the model";
  EXPECT_EQ(series.steps[0].problem->code(), "checkpoint_vocabulary");
  EXPECT_EQ(series.steps[0].problem->details().found, "z");
  EXPECT_EQ(series.steps[0].problem->details().expected, "b");
  EXPECT_FALSE(series.steps[1].problem || series.steps[2].problem);
}

TEST(Checkpoints, in_a_models_own_folder_are_beside_its_last_state) {
  const fs::path induction = fs::path(REGARD_ASSETS_DIR) / "runs" / "induction";
  EXPECT_TRUE(holds_model(induction));
  CheckpointSeries series = list_checkpoints(induction);
  check_checkpoints(series);
  EXPECT_EQ(series.steps.size(), 17U);
  for (const CheckpointStep& each : series.steps)
    EXPECT_FALSE(each.problem) << each.path;
  EXPECT_EQ(checkpoint_at(induction, 350).filename(), "step-000350");
  EXPECT_EQ(series_folder_of(induction / "step-000350"), induction);
  EXPECT_EQ(series_folder_of(induction), induction);
}

TEST(Checkpoints, of_thousands_of_names_take_no_longer_than_reading_the_folder) {
  const TemporaryFolder folder;
  write_steps(folder, {"step0"});
  for (std::size_t step = 1; step < 3'000; ++step)
    fs::create_directories(folder / ("step" + std::to_string(step)));
  CheckpointSeries series = list_checkpoints(folder.path());
  ASSERT_EQ(series.steps.size(), 3'000U);
  EXPECT_EQ(series.steps[2'999].step, 2'999U);
  check_checkpoints(series);
  EXPECT_FALSE(series.steps[0].problem);
  EXPECT_TRUE(series.steps[1].problem);
}

TEST(Checkpoints, are_checked_until_somebody_stops_it) {
  const TemporaryFolder folder;
  write_steps(folder, {"step1", "step2"});
  CheckpointSeries series = list_checkpoints(folder.path());
  std::stop_source stop;
  EXPECT_THROW(check_checkpoints(series, stop.get_token(), nullptr, [&] { stop.request_stop(); }), Cancelled);
}

}  // namespace
}  // namespace regard
