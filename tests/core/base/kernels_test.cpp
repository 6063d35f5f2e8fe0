// SPDX-License-Identifier: Apache-2.0
// Every level of kernels that this machine can run, each kind of numbers: against float64, and against each other.
#include "core/base/kernels.h"

#include "core/base/aligned.h"
#include "core/base/half.h"
#include "core/base/lanes.h"
#include "core/base/random.h"
#include "core/format/dequantize.h"
#include "core/model/weights.h"

#include <gtest/gtest.h>
#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace regard {
namespace {

constexpr StoredType kKinds[] = {StoredType::f32,    StoredType::f16,     StoredType::bf16,    StoredType::q4_0,
                                 StoredType::q4_1,   StoredType::q5_0,    StoredType::q5_1,    StoredType::q8_0,
                                 StoredType::q2_k,   StoredType::q3_k,    StoredType::q4_k,    StoredType::q5_k,
                                 StoredType::q6_k,   StoredType::iq4_nl,  StoredType::iq4_xs,  StoredType::iq2_xxs,
                                 StoredType::iq2_xs, StoredType::iq2_s,   StoredType::iq3_xxs, StoredType::iq3_s,
                                 StoredType::iq1_s,  StoredType::iq1_m,   StoredType::tq1_0,   StoredType::tq2_0,
                                 StoredType::mxfp4,  StoredType::f8_e4m3, StoredType::f8_e5m2};

constexpr float kInfinity = std::numeric_limits<float>::infinity();

std::vector<float> some_numbers(std::size_t count, std::uint64_t seed) {
  Random random(seed);
  std::vector<float> numbers(count);
  for (float& number : numbers)
    number = random.uniform() - 0.5F;
  return numbers;
}

/// Where half-precision numbers stand in a block; the other bytes may be anything.
std::vector<std::size_t> halves_of(StoredType type) {
  switch (type) {
    case StoredType::q2_k:
      return {80, 82};
    case StoredType::q3_k:
      return {108};
    case StoredType::q6_k:
      return {208};
    case StoredType::tq1_0:
      return {52};
    case StoredType::tq2_0:
      return {64};
    case StoredType::q4_1:
    case StoredType::q5_1:
    case StoredType::q4_k:
    case StoredType::q5_k:
      return {0, 2};
    default:
      return {0};
  }
}

/// A matrix of random blocks: every bit of the small numbers and scales is used.
struct StoredMatrix {
  StoredType type;
  std::size_t rows;
  std::size_t cols;
  std::vector<std::byte> bytes;

  StoredMatrix(StoredType kind, std::size_t row_count, std::size_t col_count, std::uint64_t seed)
      : type(kind), rows(row_count), cols(col_count), bytes(stored_bytes(kind, row_count * col_count)) {
    Random random(seed);
    for (std::byte& byte : bytes)
      byte = static_cast<std::byte>(random.next());
    if (lies_by_input(type)) return;
    const StoredBlock block = block_of(type);
    for (std::size_t at = 0; at < bytes.size(); at += block.bytes) {
      const float number = random.uniform() - 0.5F;
      if (type == StoredType::f32) {
        std::memcpy(bytes.data() + at, &number, sizeof number);
      } else if (type == StoredType::bf16) {
        const auto bits = static_cast<std::uint16_t>(std::bit_cast<std::uint32_t>(number) >> 16U);
        std::memcpy(bytes.data() + at, &bits, sizeof bits);
      } else if (type == StoredType::f8_e4m3 || type == StoredType::f8_e5m2) {
        bytes[at] &= std::byte{0xB7};  // no NaN, no infinity, nothing large
      } else if (type == StoredType::mxfp4) {
        bytes[at] = static_cast<std::byte>(116 + random.below(4));
      } else if (type == StoredType::iq1_m) {
        bytes[at + 55] = (bytes[at + 55] & std::byte{0x0F}) | std::byte{0x10};  // the highest four bits of d
      } else {
        for (const std::size_t half : halves_of(type)) {  // between 2⁻¹² and 2⁻⁸ without a sign: 0|00011|…, 0|00111|…
          const auto bits = static_cast<std::uint16_t>((random.next() & 0xFFFU) | 0x0C00U);
          std::memcpy(bytes.data() + at + half, &bits, sizeof bits);
        }
      }
    }
  }
  [[nodiscard]] std::vector<float> widened() const {
    std::vector<float> numbers(rows * cols);
    dequantize(type, bytes, numbers);
    return numbers;
  }
};

Product product_of(const std::vector<float>& x, std::size_t rows, const StoredMatrix& matrix) {
  return {.x = x.data(),
          .x_stride = matrix.cols,
          .rows = rows,
          .inputs = matrix.cols,
          .outputs = matrix.rows,
          .type = matrix.type,
          .weights = matrix.bytes.data(),
          .row_bytes = stored_bytes(matrix.type, matrix.cols)};
}

std::vector<float> computed(const Kernels& kernel, Product product, AlignedFloats& scratch) {
  std::vector<float> out(product.rows * product.outputs, 77.0F);
  product.out = out.data();
  product.out_stride = product.outputs;
  kernel.project(product, 0, product.outputs, scratch.data());
  return out;
}

std::vector<float> computed(const Kernels& kernel, const Product& product) {
  AlignedFloats scratch(kernel.scratch);
  return computed(kernel, product, scratch);
}

std::vector<double> in_double(const Product& product, const std::vector<float>& weights) {
  std::vector<double> out;
  for (std::size_t row = 0; row < product.rows; ++row)
    for (std::size_t output = 0; output < product.outputs; ++output) {
      double sum = product.bias == nullptr ? 0.0 : static_cast<double>(product.bias[output]);
      for (std::size_t input = 0; input < product.inputs; ++input)
        sum += static_cast<double>(product.x[row * product.x_stride + input]) *
               static_cast<double>(weights[output * product.inputs + input]);
      out.push_back(sum);
    }
  return out;
}

/// Every kind, those without blocks in several widths.
std::vector<std::pair<StoredType, std::size_t>> kinds_and_widths() {
  std::vector<std::pair<StoredType, std::size_t>> all;
  for (const StoredType type : kKinds)
    all.emplace_back(type, 512);
  for (const StoredType type : {StoredType::f32, StoredType::f16, StoredType::bf16})
    for (const std::size_t cols : {1U, 15U, 67U, 1024U, 1025U, 2500U})
      all.emplace_back(type, cols);
  return all;
}

class EachLevel : public ::testing::TestWithParam<const Kernels*> {
protected:
  [[nodiscard]] const Kernels& kernel() const { return *GetParam(); }
};

TEST_P(EachLevel, MultipliesEveryKindOfNumbersAsItLiesAsInFloat64) {
  for (const StoredType type : kKinds)
    for (const std::size_t rows : {1U, 2U, 3U, 4U, 5U, 19U}) {
      const StoredMatrix matrix(type, 2 * kernel().panel + 5, 512, rows);
      const std::vector<float> x = some_numbers(rows * matrix.cols, 2), bias = some_numbers(matrix.rows, 3);
      Product product = product_of(x, rows, matrix);
      product.bias = bias.data();
      const std::vector<double> expected = in_double(product, matrix.widened());
      const std::vector<float> ours = computed(kernel(), product);
      double largest = 0.0;
      for (const double number : expected)
        largest = std::max(largest, std::abs(number));
      for (std::size_t at = 0; at < ours.size(); ++at)
        ASSERT_NEAR(ours[at], expected[at], 2e-6 * (1.0 + largest)) << name_of(type) << ", " << rows << " rows, " << at;
    }
}

TEST_P(EachLevel, MakesTheSameBitsOfHalvesAndOfTheSameNumbersInFloat32) {
  for (const StoredType type : {StoredType::f16, StoredType::bf16})
    for (const std::size_t cols : {3U, 256U, 777U, 1031U, 2048U})
      for (const std::size_t rows : {1U, 4U, 9U, 100U}) {
        const StoredMatrix matrix(type, kernel().panel + 3, cols, rows);
        const std::vector<float> x = some_numbers(rows * cols, 2), widened = matrix.widened();
        Product product = product_of(x, rows, matrix);
        const std::vector<float> ours = computed(kernel(), product);
        product.type = StoredType::f32;
        product.weights = widened.data();
        product.row_bytes = cols * sizeof(float);
        ASSERT_EQ(ours, computed(kernel(), product)) << name_of(type) << ", " << rows << " rows of " << cols;
      }
}

/// Each weight by itself: `rows` rows of x at a time, in each of which one number is 1.
std::vector<float> single_weights(const Kernels& kernel, Product product, std::size_t rows) {
  std::vector<float> all, x(rows * product.inputs);
  AlignedFloats scratch(kernel.scratch);
  for (std::size_t input = 0; input < product.inputs; input += rows) {
    std::fill(x.begin(), x.end(), 0.0F);
    product.rows = std::min(rows, product.inputs - input);
    for (std::size_t row = 0; row < product.rows; ++row)
      x[row * product.inputs + input + row] = 1.0F;
    product.x = x.data();
    const std::vector<float> some = computed(kernel, product, scratch);
    all.insert(all.end(), some.begin(), some.end());
  }
  return all;
}

/// The numbers of a matrix, the other way round.
std::vector<float> turned(const std::vector<float>& numbers, std::size_t rows) {
  const std::size_t cols = numbers.size() / rows;
  std::vector<float> result(numbers.size());
  for (std::size_t row = 0; row < rows; ++row)
    for (std::size_t col = 0; col < cols; ++col)
      result[col * rows + row] = numbers[row * cols + col];
  return result;
}

TEST_P(EachLevel, ReadsEveryStoredNumberToTheBit) {
  for (const StoredType type : kKinds)
    for (const std::size_t rows : {1U, 9U}) {
      const StoredMatrix matrix(type, kernel().panel + 3, 256, rows);
      const std::vector<float> ours = single_weights(kernel(), product_of({}, rows, matrix), rows);
      ASSERT_EQ(ours, turned(matrix.widened(), matrix.rows)) << name_of(type) << ", " << rows << " rows";
    }
}

TEST_P(EachLevel, GivesARowTheSameBitsAloneAndAmongOthers) {
  for (const auto& [type, cols] : kinds_and_widths()) {
    const StoredMatrix matrix(type, kernel().panel + 3, cols, 1);
    const std::vector<float> x = some_numbers(130 * matrix.cols, 2);
    const std::vector<float> together = computed(kernel(), product_of(x, 130, matrix));
    for (const std::size_t row : {0U, 1U, 97U, 129U}) {
      const std::vector<float> alone(x.begin() + static_cast<std::ptrdiff_t>(row * matrix.cols),
                                     x.begin() + static_cast<std::ptrdiff_t>((row + 1) * matrix.cols));
      const std::vector<float> out = computed(kernel(), product_of(alone, 1, matrix));
      ASSERT_TRUE(std::equal(out.begin(), out.end(), together.begin() + static_cast<std::ptrdiff_t>(row * matrix.rows)))
          << name_of(type) << ", row " << row << " of " << cols;
    }
    const std::vector<float> four(x.begin(), x.begin() + static_cast<std::ptrdiff_t>(4 * cols));
    const std::vector<float> few = computed(kernel(), product_of(four, 4, matrix));
    ASSERT_TRUE(std::equal(few.begin(), few.end(), together.begin())) << name_of(type) << ", four rows of " << cols;
  }
}

TEST_P(EachLevel, TakesRowsOfAnyLengthOfKindsWithoutBlocks) {
  for (const StoredType type :
       {StoredType::f32, StoredType::f16, StoredType::bf16, StoredType::f8_e4m3, StoredType::f8_e5m2})
    for (const std::size_t cols : {1U, 7U, 33U, 300U})
      for (const std::size_t rows : {1U, 6U}) {
        const StoredMatrix matrix(type, kernel().panel - 1, cols, cols);
        const std::vector<float> x = some_numbers(rows * cols, 2);
        const Product product = product_of(x, rows, matrix);
        const std::vector<float> ours = computed(kernel(), product);
        const std::vector<double> expected = in_double(product, matrix.widened());
        for (std::size_t at = 0; at < ours.size(); ++at)
          ASSERT_NEAR(ours[at], expected[at], 1e-3) << name_of(type) << ", " << rows << " rows of " << cols;
      }
}

TEST_P(EachLevel, ReadsAMatrixThatLiesTheOtherWayRound) {
  for (const StoredType type :
       {StoredType::f32, StoredType::f16, StoredType::bf16, StoredType::f8_e4m3, StoredType::f8_e5m2})
    for (const std::size_t rows : {1U, 6U, 100U}) {
      const StoredMatrix matrix(type, 300, kernel().panel + 7, 5);  // [inputs, outputs]
      StoredMatrix turned(type, matrix.cols, matrix.rows, 1);
      const std::size_t size = block_of(type).bytes;
      for (std::size_t row = 0; row < matrix.rows; ++row)
        for (std::size_t col = 0; col < matrix.cols; ++col)
          std::memcpy(turned.bytes.data() + (col * matrix.rows + row) * size,
                      matrix.bytes.data() + (row * matrix.cols + col) * size, size);
      const std::vector<float> x = some_numbers(rows * matrix.rows, 2);
      Product product = product_of(x, rows, turned);
      const std::vector<float> expected = computed(kernel(), product);
      product.weights = matrix.bytes.data();
      product.input_stride = matrix.cols;
      ASSERT_EQ(computed(kernel(), product), expected) << name_of(type) << ", " << rows << " rows";
    }
}

TEST_P(EachLevel, WidensEveryHalfPrecisionNumber) {
  for (const std::size_t cols : {1U, 32U}) {  // the rest of a row, and a block
    StoredMatrix matrix(StoredType::f16, 65536, cols, 1);
    std::fill(matrix.bytes.begin(), matrix.bytes.end(), std::byte{0});
    for (std::size_t bits = 0; bits < 65536; ++bits)
      std::memcpy(matrix.bytes.data() + bits * 2 * cols, &bits, 2);
    std::vector<float> x(cols);
    x[0] = 1.0F;
    const std::vector<float> out = computed(kernel(), product_of(x, 1, matrix));
    for (std::size_t bits = 0; bits < 65536; ++bits) {
      const float expected = f16_to_f32(static_cast<std::uint16_t>(bits));
      ASSERT_TRUE(out[bits] == expected || (std::isnan(out[bits]) && std::isnan(expected))) << bits;
    }
  }
}

TEST_P(EachLevel, WidensEveryEightBitNumber) {
  for (const StoredType type : {StoredType::f8_e4m3, StoredType::f8_e5m2})
    for (const std::size_t cols : {1U, 32U}) {
      StoredMatrix matrix(type, 256, cols, 1);
      std::fill(matrix.bytes.begin(), matrix.bytes.end(), std::byte{0});
      for (std::size_t bits = 0; bits < 256; ++bits)
        matrix.bytes[bits * cols] = static_cast<std::byte>(bits);
      std::vector<float> x(cols);
      x[0] = 1.0F;
      const std::vector<float> out = computed(kernel(), product_of(x, 1, matrix)), widened = matrix.widened();
      for (std::size_t bits = 0; bits < 256; ++bits) {
        const float expected = widened[bits * cols];
        ASSERT_TRUE(out[bits] == expected || (std::isnan(out[bits]) && std::isnan(expected))) << bits;
      }
    }
}

/// Scales and zeros of groups of inputs, of every output of a matrix and of some more.
struct SomeScales {
  std::vector<float> scale;
  std::vector<std::uint8_t> zero;
  std::vector<std::uint32_t> group_of;

  SomeScales(std::size_t inputs, std::size_t outputs, std::size_t groups)
      : scale(some_numbers(groups * outputs + kScaleRoom, 8)), zero(scale.size()), group_of(inputs) {
    Random random(9);
    for (std::uint8_t& each : zero)
      each = static_cast<std::uint8_t>(random.below(17));
    for (std::uint32_t& each : group_of)
      each = static_cast<std::uint32_t>(random.below(groups));
  }
};

TEST_P(EachLevel, ReadsEveryNumberWithAScaleApartToTheBit) {
  constexpr std::size_t kInputs = 328, kGroup = 32, kGroups = 11, kFirst = 8;
  const std::size_t outputs = (kernel().panel + 7) / 8 * 8 + 16, all = outputs + 16;
  const SomeScales scales(kInputs, all, kGroups);
  for (const StoredType type :
       {StoredType::f8_e4m3, StoredType::f8_e5m2, StoredType::gptq_4, StoredType::gptq_8, StoredType::awq_4})
    for (const bool ordered : {true, false})
      for (const std::size_t rows : {1U, 9U}) {
        if (!lies_by_input(type) && !ordered) continue;
        const StoredMatrix stored(type, all, kInputs, 3);
        TensorView view{.dtype = type,
                        .shape = {outputs, kInputs},
                        .data = stored.bytes.data(),
                        .apart = {.scale = scales.scale.data(),
                                  .zero = lies_by_input(type) ? scales.zero.data() : nullptr,
                                  .group_of = ordered ? nullptr : scales.group_of.data(),
                                  .group = kGroup,
                                  .stride = all,
                                  .first = kFirst}};
        if (!lies_by_input(type)) view.data += kFirst * kInputs;
        std::vector<float> widened(outputs * kInputs);
        copy_as_f32(view, 0, widened);
        const Product product{.x_stride = kInputs,
                              .rows = rows,
                              .inputs = kInputs,
                              .outputs = outputs,
                              .type = type,
                              .weights = view.data,
                              .row_bytes = lies_by_input(type) ? 0 : kInputs,
                              .apart = view.apart};
        ASSERT_EQ(single_weights(kernel(), product, rows), turned(widened, outputs))
            << name_of(type) << ", " << rows << " rows, ordered: " << ordered;
      }
}

TEST_P(EachLevel, StripsHaveTheSameBitsAsPanels) {
  for (const std::size_t depth : {1U, 7U, 8U, 37U, 256U, 1023U})
    for (const std::size_t rows : {1U, 3U, 20U, 64U}) {
      const StoredMatrix matrix(StoredType::f32, depth, 3 * kernel().strip, depth);  // [inputs, outputs]
      const std::vector<float> x = some_numbers(rows * depth, rows);
      Product product = product_of(x, rows, matrix);
      product.x_stride = product.inputs = depth;
      product.outputs = product.input_stride = matrix.cols;
      const std::vector<float> expected = computed(kernel(), product);
      std::vector<float> sums(3 * rows * kernel().strip, 7.0F), of_lane = sums, out(rows * matrix.cols);
      kernel().multiply_strips({x.data(), depth}, rows, depth,
                               {reinterpret_cast<const float*>(matrix.bytes.data()), matrix.cols}, 3, sums.data(),
                               of_lane.data());
      for (std::size_t strip = 0; strip < 3; ++strip)
        kernel().add_strips(sums.data() + strip * rows * kernel().strip, 1, sums.size(), rows, nullptr,
                            out.data() + strip * kernel().strip, matrix.cols);
      ASSERT_EQ(out, expected) << depth << " deep, " << rows << " rows";
    }
}

TEST_P(EachLevel, MultipliesPartsOfAMatrixAsTheWhole) {
  const std::size_t rows = 13, depth = 40, cols = 112;
  const std::vector<float> a = some_numbers(rows * depth, 1), b = some_numbers(depth * cols, 2);
  std::vector<float> whole(rows * cols, 9.0F), parts(rows * cols, 8.0F);
  kernel().multiply({a.data(), depth}, rows, depth, b.data(), cols, 0, cols, whole.data(), cols);
  for (std::size_t col = 0; col < cols; col += kPadding)
    kernel().multiply({a.data(), depth}, rows, depth, b.data(), cols, col, col + kPadding, parts.data(), cols);
  EXPECT_EQ(parts, whole);
  for (std::size_t row = 0; row < rows; ++row)
    for (std::size_t col = 0; col < cols; ++col) {
      double sum = 0.0;
      for (std::size_t k = 0; k < depth; ++k)
        sum += static_cast<double>(a[row * depth + k]) * static_cast<double>(b[k * cols + col]);
      ASSERT_NEAR(whole[row * cols + col], sum, 1e-5) << row << ", " << col;
    }
}

TEST_P(EachLevel, GivesTheNumbersOfThePortableOneWithinRounding) {
  const Kernels& portable = *usable_kernels().back();
  ASSERT_EQ(portable.name, "portable");
  for (const StoredType type : kKinds) {
    const StoredMatrix matrix(type, 200, 768, 1);
    const std::vector<float> x = some_numbers(7 * matrix.cols, 2);
    const std::vector<float> ours = computed(kernel(), product_of(x, 7, matrix));
    const std::vector<float> theirs = computed(portable, product_of(x, 7, matrix));
    const float largest = std::abs(
        *std::max_element(theirs.begin(), theirs.end(), [](float a, float b) { return std::abs(a) < std::abs(b); }));
    for (std::size_t at = 0; at < ours.size(); ++at)
      ASSERT_NEAR(ours[at], theirs[at], 2e-6 * (1.0 + largest)) << name_of(type) << ", " << at;
  }
  for (const auto& [length, sink] : {std::pair{1U, -kInfinity}, {15U, -kInfinity}, {16U, 0.3F}, {700U, 0.2F}}) {
    std::vector<float> ours = some_numbers(padded(length), length), theirs = ours;
    const RowStatistics a = kernel().softmax_row(ours.data(), length, {length / 3, length}, 0.7F, sink);
    const RowStatistics b = portable.softmax_row(theirs.data(), length, {length / 3, length}, 0.7F, sink);
    EXPECT_EQ(a.maximum, b.maximum);
    EXPECT_NEAR(a.sum, b.sum, 1e-5 * static_cast<double>(b.sum));
    for (std::size_t key = 0; key < padded(length); ++key)
      ASSERT_NEAR(ours[key], theirs[key], 1e-6) << key << " of " << length;
  }
  for (const auto curve : {&Kernels::gelu, &Kernels::gelu_tanh, &Kernels::relu, &Kernels::silu, &Kernels::quick_gelu}) {
    std::vector<float> ours = some_numbers(37, 4), theirs = ours;
    const std::vector<float> factors = some_numbers(37, 5);
    (kernel().*curve)(ours.data(), factors.data(), 37);
    (portable.*curve)(theirs.data(), factors.data(), 37);
    for (std::size_t at = 0; at < 37; ++at)
      ASSERT_NEAR(ours[at], theirs[at], 1e-6);
  }
}

INSTANTIATE_TEST_SUITE_P(Kernels, EachLevel, ::testing::ValuesIn(usable_kernels().begin(), usable_kernels().end()),
                         [](const auto& level) { return std::string(level.param->name); });

TEST(Kernels, ThePortableOnesAreAlwaysThereAndTheBestComeFirst) {
  ASSERT_FALSE(usable_kernels().empty());
  EXPECT_EQ(usable_kernels().back()->name, "portable");
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512vl") != 0) {
    EXPECT_EQ(usable_kernels().front()->name, "avx512");
  }
#endif
}

}  // namespace
}  // namespace regard
