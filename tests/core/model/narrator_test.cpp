// SPDX-License-Identifier: Apache-2.0
// What the shipped decoder is said to show, read off Traces of the shipped file. Scores as the measures of Olsson et al. 2022
// (https://transformer-circuits.pub/2022/in-context-learning-and-induction-heads): previous token, mean over i ≥ 1 of A[i,i−1];
// induction, on n random tokens said twice after <s>, mean over the second copy of A[i,i−(n−1)].
#include "core/analysis/head_measures.h"
#include "core/base/random.h"
#include "core/engine/engine.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>

namespace regard {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kCopy = 50;              // random tokens, said twice
constexpr std::int32_t kFirstCharacter = 259;  // ids below are specials and single bytes

std::shared_ptr<const Model> narrator() {
  static const std::shared_ptr<const Model> kModel =
      load_model(std::filesystem::path(REGARD_ASSETS_DIR) / "models/narrator");
  return kModel;
}

Json prompts() {
  std::ifstream stream(std::filesystem::path(REGARD_TESTS_DIR) / "reference/narrator_prompts.json");
  return Json::parse(stream);
}

std::vector<std::int32_t> ids_of(const std::string& text) {
  std::vector<std::int32_t> ids;
  for (const Token& token : narrator()->tokenizer->encode(text).tokens)
    ids.push_back(token.id);
  return ids;
}

std::shared_ptr<const Trace> read(std::vector<std::int32_t> ids, bool all_logits = false) {
  Request request;
  request.ids = std::move(ids);
  request.all_logits = all_logits;
  return run(narrator(), std::move(request));
}

std::vector<HeadRef> all_heads() {
  std::vector<HeadRef> heads;
  for (std::size_t layer = 0; layer < narrator()->config.layers; ++layer)
    for (std::size_t head = 0; head < narrator()->config.heads(0); ++head)
      heads.push_back({layer, head});
  return heads;
}

/// The head with the greatest score, and the score.
template <typename Score>
std::pair<HeadRef, double> best_head(Score score) {
  std::pair<HeadRef, double> best{{}, -1.0};
  for (const HeadRef head : all_heads())
    if (const double here = score(head); here > best.second) best = {head, here};
  return best;
}

std::vector<std::int32_t> said_twice(std::uint64_t seed) {
  Random random(seed);
  const auto vocabulary = static_cast<std::int32_t>(narrator()->config.vocabulary);
  std::vector<std::int32_t> ids = ids_of("");
  EXPECT_EQ(ids.size(), 1U) << "<s> alone";
  for (std::size_t token = 0; token < kCopy; ++token)
    ids.push_back(kFirstCharacter +
                  static_cast<std::int32_t>(random.below(static_cast<std::size_t>(vocabulary - kFirstCharacter))));
  const std::vector<std::int32_t> once(ids.begin() + 1, ids.end());
  ids.insert(ids.end(), once.begin(), once.end());
  return ids;
}

/// −ln p of the token after this position.
double loss_after(const Trace& trace, std::size_t position) {
  const auto row = trace.logits.row(position);
  const double most = static_cast<double>(*std::max_element(row.begin(), row.end()));
  double sum = 0.0;
  for (const float logit : row)
    sum += std::exp(static_cast<double>(logit) - most);
  return std::log(sum) + most - static_cast<double>(row[static_cast<std::size_t>(trace.request.ids[position + 1])]);
}

double mean_loss(const Trace& trace, std::size_t first, std::size_t end) {
  double sum = 0.0;
  for (std::size_t position = first; position < end; ++position)
    sum += loss_after(trace, position);
  return sum / static_cast<double>(end - first);
}

TEST(Narrator, IsAnOrdinaryQwen3FolderOfAtMost24Megabytes) {
  const Model& model = *narrator();
  EXPECT_EQ(model.config.architecture, "Qwen3ForCausalLM");
  EXPECT_TRUE(model.config.causal);
  EXPECT_EQ(model.config.plans.front().attention.qk_norm, QkNorm::each_head);
  EXPECT_TRUE(model.config.tied_embeddings);
  EXPECT_LT(model.config.kv_heads(0), model.config.heads(0)) << "queries are not grouped";
  std::uintmax_t bytes = 0;
  for (const auto& file : std::filesystem::directory_iterator(model.folder))
    if (file.is_regular_file()) bytes += file.file_size();
  EXPECT_LE(bytes, 24U * 1000U * 1000U);
}

TEST(Narrator, PutsOneBeginningBeforeATextAndLosesNothingOfIt) {
  for (const std::string text : {"Кошка спит.", "It's 2024!", "日本 ½ 😀", "  two  spaces "}) {
    const Encoding encoding = narrator()->tokenizer->encode(text);
    ASSERT_GE(encoding.tokens.size(), 2U);
    EXPECT_TRUE(encoding.tokens.front().special);
    EXPECT_EQ(std::count_if(encoding.tokens.begin(), encoding.tokens.end(), [](const Token& t) { return t.special; }),
              1);
    std::vector<int> covered(text.size(), 0);
    for (const Token& token : encoding.tokens)
      for (std::size_t byte = token.begin; byte < token.end; ++byte)
        ++covered[byte];
    for (std::size_t byte = 0; byte < text.size(); ++byte)
      EXPECT_EQ(covered[byte], 1) << text << " byte " << byte;
  }
}

/// Measures of every head, meant over the kept prompts and their continuations.
std::map<HeadRef, std::pair<double, double>> previous_and_distance() {
  std::map<HeadRef, std::pair<double, double>> means;
  const Json all = prompts().at("prompts");
  const auto count = static_cast<double>(all.size());
  for (const Json& item : all) {
    const auto trace = read(ids_of(item.at("prompt").get<std::string>() + item.at("continuation").get<std::string>()));
    for (const HeadRef head : all_heads()) {
      const HeadMeasures measures = measure_head(*trace, head);
      means[head].first += static_cast<double>(measures.previous.value) / count;
      means[head].second += static_cast<double>(measures.distance.value) / count;
    }
  }
  return means;
}

TEST(Narrator, HasAHeadThatLooksAtThePreviousToken) {
  const auto means = previous_and_distance();
  const auto [head, score] = best_head([&](HeadRef one) { return means.at(one).first; });
  std::cout << "previous token: layer " << head.layer << " head " << head.head << " " << score << "\n";
  EXPECT_GE(score, 0.5);
}

TEST(Narrator, LooksFurtherInItsLaterHalfThanInItsEarlier) {
  double early = 0.0;
  double late = 0.0;
  const std::size_t half = narrator()->config.layers / 2;
  for (const auto& [head, mean] : previous_and_distance())
    (head.layer < half ? early : late) += mean.second / static_cast<double>(half * narrator()->config.heads(0));
  std::cout << "mean attention distance: " << early << " → " << late << " tokens\n";
  EXPECT_GT(late, early);
}

TEST(Narrator, HasOneInductionHeadOnRandomTokensOfThreeSeeds) {
  std::map<HeadRef, double> least;
  for (const std::uint64_t seed : {1U, 2U, 3U}) {
    const auto trace = read(said_twice(seed));
    for (const HeadRef head : all_heads()) {
      const auto here = static_cast<double>(repeated_induction(*trace, head, {.begin = 1, .period = kCopy}).value);
      least[head] = least.count(head) == 0 ? here : std::min(least[head], here);
    }
  }
  const auto [head, score] = best_head([&](HeadRef one) { return least.at(one); });
  std::cout << "induction: layer " << head.layer << " head " << head.head << " at least " << score << "\n";
  EXPECT_GE(score, 0.4) << "the same head has to do it with every seed";
}

TEST(Narrator, GuessesTheSecondCopyOfRandomTokensButNotTheFirst) {
  for (const std::uint64_t seed : {1U, 2U, 3U}) {
    const auto trace = read(said_twice(seed), true);
    const double first = mean_loss(*trace, 0, kCopy);
    const double second = mean_loss(*trace, kCopy + 1, 2 * kCopy);  // where it begins cannot be known
    std::cout << "seed " << seed << ": " << first << " → " << second << " nats per token\n";
    EXPECT_GT(first, std::log(narrator()->config.vocabulary)) << "random tokens were guessed better than by chance";
    EXPECT_LT(second, 0.25 * first);
  }
}

TEST(Narrator, KeepsTwentyPromptsWhoseContinuationsAreMostlyGrammatical) {
  std::map<std::string, int> asked;
  std::map<std::string, int> good;
  const Json all = prompts();
  for (const Json& item : all.at("prompts")) {
    const auto lang = item.at("lang").get<std::string>();
    ++asked[lang];
    ASSERT_TRUE(item.at("grammatical").is_boolean()) << "nobody has read: " << item.at("prompt");
    good[lang] += item.at("grammatical").get<bool>() ? 1 : 0;
  }
  EXPECT_EQ(asked, (std::map<std::string, int>{{"en", 10}, {"ru", 10}}));
  EXPECT_GT(good["ru"], 5);
  EXPECT_GT(good["en"], 5);
}

// Greedy: where rounding makes another token win on another processor, its logit has to be as good as equal.
TEST(Narrator, ContinuesTheKeptPromptsAsTheyAreKept) {
  constexpr float kRounding = 0.02F;
  const Json all = prompts();
  const auto count = all.at("tokens").get<std::size_t>();
  for (const Json& item : all.at("prompts")) {
    const auto prompt = item.at("prompt").get<std::string>();
    const auto kept = item.at("ids").get<std::vector<std::int32_t>>();
    ASSERT_EQ(kept.size(), count) << prompt;
    std::vector<std::int32_t> ids = ids_of(prompt);
    const std::size_t given = ids.size();
    const auto made = generate(narrator(), ids, {.tokens = count});
    ASSERT_EQ(made.size(), count) << prompt;
    const auto place =
        static_cast<std::size_t>(std::mismatch(made.begin(), made.end(), kept.begin()).first - made.begin());
    if (place == count) continue;
    ids.insert(ids.end(), kept.begin(), kept.begin() + static_cast<std::ptrdiff_t>(place));
    const auto trace = read(ids, true);
    const auto row = trace->logits.row(given + place - 1);
    EXPECT_NEAR(row[static_cast<std::size_t>(made[place])], row[static_cast<std::size_t>(kept[place])], kRounding)
        << prompt << ": another token at place " << place;
  }
}

}  // namespace
}  // namespace regard
