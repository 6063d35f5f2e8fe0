// SPDX-License-Identifier: Apache-2.0
// Where models lie on a disk and what to call them. The list itself is list_models() of model.h.
#pragma once

#include "core/model/model.h"

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace regard {

/// What the name of a folder's text tower ends in.
inline constexpr const char* kTextTower = "#text";

/// What a folder tells people about its model or adapter, from its about.json {"ru", "en"}; empty where it tells nothing, or nothing
/// readable.
[[nodiscard]] Bilingual about_of_folder(const std::filesystem::path& folder);

/// The folder's name; "org/name" for …/models--org--name/snapshots/<hash>.
[[nodiscard]] std::string model_name(const std::filesystem::path& folder);

/// The .gguf files of a folder, sorted; of a model split into parts the first.
[[nodiscard]] std::vector<std::filesystem::path> gguf_files_in(const std::filesystem::path& folder);

/// Those of them that have a header, with their architecture; of a snapshot in the Hugging Face cache they are called
/// "org/name" or, where there are several, "org/name/file.gguf", elsewhere as the file is. Reads no weights.
[[nodiscard]] std::vector<ModelEntry> gguf_models_in(const std::filesystem::path& folder);

/// The model of a .gguf file, if it has a header.
[[nodiscard]] std::optional<ModelEntry> gguf_entry(const std::filesystem::path& file);

/// The .gguf models in the folders of recently used models.
[[nodiscard]] std::vector<ModelEntry> models_beside(std::span<const std::filesystem::path> recent);

/// Models of a Hugging Face cache (the folder that holds models--org--name), .gguf files included: of each the snapshot its
/// refs/main names, else the one written last; of two towers in one file each. Sorted by name.
[[nodiscard]] std::vector<ModelEntry> models_of_cache(const std::filesystem::path& hub);

/// The models in the folders of one folder, by name: the built-in ones of `assets/models`.
[[nodiscard]] std::vector<ModelEntry> built_in_entries(const std::filesystem::path& folder);

/// The snapshot to open of one models--org--name folder: the one that refs/main names, else the one written last.
[[nodiscard]] std::optional<std::filesystem::path> snapshot_of(const std::filesystem::path& repository);

/// HF_HUB_CACHE, else HF_HOME/hub, else ~/.cache/huggingface/hub (XDG_CACHE_HOME respected); empty if none is known.
[[nodiscard]] std::filesystem::path huggingface_hub();

}  // namespace regard
