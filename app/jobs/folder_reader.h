// SPDX-License-Identifier: Apache-2.0
// Folders read beside the window: a disk that sleeps or a network that hangs keeps nobody waiting, not even at the end of the
// program. UI thread only.
#pragma once

#include "app/base/folder_listing.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <vector>

namespace regard {

class FolderReader {
public:
  /// `wake` is called from another thread when a listing has come, never after the destruction.
  explicit FolderReader(std::function<void()> wake = {});
  ~FolderReader();
  FolderReader(const FolderReader&) = delete;
  FolderReader& operator=(const FolderReader&) = delete;

  /// The folder's listing; null while it is read. Asking for another folder than the last time, or with another number, reads
  /// anew: a question for a path counts its openings. Microseconds: call it in every frame.
  [[nodiscard]] std::shared_ptr<const FolderListing> ask(const std::filesystem::path& folder, unsigned opening,
                                                         const std::vector<std::filesystem::path>& places = {});

private:
  struct State;
  std::shared_ptr<State> state_;  ///< shared with the readers, which may outlive this
  std::filesystem::path folder_{};
  unsigned opening_ = 0;
  bool asked_ = false;
};

}  // namespace regard
