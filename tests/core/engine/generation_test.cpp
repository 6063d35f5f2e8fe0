// SPDX-License-Identifier: Apache-2.0
// The loop behind `regard generate` and the window: what it runs, what it shows, why it ends.
#include "core/engine/generation.h"
#include "core/base/error.h"
#include "tests/core/engine/random_model.h"

#include <gtest/gtest.h>

namespace regard {
namespace {

using testing::some_ids;

/// Runs with prefix reuse, as the window does, and writes down what was shown.
struct Watch {
  std::vector<std::size_t> tokens{};
  std::vector<std::size_t> reused{};
  std::vector<std::vector<std::int32_t>> made{};

  GenerationTools tools(const std::shared_ptr<const Model>& model) {
    return {[model](Request request, const std::shared_ptr<const Trace>& previous) {
              return run(model, std::move(request), previous);
            },
            [this](const std::shared_ptr<const Trace>& trace, std::span<const std::int32_t> ids) {
              tokens.push_back(trace->tokens());
              reused.push_back(trace->reused_tokens);
              made.emplace_back(ids.begin(), ids.end());
            }};
  }
};

TEST(ContinueIds, ShowsThePromptAndThenEveryToken) {
  const auto model = testing::random_llama({});
  Watch watch;
  const Generated done = continue_ids(model, {.ids = {5, 9, 7}}, {.tokens = 4}, watch.tools(model));
  EXPECT_EQ(done.end, GenerationEnd::enough);
  EXPECT_EQ(watch.tokens, (std::vector<std::size_t>{3, 4, 5, 6, 7}));
  EXPECT_EQ(watch.reused, (std::vector<std::size_t>{0, 3, 4, 5, 6}));
  ASSERT_EQ(watch.made.size(), 5U);
  EXPECT_TRUE(watch.made.front().empty());
  EXPECT_EQ(watch.made.back(), done.ids);
}

TEST(ContinueIds, GivesTheSameTokensAsGenerate) {
  const auto model = testing::random_llama({});
  for (const GenerateOptions& options :
       {GenerateOptions{.tokens = 30}, GenerateOptions{.tokens = 30, .temperature = 1.2F, .seed = 3},
        GenerateOptions{.tokens = 30, .temperature = 0.8F, .top_k = 5, .seed = 11}}) {
    Watch watch;
    EXPECT_EQ(continue_ids(model, {.ids = {5, 9, 7}}, options, watch.tools(model)).ids,
              generate(model, {5, 9, 7}, options));
  }
}

TEST(ContinueIds, EndsAtTheContextAndShowsTheLastRow) {
  const auto model = testing::random_llama({});  // reads 64
  Watch watch;
  const Generated done = continue_ids(model, {.ids = some_ids(62, 101)}, {.tokens = 9}, watch.tools(model));
  EXPECT_EQ(done.end, GenerationEnd::context);
  EXPECT_EQ(done.ids.size(), 3U) << "two that are read and the one that the last of them predicts";
  EXPECT_EQ(watch.tokens.back(), 64U);
  EXPECT_EQ(done.ids, continue_alone(model, {.ids = some_ids(62, 101)}, {.tokens = 9}).ids);
  const Generated full = continue_alone(model, {.ids = some_ids(64, 101)}, {.tokens = 9});
  EXPECT_EQ(full.ids.size(), 1U);
  EXPECT_EQ(full.end, GenerationEnd::context);
  EXPECT_EQ(continue_alone(model, {.ids = some_ids(62, 101)}, {.tokens = 3}).end, GenerationEnd::enough);
}

TEST(ContinueIds, KeepsMaskAndTemperatureInEveryStep) {
  const auto model = testing::random_llama({});
  std::vector<Request> asked;
  const GenerationTools tools{[&](Request request, const std::shared_ptr<const Trace>& previous) {
                                asked.push_back(request);
                                return run(model, std::move(request), previous);
                              },
                              {}};
  (void)continue_ids(model, {.ids = {5}, .mask = MaskMode::bidirectional, .temperature = 0.5F}, {.tokens = 3}, tools);
  ASSERT_EQ(asked.size(), 3U);  // nobody watches: the last token needs no run
  for (const Request& request : asked) {
    EXPECT_EQ(request.mask, MaskMode::bidirectional);
    EXPECT_EQ(request.temperature, 0.5F);
  }
}

TEST(ContinueIds, LetsACancelledRunPass) {
  const auto model = testing::random_llama({});
  int runs = 0;
  const GenerationTools tools{[&](Request request, const std::shared_ptr<const Trace>& previous) {
                                if (++runs == 3) throw Cancelled{};
                                return run(model, std::move(request), previous);
                              },
                              {}};
  EXPECT_THROW((void)continue_ids(model, {.ids = {5}}, {.tokens = 9}, tools), Cancelled);
}

TEST(ContinueIds, NeedsAPromptThatFits) {
  const auto model = testing::random_llama({});
  EXPECT_THROW((void)continue_ids(model, {.ids = some_ids(65, 101)}, {}, {}), Error);
  EXPECT_THROW((void)continue_ids(model, {.ids = {}}, {}, {}), Error);
  EXPECT_THROW((void)continue_ids(testing::random_bert({}), {.ids = {1}}, {}, {}), Error);
}

}  // namespace
}  // namespace regard
