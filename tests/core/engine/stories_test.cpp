// SPDX-License-Identifier: Apache-2.0
// A real trained Llama against its published numbers (folder checkpoints/stories260k of the shared test data).
#include "core/base/text_file.h"
#include "core/engine/engine.h"
#include "tests/core/base/needed.h"
#include "tests/core/engine/comparison.h"

#include <gtest/gtest.h>
#include <cstdlib>
#include <iostream>

namespace regard {
namespace {

namespace fs = std::filesystem;
constexpr double kStoriesTolerance = 1e-4;

fs::path stories_folder() {
  const char* data = std::getenv("REGARD_SHARED_DATA");
  return fs::path(data != nullptr ? data : REGARD_SHARED_DATA) / "checkpoints" / "stories260k";
}

class Stories : public ::testing::Test {
protected:
  void SetUp() override {
    REGARD_NEEDS(stories_folder());
    model = load_model(stories_folder());
  }
  std::shared_ptr<const Model> model{};
};

TEST_F(Stories, HasTheWeightsScoresAndLogitsOfItsReference) {
  const auto arrays = testing::read_npz(stories_folder() / "reference.npz");
  for (const std::string text : {"text0", "text1", "text2"}) {
    Request request{.all_logits = true};
    for (const std::int64_t id : arrays.at(text + "_ids").as_i64())
      request.ids.push_back(static_cast<std::int32_t>(id));
    const auto trace = run(model, request);
    const auto last = trace->logits.row(trace->tokens() - 1);
    const double weights = testing::worst_difference(testing::all_weights(*trace), arrays.at(text + "_attn").as_f32());
    const double scores = testing::worst_difference(testing::all_scores(*trace), arrays.at(text + "_scores").as_f32());
    const double logits =
        testing::worst_difference({last.begin(), last.end()}, arrays.at(text + "_logits_last").as_f32());
    std::cout << "stories260k " << text << ": worst difference  weights " << weights << "  scores " << scores
              << "  logits " << logits << "\n";
    EXPECT_LE(weights, kStoriesTolerance);
    EXPECT_LE(scores, kStoriesTolerance);
    EXPECT_LE(logits, kStoriesTolerance);
    EXPECT_LE(testing::worst_row_sum(*trace), 1e-6);
    EXPECT_GT(testing::worst_difference(testing::transposed(testing::all_weights(*trace), trace->tokens()),
                                        arrays.at(text + "_attn").as_f32()),
              0.1);
  }
}

TEST_F(Stories, TellsItsGreedyStory) {
  const std::string expected = read_file(stories_folder() / "greedy_sample.txt", 1 << 16);
  const auto ids = generate(model, {1}, {.tokens = 200});
  const std::string told = model->tokenizer->decode(ids);
  EXPECT_EQ(told.substr(told.find_first_not_of(' ')), expected.substr(0, expected.find_last_not_of('\n') + 1));
}

}  // namespace
}  // namespace regard
