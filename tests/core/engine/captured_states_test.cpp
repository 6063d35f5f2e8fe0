// SPDX-License-Identifier: Apache-2.0
// Hidden states that were captured elsewhere, with the checkpoint that made them: held against an ordinary run of it.
#include "core/engine/captured_states.h"

#include "core/base/error.h"
#include "core/engine/engine.h"
#include "core/format/npz.h"
#include "core/model/captured.h"
#include "core/text/continuation.h"
#include "core/trace/export.h"
#include "core/trace/sink.h"
#include "tests/core/base/expect_error.h"
#include "tests/core/base/temporary_folder.h"
#include "tests/core/engine/random_model.h"
#include "tests/core/engine/reference.h"
#include "tests/core/format/safetensors_writer.h"
#include "tests/core/model/tiny_checkpoint.h"
#include "tests/core/model/tiny_t5.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

namespace regard {
namespace {

using testing::error_of;
using testing::TemporaryFolder;

std::string bytes_of_ids(const std::vector<std::int64_t>& ids) {
  std::string bytes(ids.size() * sizeof(std::int64_t), '\0');
  std::memcpy(bytes.data(), ids.data(), bytes.size());
  return bytes;
}

/// As vLLM writes it: hidden_states [T, layers, D], token_ids [T].
void write_states(const Trace& trace, const std::vector<std::size_t>& layers, const std::filesystem::path& path,
                  bool says_layers = false) {
  const std::size_t tokens = trace.tokens(), width = trace.model->config.hidden;
  std::vector<float> numbers;
  for (std::size_t token = 0; token < tokens; ++token)
    for (const std::size_t layer : layers)
      for (const float number : trace.residual[layer].row(token))
        numbers.push_back(number);
  std::vector<testing::FileTensor> tensors{
      {"hidden_states", "F32", {tokens, layers.size(), width}, testing::bytes_of(numbers)},
      {"token_ids", "I64", {tokens}, bytes_of_ids({trace.request.ids.begin(), trace.request.ids.end()})}};
  if (says_layers) tensors.push_back({"layers", "I64", {layers.size()}, bytes_of_ids({layers.begin(), layers.end()})});
  testing::write(path, testing::safetensors_of(tensors));
}

std::shared_ptr<const Trace> opened(const std::filesystem::path& path, const CaptureChoices& choices) {
  const std::shared_ptr<const Model> model = load_captured(path, choices);
  return run(model, {.ids = ids_of(model->tokenizer->encode(""))});
}

/// Every number of these layers, to the last bit; the others say nothing.
void expect_layers(const Trace& run, const Trace& again, const std::vector<std::size_t>& layers) {
  ASSERT_EQ(again.request.ids, run.request.ids);
  ASSERT_EQ(again.model->config.layers, run.model->config.layers);
  EXPECT_EQ(again.causal(), run.causal());
  for (std::size_t layer = 0; layer < run.layers.size(); ++layer) {
    if (std::find(layers.begin(), layers.end(), layer) == layers.end()) {
      EXPECT_EQ(again.model->config.heads(layer), 0U);
      continue;
    }
    ASSERT_EQ(again.model->config.heads(layer), run.model->config.heads(layer));
    EXPECT_TRUE(has_products(again, layer) && has_values(again, layer));
    for (std::size_t head = 0; head < run.model->config.heads(layer); ++head) {
      const HeadRef at{layer, head};
      EXPECT_EQ(scores(again, at), scores(run, at));
      EXPECT_EQ(weights(again, at), weights(run, at));
      EXPECT_EQ(sink_shares(again, at, {0, run.tokens()}), sink_shares(run, at, {0, run.tokens()}));
      for (std::size_t token = 0; token < run.tokens(); ++token)
        for (const auto of : {query_of, key_of, value_of, output_of}) {
          const auto expected = of(run, at, token), found = of(again, at, token);
          EXPECT_TRUE(std::equal(expected.begin(), expected.end(), found.begin(), found.end()))
              << layer << " " << head << " " << token;
        }
    }
  }
}

class StatesOf : public ::testing::TestWithParam<const char*> {};

TEST_P(StatesOf, a_run_with_its_checkpoint_give_every_number_of_the_run) {
  const std::filesystem::path checkpoint = testing::reference_folder(GetParam());
  if (!std::filesystem::exists(checkpoint)) GTEST_SKIP() << "tests/reference has not been run";
  const TemporaryFolder folder;
  const auto model = load_model(checkpoint);
  const auto trace = run(model, {.ids = testing::some_ids(23, model->config.vocabulary)});
  const std::vector<std::size_t> layers{model->config.layers - 1, 0};  // in any order
  write_states(*trace, layers, folder / "states.safetensors");
  expect_layers(*trace, *opened(folder / "states.safetensors", {.checkpoint = checkpoint, .layers = layers}), layers);
}
INSTANTIATE_TEST_SUITE_P(Captures, StatesOf,
                         ::testing::Values("llama-llama3-f32", "gpt2-f32", "bert-gelu-f32", "gemma2-capped-f32",
                                           "gpt-oss-f32", "mistral-window-f32", "deepseek-v2-lite-f32",
                                           "qwen3-one-kv-head-bf16", "gemma4-dense-f32"));

TEST(StatesOfSharedKeys, of_a_layer_that_reads_an_earlier_ones_keys_are_refused) {
  const std::filesystem::path checkpoint = testing::reference_folder("gemma4-shared-f16");
  if (!std::filesystem::exists(checkpoint)) GTEST_SKIP() << "tests/reference has not been run";
  const TemporaryFolder folder;
  const auto model = load_model(checkpoint);
  const auto trace = run(model, {.ids = testing::some_ids(9, model->config.vocabulary)});
  const std::vector<std::size_t> last{model->config.layers - 1}, first{0};
  write_states(*trace, last, folder / "states.safetensors");
  EXPECT_EQ(error_of([&] {
              (void)load_captured(folder / "states.safetensors", {.checkpoint = checkpoint, .layers = last});
            }).code(),
            "capture_state_family");
  write_states(*trace, first, folder / "first.safetensors");
  expect_layers(*trace, *opened(folder / "first.safetensors", {.checkpoint = checkpoint, .layers = first}), first);
}

TEST(StatesOfSeveralStreams, are_refused_for_one_does_not_tell_what_a_layer_reads) {
  const std::filesystem::path checkpoint = testing::reference_folder("gemma3n-four-streams-f16");
  if (!std::filesystem::exists(checkpoint)) GTEST_SKIP() << "tests/reference has not been run";
  const TemporaryFolder folder;
  const auto model = load_model(checkpoint);
  const auto trace = run(model, {.ids = testing::some_ids(9, model->config.vocabulary)});
  const std::vector<std::size_t> layers{1};
  write_states(*trace, layers, folder / "states.safetensors");
  EXPECT_EQ(error_of([&] {
              (void)load_captured(folder / "states.safetensors", {.checkpoint = checkpoint, .layers = layers});
            }).code(),
            "capture_state_streams");
}

class TinyStates : public ::testing::Test {
protected:
  void SetUp() override {
    checkpoint_.write_to(folder_ / "llama");
    trace_ = run(load_model(folder_ / "llama"), {.ids = {5, 7, 1, 10, 2, 9, 0}});
  }
  [[nodiscard]] std::string code(const CaptureChoices& choices) const {
    return error_of([&] { (void)load_captured(states(), choices); }).code();
  }
  [[nodiscard]] std::filesystem::path states() const { return folder_ / "states.safetensors"; }

  TemporaryFolder folder_{};
  testing::TinyCheckpoint checkpoint_ = testing::tiny_llama();
  std::shared_ptr<const Trace> trace_{};
};

TEST_F(TinyStates, need_nothing_of_the_layers_that_were_not_captured) {
  std::erase_if(checkpoint_.tensors, [](const testing::FileTensor& tensor) {
    return tensor.name.starts_with("model.layers.0.");  // a run would miss them
  });
  checkpoint_.write_to(folder_ / "part");
  EXPECT_EQ(error_of([&] { (void)load_model(folder_ / "part"); }).code(), "tensor_missing");
  write_states(*trace_, {1}, states());
  expect_layers(*trace_, *opened(states(), {.checkpoint = folder_ / "part", .layers = {1}}), {1});
}

TEST_F(TinyStates, of_all_layers_or_with_their_numbers_beside_need_no_word_about_them) {
  write_states(*trace_, {0, 1}, states());
  const CaptureChoices choices{.checkpoint = folder_ / "llama"};
  expect_layers(*trace_, *opened(states(), choices), {0, 1});
  write_states(*trace_, {0, 1, 2}, states());  // and what leaves the last one
  expect_layers(*trace_, *opened(states(), choices), {0, 1});
  write_states(*trace_, {1}, states(), true);
  const auto again = opened(states(), choices);
  expect_layers(*trace_, *again, {1});
  EXPECT_EQ(again->model->capture->origin.model, "llama");
  EXPECT_FALSE(has_engine(*again->model));
  EXPECT_EQ(again->model->tokenizer->encode("").tokens.size(), 7U);
}

TEST_F(TinyStates, in_the_other_order_of_axes_are_told_by_the_tokens_or_asked_for) {
  NpzWriter file(folder_ / "states.npz");
  const std::size_t shape[] = {2, 7, 10};
  std::vector<float> numbers = trace_->residual[0].values;
  numbers.insert(numbers.end(), trace_->residual[1].values.begin(), trace_->residual[1].values.end());
  file.add("hidden_states", shape, numbers);
  file.add("token_ids", trace_->request.ids);
  file.finish();
  expect_layers(*trace_, *opened(folder_ / "states.npz", {.checkpoint = folder_ / "llama"}), {0, 1});
  const auto two = run(trace_->model, {.ids = {5, 7}});
  write_states(*two, {0, 1}, states());
  const CaptureChoices choices{.checkpoint = folder_ / "llama"};
  EXPECT_EQ(code(choices), "capture_ambiguous") << "two tokens, two layers";
  CaptureChoices chosen = choices;
  ASSERT_TRUE(choose_axes(chosen, "tokens-first"));
  expect_layers(*two, *opened(states(), chosen), {0, 1});
}

TEST_F(TinyStates, with_the_wrong_checkpoint_or_none_are_refused_with_what_is_the_matter) {
  write_states(*trace_, {1}, states());
  EXPECT_TRUE(is_capture(states()));
  EXPECT_EQ(error_of([&] { (void)load_model(states()); }).code(), "capture_checkpoint");
  EXPECT_EQ(code({}), "capture_checkpoint");
  const std::filesystem::path llama = folder_ / "llama";
  EXPECT_EQ(code({.checkpoint = llama}), "capture_state_layers");
  EXPECT_EQ(code({.checkpoint = llama, .layers = {3}}), "capture_state_range");
  EXPECT_EQ(code({.checkpoint = llama, .layers = {0, 1}}), "capture_state_layers") << "the file has one";
  EXPECT_FALSE(code({.checkpoint = folder_ / "nowhere", .layers = {1}}).starts_with("capture_"));
  testing::tiny_bert().write_to(folder_ / "bert");
  const Error width = error_of([&] { (void)load_captured(states(), {.checkpoint = folder_ / "bert", .layers = {1}}); });
  EXPECT_EQ(width.code(), "capture_state_width");
  EXPECT_EQ(width.details().found, "10");
  EXPECT_EQ(width.details().expected, "12");
  write_npz(*trace_, folder_ / "run.npz");
  EXPECT_EQ(error_of([&] { (void)load_captured(folder_ / "run.npz", {.checkpoint = llama}); }).code(),
            "capture_no_states");
}

TEST_F(TinyStates, of_models_whose_scores_have_other_terms_are_refused) {
  testing::TinyCheckpoint t5 = testing::tiny_t5();
  t5.write_to(folder_ / "t5");
  write_states(*trace_, {1}, states());
  const std::string found = code({.checkpoint = folder_ / "t5", .layers = {1}});
  EXPECT_TRUE(found == "capture_state_family") << found;
}

TEST_F(TinyStates, beside_attention_are_only_read_where_a_checkpoint_was_named) {
  NpzWriter file(folder_ / "both.npz");
  const std::size_t grids[] = {1, 1, 2, 2}, stream[] = {3, 2, 10};
  file.add("attentions", grids, std::vector<float>{1.0F, 0.0F, 0.5F, 0.5F});
  file.add("hidden_states", stream, std::vector<float>(60, 0.5F));
  file.finish();
  const auto capture = open_capture(folder_ / "both.npz");
  EXPECT_TRUE(capture->states.streams.empty());
  EXPECT_EQ(capture->unread, std::vector<std::string>{"hidden_states"});
}

TEST(CaptureReadings, show_the_first_cells_of_both_orders) {
  const TemporaryFolder folder;
  NpzWriter file(folder / "run.npz");
  const std::size_t shape[] = {4, 11, 3};
  std::vector<float> numbers(132);
  for (std::size_t at = 0; at < numbers.size(); ++at)
    numbers[at] = static_cast<float>(at % 7) - 3.0F;
  file.add("q", shape, numbers);
  file.add("k", shape, numbers);
  file.finish();
  const auto readings = capture_readings(folder / "run.npz", {});
  ASSERT_TRUE(readings.has_value());
  EXPECT_EQ(readings->names.exchanged, "tokens-first");
  EXPECT_EQ(readings->cells[0].rows, 8U);
  EXPECT_EQ(readings->cells[1].rows, 4U);
  CaptureChoices choices;
  ASSERT_TRUE(choose_axes(choices, "tokens-second"));
  EXPECT_FALSE(capture_readings(folder / "run.npz", choices).has_value()) << "nothing is open any more";
  const auto model = model_of(open_capture(folder / "run.npz", choices));
  const auto trace = run(model, {.ids = ids_of(model->tokenizer->encode(""))});
  EXPECT_EQ(readings->cells[0], weights(*trace, {0, 0}, {0, 8}, {0, 8}));
}

}  // namespace
}  // namespace regard
