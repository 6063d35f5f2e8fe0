// SPDX-License-Identifier: Apache-2.0
// Where models lie on a disk and what to call them. The list itself is list_models() of model.h.
#pragma once

#include "core/model/model.h"

#include <filesystem>
#include <string>
#include <vector>

namespace regard {

/// The folder's name; "org/name" for …/models--org--name/snapshots/<hash>.
[[nodiscard]] std::string model_name(const std::filesystem::path& folder);

/// Models of a Hugging Face cache (the folder that holds models--org--name): of each the snapshot its refs/main names,
/// else the one written last. Sorted by name.
[[nodiscard]] std::vector<ModelEntry> models_of_cache(const std::filesystem::path& hub);

/// HF_HUB_CACHE, else HF_HOME/hub, else ~/.cache/huggingface/hub (XDG_CACHE_HOME respected); empty if none is known.
[[nodiscard]] std::filesystem::path huggingface_hub();

}  // namespace regard
