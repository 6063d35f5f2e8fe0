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
  std::vector<std::vector<Thumbnail>> thumbnails{};  ///< [layers][heads of the layer]; empty while there is no trace
  std::vector<std::vector<Thumbnail>> cross_thumbnails{}, encoder_thumbnails{};  ///< likewise, of those kinds
  bool thumbnails_pending = false;  ///< they still show the text before: the next snapshot brings the right ones
};

/// A head's picture has at most this many pixels a side.
inline constexpr std::size_t thumbnail_side = 48;

/// One head's thumbnail. Texts longer than the side are max-pooled from tiles. Throws Cancelled.
[[nodiscard]] Thumbnail make_thumbnail(const Trace& trace, HeadRef head, const std::stop_token& stop = {});
/// All of them, [layers][heads], on all cores. Throws Cancelled.
[[nodiscard]] std::vector<std::vector<Thumbnail>> make_thumbnails(const Trace& trace, const std::stop_token& stop = {});

}  // namespace regard
