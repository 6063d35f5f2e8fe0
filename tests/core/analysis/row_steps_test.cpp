// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/row_steps.h"

#include "core/engine/engine.h"
#include "tests/core/engine/random_model.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <numeric>
#include <vector>

namespace regard {
namespace {

/// Every step from q·k to the score the run used, for each query and key of one head.
void expect_steps_to_add_up(float cap, std::vector<float> slopes) {
  const auto model = testing::random_llama({});
  testing::set_cap(*model, cap);
  const bool biased = !slopes.empty();
  if (biased) testing::set_positions(*model, Alibi{std::move(slopes)});
  Request request;
  request.ids = {5, 17, 3, 99, 42, 7, 8};
  const auto trace = run(model, request);
  const HeadRef head{1, 2};
  float largest_bias = 0.0F;
  for (std::size_t query = 0; query < trace->tokens(); ++query) {
    const RowSteps steps = row_steps(*trace, head, query);
    for (std::size_t key = 0; key < trace->tokens(); ++key) {
      const std::vector<float> products = score_products(*trace, head, query, key);
      EXPECT_NEAR(std::accumulate(products.begin(), products.end(), 0.0), steps.scaled[key], 1e-5);
      const float capped = cap == 0.0F ? steps.scaled[key] : cap * std::tanh(steps.scaled[key] / cap);
      EXPECT_NEAR(capped + steps.biases[key], steps.scores[key], 1e-5) << query << " → " << key;
      largest_bias = std::max(largest_bias, std::abs(steps.biases[key]));
    }
  }
  EXPECT_EQ(largest_bias > 0.0F, biased);
}

TEST(RowSteps, AddUpWithoutCapAndBias) {
  expect_steps_to_add_up(0.0F, {});
}

TEST(RowSteps, AddUpWithASoftCap) {
  expect_steps_to_add_up(0.3F, {});
}

TEST(RowSteps, AddUpWithAlibi) {
  expect_steps_to_add_up(0.0F, {0.5F, 0.25F, 0.125F, 0.0625F});
}

TEST(RowSteps, AddUpWithBoth) {
  expect_steps_to_add_up(0.3F, {0.5F, 0.25F, 0.125F, 0.0625F});
}

using Kind = InterventionKind;

/// Models with positions of every kind: a table, angles, ALiBi, T5's numbers; with a soft cap and without.
std::vector<std::shared_ptr<Model>> models() {
  const auto bloom = testing::random_llama({});
  testing::set_positions(*bloom, Alibi{{0.5F, 0.25F, 0.125F, 0.0625F}});
  const auto gemma = testing::random_llama({});
  testing::set_cap(*gemma, 0.5F);
  const auto t5 = testing::random_llama({});
  RelativeBias bias{.buckets = 4, .distance = 5};
  std::vector<float> values;
  for (std::size_t number = 0; number < t5->config.heads(0) * bias.width(); ++number)
    values.push_back(0.1F * static_cast<float>(number % 13) - 0.6F);
  bias.values = std::make_shared<const std::vector<float>>(std::move(values));
  testing::set_positions(*t5, bias);
  testing::set_scale(*t5, 1.0F);
  return {testing::random_bert({}), testing::random_llama({}), bloom, gemma, t5};
}

/// One of every kind; what is about heads is about all of layer 1 or about head 1:2.
std::vector<Intervention> one_of_each(const std::shared_ptr<const Trace>& source) {
  const HeadScope head{1, 2};
  std::vector<Intervention> list{
      {.kind = Kind::mask, .scope = head, .cells = {{{4, 6}, {1, 3}}}},
      {.kind = Kind::add, .scope = {.layer = 1}, .cells = {{{3, 8}, {0, 3}}, {{5, 6}, {2, 4}}}, .amount = 1.5F},
      {.kind = Kind::set_weight, .scope = head, .cells = {{{5, 7}, {1, 2}}}, .amount = 0.375F},
      {.kind = Kind::ablate, .scope = {1, 0}},
      {.kind = Kind::scale, .scope = {1, 3}, .amount = -0.5F},
      {.kind = Kind::keep_only, .scope = {1, 3}},
      {.kind = Kind::hide_tokens, .positions = {{2, 3}}},
      {.kind = Kind::temperature, .scope = head, .amount = 4.0F},
      {.kind = Kind::temperature, .scope = {}, .amount = 0.5F},
      {.kind = Kind::shift_positions, .positions = {{3, 5}}, .amount = 2.0F},
      {.kind = Kind::no_positions},
  };
  const auto with_source = [&](Intervention item) {
    item.source = source;
    list.push_back(item);
  };
  with_source({.kind = Kind::copy_pattern, .scope = head, .positions = {{4, 7}}});
  for (const PatchSite site : {PatchSite::residual, PatchSite::attention_output, PatchSite::feed_forward_output})
    with_source({.kind = Kind::patch, .scope = {.layer = 1}, .positions = {{4, 6}}, .site = site});
  for (const PatchSite site : {PatchSite::head_output, PatchSite::query, PatchSite::key, PatchSite::value})
    with_source({.kind = Kind::patch, .scope = head, .positions = {{4, 6}}, .site = site});
  return list;
}

/// Every number of one row follows from the ones before it, and the last are the trace's own.
void expect_row_to_follow(const Trace& trace, HeadRef head, std::size_t query, bool weights_set) {
  const RowSteps steps = row_steps(trace, head, query);
  const Matrix shown = weights(trace, head, {query, query + 1}, {0, trace.tokens()});
  double sum = 0.0;
  float largest = -1e30F;
  for (std::size_t key = 0; key < trace.tokens(); ++key) {
    const float scaled = steps.dots[key] * steps.rule.scale;
    const float capped = steps.rule.cap == 0.0F ? scaled : steps.rule.cap * std::tanh(scaled / steps.rule.cap);
    EXPECT_NEAR(steps.scaled[key], scaled, 1e-4);
    EXPECT_NEAR(capped + steps.biases[key] + steps.added[key], steps.scores[key], 1e-4) << query << " → " << key;
    if (!steps.allowed.contains(key) || steps.hidden[key]) {
      EXPECT_EQ(steps.exponentials[key], 0.0F);
      continue;
    }
    const float exponential = std::exp(steps.scores[key] / steps.temperature - steps.maximum);
    EXPECT_NEAR(exponential, steps.exponentials[key], 1e-4) << query << " → " << key;
    largest = std::max(largest, steps.scores[key] / steps.temperature);
    sum += exponential;
  }
  EXPECT_NEAR(sum, steps.sum, 1e-3);
  if (sum > 0.0) {
    EXPECT_NEAR(largest, steps.maximum, 1e-4);
  }
  for (std::size_t key = 0; key < trace.tokens(); ++key) {
    EXPECT_EQ(steps.weights[key], shown(0, key));
    if (!weights_set && sum > 0.0) {
      EXPECT_NEAR(steps.exponentials[key] / sum, shown(0, key), 1e-5);
    }
  }
}

TEST(RowSteps, follow_from_one_another_under_every_kind_of_intervention) {
  for (const auto& model : models()) {
    const auto source = run(model, {.ids = {9, 4, 17, 2, 33, 8, 21, 5}});
    std::vector<Intervention> each = one_of_each(source);
    for (const Intervention& item : each) {
      Request request{.ids = {5, 17, 3, 99, 42, 7, 8, 11}, .temperature = 0.7F, .interventions = {item}};
      const auto trace = run(model, request);
      const bool sets = item.kind == Kind::set_weight || item.kind == Kind::copy_pattern;
      for (const HeadRef head : {HeadRef{1, 2}, HeadRef{1, 1}, HeadRef{0, 3}}) {
        SCOPED_TRACE("kind " + std::to_string(static_cast<int>(item.kind)) + ", head " + std::to_string(head.head));
        const bool cooled = item.kind == Kind::temperature && item.scope.covers(head);
        EXPECT_EQ(row_steps(*trace, head, 6).temperature, cooled ? item.amount : 0.7F);
        for (std::size_t query = 0; query < trace->tokens(); ++query)
          expect_row_to_follow(*trace, head, query, sets);
      }
    }
    Request all{.ids = {5, 17, 3, 99, 42, 7, 8, 11}, .interventions = each};
    std::erase_if(all.interventions, [](const Intervention& item) { return item.kind == Kind::no_positions; });
    const auto together = run(model, all);
    for (std::size_t query = 0; query < together->tokens(); ++query)
      expect_row_to_follow(*together, {1, 2}, query, true);
  }
}

}  // namespace
}  // namespace regard
