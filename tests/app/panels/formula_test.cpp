// SPDX-License-Identifier: Apache-2.0
#include "app/panels/look/formula.h"

#include "app/panels/common/parts.h"
#include "app/session/session.h"
#include "app/style/locale.h"
#include "tests/app/viewmodel/handmade.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <numeric>
#include <string>

namespace regard {
namespace {

std::string text_of(const std::vector<FormulaPiece>& step) {
  std::string text;
  for (const FormulaPiece& piece : step)
    text += piece.text;
  return text;
}

/// The number behind the last "= ".
double result_of(const std::vector<FormulaPiece>& step) {
  std::string text = text_of(step);
  text = text.substr(text.rfind("= ") + 2);
  const std::size_t minus = text.find("−");
  if (minus != std::string::npos) text = "-" + text.substr(minus + std::string("−").size());
  return std::strtod(text.c_str(), nullptr);
}

QuestionView question(const testing::HandmadeOptions& options, std::size_t query, std::size_t key,
                      float temperature = 1.0F) {
  testing::HandmadeOptions made = options;
  made.temperature = temperature;
  const auto snapshot = testing::handmade_snapshot("the old king gave the prince a sword", made);
  Session session = testing::session_for(*snapshot, {1, 3}, query, key);
  session.temperature = temperature;
  return make_question(*snapshot, session);
}

TEST(Formula, each_step_follows_from_the_one_before) {
  const QuestionView view = question({}, 4, 2);
  const auto steps = formula_steps(view);
  ASSERT_EQ(steps.size(), 4U);
  const double dot = result_of(steps[0]), score = result_of(steps[1]), exponential = result_of(steps[2]),
               weight = result_of(steps[3]);
  EXPECT_NEAR(dot / std::sqrt(5.0), score, 1e-3);
  EXPECT_NEAR(std::exp(score - static_cast<double>(view.row_maximum)), exponential, 2e-3);
  EXPECT_NEAR(exponential / static_cast<double>(view.exponential_sum), weight, 2e-3);
  EXPECT_NE(text_of(steps[1]).find("√5"), std::string::npos) << text_of(steps[1]);
}

TEST(Formula, temperature_is_a_step_of_its_own) {
  const auto steps = formula_steps(question({}, 4, 2, 0.5F));
  ASSERT_EQ(steps.size(), 5U);
  EXPECT_NEAR(result_of(steps[1]) / 0.5, result_of(steps[2]), 3e-3);
}

TEST(Formula, a_masked_key_ends_with_its_score) {
  load_locale(std::string(REGARD_ASSETS_DIR) + "/locale");
  set_language(Language::en);
  const auto steps = formula_steps(question({.causal = true}, 2, 5));
  ASSERT_EQ(steps.size(), 3U);
  EXPECT_EQ(text_of(steps[2]), tr("question.masked"));
}

TEST(Formula, products_add_up_to_the_score_that_is_shown) {
  const QuestionView view = question({}, 4, 2);
  const float sum = std::accumulate(view.products.begin(), view.products.end(), 0.0F);
  EXPECT_EQ(number(sum, 3), number(view.bars[2].score, 3));
}

TEST(Formula, soft_cap_and_bias_are_steps_of_their_own) {
  load_locale(std::string(REGARD_ASSETS_DIR) + "/locale");
  set_language(Language::en);
  QuestionView view;
  view.key = 1;
  view.head_dim = 4;
  view.scale = 0.5F;
  view.score_cap = 20.0F;
  view.alibi_slope = 0.25F;
  view.exponential_sum = 1.0F;
  const float capped = 20.0F * std::tanh(15.0F / 20.0F);
  view.bars = {{.token = 1, .dot = 30.0F, .scaled = 15.0F, .bias = -0.5F, .score = capped - 0.5F}};
  const auto steps = formula_steps(view);
  ASSERT_EQ(steps.size(), 6U);
  EXPECT_NEAR(result_of(steps[1]), 15.0, 1e-3);
  EXPECT_NEAR(result_of(steps[2]), static_cast<double>(capped), 1e-3);
  EXPECT_NEAR(result_of(steps[3]), static_cast<double>(capped) - 0.5, 1e-3);
}

TEST(Percent, keeps_two_meaningful_digits) {
  EXPECT_EQ(percent(0.997F), "99.7 %");
  EXPECT_EQ(percent(0.0573F), "5.73 %");
  EXPECT_EQ(percent(0.0004F), "0.040 %");
  EXPECT_EQ(percent(0.0F), "0.0 %");
}

TEST(Formula, prints_a_cap_and_a_temperature_with_the_decimals_they_have) {
  QuestionView view = question({}, 4, 2);
  view.score_cap = 0.5F;
  view.temperature = 0.125F;
  std::string all;
  for (const auto& step : formula_steps(view))
    all += text_of(step) + "\n";
  EXPECT_NE(all.find("0.5·tanh("), std::string::npos) << all;
  EXPECT_NE(all.find("÷ T 0.125 ="), std::string::npos) << all;
}

TEST(Formula, tells_what_interventions_did) {
  QuestionView view = question({}, 4, 2);
  const auto bar = std::find_if(view.bars.begin(), view.bars.end(), [](const KeyBar& each) { return each.token == 2; });
  bar->added = 0.25F;
  bar->score = bar->scaled + 0.25F;
  view.weights_set = true;
  bar->weight = 0.75F;
  const auto steps = formula_steps(view);
  ASSERT_EQ(steps.size(), 6U);
  EXPECT_NEAR(result_of(steps[1]) + 0.25, result_of(steps[2]), 2e-3);
  EXPECT_NEAR(result_of(steps[5]), 0.75, 1e-3);
  EXPECT_NE(text_of(steps[5]).find(tr("question.set")), std::string::npos);
}

}  // namespace
}  // namespace regard
