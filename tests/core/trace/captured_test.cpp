// SPDX-License-Identifier: Apache-2.0
#include "core/trace/captured.h"

#include "core/analysis/head_measures.h"
#include "core/analysis/kinds.h"
#include "core/analysis/row_steps.h"
#include "core/base/error.h"
#include "core/engine/engine.h"
#include "core/model/captured.h"
#include "core/text/continuation.h"
#include "core/trace/export.h"
#include "core/trace/sink.h"
#include "tests/core/base/expect_error.h"
#include "tests/core/base/temporary_folder.h"
#include "tests/core/engine/comparison.h"
#include "tests/core/engine/random_model.h"
#include "tests/core/engine/reference.h"

#include <gtest/gtest.h>
#include <cmath>

namespace regard {
namespace {

using testing::error_of;
using testing::TemporaryFolder;

std::vector<float> vectors_of(const Trace& trace, std::span<const float> (*of)(const Trace&, HeadRef, std::size_t)) {
  std::vector<float> numbers;
  for (const HeadRef head : all_heads(trace.model->config))
    for (std::size_t token = 0; token < trace.tokens(); ++token) {
      const std::span<const float> row = of(trace, head, token);
      numbers.insert(numbers.end(), row.begin(), row.end());
    }
  return numbers;
}

std::shared_ptr<const Trace> opened(const std::filesystem::path& path) {
  const std::shared_ptr<const Model> model = load_model(path);
  return run(model, {.ids = ids_of(model->tokenizer->encode(""))});
}

void expect_equal(const Trace& run, const Trace& again) {
  ASSERT_EQ(again.request.ids, run.request.ids);
  ASSERT_EQ(all_heads(again.model->config), all_heads(run.model->config));
  EXPECT_EQ(testing::all_scores(again), testing::all_scores(run));
  EXPECT_EQ(testing::all_weights(again), testing::all_weights(run));
  for (const auto of : {query_of, key_of, value_of, output_of})
    EXPECT_EQ(vectors_of(again, of), vectors_of(run, of));
  EXPECT_EQ(again.residual, run.residual);
  EXPECT_EQ(again.logits, run.logits);
  for (const HeadRef head : all_heads(run.model->config))
    EXPECT_EQ(sink_shares(again, head, {0, run.tokens()}), sink_shares(run, head, {0, run.tokens()}));
}

class OwnFile : public ::testing::TestWithParam<const char*> {};

TEST_P(OwnFile, opened_again_gives_every_number_bit_equal) {
  if (!std::filesystem::exists(testing::reference_folder(GetParam())))
    GTEST_SKIP() << "tests/reference has not been run";
  const TemporaryFolder folder;
  const auto model = load_model(testing::reference_folder(GetParam()));
  std::vector<std::int32_t> ids;
  for (std::int32_t token = 0; token < 11; ++token)
    ids.push_back((token * 7 + 3) % static_cast<std::int32_t>(model->config.vocabulary));
  const auto trace = run(model, {.ids = ids, .all_logits = true});
  write_npz(*trace, folder / "plain.npz");
  CaptureNotes notes{.metadata = R"({"program": "regard", "model": "x/y"})"};
  for (std::size_t token = 0; token < ids.size(); ++token)
    notes.tokens.push_back("Ġt" + std::to_string(token));
  write_npz(*trace, folder / "whole.npz", &notes);
  for (const char* name : {"plain.npz", "whole.npz"}) {
    SCOPED_TRACE(name);
    const auto again = opened(folder / name);
    expect_equal(*trace, *again);
    EXPECT_EQ(again->causal(), trace->causal());
    EXPECT_FALSE(has_engine(*again->model));
  }
  const auto whole = load_model(folder / "whole.npz");
  EXPECT_EQ(whole->capture->origin.model, "x/y");
  EXPECT_EQ(whole->tokenizer->encode("").tokens[1].text, " t1");
  write_npz(*opened(folder / "whole.npz"), folder / "again.npz");
  write_npz(*trace, folder / "numbers.npz");
  const testing::Arrays before = testing::read_npz(folder / "numbers.npz"),
                        after = testing::read_npz(folder / "again.npz");
  for (const auto& [name, array] : before) {
    if (name == "latent" || name == "shared_key" || name.starts_with("router")) continue;  // not read
    ASSERT_TRUE(after.contains(name)) << name;
    EXPECT_EQ(after.at(name).shape, array.shape) << name;
    EXPECT_EQ(after.at(name).bytes, array.bytes) << name;
  }
}
INSTANTIATE_TEST_SUITE_P(Captures, OwnFile,
                         ::testing::Values("gpt2-f32", "llama-llama3-f32", "bert-gelu-f32", "gemma2-capped-f32",
                                           "bloom-6-heads-f32", "gpt-oss-f32", "deepseek-v2-lite-f32",
                                           "mistral-window-f32", "qwen3-one-kv-head-bf16"));

/// Queries and keys alone, as somebody would save them.
void write_products(const Trace& trace, const std::filesystem::path& path) {
  const ModelConfig& config = trace.model->config;
  NpzWriter file(path);
  const std::size_t tokens = trace.tokens(), dims = config.head_dim(0);
  const std::size_t q[] = {config.layers, config.heads(0), tokens, dims},
                    k[] = {config.layers, config.kv_heads(0), tokens, dims};
  file.add("q", q, testing::all_heads(trace, &LayerTrace::queries));
  file.add("k", k, testing::all_heads(trace, &LayerTrace::keys));
  const std::size_t layers[] = {config.layers};
  std::vector<float> scale, cap, window;
  for (const LayerPlan& plan : config.plans) {
    scale.push_back(plan.attention.scale);
    cap.push_back(plan.attention.cap);
    window.push_back(static_cast<float>(plan.attention.window.width));
  }
  file.add("scale", layers, scale);
  file.add("cap", layers, cap);
  file.add("window", layers, window);
  file.add("causal", std::vector<std::int32_t>{config.causal ? 1 : 0});
  file.finish();
}

TEST(CapturedProducts, make_the_very_scores_and_weights_of_the_run_in_any_tile) {
  const TemporaryFolder folder;
  const auto model = testing::random_llama({.layers = 2, .heads = 4, .kv_heads = 2, .hidden = 40, .context = 200});
  testing::set_windows(*model, {0, 17});
  testing::set_cap(*model, 3.0F);
  std::vector<std::int32_t> ids(150);
  for (std::size_t token = 0; token < ids.size(); ++token)
    ids[token] = static_cast<std::int32_t>(token * 31 % 101);
  const auto trace = run(model, {.ids = ids});
  write_products(*trace, folder / "products.npz");
  const auto again = opened(folder / "products.npz");
  for (const HeadRef head : all_heads(model->config)) {
    EXPECT_EQ(scores(*again, head), scores(*trace, head));
    EXPECT_EQ(weights(*again, head, {40, 47}, {3, 99}), weights(*trace, head, {40, 47}, {3, 99}));
    EXPECT_EQ(weights(*again, head), weights(*trace, head));
    EXPECT_EQ(row_statistics(*again, head, 77).maximum, row_statistics(*trace, head, 77).maximum);
  }
  EXPECT_FALSE(has_values(*again, 0));
  EXPECT_TRUE(value_of(*again, {0, 0}, 0).empty());
}

TEST(CapturedTrace, without_scores_says_so_and_measures_all_that_weights_tell) {
  const TemporaryFolder folder;
  const auto model = testing::random_llama({.layers = 1, .heads = 2, .kv_heads = 2, .hidden = 24});
  const auto trace = run(model, {.ids = {5, 1, 30, 2, 9}});
  NpzWriter file(folder / "weights.npz");
  const std::size_t shape[] = {1, 2, 5, 5};
  file.add("weights", shape, testing::all_weights(*trace));
  file.finish();
  const auto again = opened(folder / "weights.npz");
  EXPECT_FALSE(has_scores(*again, 0));
  EXPECT_FALSE(has_products(*again, 0));
  EXPECT_TRUE(std::isnan(scores(*again, {0, 0}, {0, 1}, {0, 1})(0, 0)));
  const HeadMeasures of_run = measure_head(*trace, {0, 1}), of_file = measure_head(*again, {0, 1});
  EXPECT_EQ(of_file.entropy.value, of_run.entropy.value);
  EXPECT_EQ(of_file.previous.value, of_run.previous.value);
  const RowSteps steps = row_steps(*again, {0, 1}, 3);
  EXPECT_EQ(steps.weights, weights(*again, {0, 1}, {3, 4}, {0, 5}).values);
  EXPECT_TRUE(std::isnan(steps.dots[0]));
  EXPECT_TRUE(score_products(*again, {0, 1}, 3, 0).empty());
  for (const KindForm form : {KindForm::softmax, KindForm::window, KindForm::linear})
    EXPECT_EQ(obstacle_to_kind(*again, {0, 0}, usual_kind(form)), KindObstacle::not_captured);
}

TEST(CapturedTrace, is_recalled_as_it_ran_and_refuses_everything_else) {
  const TemporaryFolder folder;
  const auto source = testing::random_llama({.layers = 1, .heads = 2, .kv_heads = 2, .hidden = 24});
  const auto trace = run(source, {.ids = {5, 1, 30, 2, 9}});
  write_npz(*trace, folder / "run.npz");
  const auto model = load_model(folder / "run.npz");
  const std::vector<std::int32_t> own{5, 1, 30, 2, 9};
  const auto code = [&](Request request) { return error_of([&] { (void)run(model, std::move(request)); }).code(); };
  EXPECT_EQ(code({.ids = {5, 1}}), "capture_fixed");
  EXPECT_EQ(code({.ids = own, .temperature = 2.0F}), "capture_fixed");
  EXPECT_EQ(code({.ids = own, .mask = MaskMode::bidirectional}), "capture_fixed");
  EXPECT_EQ(code({.ids = own, .interventions = {{.kind = InterventionKind::ablate}}}), "capture_fixed");
  EXPECT_EQ(error_of([&] { (void)model->tokenizer->encode("another text"); }).code(), "capture_fixed");
  EXPECT_EQ(error_of([&] { (void)generate(model, own, {}); }).code(), "capture_fixed");
  const std::string text = model->tokenizer->encode("").text;
  EXPECT_EQ(model->tokenizer->encode(text), model->tokenizer->encode(""));
  EXPECT_EQ(text, "‹5› ‹1› ‹30› ‹2› ‹9›");
  const AdapterUse adapter{folder / "adapter", 1.0F};
  EXPECT_EQ(error_of([&] { (void)load_model(folder / "run.npz", std::span(&adapter, 1)); }).code(), "capture_adapter");
}

}  // namespace
}  // namespace regard
