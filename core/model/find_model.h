// SPDX-License-Identifier: Apache-2.0
// What a person pointed at: a folder, a file in it, a repository of the Hugging Face cache or a file of its store. Not for other
// rooms.
#pragma once

#include "core/model/config.h"

#include <filesystem>

namespace regard {

/// A folder, and the file of weights in it if that was pointed at; or a .gguf file, which is a whole model.
struct FoundModel {
  std::filesystem::path given{};  ///< whole
  std::filesystem::path folder{};
  std::filesystem::path weights{};
  std::filesystem::path gguf{};
  Tower tower =
      Tower::vision;  ///< of a file of two towers: that for texts where a file of the tokenizer was pointed at
};

/// The file of a folder that stands for its text tower: that of the tokenizer; empty where there is none.
[[nodiscard]] std::filesystem::path text_tower_of(const std::filesystem::path& folder);

/// Looks at names and first bytes only. Throws Error: file_missing, weights_format, several_gguf (with their names, projectors left
/// out), is_adapter, is_projector, is_lfs_pointer, is_web_page.
[[nodiscard]] FoundModel find_model(const std::filesystem::path& given);

/// Throws Error not_a_model where the folder has no config.json, and what stands in the place of one of its files: a note of Git
/// LFS, a web page.
void check_folder(const FoundModel& found);

}  // namespace regard
