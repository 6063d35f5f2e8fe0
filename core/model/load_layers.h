// SPDX-License-Identifier: Apache-2.0
// Some layers of a checkpoint, without the rest of it. Any thread.
#pragma once

#include "core/model/model.h"

#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <stop_token>
#include <vector>

namespace regard {

/// Which layers to read of a model whose config and tokenizer are there and whose weights are not. May throw.
using ChooseLayers = std::function<std::vector<std::size_t>(const Model& model)>;

/// A model that has some of its layers alone: of the others and of the tables no number is looked at, and tensors that they lack are not
/// missed. It cannot run; core/engine/captured_states.h makes attention with it. Throws what load_model() does.
[[nodiscard]] std::shared_ptr<const Model> load_layers(const std::filesystem::path& path, const ChooseLayers& choose,
                                                       const std::stop_token& stop = {}, Progress* progress = nullptr);

}  // namespace regard
