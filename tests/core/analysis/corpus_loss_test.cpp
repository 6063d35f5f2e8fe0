// SPDX-License-Identifier: Apache-2.0
// What ablation costs over a corpus: held to runs done one by one, and to heads whose importance is known.
#include "core/analysis/corpus_loss.h"

#include "core/analysis/effect.h"
#include "core/analysis/head_importance.h"
#include "core/base/error.h"
#include "core/engine/decoder_text.h"
#include "core/model/weights.h"
#include "core/text/continuation.h"
#include "tests/core/base/expect_error.h"
#include "tests/core/base/sanitizers.h"
#include "tests/core/base/temporary_folder.h"
#include "tests/core/engine/random_model.h"
#include "tests/core/model/tiny_t5.h"

#include <gtest/gtest.h>
#include <cmath>
#include <filesystem>
#include <numeric>
#include <set>

namespace regard {
namespace {

using testing::error_of;
using testing::some_ids;

std::shared_ptr<const Model> built_in(const char* name) {
  return load_model(std::filesystem::path(REGARD_ASSETS_DIR) / "models" / name);
}

Corpus shipped(const char* name) {
  return load_corpus(std::filesystem::path(REGARD_ASSETS_DIR) / "corpora" / name);
}

/// Two texts of different lengths.
std::vector<LossText> two_texts() {
  std::vector<LossText> texts(2);
  texts[0].request.ids = some_ids(12, 101);
  texts[0].positions = {1, 4, 9};
  texts[0].targets = {5, 6, 7};
  texts[1].request.ids = some_ids(7, 101);
  texts[1].positions = {0, 5};
  texts[1].targets = {100, 0};
  return texts;
}

TEST(CorpusLoss, IsThatOfRunsOneByOne) {
  for (const std::shared_ptr<const Model> model : {testing::random_bert({}), testing::random_llama({})}) {
    const HeadList heads = all_heads(model->config);
    ASSERT_EQ(heads.size(), 8U);
    std::vector<std::vector<Intervention>> variants = ablations_one_by_one(heads, true);
    variants.push_back(ablation_of(heads, false));
    variants.emplace_back();
    std::size_t seen = 0;
    Progress progress;
    const std::vector<LossText> texts = two_texts();
    const CorpusLosses losses = corpus_losses(
        model, texts, variants, {.see = [&](const CorpusLosses& part) { seen += part.texts; }, .progress = &progress});
    EXPECT_EQ(seen, 3U) << "after the first text, and after the second";
    EXPECT_EQ(progress.fraction, 1.0F);
    EXPECT_EQ(losses.rows, 5U);
    for (std::size_t variant = 0; variant < variants.size(); ++variant) {
      double loss = 0.0, rise = 0.0, moved = 0.0;
      std::vector<double> of_texts;
      for (const LossText& text : texts) {
        const double before_text = rise;
        Request request = text.request;
        const auto base = run(model, request);
        request.interventions = variants[variant];
        const auto changed = run(model, request);
        const Matrix before = logits_at(*base, text.positions), after = logits_at(*changed, text.positions);
        for (std::size_t row = 0; row < before.rows; ++row) {
          loss -= log_probability(before.row(row), text.targets[row]);
          rise +=
              log_probability(before.row(row), text.targets[row]) - log_probability(after.row(row), text.targets[row]);
          moved += divergence(before.row(row), after.row(row));
        }
        of_texts.push_back(rise - before_text);
      }
      EXPECT_NEAR(losses.mean_loss(), loss / 5.0, 1e-5);
      EXPECT_NEAR(losses.mean_rise(variant), rise / 5.0, 1e-5) << variant;
      EXPECT_NEAR(losses.mean_divergence(variant), moved / 5.0, 1e-5) << variant;
      const double residue = of_texts[0] - 3.0 * rise / 5.0;  // that of the second text is as large
      EXPECT_NEAR(losses.rise_error(variant).value(), std::sqrt(2.0 * 2.0 * residue * residue) / 5.0, 1e-5) << variant;
    }
    EXPECT_GT(losses.mean_divergence(8), losses.mean_divergence(0)) << "all heads matter more than one";
    EXPECT_EQ(losses.mean_divergence(9), 0.0) << "nothing was changed";
    EXPECT_EQ(losses.mean_rise(9), 0.0);
    EXPECT_EQ(losses.rise_error(9), 0.0);
  }
}

TEST(CorpusLoss, KnowsHowSureItIsOfARise) {
  // Two texts of 2 and 4 positions, whose rises are 1 and 5: mean 1, residues 1 − 2 and 5 − 4.
  CorpusLosses losses{.texts = 2, .rows = 6, .squared_rows = 20.0, .loss = 12.0};
  losses.changes = {{.loss = 6.0, .divergence = 3.0, .squares = 26.0, .products = 22.0}};
  EXPECT_DOUBLE_EQ(losses.mean_loss(), 2.0);
  EXPECT_DOUBLE_EQ(losses.mean_rise(0), 1.0);
  EXPECT_DOUBLE_EQ(losses.mean_divergence(0), 0.5);
  EXPECT_NEAR(losses.rise_error(0).value(), std::sqrt(2.0 * 2.0) / 6.0, 1e-12);
  losses.texts = 1;
  EXPECT_EQ(losses.rise_error(0), std::nullopt) << "one text does not tell how far texts differ";
}

TEST(CorpusLoss, OfADecoderPredictsEveryOrdinaryTokenFromThoseBefore) {
  const auto model = built_in("narrator");
  const LossTexts texts =
      loss_texts(model, {.name = "two", .sentences = {{.text = "The cat</s> sat."}, {.text = "x"}}}, 1);
  EXPECT_EQ(texts.kind, LossKind::next_token);
  ASSERT_EQ(texts.texts.size(), 1U) << "the first sentence alone was asked for";
  const LossText& text = texts.texts.front();
  const Encoding encoding = model->tokenizer->encode("The cat</s> sat.");
  EXPECT_EQ(text.request.ids, ids_of(encoding));
  ASSERT_EQ(text.positions.size(), text.targets.size());
  EXPECT_EQ(text.positions.size(), encoding.tokens.size() - 2) << "the first token and </s> are not asked for";
  EXPECT_EQ(texts.rows, text.positions.size());
  for (std::size_t at = 0; at < text.positions.size(); ++at) {
    EXPECT_EQ(text.targets[at], text.request.ids[text.positions[at] + 1]);
    EXPECT_FALSE(encoding.tokens[text.positions[at] + 1].special);
  }
}

TEST(CorpusLoss, OfAnEncoderMasksTheSameTokensEveryTime) {
  const auto model = built_in("council");
  const Corpus corpus = shipped("en.conllu");
  const LossTexts texts = loss_texts(model, corpus, 20), again = loss_texts(model, corpus, 40);
  EXPECT_EQ(texts.kind, LossKind::masked_token);
  ASSERT_EQ(texts.texts.size(), 20U);
  std::set<std::size_t> places;
  for (std::size_t at = 0; at < 20; ++at) {
    const LossText& text = texts.texts[at];
    EXPECT_EQ(text.positions, again.texts[at].positions) << "whatever is read after it";
    const Encoding encoding = model->tokenizer->encode(corpus.sentences[at].text);
    const std::size_t ordinary = encoding.tokens.size() - 2;
    EXPECT_EQ(text.positions.size(),
              std::max<std::size_t>(1, static_cast<std::size_t>(std::lround(0.15 * static_cast<double>(ordinary)))));
    std::vector<std::int32_t> ids = text.request.ids;
    for (std::size_t row = 0; row < text.positions.size(); ++row) {
      EXPECT_EQ(ids[text.positions[row]], *model->tokenizer->mask_id());
      ids[text.positions[row]] = text.targets[row];
      places.insert(text.positions[row]);
    }
    EXPECT_EQ(ids, ids_of(encoding)) << "nothing but the masked ones was changed";
  }
  EXPECT_GT(places.size(), 8U) << "places are drawn, not fixed";
}

TEST(CorpusLoss, OfAnEncoderDecoderPredictsWhatItWritesItself) {
  const testing::TemporaryFolder folder;
  testing::tiny_t5().write_to(folder / "t5");
  const auto model = load_model(folder / "t5");
  const LossTexts texts = loss_texts(model, {.name = "two", .sentences = {{.text = "a b c d"}, {.text = "f a"}}}, 9);
  EXPECT_EQ(texts.kind, LossKind::own_text);
  EXPECT_EQ(texts.texts.size() + texts.left_out, 2U) << "about one of them it writes nothing";
  ASSERT_FALSE(texts.texts.empty());
  for (const LossText& text : texts.texts) {
    const std::vector<std::int32_t> written =
        ids_of(write_for_decoder(model, {.encoder_ids = text.request.encoder_ids}));
    EXPECT_EQ(text.request.ids, written);
    EXPECT_EQ(text.positions.front(), model->config.decoder_start.size() - 1) << "the first token it wrote itself";
    for (std::size_t at = 0; at < text.positions.size(); ++at)
      EXPECT_EQ(text.targets[at], written[text.positions[at] + 1]);
  }
  const HeadList heads = all_heads(model->config);
  const CorpusLosses losses = corpus_losses(model, texts.texts, ablations_one_by_one(heads, false));
  EXPECT_EQ(losses.changes.size(), heads.size());
  EXPECT_GT(losses.mean_divergence(0), 0.0);
  // Greedy: nothing else was likelier, so that the loss is at most that of a uniform guess.
  EXPECT_LT(losses.mean_loss(), std::log(static_cast<double>(model->config.vocabulary)));
}

TEST(CorpusLoss, RefusesModelsThatPredictNothing) {
  const Corpus corpus{.name = "one", .sentences = {{.text = "A cat."}}};
  auto headless = std::make_shared<Model>(*built_in("council"));
  headless->config.has_lm_head = false;
  EXPECT_EQ(error_of([&] { (void)loss_texts(headless, corpus, 1); }).code(), "loss_no_head");
  EXPECT_EQ(error_of([&] { (void)loss_texts(built_in("digits"), corpus, 1); }).code(), "reads_pictures");
  std::string long_text = "word";
  for (int at = 0; at < 300; ++at)
    long_text += " word";
  EXPECT_EQ(error_of([&] {
              (void)loss_texts(built_in("narrator"), {.name = "long", .sentences = {{.text = long_text}}}, 1);
            }).code(),
            "corpus_too_long");
}

TEST(CorpusLoss, SaysWhyASentenceTellsNothing) {
  const auto refused = [](const char* model, const std::string& text) {
    return error_of([&] { (void)loss_texts(built_in(model), {.sentences = {{.text = text}}}, 1); }).code();
  };
  EXPECT_EQ(refused("council", ""), "no_tokens");
  EXPECT_EQ(refused("narrator", ""), "no_tokens");
  EXPECT_EQ(refused("narrator", "</s>"), "sentence_no_rows") << "special tokens are not asked for";
  std::string long_text = "word";
  for (int at = 0; at < 300; ++at)
    long_text += " word";
  EXPECT_EQ(refused("narrator", long_text), "sentence_too_long");
}

TEST(CorpusLoss, OfShuffledTextIsLarger) {
  const auto model = built_in("narrator");
  Corpus corpus = shipped("en.conllu");
  corpus.sentences.resize(30);
  const double loss = corpus_losses(model, loss_texts(model, corpus, 30).texts, {}).mean_loss();
  Random random(1);
  for (TreeSentence& sentence : corpus.sentences) {
    std::vector<std::string> words;
    for (const TreeWord& word : sentence.words)
      words.push_back(word.form);
    for (std::size_t at = 0; at + 1 < words.size(); ++at)
      std::swap(words[at], words[at + random.below(words.size() - at)]);
    sentence.text.clear();
    for (const std::string& word : words)
      sentence.text += (sentence.text.empty() ? "" : " ") + word;
  }
  EXPECT_GT(corpus_losses(model, loss_texts(model, corpus, 30).texts, {}).mean_loss(), loss + 0.3);
}

TEST(HeadImportance, FindsTheHeadThatSaysNothing) {
  const auto model = testing::random_llama({});
  auto weights = std::make_shared<Weights>(*model->weights);
  TensorView& output = weights->layers[1].output.weight;
  const auto* numbers = reinterpret_cast<const float*>(output.data);
  const auto copy = std::make_shared<std::vector<float>>(numbers, numbers + output.rows() * output.cols());
  for (std::size_t row = 0; row < output.rows(); ++row)
    std::fill_n(copy->begin() + static_cast<std::ptrdiff_t>(row * output.cols() + 2 * model->config.head_dim(0)),
                model->config.head_dim(0), 0.0F);
  output.data = reinterpret_cast<const std::byte*>(copy->data());
  weights->storage.push_back(copy);
  auto silent = std::make_shared<Model>(*model);
  silent->weights = weights;
  const HeadList heads = all_heads(silent->config);
  const CorpusLosses losses = corpus_losses(silent, two_texts(), ablations_one_by_one(heads, false));
  EXPECT_EQ(dead_heads(losses, 1e-9), std::vector<std::size_t>{6}) << "head 2 of layer 1";
  EXPECT_EQ(losses.mean_divergence(6), 0.0);
  EXPECT_EQ(least_first(importances(losses, Importance::divergence)).front(), 6U);
}

TEST(HeadImportance, TeamsAreTheirHeadsAndTheOthers) {
  const ModelConfig config = testing::random_llama({})->config;
  const HeadList team{{0, 1}, {1, 3}};
  EXPECT_EQ(other_heads(config, team), (HeadList{{0, 0}, {0, 2}, {0, 3}, {1, 0}, {1, 1}, {1, 2}}));
  const std::vector<Intervention> list = ablation_of(team, true);
  ASSERT_EQ(list.size(), 2U);
  EXPECT_TRUE(list[1].mean && list[1].kind == InterventionKind::ablate && list[1].scope.covers({1, 3}) &&
              !list[1].scope.covers({1, 2}));
}

TEST(HeadImportance, PruningRemovesTheLeastImportantFirst) {
  const HeadList heads{{0, 0}, {0, 1}, {1, 0}, {1, 1}};
  const std::vector<std::size_t> order = least_first(std::vector<double>{0.4, -0.1, 0.2, 0.2});
  EXPECT_EQ(order, (std::vector<std::size_t>{1, 2, 3, 0}));
  const auto variants = pruning_variants(heads, order, std::vector<std::size_t>{1, 3}, false);
  ASSERT_EQ(variants.size(), 2U);
  EXPECT_EQ(variants[0], ablation_of({{0, 1}}, false));
  EXPECT_EQ(variants[1], ablation_of({{0, 1}, {1, 0}, {1, 1}}, false));
  EXPECT_EQ(pruning_steps(4, 16), (std::vector<std::size_t>{1, 2, 3, 4}));
  EXPECT_EQ(pruning_steps(144, 3), (std::vector<std::size_t>{48, 96, 144}));
  EXPECT_EQ(breaking_point(std::vector<double>{-0.1, 0.05, 0.2, 0.1}, 0.1), 2U);
  EXPECT_EQ(breaking_point(std::vector<double>{-0.1, 0.05}, 0.1), std::nullopt);
}

TEST(HeadImportance, RandomOrdersAreOfTheirSeed) {
  std::vector<std::size_t> order = random_order(50, 1);
  EXPECT_EQ(order, random_order(50, 1));
  EXPECT_NE(order, random_order(50, 2));
  std::sort(order.begin(), order.end());
  std::vector<std::size_t> all(50);
  std::iota(all.begin(), all.end(), std::size_t{0});
  EXPECT_EQ(order, all);
}

TEST(HeadImportance, OfCouncilIsInItsGuidedHeadsAndPruningInThatOrderBreaksLater) {
  if (testing::sanitized) GTEST_SKIP() << "a finding about a model: what is computed is looked at by the tests around";
  const auto model = built_in("council");
  const LossTexts texts = loss_texts(model, shipped("en.conllu"), 40);
  const HeadList heads = all_heads(model->config);
  const CorpusLosses one_by_one = corpus_losses(model, texts.texts, ablations_one_by_one(heads, true));
  const std::vector<std::size_t> order = least_first(importances(one_by_one, Importance::loss));
  const std::vector<std::size_t> steps{16};
  const CorpusLosses pruned = corpus_losses(model, texts.texts, pruning_study(heads, order, steps, true));
  ASSERT_EQ(pruned.changes.size(), 1 + random_orders);
  EXPECT_EQ(pruning_curve(pruned, 2, 1), std::vector<double>{pruned.mean_rise(2)});
  for (std::size_t seed = 1; seed <= 3; ++seed)
    EXPECT_LT(pruned.mean_rise(0) + 0.1, pruned.mean_rise(seed)) << seed;
}

/// One change with these losses per text, each text with as many positions.
CorpusLosses losses_of(const std::vector<double>& texts, std::size_t positions) {
  CorpusLosses losses;
  losses.texts = texts.size();
  losses.rows = texts.size() * positions;
  const auto rows = static_cast<double>(positions);
  losses.squared_rows = static_cast<double>(texts.size()) * rows * rows;
  LossChange change;
  for (const double loss : texts) {
    change.loss += loss;
    change.squares += loss * loss;
    change.products += loss * rows;
  }
  losses.changes = {change};
  return losses;
}

TEST(HeadImportance, IsSureWhereItsIntervalLeavesOutNought) {
  EXPECT_TRUE(is_sure(losses_of({0.012, 0.010, 0.011, 0.009}, 10), 0)) << "small, but the same in every text";
  EXPECT_TRUE(is_sure(losses_of({-0.012, -0.010, -0.011, -0.009}, 10), 0));
  EXPECT_FALSE(is_sure(losses_of({3.0, -2.9, 1.0, -0.8}, 10), 0)) << "large numbers that cancel out";
  EXPECT_FALSE(is_sure(losses_of({0.0, 0.0, 0.0}, 10), 0)) << "nothing is not sure to be anything";
}

TEST(HeadImportance, OfFewPredictionsOrOneTextNothingIsSure) {
  const std::vector<double> same{0.5, 0.5, 0.5, 0.5};
  EXPECT_TRUE(is_few(losses_of(same, 4)));
  EXPECT_FALSE(is_sure(losses_of(same, 4), 0)) << "16 predictions";
  EXPECT_TRUE(is_sure(losses_of(same, 5), 0)) << "20";
  EXPECT_FALSE(is_sure(losses_of({5.0}, 100), 0)) << "one text tells no error";
}

}  // namespace
}  // namespace regard
