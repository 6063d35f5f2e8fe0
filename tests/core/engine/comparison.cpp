// SPDX-License-Identifier: Apache-2.0
#include "tests/core/engine/comparison.h"

#include "core/base/mapped_file.h"
#include "core/trace/experts.h"
#include "core/trace/sink.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace regard::testing {
namespace {

void append(std::vector<float>& to, std::span<const float> from) {
  to.insert(to.end(), from.begin(), from.end());
}

template <typename Tile>
std::vector<float> all_tiles(const Trace& trace, const Tile& tile) {
  std::vector<float> result;
  for (std::size_t layer = 0; layer < trace.layers.size(); ++layer)
    for (std::size_t head = 0; head < trace.model->config.heads(layer); ++head)
      append(result, tile(trace, HeadRef{layer, head}).values);
  return result;
}

}  // namespace

Arrays read_npz(const std::filesystem::path& path) {
  const MappedFile file(path);
  return parse_npz(file.bytes(), path.string());
}

double worst_difference(const std::vector<float>& a, const std::vector<float>& b) {
  if (a.size() != b.size()) return std::numeric_limits<double>::infinity();
  double worst = 0.0;
  for (std::size_t at = 0; at < a.size(); ++at) {
    const double difference = std::abs(static_cast<double>(a[at]) - static_cast<double>(b[at]));
    if (!std::isfinite(difference)) return std::numeric_limits<double>::infinity();
    worst = std::max(worst, difference);
  }
  return worst;
}

std::vector<float> all_scores(const Trace& trace) {
  return all_tiles(trace, [](const Trace& t, HeadRef head) { return scores(t, head); });
}

std::vector<float> all_weights(const Trace& trace) {
  return all_tiles(trace, [](const Trace& t, HeadRef head) { return weights(t, head); });
}

std::vector<float> all_sinks(const Trace& trace) {
  std::vector<float> result;
  for (std::size_t layer = 0; layer < trace.layers.size(); ++layer)
    for (std::size_t head = 0; head < trace.model->config.heads(layer); ++head)
      append(result, sink_shares(trace, {layer, head}, {0, trace.tokens()}));
  return result;
}

std::vector<float> all_score_parts(const Trace& trace, ScorePartKind kind) {
  return all_tiles(trace, [kind](const Trace& t, HeadRef head) {
    for (const ScorePart& part : score_parts(t, head, {0, t.tokens()}, {0, t.keys()}))
      if (part.kind == kind) return part.scores;
    return Matrix();
  });
}

std::vector<float> all_heads(const Trace& trace, Matrix LayerTrace::*tensor) {
  const ModelConfig& config = trace.model->config;
  const bool of_keys = tensor == &LayerTrace::queries || tensor == &LayerTrace::keys;
  std::vector<float> result;
  for (std::size_t layer = 0; layer < trace.layers.size(); ++layer) {
    const std::size_t head_dim = of_keys ? config.head_dim(layer) : config.value_dim(layer);
    const Matrix& matrix = trace.layers[layer].*tensor;
    for (std::size_t column = 0; column < matrix.cols; column += head_dim)
      for (std::size_t token = 0; token < matrix.rows; ++token)
        append(result, matrix.row(token).subspan(column, head_dim));
  }
  return result;
}

std::vector<float> all_rows_of(const Trace& trace, Matrix LayerTrace::*tensor) {
  std::vector<float> result;
  for (const LayerTrace& layer : trace.layers)
    append(result, (layer.*tensor).values);
  return result;
}

std::vector<float> all_residuals(const Trace& trace) {
  std::vector<float> result;
  for (const Matrix& residual : trace.residual)
    append(result, residual.values);
  return result;
}

std::vector<float> all_gates(const Trace& trace) {
  std::vector<float> result;
  for (std::size_t layer = 0; layer < trace.layers.size(); ++layer) {
    if (!trace.model->config.plans[layer].feed_forward.experts) continue;
    for (std::size_t token = 0; token < trace.tokens(); ++token) {
      std::vector<float> gates(trace.layers[layer].router.cols);
      for (const ChosenExpert& chosen : chosen_experts(trace, layer, token))
        gates[chosen.expert] = chosen.gate;
      append(result, gates);
    }
  }
  return result;
}

std::vector<float> transposed(const std::vector<float>& grids, std::size_t tokens) {
  std::vector<float> result(grids.size());
  const std::size_t cells = tokens * tokens;
  for (std::size_t grid = 0; grid + cells <= grids.size(); grid += cells)
    for (std::size_t query = 0; query < tokens; ++query)
      for (std::size_t key = 0; key < tokens; ++key)
        result[grid + key * tokens + query] = grids[grid + query * tokens + key];
  return result;
}

double worst_row_sum(const Trace& trace) {
  double worst = 0.0;
  for (std::size_t layer = 0; layer < trace.layers.size(); ++layer) {
    for (std::size_t head = 0; head < trace.model->config.heads(layer); ++head) {
      const Matrix grid = weights(trace, {layer, head});
      for (std::size_t query = 0; query < grid.rows; ++query) {
        auto sum = static_cast<double>(sink_share(trace, {layer, head}, query));
        for (const float weight : grid.row(query))
          sum += static_cast<double>(weight);
        worst = std::max(worst, std::abs(sum - 1.0));
      }
    }
  }
  return worst;
}

}  // namespace regard::testing
