// SPDX-License-Identifier: Apache-2.0
// What the kernels are asked to do, in plain pointers: one description for every level of instructions. Pure.
#pragma once

#include "core/base/stored_type.h"

#include <cstddef>
#include <cstdint>

namespace regard {

/// Rows of floats somewhere in memory: row r starts at data + r·stride.
struct Strided {
  const float* data = nullptr;
  std::size_t stride = 0;
  [[nodiscard]] const float* row(std::size_t index) const { return data + index * stride; }
};

/// Inputs whose products are added up before they are added to the rest, of numbers of 16 or 32 bits.
inline constexpr std::size_t kWideDepth = 1024;

/// The most rows that multiply_strips() takes; with more, arranging the weights by panels first pays.
inline constexpr std::size_t kStripRows = 64;

/// Numbers behind the last scale that may be read, and mean nothing: the outputs of a panel that a matrix does not have.
inline constexpr std::size_t kScaleRoom = 64;

/// Scales that a file keeps apart from the numbers of a matrix: the weight of output o for input i is
/// (number − zero[g, first + o])·scale[g, first + o], g = ⌊i/group⌋ or group_of[i]. For kinds F8, GPTQ and AWQ.
struct ScalesApart {
  const float* scale = nullptr;             ///< [groups, stride]; null: there are none
  const std::uint8_t* zero = nullptr;       ///< likewise, or null
  const std::uint32_t* group_of = nullptr;  ///< [inputs], or null
  std::size_t group = 0;                    ///< inputs with one scale
  std::size_t stride = 0;                   ///< outputs of the whole matrix
  std::size_t first = 0;                    ///< output of the whole matrix that is the first one here
};

/// out = x·Wᵀ + b. x [rows, inputs], W [outputs, inputs] as it is stored, out [rows, outputs].
struct Product {
  const float* x = nullptr;
  std::size_t x_stride = 0;
  std::size_t rows = 0;
  std::size_t inputs = 0;  ///< whole blocks of the type
  std::size_t outputs = 0;
  StoredType type = StoredType::f32;
  const void* weights = nullptr;
  std::size_t row_bytes = 0;  ///< of one output's weights
  std::size_t input_stride =
      0;  ///< not 0: W lies the other way round, the weight of output o for input i is number i·input_stride + o
  ScalesApart apart{};
  const float* bias = nullptr;  ///< or null
  float* out = nullptr;
  std::size_t out_stride = 0;
};

}  // namespace regard
