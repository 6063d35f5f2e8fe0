// SPDX-License-Identifier: Apache-2.0
// Whether a file has been written: looked at now and then on a thread of its own, so that no frame waits for a disk and none is
// drawn for nothing. What a look finds half written is looked at again until it stays as it is. UI thread only.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>

namespace regard::shell {

/// How a file stands on the disk; all zero: it is not there.
struct FileStamp {
  std::uintmax_t bytes = 0;
  std::filesystem::file_time_type::rep written = 0;
  friend bool operator==(const FileStamp&, const FileStamp&) = default;
};
[[nodiscard]] FileStamp stamp_of(const std::filesystem::path& file);

class FileWatch {
public:
  /// `wake` is called from the thread when the file was written.
  explicit FileWatch(std::function<void()> wake, std::chrono::milliseconds pause = std::chrono::seconds(1));
  ~FileWatch();
  FileWatch(const FileWatch&) = delete;
  FileWatch& operator=(const FileWatch&) = delete;

  /// From now on this file, which stood so when it was read; empty: none.
  void watch(const std::filesystem::path& file, FileStamp read);
  /// Has it another stamp than the one it was read with? Once for each time.
  [[nodiscard]] bool take_change();

private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace regard::shell
