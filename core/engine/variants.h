// SPDX-License-Identifier: Apache-2.0
// Many runs of one text that differ in their interventions, computed together: the weights of a layer are read once for all of
// them, and nothing is computed before the first layer that changes. What maps of effects are made of. Any thread.
#pragma once

#include "core/trace/trace.h"

#include <cstddef>
#include <memory>
#include <span>
#include <stop_token>
#include <vector>

namespace regard {

/// The last residual stream of runs of base's request with each variant's interventions after base's own, at some positions:
/// [variants · positions, D], variant by variant; equal to the last bit to run() of each.
/// Throws Error (an intervention out of range), Cancelled.
[[nodiscard]] Matrix run_variants(const std::shared_ptr<const Trace>& base,
                                  std::span<const std::vector<Intervention>> variants,
                                  std::span<const std::size_t> positions, const std::stop_token& stop = {});

/// How many variants of a text of so many tokens are computed at once.
[[nodiscard]] std::size_t variants_at_once(std::size_t tokens);

/// Logits of rows of last residual streams, [rows, V]. The model has an LM head.
[[nodiscard]] Matrix logits_of(const Model& model, const Matrix& residual, const std::stop_token& stop = {});

}  // namespace regard
