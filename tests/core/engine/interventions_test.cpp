// SPDX-License-Identifier: Apache-2.0
// What interventions promise whatever the weights: analytic results, tiles that show what the run used, reuse to the last bit.
#include "core/base/error.h"
#include "core/engine/engine.h"
#include "core/engine/variants.h"
#include "tests/core/engine/comparison.h"
#include "tests/core/engine/random_model.h"

#include <gtest/gtest.h>
#include <algorithm>
#include <cmath>
#include <limits>

namespace regard {
namespace {

using Kind = InterventionKind;
using testing::some_ids;
using Traced = std::shared_ptr<const Trace>;

constexpr HeadScope kHead{1, 2};
constexpr HeadRef kSameHead{1, 2};

std::vector<std::shared_ptr<Model>> models() {
  const auto bloom = testing::random_llama({.layers = 3});
  testing::set_positions(*bloom, Alibi{{0.5F, 0.25F, 0.125F, 0.0625F}});
  return {testing::random_bert({.layers = 3}), testing::random_llama({.layers = 3}), bloom};
}

Request request_with(std::vector<Intervention> list, std::size_t tokens = 21) {
  return {.ids = some_ids(tokens, 101), .interventions = std::move(list)};
}

std::string error_item(const std::shared_ptr<const Model>& model, Intervention item) {
  try {
    (void)run(model, request_with({std::move(item)}));
  } catch (const Error& error) {
    return error.details().item;
  }
  return "none";
}

void expect_same(const Trace& a, const Trace& b, const std::string& what) {
  EXPECT_EQ(a.residual, b.residual) << what;
  ASSERT_EQ(a.layers.size(), b.layers.size());
  for (std::size_t layer = 0; layer < a.layers.size(); ++layer) {
    for (Matrix LayerTrace::*tensor :
         {&LayerTrace::queries, &LayerTrace::keys, &LayerTrace::values, &LayerTrace::head_outputs,
          &LayerTrace::attention_output, &LayerTrace::feed_forward_output, &LayerTrace::log_sum_exp,
          &LayerTrace::row_maximum, &LayerTrace::row_sum})
      EXPECT_EQ(a.layers[layer].*tensor, b.layers[layer].*tensor) << what << ", layer " << layer;
  }
  EXPECT_EQ(testing::all_weights(a), testing::all_weights(b)) << what;
}

/// One of each kind, most of them on layer 1.
std::vector<Intervention> one_of_each(const Traced& source) {
  std::vector<std::int32_t> partners(21);
  for (std::size_t position = 0; position < partners.size(); ++position)
    partners[position] = position % 5 == 4 ? -1 : static_cast<std::int32_t>(position) - (position > 4 ? 1 : 0);
  std::vector<Intervention> list{
      {.kind = Kind::mask, .scope = kHead, .cells = {{{7, 9}, {2, 5}}, {{12, kToEnd}, {0, 1}}}},
      {.kind = Kind::add, .scope = {.layer = 1}, .cells = {{{5, 12}, {3, 6}}, {{6, 8}, {4, 9}}}, .amount = 1.5F},
      {.kind = Kind::set_weight, .scope = kHead, .cells = {{{6, 10}, {1, 2}}}, .amount = 0.375F},
      {.kind = Kind::ablate, .scope = {1, 0}},
      {.kind = Kind::ablate, .scope = {2, 1}, .mean = true},
      {.kind = Kind::scale, .scope = {1, 3}, .amount = -0.5F},
      {.kind = Kind::keep_only, .scope = {2, 3}},
      {.kind = Kind::hide_tokens, .positions = {{9, 10}}},
      {.kind = Kind::temperature, .scope = {1, 1}, .amount = 0.5F},
      {.kind = Kind::shift_positions, .positions = {{8, 12}}, .amount = 3.0F},
      {.kind = Kind::no_positions},
      {.kind = Kind::positions},
      {.kind = Kind::attention, .scope = {2, 0}, .as = {KindForm::window, 3}},
      {.kind = Kind::attention, .scope = {2, 2}, .as = {KindForm::top_keys, 2}},
      {.kind = Kind::attention, .scope = {0, 1}, .as = {KindForm::hard}},
  };
  const auto with_source = [&](Intervention item) {
    item.source = source;
    item.source_positions = partners;
    list.push_back(item);
  };
  with_source({.kind = Kind::copy_pattern, .scope = {1, 1}, .positions = {{6, 18}}});
  for (const PatchSite site : {PatchSite::residual, PatchSite::attention_output, PatchSite::feed_forward_output})
    with_source({.kind = Kind::patch, .scope = {.layer = 2}, .positions = {{10, 12}}, .site = site});
  for (const PatchSite site : {PatchSite::head_output, PatchSite::query, PatchSite::key, PatchSite::value})
    with_source({.kind = Kind::patch, .scope = kHead, .positions = {{11, 14}}, .site = site});
  return list;
}

std::string name_of(const Intervention& item) {
  return "kind " + std::to_string(static_cast<int>(item.kind)) + " site " + std::to_string(static_cast<int>(item.site));
}

TEST(Interventions, GiveAllTheWeightToTheOnlyKeyThatIsNotMasked) {
  for (const auto& model : models()) {
    Intervention item{.kind = Kind::mask, .scope = kHead, .cells = {{{0, kToEnd}, {0, 4}}, {{0, kToEnd}, {5, kToEnd}}}};
    const auto trace = run(model, request_with({item}));
    const Matrix grid = weights(*trace, kSameHead);
    for (std::size_t query = 4; query < trace->tokens(); ++query) {
      for (std::size_t key = 0; key < trace->tokens(); ++key)
        EXPECT_EQ(grid(query, key), key == 4 ? 1.0F : 0.0F);
      const auto output = output_of(*trace, kSameHead, query);
      const auto value = value_of(*trace, kSameHead, 4);
      EXPECT_TRUE(std::equal(output.begin(), output.end(), value.begin()));
    }
  }
}

TEST(Interventions, ShiftPositionsWhereTheyAreNumbersForDistances) {
  const auto model = testing::random_llama({});
  testing::set_positions(*model, NoPositions{});
  EXPECT_EQ(error_item(model, {.kind = Kind::shift_positions, .amount = 5.0F}), "interventions[0].kind")
      << "there is nothing to shift";
  RelativeBias bias{.buckets = 4, .distance = 6};
  std::vector<float> values;
  for (std::size_t number = 0; number < model->config.heads(0) * bias.width(); ++number)
    values.push_back(0.25F * static_cast<float>(number % 11));
  bias.values = std::make_shared<const std::vector<float>>(values);
  testing::set_positions(*model, bias);
  const auto plain = run(model, request_with({}));
  const auto all = run(model, request_with({{.kind = Kind::shift_positions, .amount = 5000.0F}}));
  EXPECT_EQ(testing::all_weights(*plain), testing::all_weights(*all)) << "distances are as before";
  const auto one = run(model, request_with({{.kind = Kind::shift_positions, .positions = {{3, 4}}, .amount = 2.0F}}));
  const HeadRef head{0, 2};
  const Matrix before = scores(*plain, head), after = scores(*one, head);
  const auto number = [&](std::ptrdiff_t offset) {
    const auto reach = static_cast<std::ptrdiff_t>(bias.distance);
    return values[head.head * bias.width() + static_cast<std::size_t>(std::clamp(offset, -reach, reach) + reach)];
  };
  for (std::size_t query = 4; query < one->tokens(); ++query) {
    const auto away = 3 - static_cast<std::ptrdiff_t>(query);
    EXPECT_NEAR(after(query, 3) - before(query, 3), number(away + 2) - number(away), 1e-5);
    EXPECT_EQ(after(query, 1), before(query, 1));
  }
}

TEST(Interventions, LeaveARowWithoutKeysAtZero) {
  const auto model = testing::random_llama({});
  const auto trace = run(model, request_with({{.kind = Kind::mask, .scope = kHead, .cells = {{{3, 4}, {0, kToEnd}}}}}));
  const Matrix grid = weights(*trace, kSameHead);
  for (const float weight : grid.row(3))
    EXPECT_EQ(weight, 0.0F);
  for (const float number : output_of(*trace, kSameHead, 3))
    EXPECT_EQ(number, 0.0F);
  EXPECT_EQ(trace->layers[1].row_sum(2, 3), 0.0F);
  EXPECT_EQ(trace->layers[1].log_sum_exp(2, 3), -std::numeric_limits<float>::infinity());
  for (const float number : trace->residual.back().values)
    EXPECT_TRUE(std::isfinite(number));
}

TEST(Interventions, HideATokenAsMaskingItInEveryHeadDoes) {
  for (const auto& model : models()) {
    const auto hidden = run(model, request_with({{.kind = Kind::hide_tokens, .positions = {{6, 7}}}}));
    const auto masked = run(model, request_with({{.kind = Kind::mask, .cells = {{{0, kToEnd}, {6, 7}}}}}));
    expect_same(*hidden, *masked, "hidden against masked");
    EXPECT_TRUE(hidden_keys(*hidden, {0, 1}, 9, {0, 21})[6]);
    EXPECT_FALSE(hidden_keys(*hidden, {0, 1}, 9, {0, 21})[5]);
  }
}

TEST(Interventions, AddToScoresBeforeTheSoftmax) {
  for (const auto& model : models()) {
    const auto plain = run(model, request_with({}));
    const auto raised =
        run(model,
            request_with(
                {{.kind = Kind::add, .scope = kHead, .cells = {{{8, 9}, {2, 4}}, {{8, 9}, {3, 5}}}, .amount = 2.0F}}));
    const Matrix before = scores(*plain, kSameHead);
    const Matrix after = scores(*raised, kSameHead);
    const Matrix grid = weights(*plain, kSameHead);
    const Matrix moved = weights(*raised, kSameHead);
    double sum = 0.0;
    for (std::size_t key = 0; key < 21; ++key)
      sum += static_cast<double>(grid(8, key)) * (key >= 2 && key < 5 ? std::exp(2.0) : 1.0);
    for (std::size_t key = 0; key < 21; ++key) {
      const bool covered = key >= 2 && key < 5;
      EXPECT_EQ(after(8, key), covered ? before(8, key) + 2.0F : before(8, key));
      EXPECT_NEAR(moved(8, key), static_cast<double>(grid(8, key)) * (covered ? std::exp(2.0) : 1.0) / sum, 1e-6);
      EXPECT_EQ(moved(9, key), grid(9, key));
    }
  }
}

TEST(Interventions, KeepEverySetWeightAndShareTheRest) {
  for (const auto& model : models()) {
    const auto plain = run(model, request_with({}));
    const std::vector<Intervention> list{
        {.kind = Kind::set_weight, .scope = kHead, .cells = {{{10, 11}, {1, 2}}}, .amount = 0.3F},
        {.kind = Kind::set_weight, .scope = kHead, .cells = {{{10, 11}, {2, 3}}}, .amount = 0.2F},
        {.kind = Kind::set_weight, .scope = kHead, .cells = {{{11, 12}, {0, 4}}}, .amount = 0.4F},
        {.kind = Kind::set_weight, .scope = kHead, .cells = {{{12, 13}, {0, kToEnd}}}, .amount = 0.0F},
        {.kind = Kind::set_weight, .scope = kHead, .cells = {{{12, 13}, {5, 6}}}, .amount = 0.25F}};
    const auto trace = run(model, request_with(list));
    const Matrix before = weights(*plain, kSameHead);
    const Matrix after = weights(*trace, kSameHead);
    EXPECT_EQ(after(10, 1), 0.3F);
    EXPECT_EQ(after(10, 2), 0.2F);
    const double others = 1.0 - static_cast<double>(before(10, 1)) - static_cast<double>(before(10, 2));
    for (std::size_t key = 3; key < 21; ++key)
      EXPECT_NEAR(after(10, key), static_cast<double>(before(10, key)) * 0.5 / others, 1e-6);
    for (std::size_t key = 0; key < 21; ++key) {
      EXPECT_EQ(after(11, key), key < 4 ? 0.25F : 0.0F) << "more than 1 is divided by its sum";
      EXPECT_EQ(after(12, key), key == 5 ? 1.0F : 0.0F) << "what stands alone is divided by its sum";
    }
    EXPECT_LE(testing::worst_row_sum(*trace), 1e-6);
  }
}

TEST(Interventions, AblateScaleAndKeepHeads) {
  for (const auto& model : models()) {
    const std::size_t d = model->config.head_dim(0);
    const auto plain = run(model, request_with({}));
    const auto zero = run(model, request_with({{.kind = Kind::ablate, .scope = kHead}}));
    const auto mean = run(model, request_with({{.kind = Kind::ablate, .scope = kHead, .mean = true}}));
    const auto scaled = run(model, request_with({{.kind = Kind::scale, .scope = kHead, .amount = 3.0F}}));
    const auto kept = run(model, request_with({{.kind = Kind::keep_only, .scope = kHead}}));
    for (std::size_t dimension = 0; dimension < d; ++dimension) {
      double sum = 0.0;
      for (std::size_t token = 0; token < 21; ++token)
        sum += static_cast<double>(output_of(*plain, kSameHead, token)[dimension]);
      for (std::size_t token = 0; token < 21; ++token) {
        EXPECT_EQ(output_of(*zero, kSameHead, token)[dimension], 0.0F);
        EXPECT_NEAR(output_of(*mean, kSameHead, token)[dimension], sum / 21.0, 1e-6);
        EXPECT_EQ(output_of(*scaled, kSameHead, token)[dimension],
                  3.0F * output_of(*plain, kSameHead, token)[dimension]);
        EXPECT_EQ(output_of(*kept, kSameHead, token)[dimension], output_of(*plain, kSameHead, token)[dimension]);
        EXPECT_EQ(output_of(*kept, {1, 3}, token)[dimension], 0.0F);
      }
    }
    EXPECT_EQ(zero->residual[1], plain->residual[1]);
    EXPECT_NE(zero->residual[2], plain->residual[2]);
  }
}

TEST(Interventions, ShowInEveryTileWhatTheRunUsed) {
  for (const auto& model : models()) {
    const auto source = run(model, {.ids = some_ids(20, 97)});
    std::vector<Intervention> list = one_of_each(source);
    std::erase_if(list, [](const Intervention& item) {
      return item.kind == Kind::ablate || item.kind == Kind::scale || item.kind == Kind::keep_only ||
             item.site == PatchSite::head_output;
    });
    const auto trace = run(model, request_with(list));
    for (std::size_t head = 0; head < 4; ++head) {
      const HeadRef one{1, head};
      const Matrix all = weights(*trace, one);
      const Matrix tile = weights(*trace, one, {6, 15}, {3, 11});
      for (std::size_t query = 6; query < 15; ++query)
        for (std::size_t key = 3; key < 11; ++key)
          EXPECT_EQ(tile(query - 6, key - 3), all(query, key));
      for (std::size_t query = 0; query < 21; ++query) {
        for (std::size_t dimension = 0; dimension < model->config.head_dim(0); ++dimension) {
          double sum = 0.0;
          for (std::size_t key = 0; key < 21; ++key)
            sum += static_cast<double>(all(query, key)) * static_cast<double>(value_of(*trace, one, key)[dimension]);
          EXPECT_NEAR(output_of(*trace, one, query)[dimension], sum, 1e-5);
        }
      }
    }
    EXPECT_LE(testing::worst_row_sum(*trace), 1e-6);
  }
}

TEST(Interventions, UndoneGiveTheSameBitsAsNeverDone) {
  for (const auto& model : models()) {
    const auto source = run(model, {.ids = some_ids(20, 97)});
    const auto plain = run(model, request_with({}));
    for (const Intervention& item : one_of_each(source)) {
      const auto changed = run(model, request_with({item}), plain);
      EXPECT_NE(changed->residual.back(), plain->residual.back()) << name_of(item);
      expect_same(*run(model, request_with({}), changed), *plain, name_of(item));
    }
  }
}

TEST(Interventions, RecomputedFromTheFirstChangeEqualAFreshRunToTheLastBit) {
  for (const auto& model : models()) {
    const auto source = run(model, {.ids = some_ids(20, 97)});
    const std::vector<Intervention> list = one_of_each(source);
    Traced previous = run(model, request_with({}));
    for (std::size_t count = 1; count <= list.size(); ++count) {
      const std::vector<Intervention> some(list.begin(), list.begin() + static_cast<std::ptrdiff_t>(count));
      const auto reused = run(model, request_with(some), previous);
      expect_same(*reused, *run(model, request_with(some)), std::to_string(count) + " items");
      previous = reused;
    }
    for (std::size_t without = 0; without < list.size(); ++without) {
      std::vector<Intervention> some = list;
      some.erase(some.begin() + static_cast<std::ptrdiff_t>(without));
      expect_same(*run(model, request_with(some), previous), *run(model, request_with(some)),
                  "without " + name_of(list[without]));
    }
    Request other_word = request_with({list.begin(), list.begin() + 11});
    const auto before = run(model, other_word, previous);
    other_word.ids[15] = 3;
    expect_same(*run(model, other_word, before), *run(model, other_word), "another word");
  }
}

TEST(Interventions, LeaveTheLayersBeforeThemAlone) {
  const auto encoder = testing::random_bert({.layers = 3});
  const Intervention late{.kind = Kind::ablate, .scope = {2, 1}};
  const auto plain = run(encoder, request_with({}));
  EXPECT_EQ(run(encoder, request_with({late}), plain)->reused_layers, 2U);
  EXPECT_EQ(run(encoder, request_with({}), plain)->reused_layers, 3U);
  const auto decoder = testing::random_llama({.layers = 3});
  const Intervention cell{.kind = Kind::mask, .scope = {1, 0}, .cells = {{{15, 16}, {3, 4}}}};
  const auto reused = run(decoder, request_with({cell}), run(decoder, request_with({})));
  EXPECT_EQ(reused->reused_layers, 1U);
  EXPECT_EQ(reused->reused_tokens, 15U);
}

TEST(Interventions, RunTogetherAsTheyRunAlone) {
  for (const auto& model : models()) {
    const auto source = run(model, {.ids = some_ids(20, 97)});
    const std::vector<Intervention> base_list{{.kind = Kind::scale, .scope = {0, 1}, .amount = 0.5F}};
    const auto base = run(model, request_with(base_list));
    std::vector<std::vector<Intervention>> variants{{}};
    for (const Intervention& item : one_of_each(source))
      if (item.kind != Kind::shift_positions && item.kind != Kind::no_positions) variants.push_back({item});
    const std::size_t positions[] = {0, 20, 7};
    for (const auto some : {std::span(variants), std::span(variants).subspan(8, 3), std::span(variants).first(1)}) {
      const Matrix rows = run_variants(base, some, positions);
      for (std::size_t variant = 0; variant < some.size(); ++variant) {
        std::vector<Intervention> list = base_list;
        list.insert(list.end(), some[variant].begin(), some[variant].end());
        const auto alone = run(model, request_with(list));
        for (std::size_t at = 0; at < 3; ++at) {
          const auto expected = alone->residual.back().row(positions[at]);
          const auto found = rows.row(variant * 3 + at);
          EXPECT_TRUE(std::equal(expected.begin(), expected.end(), found.begin())) << variant << " at " << at;
        }
      }
    }
  }
}

TEST(Interventions, GiveTheSourcesPredictionWhenEverythingIsPatchedFromIt) {
  for (const auto& model : models()) {
    const auto clean = run(model, {.ids = some_ids(21, 97), .all_logits = true});
    for (const PatchSite site : {PatchSite::residual, PatchSite::attention_output}) {
      std::vector<Intervention> list;
      const std::size_t count = site == PatchSite::residual ? 4 : 3;
      for (std::size_t layer = 0; layer < count; ++layer) {
        list.push_back(
            {.kind = Kind::patch, .scope = {.layer = layer}, .site = site, .source_name = "A", .source = clean});
        if (site == PatchSite::attention_output)
          list.push_back({.kind = Kind::patch,
                          .scope = {.layer = layer},
                          .site = PatchSite::feed_forward_output,
                          .source_name = "A",
                          .source = clean});
      }
      if (site == PatchSite::attention_output)
        list.push_back({.kind = Kind::patch,
                        .scope = {.layer = 0},
                        .site = PatchSite::residual,
                        .source_name = "A",
                        .source = clean});
      Request request = request_with(list);
      request.all_logits = true;
      EXPECT_EQ(run(model, request)->logits, clean->logits);
    }
    for (std::size_t layer = 0; layer <= 3; ++layer) {
      Request request = request_with({{.kind = Kind::patch,
                                       .scope = {.layer = layer},
                                       .site = PatchSite::residual,
                                       .source_name = "A",
                                       .source = clean}});
      request.all_logits = true;
      EXPECT_EQ(run(model, request)->logits, clean->logits) << "the whole stream after layer " << layer;
    }
  }
}

TEST(Interventions, CopyAWholePatternBitByBit) {
  for (const auto& model : models()) {
    const auto source = run(model, {.ids = some_ids(21, 97)});
    const auto trace =
        run(model, request_with({{.kind = Kind::copy_pattern, .scope = kHead, .source_name = "A", .source = source}}));
    EXPECT_EQ(weights(*trace, kSameHead), weights(*source, kSameHead));
    EXPECT_NE(weights(*trace, {1, 1}), weights(*source, {1, 1}));
  }
}

TEST(Interventions, ShiftEveryPositionWithoutEffectWhereOnlyDistancesCount) {
  const auto model = testing::random_llama({});
  const auto plain = run(model, request_with({}));
  const auto shifted = run(model, request_with({{.kind = Kind::shift_positions, .amount = 5.0F}}));
  EXPECT_LE(testing::worst_difference(testing::all_residuals(*plain), testing::all_residuals(*shifted)), 1e-4);
  EXPECT_NE(plain->layers[0].queries, shifted->layers[0].queries);
  const auto one = run(model, request_with({{.kind = Kind::shift_positions, .positions = {{3, 4}}, .amount = 5.0F}}));
  EXPECT_GT(testing::worst_difference(testing::all_residuals(*plain), testing::all_residuals(*one)), 1e-3);
}

TEST(Interventions, RefuseWhatIsOutOfRangeInASentence) {
  const auto model = testing::random_bert({});
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const std::vector<Cells> all{{}};
  EXPECT_EQ(error_item(model, {.kind = Kind::mask, .scope = {2, 0}, .cells = all}), "interventions[0].layer");
  EXPECT_EQ(error_item(model, {.kind = Kind::mask, .scope = {1, 4}, .cells = all}), "interventions[0].head");
  EXPECT_EQ(error_item(model, {.kind = Kind::mask, .scope = {std::nullopt, 1}, .cells = all}),
            "interventions[0].layer");
  EXPECT_EQ(error_item(model, {.kind = Kind::mask, .scope = {1, 1}}), "interventions[0].cells");
  EXPECT_EQ(error_item(model, {.kind = Kind::mask, .cells = {{{3, 22}, {}}}}), "interventions[0].cells.queries");
  EXPECT_EQ(error_item(model, {.kind = Kind::mask, .cells = {{{3, 4}, {5, 5}}}}), "interventions[0].cells.keys");
  EXPECT_EQ(error_item(model, {.kind = Kind::add, .cells = all, .amount = nan}), "interventions[0].amount");
  EXPECT_EQ(error_item(model, {.kind = Kind::set_weight, .cells = all, .amount = 1.5F}), "interventions[0].amount");
  EXPECT_EQ(error_item(model, {.kind = Kind::temperature, .amount = 0.0F}), "interventions[0].amount");
  EXPECT_EQ(error_item(model, {.kind = Kind::keep_only, .scope = {.layer = 1}}), "interventions[0].head");
  EXPECT_EQ(error_item(model, {.kind = Kind::hide_tokens, .positions = {{21, 22}}}), "interventions[0].positions");
  EXPECT_EQ(error_item(model, {.kind = Kind::shift_positions, .amount = 44.0F}), "interventions[0].amount");
  EXPECT_EQ(error_item(model, {.kind = Kind::shift_positions, .amount = 43.0F}), "none");
  EXPECT_EQ(error_item(model, {.kind = Kind::shift_positions, .amount = 0.5F}), "interventions[0].amount");
  EXPECT_EQ(error_item(model, {.kind = Kind::patch, .scope = {.layer = 1}}), "interventions[0]");
  const auto other = run(testing::random_bert({.layers = 3}), request_with({}));
  EXPECT_EQ(error_item(model, {.kind = Kind::patch, .scope = {.layer = 1}, .source = other}), "interventions[0]");
  const auto source = run(model, request_with({}, 10));
  EXPECT_EQ(error_item(model, {.kind = Kind::patch, .scope = {.layer = 2}, .source = source}), "none");
  EXPECT_EQ(error_item(model, {.kind = Kind::patch, .scope = {.layer = 3}, .source = source}),
            "interventions[0].layer");
  EXPECT_EQ(error_item(model, {.kind = Kind::patch, .scope = {1, 1}, .source = source}), "interventions[0].head");
  EXPECT_EQ(error_item(model, {.kind = Kind::copy_pattern, .source = source, .source_positions = {1, 2}}),
            "interventions[0].source_positions");
  std::vector<std::int32_t> partners(21, 10);
  EXPECT_EQ(error_item(model, {.kind = Kind::copy_pattern, .source = source, .source_positions = partners}),
            "interventions[0].source_positions");
}

}  // namespace
}  // namespace regard
