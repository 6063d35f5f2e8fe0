// SPDX-License-Identifier: Apache-2.0
#include "app/panels/look/grid_map_tasks.h"

#include "app/panels/common/difference_parts.h"

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

std::string name_of(const MapInput& input) {
  return std::to_string(input.head.layer) + "." + std::to_string(input.head.head) + "." +
         std::to_string(static_cast<int>(input.kind)) + "." + std::to_string(static_cast<int>(input.shown));
}

TaskKey key_of(const MapInput& input, std::string parameters) {
  return {{input.trace, input.rows, input.cols, input.baseline, input.pairs}, std::move(parameters)};
}

std::string text_of(const MapRegion& region) {
  std::string text = " " + std::to_string(region.block);
  for (const Range range : {region.rows, region.cols})
    text += " " + std::to_string(range.begin) + "-" + std::to_string(range.end);
  return text;
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

Outcome<HeadPyramid> ask_pyramid(const PanelContext& context, const MapInput& input) {
  return context.background->ask<HeadPyramid>(
      "grids.map", key_of(input, name_of(input)), [input](const Job<HeadPyramid>& job) {
        const Groups groups(input);
        const auto between = [&](float done) {
          job.progress->fraction = done;
          job.give_way();
        };
        auto result = std::make_shared<HeadPyramid>();
        result->shown = input.shown;
        result->pyramid = input.pairs ? make_difference_pyramid(groups.difference(), job.stop, between)
                                      : make_pyramid(groups.source(), job.stop, between);
        return result;
      });
}

Outcome<MapDetail> ask_detail(const PanelContext& context, const MapInput& input, const MapRegion& region) {
  return context.background->ask<MapDetail>(
      "grids.map.detail", key_of(input, name_of(input) + text_of(region)), [input, region](const Job<MapDetail>& job) {
        const Groups groups(input);
        const auto between = [&](float done) {
          job.progress->fraction = done;
          job.give_way();
        };
        auto result = std::make_shared<MapDetail>();
        result->name = name_of(input);
        result->trace = input.trace;
        result->rows = input.rows;
        result->pairs = input.pairs;
        result->map =
            input.pairs ? difference_map(groups.difference(), region.rows, region.cols, region.block, job.stop, between)
                        : attention_map(groups.source(), region.rows, region.cols, region.block, job.stop, between);
        return result;
      });
}

bool belongs(const MapDetail& detail, const MapInput& input) {
  return detail.name == name_of(input) && detail.trace.lock() == input.trace && detail.rows.lock() == input.rows &&
         detail.pairs.lock() == input.pairs;
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
