// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/difference.h"

#include "core/base/error.h"
#include "core/base/parallel.h"
#include "core/trace/sink.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <numbers>
#include <numeric>

namespace regard {
namespace {

/// Where each key of both texts stands on common ground.
struct Ground {
  std::size_t size = 0;
  std::vector<std::size_t> first{};   ///< [T of the first]
  std::vector<std::size_t> second{};  ///< [T of the second]
};

/// Pairs that cross no other: they border places.
std::vector<AlignedPair> borders_of(const Alignment& alignment) {
  const std::vector<AlignedPair>& pairs = alignment.pairs;  // ascending by first
  std::vector<AlignedPair> borders;
  std::vector<std::size_t> least_after(pairs.size() + 1, kToEnd);
  for (std::size_t at = pairs.size(); at-- > 0;)
    least_after[at] = std::min(least_after[at + 1], pairs[at].second);
  std::size_t next = 0;  // past the largest `second` so far
  for (std::size_t at = 0; at < pairs.size(); ++at) {
    if (pairs[at].second >= next && pairs[at].second < least_after[at + 1]) borders.push_back(pairs[at]);
    next = std::max(next, pairs[at].second + 1);
  }
  return borders;
}

Ground ground_of(const Alignment& alignment) {
  const std::vector<AlignedPair> borders = borders_of(alignment);
  Ground ground{alignment.pairs.size() + borders.size() + 1, std::vector<std::size_t>(alignment.to_second.size()),
                std::vector<std::size_t>(alignment.to_first.size())};
  const auto place = [&](std::vector<std::size_t>& places, std::size_t AlignedPair::*side) {
    std::size_t passed = 0;  // borders before the position
    for (std::size_t position = 0; position < places.size(); ++position) {
      while (passed < borders.size() && borders[passed].*side < position)
        ++passed;
      places[position] = alignment.pairs.size() + passed;
    }
    for (std::size_t pair = 0; pair < alignment.pairs.size(); ++pair)
      places[alignment.pairs[pair].*side] = pair;
  };
  place(ground.first, &AlignedPair::first);
  place(ground.second, &AlignedPair::second);
  return ground;
}

/// A row of weights put on common ground, in a place that is used again.
void put_on_ground(std::span<const float> row, std::span<const std::size_t> places, std::vector<float>& ground) {
  std::fill(ground.begin(), ground.end(), 0.0F);
  for (std::size_t key = 0; key < row.size(); ++key)
    ground[places[key]] += row[key];
}

/// Σ of a row over the keys without a partner.
double mass_without_partner(std::span<const float> row, std::span<const std::int32_t> partners) {
  double sum = 0.0;
  for (std::size_t key = 0; key < row.size(); ++key)
    if (partners[key] < 0) sum += row[key];
  return sum;
}

constexpr std::size_t block_rows = 64;

/// Neighbouring pairs whose rows lie close together in both texts: those rows are recomputed at once, and no others are kept.
struct Block {
  std::size_t begin = 0, end = 0;  ///< pairs
  Range first{}, second{};         ///< rows of either text
};

Block block_from(std::span<const AlignedPair> pairs, std::size_t begin) {
  const auto grown = [](Range rows, std::size_t row) {
    return Range{std::min(rows.begin, row), std::max(rows.end, row + 1)};
  };
  Block block{begin, begin, {pairs[begin].first, pairs[begin].first}, {pairs[begin].second, pairs[begin].second}};
  for (; block.end < pairs.size(); ++block.end) {
    const Range first = grown(block.first, pairs[block.end].first);
    const Range second = grown(block.second, pairs[block.end].second);
    if (first.size() > block_rows || second.size() > block_rows) break;
    block.first = first;
    block.second = second;
  }
  return block;
}

/// Nobody looks ahead, and nothing but Q, K and the softmax decides.
bool looks_back_only(const Trace& trace) {
  return trace.causal() && trace.request.interventions.empty();
}

/// The keys that rows up to `end` can look at.
Range keys_of(const Trace& trace, std::size_t end, std::size_t keys) {
  return {0, looks_back_only(trace) ? std::min(end, keys) : keys};
}

/// How many rows from the first on are the same to the last bit, because the query, every key before it and the row's softmax are:
/// the unchanged beginning of a text that is read from left to right.
std::size_t unchanged_rows(const Trace& first, const Trace& second, const AlignedAxes& axes, HeadRef head) {
  if (&axes.queries != &axes.keys || first.model != second.model || first.model->capture ||
      first.request.temperature != second.request.temperature || !looks_back_only(first) || !looks_back_only(second))
    return 0;
  const LayerTrace &one = first.layers[head.layer], &other = second.layers[head.layer];
  const auto same = [](std::span<const float> a, std::span<const float> b) { return std::ranges::equal(a, b); };
  std::size_t row = 0;
  for (; row < axes.queries.pairs.size(); ++row)
    if (axes.queries.pairs[row] != AlignedPair{row, row} ||
        one.row_maximum(head.head, row) != other.row_maximum(head.head, row) ||
        one.row_sum(head.head, row) != other.row_sum(head.head, row) ||
        !same(query_of(first, head, row), query_of(second, head, row)) ||
        !same(key_of(first, head, row), key_of(second, head, row)))
      break;
  return row;
}

/// Both texts' rows of every aligned query from the pair `begin` on, in order, by blocks: the memory is that of block_rows rows, not
/// of two grids. A row may end before keys that it cannot look at.
template <class See>
void for_each_pair(const Trace& first, const Trace& second, const AlignedAxes& axes, HeadRef head, std::size_t begin,
                   const std::stop_token& stop, const See& see) {
  const std::vector<AlignedPair>& pairs = axes.queries.pairs;
  for (std::size_t at = begin; at < pairs.size();) {
    throw_if_stopped(stop);
    const Block block = block_from(pairs, at);
    const Range first_keys = keys_of(first, block.first.end, axes.keys.to_second.size());
    const Range second_keys = keys_of(second, block.second.end, axes.keys.to_first.size());
    const Matrix of_first = weights(first, head, block.first, first_keys);
    const Matrix of_second = weights(second, head, block.second, second_keys);
    for (; at < block.end; ++at)
      see(at, of_first.row(pairs[at].first - block.first.begin), of_second.row(pairs[at].second - block.second.begin));
  }
}

/// One head, row by row.
struct Rows {
  std::vector<double> movements{};  ///< [pairs of queries]
  double lost = 0.0, gained = 0.0;  ///< sums over the rows
};

Rows rows_of(const Trace& first, const Trace& second, const AlignedAxes& axes, const Ground& ground, HeadRef head,
             const std::stop_token& stop = {}) {
  if (!weights_are_softmax(first, head) || !weights_are_softmax(second, head))  // rows are no shares
    throw Error("no_softmax", {.item = std::to_string(head.layer), .expected = "JS"});
  Rows rows;
  rows.movements.resize(axes.queries.pairs.size());
  std::vector<float> a(ground.size + 1), b(ground.size + 1);  // the last place: the sinks
  for_each_pair(first, second, axes, head, unchanged_rows(first, second, axes, head), stop,
                [&](std::size_t pair, std::span<const float> row_of_first, std::span<const float> row_of_second) {
                  put_on_ground(row_of_first, ground.first, a);
                  put_on_ground(row_of_second, ground.second, b);
                  a.back() = sink_share(first, head, axes.queries.pairs[pair].first);
                  b.back() = sink_share(second, head, axes.queries.pairs[pair].second);
                  rows.movements[pair] = row_movement(a, b);
                  rows.lost += mass_without_partner(row_of_first, axes.keys.to_second);
                  rows.gained += mass_without_partner(row_of_second, axes.keys.to_first);
                });
  return rows;
}

HeadMovement movement_of(const Trace& first, const Trace& second, const AlignedAxes& axes, const Ground& ground,
                         HeadRef head, std::size_t top, const std::stop_token& stop = {}) {
  HeadMovement result{.head = head};
  if (axes.queries.pairs.empty()) return result;
  const Rows all = rows_of(first, second, axes, ground, head, stop);
  const std::vector<double>& rows = all.movements;
  const auto count = static_cast<double>(rows.size());
  result.movement = std::accumulate(rows.begin(), rows.end(), 0.0) / count;
  result.lost = all.lost / count;
  result.gained = all.gained / count;
  std::vector<std::size_t> order(rows.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  top = std::min(top, order.size());
  std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(top), order.end(),
                    [&](std::size_t a, std::size_t b) { return rows[a] != rows[b] ? rows[a] > rows[b] : a < b; });
  for (std::size_t rank = 0; rank < top; ++rank)
    result.queries.push_back({axes.queries.pairs[order[rank]], rows[order[rank]]});
  return result;
}

Matrix difference_of(const Matrix& first, const Matrix& second, const AlignedAxes& axes) {
  Matrix result(axes.queries.pairs.size(), axes.keys.pairs.size());
  for (std::size_t row = 0; row < result.rows; ++row)
    for (std::size_t col = 0; col < result.cols; ++col)
      result(row, col) = second(axes.queries.pairs[row].second, axes.keys.pairs[col].second) -
                         first(axes.queries.pairs[row].first, axes.keys.pairs[col].first);
  return result;
}

}  // namespace

double row_movement(std::span<const float> a, std::span<const float> b) {
  double sum = 0.0;
  for (std::size_t key = 0; key < a.size(); ++key) {
    if (a[key] == b[key]) continue;  // p·log(p/p) = 0
    const double p = a[key], q = b[key], middle = (p + q) / 2.0;
    if (p > 0.0) sum += p * std::log(p / middle) / 2.0;
    if (q > 0.0) sum += q * std::log(q / middle) / 2.0;
  }
  return std::clamp(sum / std::numbers::ln2, 0.0, 1.0);
}

std::vector<double> row_movements(const Trace& first, const Trace& second, const AlignedAxes& axes, HeadRef head) {
  return rows_of(first, second, axes, ground_of(axes.keys), head).movements;
}

HeadMovement head_movement(const Trace& first, const Trace& second, const AlignedAxes& axes, HeadRef head,
                           std::size_t top) {
  return movement_of(first, second, axes, ground_of(axes.keys), head, top);
}

std::vector<HeadMovement> head_movements(const Trace& first, const Trace& second, const AlignedAxes& axes,
                                         std::size_t top, const std::stop_token& stop, Progress* progress) {
  HeadList heads = softmax_heads(first.model->config);
  std::erase_if(heads, [&](HeadRef head) {
    return !has_softmax(second.model->config, head) || !weights_are_softmax(first, head) ||
           !weights_are_softmax(second, head);
  });
  const Ground ground = ground_of(axes.keys);
  std::vector<HeadMovement> result(heads.size());
  std::atomic<std::size_t> done{0};
  parallel_for(result.size(), 1, [&](std::size_t begin, std::size_t end) {
    for (std::size_t at = begin; at < end; ++at) {
      throw_if_stopped(stop);
      result[at] = movement_of(first, second, axes, ground, heads[at], top, stop);
      if (progress != nullptr) progress->fraction = static_cast<float>(++done) / static_cast<float>(result.size());
    }
  });
  return result;
}

Matrix weights_difference(const Trace& first, const Trace& second, const AlignedAxes& axes, HeadRef head) {
  return difference_of(weights(first, head), weights(second, head), axes);
}

Matrix scores_difference(const Trace& first, const Trace& second, const AlignedAxes& axes, HeadRef head) {
  return difference_of(scores(first, head), scores(second, head), axes);
}

}  // namespace regard
