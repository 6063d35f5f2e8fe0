// SPDX-License-Identifier: Apache-2.0
// `regard kinds --stretch`: what it costs to stretch a model's rotary positions, in numbers.
#pragma once

#include "app/cli/commands.h"

#include <memory>
#include <string>

namespace regard::cli {

/// The text may be most_stretch times as long as the context; what is longer is cut, and `err` says so. JSON: {"model", "text", "tokens" (their
/// number), "context", "predicted", "loss", "stretches": [{"method", "factor", "loss", "divergence"}]}; CSV: method, factor, loss, divergence. Throws
/// Error stretch_<obstacle>, Refusal.
[[nodiscard]] std::string told_stretch_of(const std::shared_ptr<const Model>& model, const std::string& text,
                                          bool special, bool csv, Streams streams);

}  // namespace regard::cli
