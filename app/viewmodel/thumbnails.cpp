// SPDX-License-Identifier: Apache-2.0
#include "app/viewmodel/snapshot.h"
#include "core/base/parallel.h"

#include <algorithm>
#include <cmath>

namespace regard {
namespace {

constexpr std::size_t tile_rows = 256;  // queries of a long text whose weights are held at a time

std::uint8_t as_byte(float weight) {
  return static_cast<std::uint8_t>(std::lround(std::clamp(weight, 0.0F, 1.0F) * 255.0F));
}

/// `tile` holds whole rows, the first of them `first_query` of `tokens`.
void pool_rows(const Thumbnail& picture, const Matrix& tile, std::size_t first_query, std::size_t tokens,
               std::vector<float>& pooled) {
  for (std::size_t row = 0; row < tile.rows; ++row) {
    float* line = pooled.data() + (first_query + row) * picture.rows / tokens * picture.cols;
    const std::span<const float> weights = tile.row(row);
    for (std::size_t pixel = 0, key = 0; pixel < picture.cols; ++pixel) {
      const std::size_t end =
          ((pixel + 1) * tile.cols + picture.cols - 1) / picture.cols;  // first key of the next pixel
      float largest = line[pixel];
      for (; key < end; ++key)
        largest = std::max(largest, weights[key]);
      line[pixel] = largest;
    }
  }
}

}  // namespace

Thumbnail make_thumbnail(const Trace& trace, HeadRef head, const std::stop_token& stop) {
  const std::size_t tokens = trace.tokens();
  Thumbnail picture{std::min(tokens, thumbnail_side), std::min(tokens, thumbnail_side), {}};
  std::vector<float> pooled(picture.rows * picture.cols);
  for (std::size_t first = 0; first < tokens; first += tile_rows) {
    throw_if_stopped(stop);
    const Range queries{first, std::min(first + tile_rows, tokens)};
    pool_rows(picture, weights(trace, head, queries, {0, tokens}), first, tokens, pooled);
  }
  picture.pixels.resize(pooled.size());
  std::transform(pooled.begin(), pooled.end(), picture.pixels.begin(), as_byte);
  return picture;
}

std::vector<std::vector<Thumbnail>> make_thumbnails(const Trace& trace, const std::stop_token& stop) {
  const std::size_t heads = trace.model->config.heads;
  const std::size_t layers = trace.layers.size();
  std::vector<std::vector<Thumbnail>> pictures(layers, std::vector<Thumbnail>(heads));
  const std::size_t numbers_of_a_head = std::max<std::size_t>(trace.tokens() * trace.tokens(), 1);
  const std::size_t grain = std::max<std::size_t>(1, 16384 / numbers_of_a_head);  // short texts stay on this thread
  parallel_for(layers * heads, grain, [&](std::size_t begin, std::size_t end) {
    for (std::size_t index = begin; index < end; ++index)
      pictures[index / heads][index % heads] = make_thumbnail(trace, {index / heads, index % heads}, stop);
  });
  return pictures;
}

}  // namespace regard
