// SPDX-License-Identifier: Apache-2.0
// A whole file as read-only bytes in memory, without copying it. Owns the mapping; the bytes live as long as the object.
// May be read from any thread. If another program cuts the file short while it is mapped, the system ends the process:
// programs that replace a file by renaming are safe, so ours do that (write_file_atomically).
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>

namespace regard {

class MappedFile {
public:
  /// Throws Error: file_missing, file_not_regular (a folder, a pipe, a device), file_unreadable.
  explicit MappedFile(const std::filesystem::path& path);
  ~MappedFile();
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  /// The file's bytes; empty for an empty file. The first byte is aligned to a page.
  [[nodiscard]] std::span<const std::byte> bytes() const { return bytes_; }

private:
  std::span<const std::byte> bytes_{};
};

}  // namespace regard
