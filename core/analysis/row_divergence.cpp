// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/row_divergence.h"

#include "core/base/eigen.h"
#include "core/trace/sink.h"

#include <algorithm>
#include <cassert>
#include <numbers>
#include <numeric>

namespace regard {
namespace {

constexpr float kSmoothing = 0.001F;
constexpr std::size_t kCellsInAFloat = 1'024;  ///< terms added up in float32 before they go into a double

/// −Σ m ln m with m = (a + b)/2.
double entropy_of_mean(std::span<const float> a, std::span<const float> b) {
  assert(a.size() == b.size());
  using Cells = Eigen::Map<const Eigen::ArrayXf>;
  double sum = 0.0;
  for (std::size_t begin = 0; begin < a.size(); begin += kCellsInAFloat) {
    const auto count = static_cast<Eigen::Index>(std::min(kCellsInAFloat, a.size() - begin));
    const auto mean = 0.5F * (Cells(a.data() + begin, count) + Cells(b.data() + begin, count));
    sum -= static_cast<double>((mean * mean.log()).sum());
  }
  return sum;
}

}  // namespace

std::vector<ModelHead> all_heads(std::span<const std::shared_ptr<const Trace>> traces) {
  std::vector<ModelHead> heads;
  for (std::size_t model = 0; model < traces.size(); ++model)
    for (const HeadRef head : softmax_heads(traces[model]->model->config))
      heads.push_back({model, head});
  return heads;
}

std::size_t open_keys(std::span<const std::shared_ptr<const Trace>> traces, std::size_t query) {
  std::size_t open = 0;
  for (const std::shared_ptr<const Trace>& trace : traces)
    open = std::max(open, trace->causal() && !trace->request.cross ? query + 1 : trace->keys());
  return open;
}

PackedRows packed_rows(const Matrix& weights, std::span<const std::size_t> open, const UncomparedTokens& left_out,
                       std::span<const float> sinks) {
  assert(open.size() == weights.rows);
  PackedRows packed;
  std::vector<float> kept;
  for (std::size_t row = 0; row < weights.rows; ++row) {
    kept.clear();
    for (std::size_t key = 0; key < open[row]; ++key)
      if (!left_out.key(key)) kept.push_back(weights(row, key));
    if (!sinks.empty() && open[row] > 0) kept.push_back(sinks[row]);
    const double sum = std::accumulate(kept.begin(), kept.end(), 0.0);
    const bool scaled = !left_out.keys.empty() && sum > 0.0;
    const float scale = (1.0F - kSmoothing) * (scaled ? static_cast<float>(1.0 / sum) : 1.0F);
    const float share = kSmoothing / static_cast<float>(std::max<std::size_t>(kept.size(), 1));
    for (const float weight : kept)
      packed.cells.push_back(scale * weight + share);
  }
  packed.entropy = entropy_of_mean(packed.cells, packed.cells);
  return packed;
}

bool any_has_sinks(std::span<const std::shared_ptr<const Trace>> traces) {
  return std::ranges::any_of(traces, [](const auto& trace) { return has_sinks(*trace); });
}

PackedRows packed_head(std::span<const std::shared_ptr<const Trace>> traces, const ModelHead& head, Range rows,
                       std::size_t keys, std::span<const std::size_t> open, const UncomparedTokens& left_out) {
  const Trace& trace = *traces[head.model];
  const std::vector<float> sinks = any_has_sinks(traces) ? sink_shares(trace, head.head, rows) : std::vector<float>{};
  return packed_rows(weights(trace, head.head, rows, {0, keys}), open, left_out, sinks);
}

double divergence(const PackedRows& a, const PackedRows& b) {
  const double sum = entropy_of_mean(a.cells, b.cells) - 0.5 * (a.entropy + b.entropy);
  return std::max(0.0, sum / std::numbers::ln2);
}

}  // namespace regard
