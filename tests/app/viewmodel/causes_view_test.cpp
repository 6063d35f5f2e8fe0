// SPDX-License-Identifier: Apache-2.0
#include "app/viewmodel/causes_view.h"

#include "tests/app/viewmodel/coarse_model.h"
#include "tests/app/viewmodel/run_text.h"

#include <gtest/gtest.h>

namespace regard {
namespace {

using testing::coarse_beside_full;
using testing::read_beside;
using testing::read_text;
using testing::reading_model;

constexpr const char* kText = "the old king saw a cat";

TEST(CausesView, TheOtherModelIsTheBaselinesWhereItsFilesAreOthers) {
  const auto live = coarse_beside_full(kText, 1.0F);
  EXPECT_EQ(model_compared_with(*live), live->comparison->baseline->model);
  EXPECT_EQ(model_compared_with(*read_text(live->model, kText)), nullptr) << "nothing is compared";
  EXPECT_EQ(model_compared_with(*read_beside(live->model, "a cat", kText)), nullptr) << "the same model, another text";
  auto opened_twice = std::make_shared<Model>(*live->comparison->baseline->model),
       as_live = std::make_shared<Model>(*live->model);
  opened_twice->folder = as_live->folder = "/models/one";
  const auto pinned = read_text(opened_twice, kText), adapted = read_text(as_live, kText);
  adapted->comparison = std::make_shared<const Comparison>(compare(pinned, *adapted, "A"));
  EXPECT_EQ(model_compared_with(*adapted), nullptr) << "the same files, once without the adapter";
}

TEST(CausesView, FewerBitsThanPeopleComputeWithAreQuantised) {
  Model model;
  for (const char* full : {"F32", "F16", "BF16", "F64", ""}) {
    model.stored_as = full;
    EXPECT_FALSE(is_quantised(model)) << full;
  }
  for (const char* few : {"Q8_0", "Q4_K_M", "MXFP4", "GPTQ, 4 bits", "IQ2_XS"}) {
    model.stored_as = few;
    EXPECT_TRUE(is_quantised(model)) << few;
  }
  model = {.name = "narrator", .stored_as = "F16"};
  EXPECT_EQ(named_with_storage(model), "narrator, F16");
}

TEST(CausesView, BothAreMeasuredAtTheStrengthsThatAreSet) {
  const auto live = coarse_beside_full(kText, 0.5F);
  const CausesQuestion question = causes_question(*live, model_compared_with(*live));
  EXPECT_EQ(question.of.of.direction, std::vector<float>{0.5F});
  const auto causes = make_causes(question, {});
  const auto whole = make_causes(causes_question(*coarse_beside_full(kText, 1.0F), question.full), {});
  ASSERT_EQ(causes->heads.size(), 12U);
  EXPECT_EQ(causes->stored, whole->stored) << "storage does not hang on the adapter";
  EXPECT_NE(causes->adapted, whole->adapted);
  const auto silent = make_causes(causes_question(*coarse_beside_full(kText, 0.0F), question.full), {});
  EXPECT_EQ(silent->adapted, std::vector<double>(12, 0.0));
}

TEST(CausesView, HeadsAreRankedByTheLargerReasonAndCountedByIt) {
  DriftCauses causes{.heads = {{0, 0}, {0, 1}, {1, 0}, {1, 1}},
                     .stored = {0.1, 0.0, 0.3, 0.02},
                     .adapted = {0.2, 0.0, 0.05, 0.02},
                     .strengths = {1.0F}};
  EXPECT_EQ(farthest_by_any_cause(causes, 9), (std::vector<std::size_t>{2, 0, 3}));
  EXPECT_EQ(farthest_by_any_cause(causes, 1), std::vector<std::size_t>{2});
  EXPECT_EQ(count_causes(causes).by_adapter, 1U);
  EXPECT_EQ(count_causes(causes).by_storage, 1U);
  EXPECT_DOUBLE_EQ(end_of_axes(causes), 0.4);
  EXPECT_EQ(place_on_axis(0.0, 0.4), 0.0);
  EXPECT_DOUBLE_EQ(place_on_axis(0.1, 0.4), 0.5);
  EXPECT_DOUBLE_EQ(place_on_axis(0.4, 0.4), 1.0);
  causes.stored = causes.adapted = {0.0, 0.0, 0.0, 0.0};
  EXPECT_EQ(end_of_axes(causes), 1.0);
  causes.stored[1] = 0.00095;
  EXPECT_DOUBLE_EQ(end_of_axes(causes), 0.001);
}

}  // namespace
}  // namespace regard
