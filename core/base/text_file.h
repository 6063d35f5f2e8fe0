// SPDX-License-Identifier: Apache-2.0
// Small files, whole: read with a bound, written so that a reader (or a power cut) never sees half of one.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

namespace regard {

/// The bytes of an ordinary file of at most `limit` bytes.
/// Throws Error: file_missing, file_not_regular, file_unreadable, file_too_large.
[[nodiscard]] std::string read_file(const std::filesystem::path& path, std::size_t limit);

/// Writes a neighbour file, flushes it to the disk and renames it over `path` (the target of a link is replaced, not the
/// link). On failure `path` is as it was. Throws Error: file_unwritable, file_not_regular (`path` is a folder or device).
void write_file_atomically(const std::filesystem::path& path, std::string_view bytes);

/// Where to write first, and the move that publishes it; for files too large to hold in memory. The neighbour is removed
/// if publish() was not called.
class NeighbourFile {
public:
  /// Throws Error: file_unwritable, file_not_regular.
  explicit NeighbourFile(const std::filesystem::path& target);
  ~NeighbourFile();
  NeighbourFile(const NeighbourFile&) = delete;
  NeighbourFile& operator=(const NeighbourFile&) = delete;

  /// Appends. Throws Error file_unwritable.
  void write(std::string_view bytes);
  /// Overwrites bytes that were already written, from `offset`. Throws Error file_unwritable.
  void overwrite(std::size_t offset, std::string_view bytes);
  /// Flushes to the disk and renames. Throws Error file_unwritable.
  void publish();
  [[nodiscard]] std::size_t size() const { return size_; }

private:
  [[noreturn]] void fail(int error) const;

  std::filesystem::path target_;
  std::filesystem::path neighbour_;
  int descriptor_ = -1;
  std::size_t size_ = 0;
};

}  // namespace regard
