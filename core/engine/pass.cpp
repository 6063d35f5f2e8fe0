// SPDX-License-Identifier: Apache-2.0
#include "core/engine/edits.h"
#include "core/engine/finite.h"
#include "core/engine/forward.h"
#include "core/engine/growing_trace.h"
#include "core/engine/layer_watch.h"

#include <utility>

namespace regard {
namespace {

/// The memory of a layer that is done becomes that of the next one, where it fits.
void hand_on(LayerTrace& done, LayerTrace& next, std::size_t rows) {
  if (same_widths(done, next)) return std::swap(done, next);
  done = {};
  resize_layer(next, rows);
}

}  // namespace

std::vector<float> Pass::places() const {
  const Range here = positions();
  std::vector<float> result;
  result.reserve(rows.size());
  for (std::size_t text = 0; text < text_count(); ++text) {
    const std::vector<float> all = regard::places(request(text).interventions, text_tokens());
    result.insert(result.end(), all.begin() + static_cast<std::ptrdiff_t>(here.begin),
                  all.begin() + static_cast<std::ptrdiff_t>(here.end));
  }
  return result;
}

void Pass::embedded() const {
  if (first_layer == 0) edit_residual(*this, 0);
}

void Pass::layer_done(std::size_t layer) const {
  edit_residual(*this, layer + 1);
  check_finite(*this, layer);
  throw_if_stopped(stop);
  LayerWatch::tell(texts.empty() ? &trace : nullptr, layer);
  const bool last = layer + 1 == config().layers;
  if (!texts.empty() && !last) {
    hand_on(trace.layers[layer], trace.layers[layer + 1], trace.tokens());
    if (config().plans[layer].beside) trace.residual[layer - 1] = {};
    if (config().plans[layer + 1].beside)  // it reads this layer's stream once more
      trace.residual[layer + 2] = Matrix(trace.residual[layer].rows, trace.residual[layer].cols);
    else
      std::swap(trace.residual[layer], trace.residual[layer + 2]);
  }
  if (progress != nullptr) progress->fraction = static_cast<float>(layer + 1) / static_cast<float>(config().layers + 1);
}

}  // namespace regard
