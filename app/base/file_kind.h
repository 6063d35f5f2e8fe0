// SPDX-License-Identifier: Apache-2.0
//
// What a file is, told by its first bytes and its name, so that a wrong one can be called by what it is. Any thread.
#pragma once

#include "core/base/error.h"

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

namespace regard {

enum class FileKind {
  session,
  model,          ///< a folder with a model, its weights, or a part of it (config.json)
  picture,        ///< PNG, which can be read
  other_picture,  ///< JPEG, GIF, WebP…
  text,           ///< UTF-8
  other_text,     ///< letters in another encoding
  document,       ///< PDF, DOCX, ODT…
  web_page,
  archive,
  numbers,  ///< NPZ, NPY: a captured run, which opens as a model
  json,     ///< of neither a session nor a model
  lfs_pointer,
  adapter,        ///< changes to a model that is not there
  other_weights,  ///< of programs that we do not read
  media,          ///< sound or film
  program,
  picture_folder,
  folder,
  empty,
  unknown,
};

struct FileNature {
  FileKind kind = FileKind::unknown;
  std::string format{};  ///< "PDF", "ZIP": what a person calls it; may be empty
  friend bool operator==(const FileNature&, const FileNature&) = default;
};

inline constexpr std::size_t nature_bytes = 4096;  ///< how many first bytes are enough to tell

/// Pure. `head`: the first bytes of the file, `name`: its name without folders.
[[nodiscard]] FileNature nature_of(std::string_view head, std::string_view name);

/// Reads the first bytes; of a folder a bounded number of names. Never throws: what cannot be read is unknown.
[[nodiscard]] FileNature nature_of_path(const std::filesystem::path& path);

/// One sentence: what this file is and what to do with it.
[[nodiscard]] Error told_as(const FileNature& nature, const std::filesystem::path& path);

/// Throws told_as() for a file that is there and is surely something else than what is wanted (session, model, picture).
void refuse_other(const std::filesystem::path& path, FileKind wanted);

}  // namespace regard
