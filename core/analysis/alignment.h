// SPDX-License-Identifier: Apache-2.0
// Which token of one text is which of another. Pure; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace regard {

/// A position of the first text and its partner in the second.
struct AlignedPair {
  std::size_t first = 0;
  std::size_t second = 0;
  friend bool operator==(const AlignedPair&, const AlignedPair&) = default;
};

struct Alignment {
  std::vector<AlignedPair> pairs{};       ///< ascending by `first`; every position at most once
  std::vector<std::int32_t> to_second{};  ///< [T of the first] partner, −1 where it has none
  std::vector<std::int32_t>
      to_first{};  ///< [T of the second] likewise; Intervention::source_positions for a source "first"
  friend bool operator==(const Alignment&, const Alignment&) = default;
};

/// Longest common subsequence of the ids; `fixed` pairs, a person's own, come first: their tokens are aligned to nothing else,
/// and the rest is aligned between them (pairs that cross others bind only their own two tokens). Pairs out of range, and
/// further pairs of a token that has one, are left out. Time T₁·T₂ of what differs between common ends.
[[nodiscard]] Alignment align(std::span<const std::int32_t> first, std::span<const std::int32_t> second,
                              std::span<const AlignedPair> fixed = {});

/// The same, and tokens without a partner between two neighbouring pairs (or before the first, or after the last) are aligned one by
/// one where both texts have as many of them there: a word that stands in for another is its partner.
[[nodiscard]] Alignment with_equal_gaps(const Alignment& alignment);

/// Position by position, as far as both go: for texts of which one token was replaced.
[[nodiscard]] Alignment align_by_position(std::size_t first_tokens, std::size_t second_tokens);

}  // namespace regard
