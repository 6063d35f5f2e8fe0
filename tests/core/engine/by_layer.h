// SPDX-License-Identifier: Apache-2.0
// Models whose layers differ, against what PyTorch recorded of each layer by itself: "2_q".
#pragma once

#include "tests/core/engine/reference.h"

#include <algorithm>
#include <string>
#include <vector>

namespace regard::testing {

/// One layer's heads, one after the other.
inline std::vector<float> heads_of_layer(const Trace& trace, std::size_t layer, Matrix LayerTrace::*tensor) {
  const Matrix& matrix = trace.layers[layer].*tensor;
  const ModelConfig& config = trace.model->config;
  const bool of_keys = tensor == &LayerTrace::queries || tensor == &LayerTrace::keys;
  const std::size_t d = of_keys ? config.head_dim(layer) : config.value_dim(layer);
  std::vector<float> result;
  for (std::size_t column = 0; column < matrix.cols; column += d)
    for (std::size_t row = 0; row < matrix.rows; ++row) {
      const auto part = matrix.row(row).subspan(column, d);
      result.insert(result.end(), part.begin(), part.end());
    }
  return result;
}

template <class Grid>
std::vector<float> grids_of_layer(const Trace& trace, std::size_t layer, const Grid& grid) {
  std::vector<float> result;
  for (std::size_t head = 0; head < trace.model->config.heads(layer); ++head) {
    const Matrix tile = grid(trace, HeadRef{layer, head});
    result.insert(result.end(), tile.values.begin(), tile.values.end());
  }
  return result;
}

inline Matrix weights_of(const Trace& trace, HeadRef head) {
  return weights(trace, head);
}
inline Matrix scores_of(const Trace& trace, HeadRef head) {
  return scores(trace, head);
}

/// Of every tensor that PyTorch recorded.
inline Differences differences_of(const Trace& trace, const Reference& reference, const ReferenceRun& one) {
  Differences worst;
  const auto compare = [&](const std::string& tensor, const std::vector<float>& ours, const std::string& name) {
    const bool sums = tensor == "head_out" || tensor.ends_with("_output") || tensor == "residual";
    const double scale = sums ? scale_of_sums(ours) : 1.0;
    worst[tensor] = std::max(worst[tensor], worst_difference(ours, reference.array(one, name)) / scale);
  };
  for (std::size_t layer = 0; layer < trace.layers.size(); ++layer) {
    if (trace.model->config.heads(layer) == 0) continue;
    const std::string front = std::to_string(layer) + "_";
    compare("q", heads_of_layer(trace, layer, &LayerTrace::queries), front + "q");
    compare("k", heads_of_layer(trace, layer, &LayerTrace::keys), front + "k");
    compare("v", heads_of_layer(trace, layer, &LayerTrace::values), front + "v");
    compare("head_out", heads_of_layer(trace, layer, &LayerTrace::head_outputs), front + "head_out");
    compare("weights", grids_of_layer(trace, layer, weights_of), front + "weights");
    if (!weights_are_signed(trace, layer)) compare("scores", grids_of_layer(trace, layer, scores_of), front + "scores");
  }
  compare("attention_output", all_rows_of(trace, &LayerTrace::attention_output), "attention_output");
  compare("feed_forward_output", all_rows_of(trace, &LayerTrace::feed_forward_output), "feed_forward_output");
  compare("residual", all_residuals(trace), "residual");
  compare("logits", trace.logits.values, "logits");
  return worst;
}

}  // namespace regard::testing
