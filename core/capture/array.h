// SPDX-License-Identifier: Apache-2.0
// Arrays of numbers as files of several kinds hold them: views into mapped files, read piece by piece. Not owning; any thread.
#pragma once

#include "core/base/range.h"
#include "core/base/stored_type.h"

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace regard {

/// Numbers that somebody saved under a name. Which bytes of `bytes` are whose, strides say.
struct CapturedArray {
  std::string name{};
  StoredType type = StoredType::f32;
  std::vector<std::size_t> shape{};
  std::vector<std::size_t> strides{};  ///< numbers, as many as axes
  std::span<const std::byte> bytes{};  ///< from the first number to the last one

  [[nodiscard]] std::size_t axes() const { return shape.size(); }
  [[nodiscard]] std::size_t size() const;  ///< numbers
};

/// The strides of an array whose last axis runs fastest; `by_columns`: whose first one does.
[[nodiscard]] std::vector<std::size_t> usual_strides(std::span<const std::size_t> shape, bool by_columns = false);

/// Numbers first, first + stride, … of the bytes as float32, target.size() of them. Whole and boolean numbers are converted, f64 are
/// rounded. Kinds that read_numbers() cannot read are refused when a file is opened (is_number_kind()).
void read_numbers(const CapturedArray& array, std::size_t first, std::size_t stride, std::span<float> target);
[[nodiscard]] bool is_number_kind(StoredType type);

/// Every number in row-major order. Of small arrays alone.
[[nodiscard]] std::vector<float> all_numbers(const CapturedArray& array);
/// The same of whole numbers, exactly. Empty for an array of other numbers.
[[nodiscard]] std::vector<std::int64_t> all_whole_numbers(const CapturedArray& array);

/// The part of an array at one place of its first axis.
[[nodiscard]] CapturedArray part_of(const CapturedArray& array, std::size_t place);
/// The same array without its first axis where that is 1 (a batch of one text), and there are more than `axes`.
[[nodiscard]] CapturedArray without_batch(CapturedArray array, std::size_t axes);
/// With two axes exchanged.
[[nodiscard]] CapturedArray exchanged(CapturedArray array, std::size_t one, std::size_t other);

/// Numbers of one kind in the heads of one layer: [heads, rows, columns], or empty.
struct HeadArray {
  CapturedArray array{};

  [[nodiscard]] bool empty() const { return array.shape.empty(); }
  [[nodiscard]] std::size_t heads() const { return array.shape[0]; }
  [[nodiscard]] std::size_t rows() const { return array.shape[1]; }
  [[nodiscard]] std::size_t cols() const { return array.shape[2]; }
  /// Columns [columns) of a row.
  void read(std::size_t head, std::size_t row, Range columns, std::span<float> target) const;
};

}  // namespace regard
