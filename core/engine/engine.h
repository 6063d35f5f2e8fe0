// SPDX-License-Identifier: Apache-2.0
// The forward pass. Stateless: any thread may run any request; the caller keeps the previous Trace for reuse.
#pragma once

#include "core/base/progress.h"
#include "core/trace/trace.h"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace regard {

/// Runs a model on ids and records a Trace. What cannot have changed since `previous` (same model, mask and temperature) is taken
/// over instead of computed: in causal runs the rows before the first id or intervention that differs, with the same ids the
/// layers before the first intervention that differs. Equal to a fresh run to the last bit.
/// A captured run is recalled as it is: a request for anything but its own text, unchanged, is refused (capture_fixed).
/// Throws Error (too many ids, an id outside the vocabulary, an intervention out of range), Cancelled (within one layer of the
/// stop request).
[[nodiscard]] std::shared_ptr<const Trace> run(const std::shared_ptr<const Model>& model, Request request,
                                               const std::shared_ptr<const Trace>& previous = nullptr,
                                               const std::stop_token& stop = {}, Progress* progress = nullptr);

/// Logits of some positions, [positions.size(), V], from the Trace's last residual (final norm and unembedding, or BERT's
/// prediction head); of a captured run those of its file. Empty where the model has no LM head.
[[nodiscard]] Matrix logits_at(const Trace& trace, std::span<const std::size_t> positions);

/// One candidate for a position.
struct Prediction {
  std::int32_t id = 0;
  float logit = 0.0F;
  float probability = 0.0F;  ///< softmax over the whole vocabulary, at temperature 1
};

/// Has id `a` the larger logit? Ties go to the smaller id; what is not a number comes last.
[[nodiscard]] bool ranks_before(std::span<const float> logits, std::int32_t a, std::int32_t b);

/// The `count` most probable tokens at a position, best first; empty where the model has no LM head.
[[nodiscard]] std::vector<Prediction> predict(const Trace& trace, std::size_t position, std::size_t count);

struct GenerateOptions {
  std::size_t tokens = 32;   ///< at most so many new ones
  float temperature = 0.0F;  ///< of sampling; 0 = greedy
  std::size_t top_k = 0;     ///< 0 = all
  std::uint64_t seed = 0;

  friend bool operator==(const GenerateOptions&, const GenerateOptions&) = default;
};

/// Continues ids token by token (causal models only, else Error); stops at the end token or the context. → the new ids.
[[nodiscard]] std::vector<std::int32_t> generate(const std::shared_ptr<const Model>& model,
                                                 std::vector<std::int32_t> ids, const GenerateOptions& options,
                                                 const std::stop_token& stop = {});
/// The same from a whole request; without ids an encoder–decoder model begins with its start tokens.
[[nodiscard]] std::vector<std::int32_t> generate_from(const std::shared_ptr<const Model>& model, Request prompt,
                                                      const GenerateOptions& options, const std::stop_token& stop = {});

}  // namespace regard
