// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/pattern_search.h"

#include "core/base/parallel.h"

#include <algorithm>
#include <atomic>
#include <cassert>

namespace regard {
namespace {

constexpr std::size_t kSearchedCells = std::size_t{1} << 20U;  ///< of a head in memory at a time

bool has_weight(std::span<const float> row) {
  return std::ranges::any_of(row, [](float weight) { return weight > 0.0F; });
}

/// The pattern with nothing in what is left out.
Matrix without(Matrix pattern, const UncomparedTokens& left_out) {
  for (std::size_t row = 0; row < pattern.rows; ++row)
    for (std::size_t key = 0; key < pattern.cols; ++key)
      if (left_out.query(row) || left_out.key(key)) pattern(row, key) = 0.0F;
  return pattern;
}

/// Some rows of the pattern.
struct PatternBlock {
  Range rows{};
  std::vector<std::size_t> open{};  ///< keys of each row; 0: it is not counted
  PackedRows packed{};
};

PatternBlock block_of(std::span<const std::shared_ptr<const Trace>> traces, const Matrix& pattern, Range rows,
                      const UncomparedTokens& left_out) {
  PatternBlock block{rows, {}, {}};
  Matrix asked(rows.size(), pattern.cols);
  for (std::size_t query = rows.begin; query < rows.end; ++query) {
    const std::span<const float> row = pattern.row(query);
    std::ranges::copy(row, asked.row(query - rows.begin).begin());
    const std::size_t open = open_keys(traces, query);
    const bool farther = has_weight(row.subspan(open));
    block.open.push_back(!has_weight(row) ? 0 : farther ? pattern.cols : open);
  }
  const std::vector<float> sinks(any_has_sinks(traces) ? rows.size() : 0);  // nobody paints a sink
  block.packed = packed_rows(asked, block.open, left_out, sinks);
  return block;
}

std::vector<PatternBlock> blocks_of(std::span<const std::shared_ptr<const Trace>> traces, const Matrix& pattern,
                                    const UncomparedTokens& left_out) {
  const std::size_t together = std::max<std::size_t>(1, kSearchedCells / pattern.cols);
  std::vector<PatternBlock> blocks;
  for (std::size_t row = 0; row < pattern.rows; row += together) {
    PatternBlock block = block_of(traces, pattern, {row, std::min(row + together, pattern.rows)}, left_out);
    if (!block.packed.cells.empty()) blocks.push_back(std::move(block));
  }
  return blocks;
}

double distance_to(const std::vector<PatternBlock>& blocks, std::span<const std::shared_ptr<const Trace>> traces,
                   const ModelHead& head, const UncomparedTokens& left_out, const std::stop_token& stop) {
  double sum = 0.0;
  for (const PatternBlock& block : blocks) {
    throw_if_stopped(stop);
    const std::size_t keys = *std::ranges::max_element(block.open);
    sum += divergence(packed_head(traces, head, block.rows, keys, block.open, left_out), block.packed);
  }
  return sum;
}

}  // namespace

std::size_t rows_of_pattern(const Matrix& pattern, const UncomparedTokens& left_out) {
  const Matrix asked = without(pattern, left_out);
  std::size_t rows = 0;
  for (std::size_t row = 0; row < asked.rows; ++row)
    rows += has_weight(asked.row(row)) ? 1 : 0;
  return rows;
}

std::vector<PatternMatch> search_pattern(std::span<const std::shared_ptr<const Trace>> traces, const Matrix& pattern,
                                         const std::stop_token& stop, Progress* progress,
                                         const UncomparedTokens& left_out) {
  const std::size_t rows = rows_of_pattern(pattern, left_out);
  if (rows == 0) return {};
  assert(std::ranges::all_of(traces, [&](const auto& trace) { return trace->tokens() == pattern.rows; }));
  const std::vector<PatternBlock> blocks = blocks_of(traces, without(pattern, left_out), left_out);
  const std::vector<ModelHead> heads = all_heads(traces);
  std::vector<PatternMatch> matches(heads.size());
  std::atomic<std::size_t> done{0};
  parallel_for(heads.size(), 1, [&](std::size_t begin, std::size_t end) {
    for (std::size_t at = begin; at < end; ++at) {
      const double sum = distance_to(blocks, traces, heads[at], left_out, stop);
      matches[at] = {heads[at], static_cast<float>(sum / static_cast<double>(rows))};
      if (progress != nullptr) progress->fraction = static_cast<float>(++done) / static_cast<float>(heads.size());
    }
  });
  std::ranges::stable_sort(matches, {}, &PatternMatch::distance);
  return matches;
}

std::vector<RankedHead> rank_by_measure(const HeadReport& report, std::size_t measure, bool smallest_first) {
  std::vector<RankedHead> ranked;
  for (std::size_t head = 0; head < report.size(); ++head)
    if (const Measure& mean = report.measures[measure][head]; mean.defined())
      ranked.push_back({report.head_at(head), mean.value, mean.uniform, mean.rows});
  if (smallest_first)
    std::ranges::stable_sort(ranked, {}, &RankedHead::value);
  else
    std::ranges::stable_sort(ranked, std::ranges::greater{}, &RankedHead::value);
  return ranked;
}

std::vector<RankedHead> rank_by_relation(const HeadReport& report, std::string_view name) {
  const RelationReport* relation = relation_named(report, name);
  if (relation == nullptr) return {};
  std::vector<RankedHead> ranked;
  for (std::size_t head = 0; head < relation->heads.size(); ++head)
    if (relation->heads[head].rows > 0)
      ranked.push_back({report.head_at(head), relation->heads[head].right, relation->offset.right, relation->rows});
  std::ranges::stable_sort(ranked, std::ranges::greater{}, &RankedHead::value);
  return ranked;
}

}  // namespace regard
