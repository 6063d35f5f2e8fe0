// SPDX-License-Identifier: Apache-2.0
#include "app/viewmodel/snapshot.h"
#include "core/base/lanes.h"
#include "core/base/parallel.h"

#include <algorithm>
#include <cmath>
#include <span>

namespace regard {
namespace {

constexpr std::size_t tile_rows = 128;  // queries of a long text whose weights are held at a time

/// Sizes of signed weights, the largest of them the brightest.
void take_sizes_of(std::vector<float>& pooled) {
  const float largest = pooled.empty() ? 0.0F : *std::max_element(pooled.begin(), pooled.end());
  for (float& size : pooled)
    size = largest > 0.0F ? size / largest : 0.0F;
}

std::uint8_t as_byte(float weight) {
  return static_cast<std::uint8_t>(std::lround(std::clamp(weight, 0.0F, 1.0F) * 255.0F));
}

/// largest[key] = max(largest[key], weights[key])
void keep_larger(std::span<const float> weights, std::vector<float>& largest) {
  std::size_t key = 0;
  for (; key + kLanes <= weights.size(); key += kLanes)
    store(largest.data() + key, larger(load(largest.data() + key), load(weights.data() + key)));
  for (; key < weights.size(); ++key)
    largest[key] = std::max(largest[key], weights[key]);
}

/// A line of pixels takes over the largest weights of its keys, of `keys` in all.
void pool_line(std::span<const float> largest, std::size_t keys, std::span<float> line) {
  for (std::size_t pixel = 0, key = 0; pixel < line.size(); ++pixel) {
    const std::size_t next = ((pixel + 1) * keys + line.size() - 1) / line.size();  // first key of the next pixel
    for (; key < std::min(next, largest.size()); ++key)
      line[pixel] = std::max(line[pixel], largest[key]);
  }
}

/// `tile` holds rows from their first key on, as far as there is weight; the first of them is `first_query`.
void pool_rows(const Thumbnail& picture, const Matrix& tile, std::size_t first_query, const Trace& trace,
               std::vector<float>& pooled) {
  const auto line_of = [&](std::size_t row) { return (first_query + row) * picture.rows / trace.tokens(); };
  std::vector<float> largest(tile.cols);
  for (std::size_t row = 0; row < tile.rows; ++row) {
    keep_larger(tile.row(row), largest);
    if (row + 1 < tile.rows && line_of(row + 1) == line_of(row)) continue;
    pool_line(largest, trace.keys(), std::span(pooled).subspan(line_of(row) * picture.cols, picture.cols));
    std::fill(largest.begin(), largest.end(), 0.0F);
  }
}

}  // namespace

Thumbnail make_thumbnail(const Trace& trace, HeadRef head, const std::stop_token& stop) {
  const std::size_t tokens = trace.tokens();
  const std::size_t keys = trace.keys();
  Thumbnail picture{std::min(tokens, thumbnail_side), std::min(keys, thumbnail_side), {}};
  std::vector<float> pooled(picture.rows * picture.cols);
  const bool is_signed = weights_are_signed(trace, head.layer);
  for (std::size_t first = 0; first < tokens; first += tile_rows) {
    throw_if_stopped(stop);
    const Range queries{first, std::min(first + tile_rows, tokens)};
    const std::size_t reach = allowed_span(trace.model->config, trace.request, head.layer, queries).end;
    Matrix tile = weights(trace, head, queries, {0, reach});
    if (is_signed)
      for (float& weight : tile.values)
        weight = std::abs(weight);
    pool_rows(picture, tile, first, trace, pooled);
  }
  if (is_signed) take_sizes_of(pooled);
  picture.pixels.resize(pooled.size());
  std::transform(pooled.begin(), pooled.end(), picture.pixels.begin(), as_byte);
  return picture;
}

HeadList pictured_heads(const ModelConfig& config) {
  HeadList heads = all_heads(config);
  std::erase_if(heads, [](HeadRef head) { return head.head >= most_pictured_heads; });
  return heads;
}

std::vector<std::vector<Thumbnail>> make_thumbnails(const Trace& trace, const std::stop_token& stop) {
  const HeadList heads = pictured_heads(trace.model->config);
  std::vector<std::vector<Thumbnail>> pictures(trace.layers.size());
  for (std::size_t layer = 0; layer < pictures.size(); ++layer)
    pictures[layer].resize(std::min(trace.model->config.heads(layer), most_pictured_heads));
  const std::size_t numbers_of_a_head = std::max<std::size_t>(trace.tokens() * trace.keys(), 1);
  const std::size_t grain = std::max<std::size_t>(1, 16384 / numbers_of_a_head);  // short texts stay on this thread
  parallel_for(heads.size(), grain, [&](std::size_t begin, std::size_t end) {
    for (std::size_t index = begin; index < end; ++index)
      pictures[heads[index].layer][heads[index].head] = make_thumbnail(trace, heads[index], stop);
  });
  return pictures;
}

void add_thumbnails(Snapshot& snapshot, const std::stop_token& stop) {
  const Trace& trace = *snapshot.trace;
  snapshot.thumbnails = make_thumbnails(trace, stop);
  if (trace.cross) snapshot.cross_thumbnails = make_thumbnails(*trace.cross, stop);
  if (trace.encoder) snapshot.encoder_thumbnails = make_thumbnails(*trace.encoder, stop);
}

const std::vector<std::vector<Thumbnail>>& thumbnails_of(const Snapshot& snapshot, AttentionKind kind) {
  if (!has_two_texts(snapshot) || kind == AttentionKind::self) return snapshot.thumbnails;
  return kind == AttentionKind::cross ? snapshot.cross_thumbnails : snapshot.encoder_thumbnails;
}

}  // namespace regard
