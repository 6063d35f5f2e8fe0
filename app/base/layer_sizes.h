// SPDX-License-Identifier: Apache-2.0
// Sizes of a model's heads as the program writes them where layers differ. Any thread.
#pragma once

#include "core/model/config.h"

#include <string>

namespace regard {

/// "8", or "2–8" where layers differ; layers without heads are left out.
[[nodiscard]] std::string sizes_in_words(const ModelConfig& config, std::size_t (*size)(const SoftmaxAttention& plan));
/// How many heads a layer has, likewise.
[[nodiscard]] std::string heads_in_words(const ModelConfig& config);

}  // namespace regard
