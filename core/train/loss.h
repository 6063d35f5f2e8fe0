// SPDX-License-Identifier: Apache-2.0
// What a learner is told about its answers. Pure; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace regard::train {

/// What a target hangs on.
enum class Expect : std::uint8_t {
  chance,  ///< nothing before it tells it
  rule,    ///< the task's rule and what stands before it do: the predictable positions
  symbol   ///< always the same at this place ("=" of a sum): learned at once, and part of no figure
};
inline constexpr std::size_t kExpectations = 3;

/// A target that nobody is asked for.
inline constexpr std::int32_t kNotAsked = -1;

/// Sequences and what is asked about them, [B, T] row by row.
struct Batch {
  std::size_t tokens = 0;  ///< T
  std::vector<std::int32_t> ids{};
  std::vector<std::int32_t> targets{};  ///< what is to be answered at each place
  std::vector<Expect> expects{};
};

/// Over the positions of one kind.
struct Score {
  double loss = 0.0;  ///< mean of −ln p(target), nats
  std::size_t positions = 0;
  std::size_t right = 0;  ///< whose most probable token is the target
  [[nodiscard]] double accuracy() const {
    return positions == 0 ? 0.0 : static_cast<double>(right) / static_cast<double>(positions);
  }
};

struct Scores {
  double loss = 0.0;  ///< over all that is asked: what is made smaller
  Score of[kExpectations]{};
  [[nodiscard]] const Score& at(Expect expect) const { return of[static_cast<std::size_t>(expect)]; }
};

/// Cross-entropy of logits [rows, vocabulary], which become ∂loss/∂logits: (p − 1 at the target)/asked.
[[nodiscard]] Scores cross_entropy(const Batch& batch, std::size_t vocabulary, std::span<float> logits);

}  // namespace regard::train
