// SPDX-License-Identifier: Apache-2.0
// Which heads a report tells of.
#include "app/cli/heads_report.h"

#include "core/analysis/head_atlas.h"
#include "core/engine/engine.h"
#include "tests/app/viewmodel/run_text.h"
#include "tests/core/engine/random_model.h"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

namespace regard::cli {
namespace {

std::vector<HeadRef> told_of(const std::shared_ptr<Model>& model) {
  model->tokenizer = regard::testing::reading_model(true)->tokenizer;
  const auto snapshot = regard::testing::read_text(model, "the old king saw a cat");
  std::vector<HeadRef> heads;
  for_each_head(measure_trace(*snapshot->trace, snapshot->encoding.tokens),
                [&](HeadRef head, std::size_t) { heads.push_back(head); });
  return heads;
}

TEST(HeadsReport, TellsOfHeadsThatHaveSoftmax) {
  const auto model = regard::testing::random_hybrid({.layers = 3, .vocabulary = regard::testing::kWordCount});
  EXPECT_EQ(told_of(model), softmax_heads(model->config));
}

TEST(HeadsReport, TellsOfNoHeadThatALayerLacks) {
  const auto heads_of = [](std::size_t heads) {
    return SoftmaxAttention{.heads = heads, .kv_heads = heads, .head_dim = 8, .scale = usual_scale(8)};
  };
  const auto model = regard::testing::random_decoder(
      {.layers = 2, .hidden = 24, .vocabulary = regard::testing::kWordCount}, {heads_of(3), heads_of(1)});
  EXPECT_EQ(told_of(model), all_heads(model->config));
}

}  // namespace
}  // namespace regard::cli
