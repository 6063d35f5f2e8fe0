// SPDX-License-Identifier: Apache-2.0
//
// What a person calls a model, as a place on the disk. Any thread.
#pragma once

#include "app/base/assets.h"

#include <filesystem>
#include <string>

namespace regard {

/// The model that is shown when nobody names one.
inline constexpr const char* kDefaultModel = "council";

/// The folder of a built-in model with this name ("council"; write "./council" for a folder beside you); else a path that
/// exists (as given_path.h reads it); else one of a group of built-in models ("council-heads/4"); else a model of the Hugging Face
/// cache with this name ("org/name"); else the path as given, for load_model() to complain about. Of a folder of checkpoints the last one. Throws Error: not_a_model for an empty name, what the file is (file_kind.h) where
/// it is surely no model.
[[nodiscard]] std::filesystem::path model_path(const std::string& named,
                                               const std::filesystem::path& assets = assets_folder());

/// The last checkpoint of a folder that is no model but holds checkpoints (core/model/checkpoint_series.h); else the path itself.
[[nodiscard]] std::filesystem::path checkpoint_to_open(const std::filesystem::path& path);

}  // namespace regard
