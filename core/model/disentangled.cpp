// SPDX-License-Identifier: Apache-2.0
#include "core/model/disentangled.h"

#include "core/base/multiply.h"
#include "core/base/parallel.h"
#include "core/base/progress.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <vector>

namespace regard {
namespace {

constexpr std::size_t kRowsForThreads = 16;
constexpr std::size_t kMostOffsets = 65'536;  // that are looked up

/// Wᵀ with what adapters add, [in, out].
PaddedMatrix turned(const Linear& linear) {
  PaddedMatrix result;
  result.resize(linear.weight.cols(), linear.weight.rows());
  std::vector<float> row(linear.weight.cols());
  for (std::size_t output = 0; output < linear.weight.rows(); ++output) {
    copy_weights_of(linear, output, row);
    for (std::size_t input = 0; input < row.size(); ++input)
      result.row(input)[output] = row[input];
  }
  return result;
}

/// x·Wᵀ + b
std::shared_ptr<const Matrix> projected(const Matrix& x, const Linear& linear) {
  const PaddedMatrix weight = turned(linear);
  PaddedMatrix product;
  product.resize(x.rows, weight.cols);
  parallel_for(x.rows, kRowsForThreads, [&](std::size_t begin, std::size_t end) {
    multiply({x.row(begin).data(), x.cols}, end - begin, x.cols, weight.row(0), weight.stride, 0, weight.stride,
             product.row(begin), product.stride);
  });
  auto result = std::make_shared<Matrix>(x.rows, weight.cols);
  for (std::size_t row = 0; row < x.rows; ++row)
    for (std::size_t column = 0; column < weight.cols; ++column)
      (*result)(row, column) = product.row(row)[column] + (linear.bias.empty() ? 0.0F : linear.bias[column]);
  return result;
}

/// The range of an offset, with its sign. In float32 and in this order, as the models were trained: at the borders the last bit
/// decides.
std::ptrdiff_t ranged(std::ptrdiff_t offset, const Disentangled& offsets) {
  const auto middle = static_cast<std::ptrdiff_t>(offsets.buckets / 2);
  const std::ptrdiff_t away = std::abs(offset);
  if (away <= middle) return offset;
  const auto half = static_cast<float>(middle);
  const float growth =
      std::log(static_cast<float>(away) / half) /
      std::log(static_cast<float>(static_cast<double>(offsets.distance - 1) / static_cast<double>(middle)));
  const auto range = static_cast<std::ptrdiff_t>(std::ceil(growth * static_cast<float>(middle - 1))) + middle;
  return offset < 0 ? -range : range;
}

std::size_t computed_row(std::ptrdiff_t offset, const Disentangled& offsets) {
  const auto span = static_cast<std::ptrdiff_t>(offsets.span);
  const std::ptrdiff_t row = (offsets.buckets > 0 ? ranged(offset, offsets) : offset) + span;
  return static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(row, 0, 2 * span - 1));
}

std::shared_ptr<const std::vector<std::uint32_t>> rows_of_offsets(const Disentangled& offsets, std::size_t context) {
  const auto reach = static_cast<std::ptrdiff_t>(std::min(context, kMostOffsets));
  auto rows = std::make_shared<std::vector<std::uint32_t>>();
  rows->reserve(static_cast<std::size_t>(2 * reach + 1));
  for (std::ptrdiff_t offset = -reach; offset <= reach; ++offset)
    rows->push_back(static_cast<std::uint32_t>(computed_row(offset, offsets)));
  return rows;
}

}  // namespace

std::size_t offset_row(std::ptrdiff_t offset, const Disentangled& offsets) {
  if (offsets.rows == nullptr) return computed_row(offset, offsets);
  const auto reach = static_cast<std::ptrdiff_t>(offsets.rows->size() / 2);
  if (std::abs(offset) > reach) return computed_row(offset, offsets);
  return (*offsets.rows)[static_cast<std::size_t>(offset + reach)];
}

void normalise_offsets(const Norm& norm, float epsilon, Matrix& table) {
  const auto width = static_cast<double>(table.cols);
  for (std::size_t row = 0; row < table.rows; ++row) {
    double mean = 0.0, variance = 0.0;
    for (const float value : table.row(row))
      mean += static_cast<double>(value) / width;
    for (const float value : table.row(row))
      variance += (static_cast<double>(value) - mean) * (static_cast<double>(value) - mean) / width;
    const double inverse = 1.0 / std::sqrt(variance + static_cast<double>(epsilon));
    for (std::size_t column = 0; column < table.cols; ++column)
      table(row, column) =
          static_cast<float>((static_cast<double>(table(row, column)) - mean) * inverse * norm.scale[column] +
                             static_cast<double>(norm.shift[column]));
  }
}

void place_disentangled(const Weights& weights, ModelConfig& config, const std::stop_token& stop) {
  std::shared_ptr<const std::vector<std::uint32_t>> rows;
  for (std::size_t layer = 0; layer < config.layers; ++layer) {
    auto* offsets = std::get_if<Disentangled>(&config.plans[layer].positions);
    if (offsets == nullptr) continue;
    throw_if_stopped(stop);
    if (rows == nullptr) rows = rows_of_offsets(*offsets, config.context);  // the same in all layers
    offsets->rows = rows;
    const LayerWeights& w = weights.layers[layer];
    const Matrix& table = weights.relative_embedding;
    if (offsets->content_to_position)
      offsets->keys = projected(table, w.position_key.weight.empty() ? w.key : w.position_key);
    if (offsets->position_to_content)
      offsets->queries = projected(table, w.position_query.weight.empty() ? w.query : w.position_query);
  }
}

}  // namespace regard
