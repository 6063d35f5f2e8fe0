// SPDX-License-Identifier: Apache-2.0
//
// What stands in a folder, and which of it a question for a file shows. read_folder() waits for the disk, the rest is pure.
#pragma once

#include "core/base/error.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace regard {

struct FolderEntry {
  std::string name{};
  bool folder = false;
  bool model = false;  ///< a folder with config.json, or of checkpoints
  std::uint64_t bytes = 0;
  std::int64_t written = 0;  ///< seconds since 1970
};

struct FolderListing {
  std::filesystem::path folder{};
  std::vector<FolderEntry> entries{};           ///< in the disk's order
  std::vector<std::filesystem::path> places{};  ///< of the folders worth going to, those that are there
  bool cut = false;                             ///< there were more than most_entries
  std::optional<Error> problem{};               ///< why it could not be read
};

inline constexpr std::size_t most_entries = 20'000;

/// Any thread but the window's. Never throws.
[[nodiscard]] FolderListing read_folder(const std::filesystem::path& folder,
                                        std::span<const std::filesystem::path> places = {});

/// Which files a question is about; folders are always shown.
enum class FileFilter { all, sessions, models, pictures, lessons, corpora, texts, exports, handouts };
[[nodiscard]] bool passes(const FolderEntry& entry, FileFilter filter);

/// Indices of the entries to show: folders first, then by name as people sort ("2" before "10", "a" beside "A"); nothing
/// hidden; only names that hold `part`, whatever the case.
[[nodiscard]] std::vector<std::size_t> shown_entries(const FolderListing& listing, FileFilter filter,
                                                     std::string_view part = {});

/// What a person typed, as a path: "~/x" is at home, a relative one in `folder`, "..", "." and "//" resolved.
[[nodiscard]] std::filesystem::path typed_path(const std::filesystem::path& folder, const std::string& typed);

/// -1, 0, 1: as people sort names.
[[nodiscard]] int compare_names(std::string_view first, std::string_view second);

}  // namespace regard
