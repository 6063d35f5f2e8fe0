// SPDX-License-Identifier: Apache-2.0
#include "core/capture/capture.h"

#include "core/capture/headvis.h"
#include "core/format/npz.h"
#include "tests/core/base/expect_error.h"
#include "tests/core/base/temporary_folder.h"

#include <gtest/gtest.h>
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <numeric>

namespace regard {
namespace {

using testing::error_of;
using testing::TemporaryFolder;
using Sizes = std::vector<std::size_t>;

/// Rows that sum to 1, no two alike; lower triangles where `causal`.
std::vector<float> grids(std::size_t heads, std::size_t tokens, bool causal = true) {
  std::vector<float> numbers;
  for (std::size_t row = 0; row < heads * tokens; ++row) {
    std::vector<float> cells(tokens);
    double sum = 0.0;
    for (std::size_t key = 0; key < (causal ? row % tokens + 1 : tokens); ++key)
      sum += cells[key] = 1.0F + static_cast<float>((row * 7 + key * 5) % 11);
    for (const float cell : cells)
      numbers.push_back(static_cast<float>(cell / sum));
  }
  return numbers;
}

std::vector<float> transposed_grids(std::size_t heads, std::size_t tokens) {
  const std::vector<float> straight = grids(heads, tokens);
  std::vector<float> numbers(straight.size());
  for (std::size_t head = 0; head < heads; ++head)
    for (std::size_t row = 0; row < tokens; ++row)
      for (std::size_t col = 0; col < tokens; ++col)
        numbers[(head * tokens + col) * tokens + row] = straight[(head * tokens + row) * tokens + col];
  return numbers;
}

struct Written {
  std::string name{};
  Sizes shape{};
  std::vector<float> numbers{};
};

std::filesystem::path npz(const TemporaryFolder& folder, const std::vector<Written>& arrays,
                          const std::vector<std::string>& tokens = {}) {
  const std::filesystem::path path = folder / "run.npz";
  NpzWriter writer(path);
  for (const Written& each : arrays)
    writer.add(each.name, each.shape, each.numbers);
  if (!tokens.empty()) writer.add("tokens", tokens);
  writer.finish();
  return path;
}

std::vector<float> rows_of(const HeadArray& array) {
  std::vector<float> numbers(array.heads() * array.rows() * array.cols());
  for (std::size_t row = 0; row < array.heads() * array.rows(); ++row)
    array.read(row / array.rows(), row % array.rows(), {0, array.cols()},
               std::span(numbers).subspan(row * array.cols(), array.cols()));
  return numbers;
}

TEST(Capture, takes_one_array_of_all_layers_or_one_for_each_with_or_without_a_batch) {
  const TemporaryFolder folder;
  const std::vector<float> first = grids(3, 5), second = grids(6, 5);
  std::vector<float> both(second.begin(), second.end());  // two layers of three heads
  const auto together = open_capture(npz(folder, {{"attentions", {2, 3, 5, 5}, both}}));
  ASSERT_EQ(together->layers.size(), 2U);
  EXPECT_EQ(together->layers[1].heads, 3U);
  EXPECT_EQ(rows_of(together->layers[1].weights), std::vector<float>(both.begin() + 75, both.end()));
  const auto batched = open_capture(npz(folder, {{"attentions", {2, 1, 3, 5, 5}, both}}));
  EXPECT_EQ(rows_of(batched->layers[1].weights), rows_of(together->layers[1].weights));
  const auto single = open_capture(npz(folder, {{"attn", {3, 5, 5}, first}}));
  EXPECT_EQ(rows_of(single->layers.at(0).weights), first);
  const auto apart = open_capture(npz(folder, {{"attn_4", {1, 3, 5, 5}, first}, {"other", {2}, {1, 2}}}));
  ASSERT_EQ(apart->layers.size(), 5U);
  EXPECT_EQ(apart->layers[3].heads, 0U) << "nothing is there of it";
  EXPECT_EQ(rows_of(apart->layers[4].weights), first);
  EXPECT_EQ(apart->unread, std::vector<std::string>{"other"});
  const auto head = open_capture(npz(folder, {{"weights", {5, 5}, grids(1, 5)}}));
  EXPECT_EQ(head->layers.at(0).heads, 1U);
}

TEST(Capture, numbers_tokens_that_are_missing) {
  const TemporaryFolder folder;
  const auto bare = open_capture(npz(folder, {{"attn", {3, 5, 5}, grids(3, 5)}}));
  EXPECT_TRUE(bare->tokens.empty());
  EXPECT_FALSE(bare->has_ids);
  EXPECT_EQ(bare->ids, (std::vector<std::int32_t>{0, 1, 2, 3, 4}));
  const std::vector<std::string> words{"Ж", "и", "▁🙂", "л", "."};
  const auto named = open_capture(npz(folder, {{"attn", {3, 5, 5}, grids(3, 5)}}, words));
  EXPECT_EQ(named->tokens, words);
}

TEST(Capture, tells_causality_and_what_rows_sum_to_from_the_numbers) {
  const TemporaryFolder folder;
  const auto causal = open_capture(npz(folder, {{"attn", {3, 5, 5}, grids(3, 5)}}));
  EXPECT_TRUE(causal->causal);
  EXPECT_FALSE(causal->causal_is_guessed);
  EXPECT_EQ(causal->rows, CapturedRows::whole);
  const auto both_ways = open_capture(npz(folder, {{"attn", {3, 5, 5}, grids(3, 5, false)}}));
  EXPECT_FALSE(both_ways->causal);
  std::vector<float> rounded = grids(3, 5);
  for (float& weight : rounded)
    weight = std::round(weight * 500.0F) / 500.0F;
  EXPECT_EQ(open_capture(npz(folder, {{"attn", {3, 5, 5}, rounded}}))->rows, CapturedRows::rounded);
  std::vector<float> sunk = grids(3, 5);
  for (float& weight : sunk)
    weight *= 0.6F;
  const auto below = open_capture(npz(folder, {{"attn", {3, 5, 5}, sunk}}));
  EXPECT_EQ(below->rows, CapturedRows::below_one);
  EXPECT_NEAR(below->least_sum, 0.6, 1e-6);
}

TEST(Capture, says_which_sums_it_found_where_axes_are_exchanged_or_the_numbers_are_no_weights) {
  const TemporaryFolder folder;
  const Error exchanged = error_of([&] {
    (void)open_capture(npz(folder, {{"attn", {3, 5, 5}, transposed_grids(3, 5)}}));
  });
  EXPECT_EQ(exchanged.code(), "capture_transposed");
  EXPECT_NE(exchanged.details().found.find(" … "), std::string::npos) << exchanged.what();
  std::vector<float> scores = grids(3, 5);
  for (float& score : scores)
    score = score * 9.0F - 1.0F;
  EXPECT_EQ(error_of([&] { (void)open_capture(npz(folder, {{"attn", {3, 5, 5}, scores}})); }).code(), "capture_sums");
  std::vector<float> broken = grids(3, 5);
  broken[0] = std::nanf("");
  EXPECT_EQ(error_of([&] { (void)open_capture(npz(folder, {{"attn", {3, 5, 5}, broken}})); }).code(), "capture_sums");
}

TEST(Capture, refuses_shapes_that_contradict_each_other) {
  const TemporaryFolder folder;
  const auto code = [&](const std::vector<Written>& arrays, const std::vector<std::string>& tokens = {}) {
    return error_of([&] { (void)open_capture(npz(folder, arrays, tokens)); }).code();
  };
  const std::vector<float> some(200, 0.1F);
  const Written weights{"weights", {3, 5, 5}, grids(3, 5)};
  EXPECT_EQ(code({weights}, {"a", "b"}), "capture_tokens");
  EXPECT_EQ(code({weights, {"scores", {3, 4, 4}, {some.begin(), some.begin() + 48}}}), "capture_tokens");
  EXPECT_EQ(code({weights, {"q", {3, 4, 2}, {some.begin(), some.begin() + 24}}}), "capture_tokens");
  EXPECT_EQ(code({weights, {"q", {2, 5, 2}, {some.begin(), some.begin() + 20}}}), "capture_shape");
  EXPECT_EQ(code({weights, {"k", {2, 5, 2}, {some.begin(), some.begin() + 20}}}), "capture_shape")
      << "2 does not divide 3";
  EXPECT_EQ(code({{"weights", {3, 5, 4}, {some.begin(), some.begin() + 60}}}), "capture_shape");
  EXPECT_EQ(code({{"weights", {5}, {some.begin(), some.begin() + 5}}}), "capture_shape");
  EXPECT_EQ(code({{"weights_0", {2, 1, 5, 5}, {some.begin(), some.begin() + 50}}}), "capture_batch");
  EXPECT_EQ(code({{"hidden", {2}, {1, 2}}}), "capture_names");
  EXPECT_EQ(code({{"k", {2, 5, 2}, {some.begin(), some.begin() + 20}}}), "capture_names") << "keys alone say nothing";
  EXPECT_EQ(code({weights, {"scale", {3}, {1, 2, 3}}}), "capture_shape");
}

TEST(Capture, holds_queries_and_keys_against_the_weights_before_it_believes_that_they_made_them) {
  const TemporaryFolder folder;
  const std::size_t tokens = 4, dims = 3;
  std::vector<float> vectors(tokens * dims);
  for (std::size_t at = 0; at < vectors.size(); ++at)
    vectors[at] = std::sin(static_cast<float>(at) * 1.7F);
  const auto softmax_of = [&](float scale) {
    std::vector<float> weights(tokens * tokens);
    for (std::size_t query = 0; query < tokens; ++query) {
      double sum = 0.0;
      std::vector<double> row(query + 1);
      for (std::size_t key = 0; key <= query; ++key) {
        const float dot = std::inner_product(vectors.begin() + static_cast<std::ptrdiff_t>(query * dims),
                                             vectors.begin() + static_cast<std::ptrdiff_t>((query + 1) * dims),
                                             vectors.begin() + static_cast<std::ptrdiff_t>(key * dims), 0.0F);
        sum += row[key] = std::exp(dot * scale);
      }
      for (std::size_t key = 0; key <= query; ++key)
        weights[query * tokens + key] = static_cast<float>(row[key] / sum);
    }
    return weights;
  };
  const Written q{"q", {1, tokens, dims}, vectors}, k{"k", {1, tokens, dims}, vectors};
  const auto layer = [&](std::vector<Written> arrays) {
    arrays.insert(arrays.end(), {q, k});
    return open_capture(npz(folder, arrays))->layers.at(0);
  };
  const CapturedLayer usual = layer({{"weights", {1, tokens, tokens}, softmax_of(1.0F / std::sqrt(3.0F))}});
  EXPECT_TRUE(usual.from_products);
  EXPECT_FLOAT_EQ(usual.scale, 1.0F / std::sqrt(3.0F));
  const CapturedLayer undivided = layer({{"weights", {1, tokens, tokens}, softmax_of(1.0F)}});
  EXPECT_TRUE(undivided.from_products);
  EXPECT_EQ(undivided.scale, 1.0F);
  EXPECT_TRUE(layer({{"weights", {1, tokens, tokens}, softmax_of(3.0F)}, {"scale", {}, {3.0F}}}).from_products);
  const CapturedLayer others = layer({{"weights", {1, tokens, tokens}, softmax_of(3.0F)}});
  EXPECT_FALSE(others.from_products) << "a bias of positions, or vectors of another place";
  EXPECT_FALSE(others.has_scores());
  const auto alone = open_capture(npz(folder, {q, k}));
  EXPECT_TRUE(alone->layers[0].from_products);
  EXPECT_TRUE(alone->causal_is_guessed) << "queries and keys do not tell";
  EXPECT_FALSE(open_capture(npz(folder, {q, k, {"causal", {1}, {0.0F}}}))->causal);
}

TEST(Capture, is_not_what_a_model_is) {
  EXPECT_FALSE(is_capture(REGARD_ASSETS_DIR "/models/council"));
  EXPECT_FALSE(is_capture(REGARD_ASSETS_DIR "/models/council/model.safetensors"));
  EXPECT_FALSE(is_capture("/nowhere/run.npz"));
  const TemporaryFolder folder;
  EXPECT_TRUE(is_capture(npz(folder, {{"attn", {3, 5, 5}, grids(3, 5)}})));
  testing::write(folder / "text.npz", "no archive at all");
  EXPECT_EQ(error_of([&] { (void)open_capture(folder / "text.npz"); }).code(), "capture_kind");
}

TEST(Capture, reads_what_NumPy_writes_in_halves_in_columns_packed_and_with_any_letters) {
  if (std::system(REGARD_PYTHON " -c 'import numpy' 2>/dev/null") != 0)
    GTEST_SKIP() << "python3-numpy is not installed";
  const TemporaryFolder folder;
  testing::write(
      folder / "make.py",
      "import sys, numpy as np\n"
      "w = np.zeros((2, 3, 4, 4))\n"
      "for t in range(4): w[..., t, :t + 1] = 1 / (t + 1)\n"
      "w[0, 0, 3] = [.5, .25, .125, .125]\n"
      "tokens = np.array(['<s>', 'Ġкот', '🙂', 'e\\u0301'])\n"
      "np.savez(sys.argv[1] + '/half.npz', weights=w.astype('<f2'), tokens=tokens)\n"
      "np.savez(sys.argv[1] + '/columns.npz', weights=np.asfortranarray(w.astype('<f4')), tokens=tokens)\n"
      "np.savez_compressed(sys.argv[1] + '/packed.npz', weights=w, tokens=tokens, input_ids=np.array([[5, 6, 7, 8]]))\n"
      "np.save(sys.argv[1] + '/one.npy', w.astype('<f4'))\n"
      "np.savez(sys.argv[1] + '/big.npz', weights=w.astype('>f4'))\n"
      "np.savez(sys.argv[1] + '/objects.npz', weights=w, tokens=np.array(['a', 1], object))\n");
  const std::string command = REGARD_PYTHON " '" + (folder / "make.py").string() + "' '" + folder.path().string() + "'";
  ASSERT_EQ(std::system(command.c_str()), 0);
  const std::vector<std::string> tokens{"<s>", "Ġкот", "🙂", "e\u0301"};
  for (const char* name : {"half.npz", "columns.npz", "packed.npz", "one.npy"}) {
    const auto capture = open_capture(folder / name);
    const std::vector<float> rows = rows_of(capture->layers.at(0).weights);
    EXPECT_EQ(std::vector<float>(rows.begin() + 12, rows.begin() + 16),
              (std::vector<float>{0.5F, 0.25F, 0.125F, 0.125F}))
        << name;
    EXPECT_EQ(rows[4], 0.5F) << name;
    EXPECT_EQ(rows[1], 0.0F) << name;
    EXPECT_TRUE(capture->causal) << name;
    EXPECT_EQ(capture->tokens, std::string(name) == "one.npy" ? std::vector<std::string>{} : tokens) << name;
  }
  EXPECT_EQ(open_capture(folder / "half.npz")->rows, CapturedRows::rounded);
  EXPECT_EQ(open_capture(folder / "packed.npz")->ids, (std::vector<std::int32_t>{5, 6, 7, 8}));
  EXPECT_EQ(error_of([&] { (void)open_capture(folder / "big.npz"); }).code(), "npz_format");
  EXPECT_EQ(error_of([&] { (void)open_capture(folder / "objects.npz"); }).code(), "npz_format");
}

constexpr const char* kHeadvis =
    R"({"sequences": [{"tokens": ["a", "b", "c"], "attention_indices": [0, 3, 4, 6, 8], "attention_values": [1, 0.25, 0.75, 0.5, 0.25],
        "seq_len": 3}, {"tokens": ["x"], "attention_indices": [0], "attention_values": [1]}]})";

TEST(Headvis, keeps_the_largest_weights_and_makes_up_nothing_for_the_others) {
  const TemporaryFolder folder;
  testing::write(folder / "heads/L1H0.json", kHeadvis);
  testing::write(folder / "heads/L1H1.json", kHeadvis);
  ASSERT_TRUE(is_capture(folder.path()));
  const auto capture = open_capture(folder.path());
  EXPECT_EQ(capture->rows, CapturedRows::largest_only);
  EXPECT_EQ(capture->tokens, (std::vector<std::string>{"a", "b", "c"}));
  ASSERT_EQ(capture->layers.size(), 2U);
  EXPECT_EQ(capture->layers[0].heads, 0U);
  const std::vector<float> rows = rows_of(capture->layers[1].weights);
  EXPECT_EQ(std::vector<float>(rows.begin(), rows.begin() + 9),
            (std::vector<float>{1.0F, 0.0F, 0.0F, 0.25F, 0.75F, 0.0F, 0.5F, 0.0F, 0.25F}));
  EXPECT_NEAR(capture->least_sum, 0.75, 1e-6);
  EXPECT_TRUE(capture->causal);
  testing::write(folder / "heads/L1H3.json", kHeadvis);
  const Error missing = error_of([&] { (void)open_capture(folder.path()); });
  EXPECT_EQ(missing.code(), "capture_head");
  EXPECT_EQ(missing.details().item, "L1H2");
}

TEST(Headvis, refuses_cells_outside_the_text) {
  for (const char* text :
       {R"({"sequences": [{"tokens": ["a"], "attention_indices": [1], "attention_values": [1]}]})",
        R"({"sequences": [{"tokens": ["a"], "attention_indices": [-1], "attention_values": [1]}]})",
        R"({"sequences": [{"tokens": ["a"], "attention_indices": [0], "attention_values": []}]})",
        R"({"sequences": [{"tokens": [1], "attention_indices": [], "attention_values": []}]})",
        R"({"sequences": [{"tokens": ["a"], "attention_indices": [0], "attention_values": ["x"]}]})"})
    EXPECT_EQ(error_of([&] { (void)parse_headvis(text, "L0H0.json"); }).code(), "json_value") << text;
  EXPECT_EQ(error_of([&] { (void)parse_headvis("[]", "L0H0.json"); }).code(), "json_missing");
}

}  // namespace
}  // namespace regard
