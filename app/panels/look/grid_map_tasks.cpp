// SPDX-License-Identifier: Apache-2.0
#include "app/panels/look/grid_map_tasks.h"

#include "app/jobs/background.h"
#include "app/panels/common/difference_parts.h"
#include "app/viewmodel/all_views.h"
#include "app/viewmodel/comparison.h"
#include "app/viewmodel/difference_views.h"
#include "app/viewmodel/snapshot.h"

#include <span>
#include <utility>
#include <vector>

namespace regard {
namespace {

std::vector<TokenGroup> groups_of(const Axis& axis) {
  std::vector<TokenGroup> groups;
  groups.reserve(axis.size());
  for (const Unit& unit : axis.units)
    groups.push_back(unit.tokens);
  return groups;
}

/// The axes as the analyses want them.
struct Groups {
  explicit Groups(MapInput from) : input(std::move(from)), rows(groups_of(*input.rows)), cols(groups_of(*input.cols)) {
    if (!input.pairs) return;
    baseline_rows = groups_of(input.pairs->rows);
    baseline_cols = groups_of(input.pairs->cols);
  }
  [[nodiscard]] MapSource source() const {
    return {attention_of(*input.trace, input.kind), input.head, rows, cols, input.renormalised};
  }
  [[nodiscard]] DifferenceSource difference() const {
    const WholePairs& pairs = *input.pairs;
    return {{attention_of(*input.baseline, input.kind), input.head, baseline_rows, baseline_cols, pairs.renormalised},
            source(),
            pairs.row_partner,
            pairs.col_partner};
  }
  MapInput input;
  std::vector<TokenGroup> rows{}, cols{}, baseline_rows{}, baseline_cols{};
};

/// What the analyses call between two bands.
template <class Result>
auto between_bands(const Job<Result>& job) {
  return [&job](float done) {
    job.progress->fraction = done;
    job.give_way();
  };
}

}  // namespace

MapInput map_input(const PanelContext& context) {
  MapInput input{context.shown,
                 context.snapshot.trace,
                 shown_kind(context.snapshot, context.session),
                 shown_head(context.snapshot, context.session),
                 context.views.all_rows,
                 context.views.all_cols,
                 context.views.grid.renormalised,
                 nullptr,
                 nullptr};
  if (const DifferenceViews* difference = shown_difference(context)) {
    input.baseline = context.snapshot.comparison->baseline->trace;
    input.pairs = difference->whole;
  }
  return input;
}

std::shared_ptr<const HeadPyramid> PyramidSlot::answer(const MapInput& asked, const Job<HeadPyramid>& job) {
  const Groups groups(asked);
  auto result = std::make_shared<HeadPyramid>();
  result->shown = asked.shown;
  result->pyramid = asked.pairs ? make_difference_pyramid(groups.difference(), job.stop, between_bands(job))
                                : make_pyramid(groups.source(), job.stop, between_bands(job));
  return result;
}

std::shared_ptr<const MapDetail> DetailSlot::answer(const Asked& asked, const Job<MapDetail>& job) {
  const auto& [input, region] = asked;
  const Groups groups(input);
  auto result = std::make_shared<MapDetail>();
  result->of = input;
  result->map =
      input.pairs
          ? difference_map(groups.difference(), region.rows, region.cols, region.block, job.stop, between_bands(job))
          : attention_map(groups.source(), region.rows, region.cols, region.block, job.stop, between_bands(job));
  return result;
}

ExactDifference exact_numbers(const PanelContext& context, std::size_t row, std::size_t col) {
  const MapInput input = map_input(context);
  const auto one = [](const MapInput& from, const Trace& trace, const Axis& rows, const Axis& cols, bool renormalised,
                      std::size_t at_row, std::size_t at_col) {
    const std::vector<TokenGroup> asking{rows.units[at_row].tokens};
    std::vector<TokenGroup> asked{cols.units[at_col].tokens};
    if (renormalised) asked = groups_of(cols);
    return exact_cell({attention_of(trace, from.kind), from.head, asking, asked, renormalised}, 0,
                      renormalised ? at_col : 0);
  };
  ExactDifference exact;
  exact.live = one(input, *input.trace, *input.rows, *input.cols, input.renormalised, row, col);
  if (!input.pairs) return exact;
  const WholePairs& pairs = *input.pairs;
  const std::size_t from_row = pairs.row_partner[row], from_col = pairs.col_partner[col];
  exact.paired = from_row != kNoPartner && from_col != kNoPartner;
  if (exact.paired)
    exact.baseline = one(input, *input.baseline, pairs.rows, pairs.cols, pairs.renormalised, from_row, from_col);
  return exact;
}

}  // namespace regard
