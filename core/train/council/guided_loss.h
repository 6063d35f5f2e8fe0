// SPDX-License-Identifier: Apache-2.0
// What a council is made to get right, as assets/models/council/recipe has it: heads look at the words that their questions ask for, the
// state of an early layer tells a word's labels, the last one hidden pieces. On the calling thread alone.
#pragma once

#include "core/train/council/batches.h"
#include "core/train/council/encoder.h"

#include <span>

namespace regard::train {

struct GuidedLosses {
  double heads = 0.0;   ///< Σ −w·ln(weight on what is wished for + 1e-6): with neighbours, by their shares
  double labels = 0.0;  ///< 0.5 · Σ over kinds of the mean cross-entropy of the probe, nats
  double pieces = 0.0;  ///< 0.1 · mean cross-entropy of hidden pieces
  [[nodiscard]] double total() const { return heads + labels + pieces; }
};

/// Which layer's state the probe reads: that of the layer up to which council's first half reaches, as ⌈2·layers/4⌉ − 1.
[[nodiscard]] constexpr std::size_t probed_layer(std::size_t layers) {
  return (layers + 1) / 2 - 1;
}

/// Of a batch that was read by forward(): adds to what the pass is told, and writes the gradients of the word head and the probe.
/// `label_sizes` [label kinds], together as many as the probe has.
[[nodiscard]] GuidedLosses guided_losses(EncoderPass& pass, const AlignedFloats& parameters, const GuidedBatch& batch,
                                         std::span<const std::size_t> label_sizes, AlignedFloats& gradient);

}  // namespace regard::train
