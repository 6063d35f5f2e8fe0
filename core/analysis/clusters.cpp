// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/clusters.h"

#include <algorithm>
#include <cassert>
#include <limits>
#include <numeric>
#include <utility>

namespace regard {
namespace {

/// Clusters that are left, each in the place of one of its members.
struct Linkage {
  std::size_t count = 0;
  std::vector<double> distances{};   ///< [count, count]
  std::vector<std::size_t> sizes{};  ///< 0: joined to another
  [[nodiscard]] double& between(std::size_t a, std::size_t b) { return distances[a * count + b]; }

  /// The nearest cluster; of equals `preferred`, else the first.
  [[nodiscard]] std::size_t nearest(std::size_t to, std::size_t preferred) {
    std::size_t best = preferred;
    double least = preferred < count ? between(to, preferred) : std::numeric_limits<double>::infinity();
    for (std::size_t other = 0; other < count; ++other)
      if (other != to && sizes[other] > 0 && between(to, other) < least) {
        best = other;
        least = between(to, other);
      }
    return best;
  }

  /// Into the place of `a`.
  void join(std::size_t a, std::size_t b) {
    const auto of_a = static_cast<double>(sizes[a]), of_b = static_cast<double>(sizes[b]);
    for (std::size_t other = 0; other < count; ++other)
      between(a, other) = between(other, a) = (of_a * between(a, other) + of_b * between(b, other)) / (of_a + of_b);
    sizes[a] += std::exchange(sizes[b], 0);
  }
};

/// Who belongs together, found by following parents.
class Sets {
public:
  explicit Sets(std::size_t count) : parents_(count) { std::iota(parents_.begin(), parents_.end(), std::size_t{0}); }
  [[nodiscard]] std::size_t root(std::size_t of) {
    while (parents_[of] != of)
      of = parents_[of] = parents_[parents_[of]];
    return of;
  }
  void put_under(std::size_t child, std::size_t parent) { parents_[root(child)] = parent; }

private:
  std::vector<std::size_t> parents_;
};

/// Merges as they were found, of places, sorted and named by clusters.
std::vector<Merge> named_merges(std::vector<Merge> found, std::size_t count) {
  std::ranges::stable_sort(found, {}, &Merge::distance);
  Sets sets(2 * count - 1);
  for (std::size_t merge = 0; merge < found.size(); ++merge) {
    const std::size_t a = sets.root(found[merge].first), b = sets.root(found[merge].second);
    found[merge].first = std::min(a, b);
    found[merge].second = std::max(a, b);
    sets.put_under(a, count + merge);
    sets.put_under(b, count + merge);
  }
  return found;
}

}  // namespace

std::vector<Merge> average_linkage(const Matrix& distances) {
  assert(distances.rows == distances.cols);
  const std::size_t count = distances.rows;
  if (count < 2) return {};
  Linkage linkage{count, {distances.values.begin(), distances.values.end()}, std::vector<std::size_t>(count, 1)};
  std::vector<Merge> found;
  std::vector<std::size_t> chain;
  while (found.size() + 1 < count) {
    if (chain.empty())
      chain.push_back(static_cast<std::size_t>(
          std::ranges::find_if(linkage.sizes, [](std::size_t size) { return size > 0; }) - linkage.sizes.begin()));
    const std::size_t before = chain.size() > 1 ? chain[chain.size() - 2] : count;
    const std::size_t last = chain.back(), nearest = linkage.nearest(last, before);
    if (nearest != before) {
      chain.push_back(nearest);
      continue;
    }
    found.push_back({last, nearest, linkage.between(last, nearest)});
    linkage.join(last, nearest);
    chain.resize(chain.size() - 2);
  }
  return named_merges(std::move(found), count);
}

std::vector<std::size_t> leaf_order(const std::vector<Merge>& merges) {
  const std::size_t count = merges.size() + 1;
  std::vector<std::size_t> order, open{2 * count - 2};
  while (!open.empty()) {
    const std::size_t cluster = open.back();
    open.pop_back();
    if (cluster < count) {
      order.push_back(cluster);
      continue;
    }
    open.push_back(merges[cluster - count].second);
    open.push_back(merges[cluster - count].first);
  }
  return order;
}

std::vector<std::size_t> clusters_below(const std::vector<Merge>& merges, double below) {
  const std::size_t count = merges.size() + 1;
  Sets sets(2 * count - 1);
  for (std::size_t merge = 0; merge < merges.size() && merges[merge].distance < below; ++merge) {
    sets.put_under(merges[merge].first, count + merge);
    sets.put_under(merges[merge].second, count + merge);
  }
  std::vector<std::size_t> number(2 * count - 1, count), clusters(count);
  std::size_t next = 0;
  for (std::size_t thing = 0; thing < count; ++thing) {
    std::size_t& own = number[sets.root(thing)];
    if (own == count) own = next++;
    clusters[thing] = own;
  }
  return clusters;
}

}  // namespace regard
