// SPDX-License-Identifier: Apache-2.0
// What a small decoder that is to be trained is made of. Plain values; any thread.
#pragma once

#include <cstddef>

namespace regard::train {

enum class NormKind { layer_norm, rms_norm };
/// How heads weigh values: by a softmax of q·k/√d, or as φ(q)·φ(k) / Σ_k φ(q)·φ(k) with φ(x) = elu(x) + 1 (Katharopoulos et al. 2020).
enum class WeighKind { softmax, linear };
enum class PositionKind { none, learned, rotary, alibi };

/// A causal decoder: norm before each block, norm before the unembedding, no biases, embedding and unembedding apart.
struct Shape {
  std::size_t layers = 2;
  std::size_t heads = 4;  ///< of each layer; a divisor of `width`
  std::size_t width = 64;
  std::size_t feed_forward = 0;  ///< inner width of the block down·gelu(up·x); 0: attention only
  NormKind norm = NormKind::layer_norm;
  PositionKind positions = PositionKind::rotary;
  WeighKind weigh = WeighKind::softmax;
  std::size_t window = 0;  ///< a query looks at keys less than so far away; 0: at all before it
  std::size_t vocabulary = 64;
  std::size_t context = 64;  ///< tokens of a sequence, T

  [[nodiscard]] std::size_t head_dim() const { return width / heads; }
  friend bool operator==(const Shape&, const Shape&) = default;
};

inline constexpr float kNormEpsilon = 1e-5F;

/// Throws Error training_value: what is out of bounds, heads that do not divide the width, an odd head width for rotary positions.
void check(const Shape& shape);

/// Throws Error training_value unless least ≤ value ≤ most; `item` is the name of the setting on the command line.
void check_between(const char* item, std::size_t value, std::size_t least, std::size_t most);

}  // namespace regard::train
