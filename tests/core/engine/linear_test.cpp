// SPDX-License-Identifier: Apache-2.0
#include "core/engine/linear.h"

#include "core/base/progress.h"
#include "core/base/random.h"

#include <gtest/gtest.h>
#include <algorithm>
#include <bit>
#include <utility>
#include <vector>

namespace regard {
namespace {

constexpr std::size_t kInputs = 300;   // more than one block of inputs
constexpr std::size_t kOutputs = 700;  // more panels than are arranged at once, and a part of one

Matrix random_matrix(std::size_t rows, std::size_t cols, std::uint64_t seed) {
  Random random(seed);
  Matrix matrix(rows, cols);
  for (float& value : matrix.values)
    value = random.uniform() - 0.5F;
  return matrix;
}

Linear linear_of(const Matrix& weight, std::vector<float> bias = {}) {
  Linear linear;
  linear.weight = {DType::f32, {weight.rows, weight.cols}, reinterpret_cast<const std::byte*>(weight.values.data())};
  linear.bias = std::move(bias);
  return linear;
}

Matrix product(const Matrix& x, const Linear& linear) {
  Matrix out(x.rows, linear.weight.rows());
  project(all_rows(x), linear, all_rows(out), {});
  return out;
}

TEST(Linear, IsTheSumOfItsFormula) {
  const Matrix weight = random_matrix(kOutputs, kInputs, 1);
  const Matrix x = random_matrix(11, kInputs, 2);
  const Matrix bias = random_matrix(1, kOutputs, 3);
  const Matrix out = product(x, linear_of(weight, bias.values));
  for (std::size_t row = 0; row < x.rows; ++row)
    for (std::size_t output = 0; output < kOutputs; ++output) {
      double sum = bias(0, output);
      for (std::size_t input = 0; input < kInputs; ++input)
        sum += static_cast<double>(x(row, input)) * static_cast<double>(weight(output, input));
      ASSERT_NEAR(out(row, output), sum, 1e-5) << row << ", " << output;
    }
}

TEST(Linear, GivesEachRowTheSameBitsWhateverStandsBesideIt) {
  const Matrix weight = random_matrix(kOutputs, kInputs, 1);
  const Matrix x = random_matrix(250, kInputs, 2);
  const Matrix together = product(x, linear_of(weight));
  for (const std::size_t row : {0U, 5U, 96U, 249U}) {
    Matrix alone(1, kInputs);
    std::copy(x.row(row).begin(), x.row(row).end(), alone.values.begin());
    const Matrix out = product(alone, linear_of(weight));
    for (std::size_t output = 0; output < kOutputs; ++output)
      ASSERT_EQ(out(0, output), together(row, output)) << row << ", " << output;
  }
}

/// The same matrix as [inputs, outputs]; `numbers` must outlive it.
Linear turned_round(const Matrix& weight, Matrix& numbers, std::vector<float> bias = {}) {
  numbers = Matrix(weight.cols, weight.rows);
  for (std::size_t output = 0; output < weight.rows; ++output)
    for (std::size_t input = 0; input < weight.cols; ++input)
      numbers(input, output) = weight(output, input);
  Linear linear = linear_of(numbers, std::move(bias));
  std::swap(linear.weight.shape[0], linear.weight.shape[1]);
  linear.input_stride = weight.rows;
  return linear;
}

TEST(Linear, ReadsRowsThatLieInPairs) {
  constexpr std::size_t kHead = 100;
  const Matrix weight = random_matrix(kOutputs, kInputs, 1), bias = random_matrix(1, kOutputs, 3);
  const Matrix x = random_matrix(70, kInputs, 2);
  Matrix stored(kOutputs, kInputs);
  for (std::size_t output = 0; output < kOutputs; ++output) {  // of a head's rows k and k + 50 stand at 2k and 2k + 1
    const std::size_t within = output % kHead;
    const std::size_t place = output - within + (within < 50 ? 2 * within : 2 * (within - 50) + 1);
    std::copy(weight.row(output).begin(), weight.row(output).end(), stored.row(place).begin());
  }
  Linear linear = linear_of(stored, bias.values);
  linear.weight.paired = kHead;
  for (const std::size_t rows : {1U, 70U}) {
    Matrix some(rows, kInputs);
    std::copy_n(x.values.begin(), some.values.size(), some.values.begin());
    EXPECT_EQ(product(some, linear).values, product(some, linear_of(weight, bias.values)).values) << rows;
  }
  std::vector<float> numbers(2 * kInputs);  // from the middle of one row into the third
  copy_as_f32(linear.weight, kInputs / 2, numbers);
  EXPECT_TRUE(std::equal(numbers.begin(), numbers.end(), weight.values.begin() + kInputs / 2));
}

TEST(Linear, ReadsAMatrixThatLiesTheOtherWayRound) {
  for (const std::size_t outputs : {kOutputs, kOutputs + 4}) {  // the second is made of whole registers
    const Matrix weight = random_matrix(outputs, kInputs, 1), bias = random_matrix(1, outputs, 3);
    Matrix numbers;
    const Linear turned = turned_round(weight, numbers, bias.values);
    for (const std::size_t rows : {1U, 2U, 7U, 64U, 65U, 130U}) {  // few rows take another way to the same bits
      const Matrix x = random_matrix(rows, kInputs, 2);
      EXPECT_EQ(product(x, turned), product(x, linear_of(weight, bias.values))) << rows << " rows, " << outputs;
    }
  }
}

TEST(Linear, StopsWithFewRowsOfAMatrixThatLiesTheOtherWayRoundToo) {
  const Matrix weight = random_matrix(kOutputs + 4, kInputs, 1);
  Matrix numbers, out(7, kOutputs + 4);
  std::stop_source stop;
  stop.request_stop();
  const Linear turned = turned_round(weight, numbers);
  EXPECT_THROW(project(all_rows(random_matrix(7, kInputs, 2)), turned, all_rows(out), stop.get_token()), Cancelled);
}

TEST(Linear, WidensHalfPrecisionAsItGoes) {
  const Matrix weight = random_matrix(kOutputs, kInputs, 1);
  std::vector<std::uint16_t> halves;
  Matrix rounded = weight;
  for (float& value : rounded.values) {
    const std::uint32_t bits = std::bit_cast<std::uint32_t>(value) & 0xFFFF0000U;  // a bfloat16
    halves.push_back(static_cast<std::uint16_t>(bits >> 16U));
    value = std::bit_cast<float>(bits);
  }
  Linear linear = linear_of(rounded);
  linear.weight.dtype = DType::bf16;
  linear.weight.data = reinterpret_cast<const std::byte*>(halves.data());
  const Matrix x = random_matrix(7, kInputs, 2);
  EXPECT_EQ(product(x, linear), product(x, linear_of(rounded)));
}

TEST(Linear, StopsWhenAsked) {
  const Matrix weight = random_matrix(kOutputs, kInputs, 1);
  const Matrix x = random_matrix(7, kInputs, 2);
  Matrix out(7, kOutputs);
  std::stop_source stop;
  stop.request_stop();
  EXPECT_THROW(project(all_rows(x), linear_of(weight), all_rows(out), stop.get_token()), Cancelled);
}

}  // namespace
}  // namespace regard
