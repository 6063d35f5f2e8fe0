// SPDX-License-Identifier: Apache-2.0
// Files whose axes can stand in either order: what decides, what is asked, what a choice does.
#include "core/capture/order.h"

#include "core/capture/capture.h"
#include "core/format/npz.h"
#include "tests/core/base/expect_error.h"
#include "tests/core/base/temporary_folder.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

namespace regard {
namespace {

using testing::error_of;
using testing::TemporaryFolder;

bool usual(const std::vector<VectorAxes>& arrays) {
  const FittingOrders fitting = fitting_orders(arrays);
  return fitting.usual && !fitting.exchanged;
}
bool exchanged(const std::vector<VectorAxes>& arrays) {
  const FittingOrders fitting = fitting_orders(arrays);
  return fitting.exchanged && !fitting.usual;
}

TEST(OrderOfAxes, follows_from_tokens_that_are_known_from_fewer_key_heads_or_stays_open) {
  EXPECT_TRUE(usual({{.first = 4, .second = 7, .tokens = 7}}));
  EXPECT_TRUE(exchanged({{.first = 7, .second = 4, .tokens = 7}}));
  EXPECT_TRUE(usual({{.first = 4, .second = 7}, {.first = 2, .second = 7, .of_keys = true}}));
  EXPECT_TRUE(exchanged({{.first = 7, .second = 4}, {.first = 7, .second = 2, .of_keys = true}}));
  EXPECT_TRUE(usual({{.first = 4, .second = 4, .tokens = 4}, {.first = 2, .second = 4, .tokens = 4, .of_keys = true}}))
      << "as many tokens as heads: the keys tell";
  EXPECT_TRUE(
      fitting_orders(std::vector<VectorAxes>{{.first = 4, .second = 7}, {.first = 4, .second = 7, .of_keys = true}})
          .open());
  EXPECT_TRUE(fitting_orders(std::vector<VectorAxes>{{.first = 4, .second = 4, .tokens = 4}}).open());
  EXPECT_TRUE(usual({{.first = 1, .second = 7}})) << "one head, not one token";
  const FittingOrders neither = fitting_orders(std::vector<VectorAxes>{{.first = 3, .second = 5, .tokens = 4}});
  EXPECT_FALSE(neither.usual || neither.exchanged);
}

struct Array {
  std::string name{};
  std::vector<std::size_t> shape{};
  std::vector<float> numbers{};
};

std::filesystem::path file(const TemporaryFolder& folder, const std::vector<Array>& arrays) {
  const std::filesystem::path path = folder / "run.npz";
  NpzWriter writer(path);
  for (const Array& each : arrays)
    writer.add(each.name, each.shape, each.numbers);
  writer.finish();
  return path;
}

std::vector<float> waves(std::size_t count, float step) {
  std::vector<float> numbers(count);
  for (std::size_t at = 0; at < count; ++at)
    numbers[at] = std::sin(static_cast<float>(at) * step);
  return numbers;
}

TEST(OrderOfAxes, of_queries_and_keys_that_fit_both_ways_is_asked_for_by_name) {
  const TemporaryFolder folder;
  const auto path = file(folder, {{"q", {4, 7, 3}, waves(84, 1.3F)}, {"k", {4, 7, 3}, waves(84, 0.7F)}});
  const Error asked = error_of([&] { (void)open_capture(path); });
  EXPECT_EQ(asked.code(), "capture_ambiguous");
  EXPECT_EQ(asked.details().expected, "tokens-second, tokens-first");
  EXPECT_NE(std::string(asked.what()).find("--axes"), std::string::npos);
  CaptureChoices choices;
  ASSERT_TRUE(choose_axes(choices, "tokens-first"));
  const auto first = open_capture(path, choices);
  EXPECT_EQ(first->token_count(), 4U);
  EXPECT_EQ(first->layers[0].heads, 7U);
  std::vector<float> row(3);
  first->layers[0].queries.read(2, 1, {0, 3}, row);
  const std::vector<float> all = waves(84, 1.3F);
  EXPECT_EQ(row, std::vector<float>(all.begin() + (1 * 7 + 2) * 3, all.begin() + (1 * 7 + 3) * 3));
  ASSERT_TRUE(choose_axes(choices, "tokens-second"));
  EXPECT_EQ(open_capture(path, choices)->token_count(), 7U);
  EXPECT_FALSE(choose_axes(choices, "sideways"));
}

/// Weights of causal heads that q and k, [heads, tokens, dims], make with the usual scale.
std::vector<float> weights_of(const std::vector<float>& q, const std::vector<float>& k, std::size_t heads,
                              std::size_t tokens, std::size_t dims) {
  std::vector<float> weights(heads * tokens * tokens);
  for (std::size_t head = 0; head < heads; ++head)
    for (std::size_t query = 0; query < tokens; ++query) {
      double sum = 0.0;
      std::vector<double> row(query + 1);
      for (std::size_t key = 0; key <= query; ++key) {
        double dot = 0.0;
        for (std::size_t dim = 0; dim < dims; ++dim)
          dot += static_cast<double>(q[(head * tokens + query) * dims + dim]) * k[(head * tokens + key) * dims + dim];
        sum += row[key] = std::exp(dot / std::sqrt(static_cast<double>(dims)));
      }
      for (std::size_t key = 0; key <= query; ++key)
        weights[(head * tokens + query) * tokens + key] = static_cast<float>(row[key] / sum);
    }
  return weights;
}

std::vector<float> swapped(const std::vector<float>& from, std::size_t rows, std::size_t cols, std::size_t width) {
  std::vector<float> to(from.size());
  for (std::size_t row = 0; row < rows; ++row)
    for (std::size_t col = 0; col < cols; ++col)
      for (std::size_t at = 0; at < width; ++at)
        to[(col * rows + row) * width + at] = from[(row * cols + col) * width + at];
  return to;
}

TEST(OrderOfAxes, of_as_many_heads_as_tokens_is_what_makes_the_weights_of_the_file) {
  const TemporaryFolder folder;
  const std::vector<float> q = waves(48, 1.9F), k = waves(48, 2.3F), weights = weights_of(q, k, 4, 4, 3);
  for (const bool tokens_first : {false, true}) {
    const auto placed = [&](const std::vector<float>& heads) { return tokens_first ? swapped(heads, 4, 4, 3) : heads; };
    const auto capture = open_capture(
        file(folder, {{"weights", {4, 4, 4}, weights}, {"q", {4, 4, 3}, placed(q)}, {"k", {4, 4, 3}, placed(k)}}));
    EXPECT_TRUE(capture->layers[0].from_products);
    std::vector<float> row(3);
    capture->layers[0].queries.read(1, 2, {0, 3}, row);
    EXPECT_EQ(row, std::vector<float>(q.begin() + 18, q.begin() + 21)) << tokens_first;
  }
  const auto neither = file(
      folder, {{"weights", {4, 4, 4}, weights}, {"q", {4, 4, 3}, waves(48, 0.2F)}, {"k", {4, 4, 3}, waves(48, 0.3F)}});
  EXPECT_EQ(error_of([&] { (void)open_capture(neither); }).code(), "capture_ambiguous");
}

/// Rows and columns both sum to 1: a weighted sum of shifts.
std::vector<float> circulant() {
  const std::vector<float> shares{0.5F, 0.25F, 0.125F, 0.125F};
  std::vector<float> grid(16);
  for (std::size_t query = 0; query < 4; ++query)
    for (std::size_t key = 0; key < 4; ++key)
      grid[query * 4 + key] = shares[(key + 4 - query) % 4];
  return grid;
}

TEST(OrderOfAxes, of_a_grid_whose_columns_sum_to_1_as_well_is_asked_for) {
  const TemporaryFolder folder;
  const auto path = file(folder, {{"weights", {1, 4, 4}, circulant()}});
  const Error asked = error_of([&] { (void)open_capture(path); });
  EXPECT_EQ(asked.code(), "capture_ambiguous");
  EXPECT_EQ(asked.details().expected, "queries-first, keys-first");
  CaptureChoices choices;
  ASSERT_TRUE(choose_axes(choices, "keys-first"));
  std::vector<float> row(4);
  open_capture(path, choices)->layers[0].weights.read(0, 0, {0, 4}, row);
  EXPECT_EQ(row, (std::vector<float>{0.5F, 0.125F, 0.125F, 0.25F}));
  ASSERT_TRUE(choose_axes(choices, "queries-first"));
  open_capture(path, choices)->layers[0].weights.read(0, 0, {0, 4}, row);
  EXPECT_EQ(row, (std::vector<float>{0.5F, 0.25F, 0.125F, 0.125F}));
}

TEST(OrderOfAxes, of_a_grid_is_not_asked_for_where_it_makes_no_difference_or_rows_alone_are_exact) {
  const TemporaryFolder folder;
  const std::vector<float> even(16, 0.25F);
  EXPECT_EQ(open_capture(file(folder, {{"weights", {1, 4, 4}, even}}))->rows, CapturedRows::whole) << "its own mirror";
  std::vector<float> nearly = circulant();  // rows stay exact, columns are off by a little
  nearly[0] += 0.004F;
  nearly[1] -= 0.004F;
  EXPECT_NO_THROW((void)open_capture(file(folder, {{"weights", {1, 4, 4}, nearly}})));
}

TEST(OrderOfAxes, of_a_grid_lying_the_wrong_way_round_can_be_chosen_instead_of_saving_it_anew) {
  const TemporaryFolder folder;
  const std::vector<float> lying{1.0F, 0.5F, 0.0F, 0.5F};  // the transpose of a causal pair of rows
  const auto path = file(folder, {{"weights", {1, 2, 2}, lying}});
  EXPECT_EQ(error_of([&] { (void)open_capture(path); }).code(), "capture_transposed");
  CaptureChoices choices;
  ASSERT_TRUE(choose_axes(choices, "keys-first"));
  EXPECT_TRUE(open_capture(path, choices)->causal);
}

}  // namespace
}  // namespace regard
