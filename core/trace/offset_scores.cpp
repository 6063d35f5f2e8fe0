// SPDX-License-Identifier: Apache-2.0
#include "core/trace/offset_scores.h"

#include "core/model/disentangled.h"
#include "core/trace/attention_tile.h"

#include <algorithm>

namespace regard {
namespace {

constexpr std::size_t kColumns = 64;  // at a time: few columns ask for few rows of the tables

/// The rows of the tables that a few columns of a tile ask for.
struct AskedRows {
  std::size_t columns = 0;
  std::vector<std::size_t> rows{};  ///< [count, columns], counted from range.begin
  Range range{};
};

AskedRows asked_rows(const HeadOffsets& offsets, const ScoreTile& tile, Range columns) {
  AskedRows asked{.columns = columns.size()};
  asked.rows.reserve(tile.count * columns.size());
  for (std::size_t query = 0; query < tile.count; ++query)
    for (std::size_t key = columns.begin; key < columns.end; ++key)
      asked.rows.push_back(offsets.row(tile.first_query + query, tile.first_key + key));
  const auto [least, most] = std::minmax_element(asked.rows.begin(), asked.rows.end());
  asked.range = {*least, *most + 1};
  for (std::size_t& row : asked.rows)
    row -= asked.range.begin;
  return asked;
}

/// visit(columns, rows) for a few columns after the other.
template <class Visit>
void for_columns(const HeadOffsets& offsets, const ScoreTile& tile, const Visit& visit) {
  const std::size_t last = std::min(tile.end, tile.transposed_keys->cols);
  for (std::size_t begin = tile.begin; begin < last && tile.count > 0; begin += kColumns) {
    const Range columns{begin, std::min(begin + kColumns, last)};
    visit(columns, asked_rows(offsets, tile, columns));
  }
}

}  // namespace

std::size_t HeadOffsets::row(std::size_t query, std::size_t key) const {
  const auto place = [&](std::size_t token) {
    return places.empty() ? static_cast<std::ptrdiff_t>(token) : places[token];
  };
  return offset_row(place(query) - place(key), *table);
}

void add_content_to_position(const HeadOffsets& offsets, const ScoreTile& tile, float scale, float* out,
                             std::size_t out_stride) {
  const std::size_t width = tile.transposed_keys->rows;
  PaddedMatrix keys, products;
  for_columns(offsets, tile, [&](Range columns, const AskedRows& asked) {
    pack_transposed(*offsets.table->keys, offsets.first_column, width, asked.range, keys);
    products.resize(tile.count, asked.range.size());
    multiply(tile.queries, tile.count, width, keys.row(0), keys.stride, 0, padded(keys.cols), products.row(0),
             products.stride);
    for (std::size_t query = 0; query < tile.count; ++query)
      for (std::size_t at = 0; at < asked.columns; ++at)
        out[query * out_stride + columns.begin + at] +=
            scale * products.row(query)[asked.rows[query * asked.columns + at]];
  });
}

void add_position_to_content(const HeadOffsets& offsets, const ScoreTile& tile, float scale, float* out,
                             std::size_t out_stride) {
  const PaddedMatrix& keys = *tile.transposed_keys;
  const Matrix& queries = *offsets.table->queries;
  PaddedMatrix products;
  for_columns(offsets, tile, [&](Range columns, const AskedRows& asked) {
    products.resize(asked.range.size(), columns.size());
    multiply({queries.row(asked.range.begin).data() + offsets.first_column, queries.cols}, asked.range.size(),
             keys.rows, keys.row(0) + columns.begin, keys.stride, 0, padded(columns.size()), products.row(0),
             products.stride);
    for (std::size_t query = 0; query < tile.count; ++query)
      for (std::size_t at = 0; at < asked.columns; ++at)
        out[query * out_stride + columns.begin + at] +=
            scale * products.row(asked.rows[query * asked.columns + at])[at];
  });
}

}  // namespace regard
