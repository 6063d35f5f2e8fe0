// SPDX-License-Identifier: Apache-2.0
// A whole file as read-only bytes in memory, without copying it. Owns the mapping; the bytes live as long as the object.
// May be read from any thread. If another program cuts the file short while it is mapped, reading the lost bytes ends the
// process: who is about to read many looks with check_unchanged() first. A program that replaces a file by renaming makes
// another file and leaves this one as it was, so ours do that (write_file_atomically).
#pragma once

#include <cstddef>
#include <ctime>
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

  /// Throws Error file_changed where the file has been cut short or written to since it was opened.
  void check_unchanged() const;

private:
  MappedFile() = default;

  std::filesystem::path path_{};
  int descriptor_ = -1;
  std::timespec written_{};  ///< when it last was before it was mapped
  std::span<const std::byte> bytes_{};
};

}  // namespace regard
