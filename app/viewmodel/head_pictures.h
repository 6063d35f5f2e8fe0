// SPDX-License-Identifier: Apache-2.0
// The small pictures of all heads in the overview.
#pragma once

#include "core/trace/trace.h"

#include <cstddef>
#include <cstdint>
#include <stop_token>
#include <vector>

namespace regard {

/// One head's picture in the overview: weights, max-pooled where there are more tokens than thumbnail_side, 0…1 as 8 bits.
struct Thumbnail {
  std::size_t rows = 0;                ///< queries
  std::size_t cols = 0;                ///< keys
  std::vector<std::uint8_t> pixels{};  ///< [rows, cols]
};

struct HeadPictures {
  /// [layers][heads of the layer, or the first most_pictured_heads]; empty while there is no trace
  std::vector<std::vector<Thumbnail>> thumbnails{};
  std::vector<std::vector<Thumbnail>> cross_thumbnails{}, encoder_thumbnails{};  ///< likewise, of those kinds
  bool thumbnails_pending = false;  ///< they still show the text before: the next snapshot brings the right ones
};

/// A head's picture has at most this many pixels a side.
inline constexpr std::size_t thumbnail_side = 48;

/// Of a layer only so many heads have a picture, the first ones: all pictures are one texture, and no side of that is endless. Layers of
/// Mamba-1, where every channel is a head, have more.
inline constexpr std::size_t most_pictured_heads = 320;
/// Heads that have one, by layer, then head.
[[nodiscard]] HeadList pictured_heads(const ModelConfig& config);

/// One head's thumbnail. Texts longer than the side are max-pooled from tiles. Throws Cancelled.
[[nodiscard]] Thumbnail make_thumbnail(const Trace& trace, HeadRef head, const std::stop_token& stop = {});
/// Of all that have one, [layers][heads], on all cores. Throws Cancelled.
[[nodiscard]] std::vector<std::vector<Thumbnail>> make_thumbnails(const Trace& trace, const std::stop_token& stop = {});

}  // namespace regard
