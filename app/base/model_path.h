// SPDX-License-Identifier: Apache-2.0
//
// What a person calls a model, as a place on the disk. Any thread.
#pragma once

#include <filesystem>
#include <string>

namespace regard {

/// The model that is shown when nobody names one.
inline constexpr const char* kDefaultModel = "council";

/// The folder of a built-in model with this name ("council"; write "./council" for a folder beside you); else a path that
/// exists; else a model of the Hugging Face cache with this name ("org/name"); else the path as given, for load_model()
/// to complain about.
[[nodiscard]] std::filesystem::path model_path(const std::string& model);

}  // namespace regard
