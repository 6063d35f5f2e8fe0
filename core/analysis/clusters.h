// SPDX-License-Identifier: Apache-2.0
// Agglomerative clustering with average linkage (UPGMA, Sokal & Michener 1958): again and again the two clusters are joined whose
// members are nearest to each other on average. Pure; any thread.
#pragma once

#include "core/base/matrix.h"

#include <cstddef>
#include <vector>

namespace regard {

/// Two clusters become one. Things are the clusters 0 … N − 1, the n-th merge (from 0) makes the cluster N + n.
struct Merge {
  std::size_t first = 0, second = 0;  ///< clusters, ascending
  double distance = 0.0;              ///< mean over the pairs of their members
};
/// All N − 1 merges of symmetric distances [N, N], by distance. O(N²) by chains of nearest neighbours (Murtagh 1983).
[[nodiscard]] std::vector<Merge> average_linkage(const Matrix& distances);

/// The N things in the order of the tree's leaves: members of a cluster stand together, at every height.
[[nodiscard]] std::vector<std::size_t> leaf_order(const std::vector<Merge>& merges);

/// The cluster of each of the N things when those nearer than `below` are joined, numbered by their first member.
[[nodiscard]] std::vector<std::size_t> clusters_below(const std::vector<Merge>& merges, double below);

}  // namespace regard
