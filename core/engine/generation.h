// SPDX-License-Identifier: Apache-2.0
// Continuing a text, one token after another: the one loop behind `regard generate` and the window's button, so that the
// same settings and seed give the same tokens in both. Any thread.
#pragma once

#include "core/engine/engine.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <stop_token>
#include <vector>

namespace regard {

/// Why a continuation came to its end.
enum class GenerationEnd {
  enough,     ///< as many tokens as were asked for
  end_token,  ///< the model wrote the token that ends a text; it is not among the new ids
  context,    ///< the model reads no more tokens: it has read as many as it can, and one more was written after them
};

/// How the loop computes, and who watches it.
struct GenerationTools {
  /// The Trace of a request; `previous` is the one before, null at first. Its exceptions (Cancelled, Error) pass through.
  std::function<std::shared_ptr<const Trace>(Request request, const std::shared_ptr<const Trace>& previous)> run{};
  /// Called with the Trace of the prompt, then with that of each new token, and all new ids so far. The token behind a full
  /// context has none. May be empty: then the last new token is not run, for nobody looks.
  std::function<void(const std::shared_ptr<const Trace>& trace, std::span<const std::int32_t> made)> see{};
};

struct Generated {
  std::vector<std::int32_t> ids{};
  GenerationEnd end = GenerationEnd::enough;
};

/// Can this model continue a text?
[[nodiscard]] bool is_generative(const ModelConfig& config);

/// Continues the ids of `prompt` (its mask and temperature hold for every step). Ties go to the smaller id. Throws Error
/// (not_generative, no_tokens, too_many_tokens, token_id).
[[nodiscard]] Generated continue_ids(const std::shared_ptr<const Model>& model, Request prompt,
                                     const GenerateOptions& options, const GenerationTools& tools);

/// The same with nobody watching: the Trace grows in place instead of being copied with each token.
[[nodiscard]] Generated continue_alone(const std::shared_ptr<const Model>& model, Request prompt,
                                       const GenerateOptions& options, const std::stop_token& stop = {});

}  // namespace regard
