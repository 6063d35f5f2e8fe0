// SPDX-License-Identifier: Apache-2.0
// Panels of kPanel outputs: where their weights lie, fetched before they are needed and told number by number. Part of one level of
// kernels (lanes.h); pure.
#pragma once

#include "core/base/kernels/product.h"
#include "core/base/kernels/stored_blocks.h"

namespace regard {
inline namespace REGARD_LEVEL {

/// The rows of one panel; outputs that the matrix does not have repeat the last one.
struct PanelRows {
  const Byte* row[kPanel];
};

/// For outputs [first, last) one panel after the other. The first panel is fetched at once.
inline Ahead fetch_panels(const Product& product, std::size_t first, std::size_t last) {
  const auto* weights = static_cast<const Byte*>(product.weights);
  Ahead ahead(weights + first * product.row_bytes, weights + fewer(last, product.outputs) * product.row_bytes);
  ahead.fetch(kPanel * product.row_bytes);
  return ahead;
}

/// The bytes of some inputs of one panel.
inline void fetch_inputs(const Product& product, std::size_t output, std::size_t first_byte, std::size_t bytes) {
  for (std::size_t at = output; at < fewer(output + kPanel, product.outputs); ++at) {
    const Byte* row = static_cast<const Byte*>(product.weights) + at * product.row_bytes + first_byte;
    for (std::size_t line = 0; line < bytes; line += 64)
      __builtin_prefetch(row + line, 0, kSecondLevelCache);
  }
}

REGARD_INLINE PanelRows panel_rows(const Product& product, std::size_t first) {
  PanelRows rows;
  const auto* weights = static_cast<const Byte*>(product.weights);
  for (std::size_t at = 0; at < kPanel; ++at)
    rows.row[at] = weights + fewer(first + at, product.outputs - 1) * product.row_bytes;
  return rows;
}

/// The numbers after the last whole block of a row: only kinds that stand number by number have any.
template <class Kind, class Taker>
inline void tell_rest(const PanelRows& rows, std::size_t first, std::size_t count, Taker& taker) {
  if constexpr (!Kind::kScale) {
    constexpr std::size_t kSize = 4 / Kind::kPerWord;
    for (std::size_t number = 0; number < count; ++number) {
      Lanes weights[kVectors];
      for (std::size_t v = 0; v < kVectors; ++v) {
        WordLanes words{};
        for (std::size_t lane = 0; lane < kLanes; ++lane) {
          std::uint32_t word = 0;
          std::memcpy(&word, rows.row[v * kLanes + lane] + (first + number) * kSize, kSize);
          words[lane] = word;
        }
        weights[v] = Kind::template number<0>(words);
      }
      taker.take(number, weights);
    }
  }
}

/// Whole blocks and the rest of inputs [begin, end), told to takers: `at(first)` gives the taker of the block of input `first`.
template <class Kind, class Place>
REGARD_INLINE void tell_blocks(const PanelRows& rows, std::size_t begin, std::size_t end, Ahead& ahead,
                               const Place& place) {
  std::size_t input = begin;
  for (; input + Kind::kNumbers <= end; input += Kind::kNumbers) {
    Staged<Kind> staged;
    stage<Kind>(rows.row, input / Kind::kNumbers * Kind::kBytes, ahead, staged);
    tell<Kind>(staged, place(input));
  }
  if (input < end) tell_rest<Kind>(rows, input, end - input, place(input));
}

}  // namespace REGARD_LEVEL
}  // namespace regard
