// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/alignment.h"

#include "core/base/range.h"

#include <algorithm>

namespace regard {
namespace {

using Ids = std::span<const std::int32_t>;
using Pairs = std::vector<AlignedPair>;

/// The fixed pairs that can stand: in range, every position once, ascending by first.
Pairs usable(std::span<const AlignedPair> fixed, std::size_t first_tokens, std::size_t second_tokens) {
  std::vector<bool> first_taken(first_tokens), second_taken(second_tokens);
  Pairs pairs;
  for (const AlignedPair& pair : fixed) {
    if (pair.first >= first_tokens || pair.second >= second_tokens) continue;
    if (first_taken[pair.first] || second_taken[pair.second]) continue;
    first_taken[pair.first] = second_taken[pair.second] = true;
    pairs.push_back(pair);
  }
  std::sort(pairs.begin(), pairs.end(), [](const AlignedPair& a, const AlignedPair& b) { return a.first < b.first; });
  return pairs;
}

/// Does the pair cross none of the others?
bool in_order(const AlignedPair& pair, const Pairs& pairs) {
  return std::all_of(pairs.begin(), pairs.end(), [&](const AlignedPair& other) {
    return (other.first < pair.first) == (other.second < pair.second);
  });
}

/// Positions of a range that no fixed pair holds.
std::vector<std::size_t> free_positions(Range range, const std::vector<bool>& taken) {
  std::vector<std::size_t> positions;
  for (std::size_t position = range.begin; position < range.end; ++position)
    if (!taken[position]) positions.push_back(position);
  return positions;
}

/// Two texts, and the positions of each that are to be aligned.
struct Section {
  Ids first_ids, second_ids;
  std::span<const std::size_t> first, second;
  [[nodiscard]] bool equal(std::size_t a, std::size_t b) const { return first_ids[first[a]] == second_ids[second[b]]; }
};

/// The common subsequence by dynamic programming (Wagner, Fischer 1974); of several the one that matches early.
void align_middle(const Section& section, Pairs& pairs) {
  const std::size_t rows = section.first.size(), cols = section.second.size();
  std::vector<std::uint32_t> length((rows + 1) * (cols + 1));  // of what follows
  const auto at = [&](std::size_t a, std::size_t b) -> std::uint32_t& { return length[a * (cols + 1) + b]; };
  for (std::size_t a = rows; a-- > 0;)
    for (std::size_t b = cols; b-- > 0;)
      at(a, b) = section.equal(a, b) ? at(a + 1, b + 1) + 1 : std::max(at(a + 1, b), at(a, b + 1));
  for (std::size_t a = 0, b = 0; a < rows && b < cols;) {
    if (section.equal(a, b)) {
      pairs.push_back({section.first[a++], section.second[b++]});
    } else if (at(a + 1, b) >= at(a, b + 1)) {
      ++a;
    } else {
      ++b;
    }
  }
}

/// Common ends first: most edits are small.
void align_section(Section section, Pairs& pairs) {
  std::size_t shorter = std::min(section.first.size(), section.second.size());
  std::size_t common = 0;
  while (common < shorter && section.equal(common, common))
    ++common;
  for (std::size_t at = 0; at < common; ++at)
    pairs.push_back({section.first[at], section.second[at]});
  section.first = section.first.subspan(common);
  section.second = section.second.subspan(common);
  shorter -= common;
  std::size_t end = 0;
  while (end < shorter && section.equal(section.first.size() - 1 - end, section.second.size() - 1 - end))
    ++end;
  for (std::size_t at = 0; at < end; ++at)
    pairs.push_back({section.first[section.first.size() - 1 - at], section.second[section.second.size() - 1 - at]});
  section.first = section.first.first(section.first.size() - end);
  section.second = section.second.first(section.second.size() - end);
  if (!section.first.empty() && !section.second.empty()) align_middle(section, pairs);
}

Alignment from_pairs(Pairs pairs, std::size_t first_tokens, std::size_t second_tokens) {
  std::sort(pairs.begin(), pairs.end(), [](const AlignedPair& a, const AlignedPair& b) { return a.first < b.first; });
  Alignment alignment{std::move(pairs), std::vector<std::int32_t>(first_tokens, -1),
                      std::vector<std::int32_t>(second_tokens, -1)};
  for (const AlignedPair& pair : alignment.pairs) {
    alignment.to_second[pair.first] = static_cast<std::int32_t>(pair.second);
    alignment.to_first[pair.second] = static_cast<std::int32_t>(pair.first);
  }
  return alignment;
}

}  // namespace

Alignment align(Ids first, Ids second, std::span<const AlignedPair> fixed) {
  Pairs pairs = usable(fixed, first.size(), second.size());
  std::vector<bool> first_taken(first.size()), second_taken(second.size());
  Pairs borders;
  for (const AlignedPair& pair : pairs) {
    first_taken[pair.first] = second_taken[pair.second] = true;
    if (in_order(pair, pairs)) borders.push_back(pair);
  }
  borders.push_back({first.size(), second.size()});
  AlignedPair begin{0, 0};
  for (const AlignedPair& border : borders) {
    const auto here = free_positions({begin.first, border.first}, first_taken);
    const auto there = free_positions({begin.second, border.second}, second_taken);
    align_section({first, second, here, there}, pairs);
    begin = {border.first + 1, border.second + 1};
  }
  return from_pairs(std::move(pairs), first.size(), second.size());
}

Alignment with_equal_gaps(const Alignment& alignment) {
  const std::size_t first_tokens = alignment.to_second.size(), second_tokens = alignment.to_first.size();
  Pairs pairs = alignment.pairs;
  const auto fill = [&](AlignedPair begin, AlignedPair end) {
    if (end.first < begin.first || end.second < begin.second) return;  // they cross
    if (end.first - begin.first != end.second - begin.second) return;
    for (AlignedPair pair = begin; pair.first < end.first; ++pair.first, ++pair.second)
      if (alignment.to_second[pair.first] < 0 && alignment.to_first[pair.second] < 0) pairs.push_back(pair);
  };
  AlignedPair begin{0, 0};
  for (const AlignedPair& pair : alignment.pairs) {
    fill(begin, pair);
    begin = {pair.first + 1, pair.second + 1};
  }
  fill(begin, {first_tokens, second_tokens});
  return from_pairs(std::move(pairs), first_tokens, second_tokens);
}

Alignment align_by_position(std::size_t first_tokens, std::size_t second_tokens) {
  Pairs pairs;
  for (std::size_t position = 0; position < std::min(first_tokens, second_tokens); ++position)
    pairs.push_back({position, position});
  return from_pairs(std::move(pairs), first_tokens, second_tokens);
}

}  // namespace regard
