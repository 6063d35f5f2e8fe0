// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/kinds.h"

#include "core/trace/head_edits.h"

#include <algorithm>

namespace regard {

std::size_t OpenCells::count(std::size_t query) const {
  const auto begin = open.begin() + static_cast<std::ptrdiff_t>(query * keys);
  return static_cast<std::size_t>(std::count(begin, begin + static_cast<std::ptrdiff_t>(keys), true));
}

OpenCells open_cells(const Trace& trace, HeadRef head, const KindOfAttention& kind) {
  const Request request = without_kinds(trace.request);
  const HeadEdits edits = head_edits(trace.model->config, request, head);
  OpenCells cells{trace.tokens(), trace.keys(), std::vector<bool>(trace.tokens() * trace.keys())};
  std::vector<float> marks(cells.keys);
  for (std::size_t query = 0; query < cells.queries; ++query) {
    std::fill(marks.begin(), marks.end(), 0.0F);
    mask_scores(edits, query, {0, cells.keys}, marks.data());
    allowed_keys(trace, head.layer, query).for_each([&](std::size_t key) {
      cells.open[query * cells.keys + key] = marks[key] == 0.0F && leaves_open(kind, query, key);
    });
  }
  return cells;
}

KindObstacle obstacle_to_kind(const Trace& trace, HeadRef head, const KindOfAttention& kind) {
  if (weights_are_signed(trace, head.layer)) return KindObstacle::recurrent;
  if (!has_products(trace, head.layer) || !has_values(trace, head.layer)) return KindObstacle::not_captured;
  return obstacle_to_kind(trace.model->config, without_kinds(trace.request), head, kind);
}

Request without_kinds(const Request& request) {
  Request bare = request;
  std::erase_if(bare.interventions, [](const Intervention& item) { return item.kind == InterventionKind::attention; });
  return bare;
}

}  // namespace regard
