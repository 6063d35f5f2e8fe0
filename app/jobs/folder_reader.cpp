// SPDX-License-Identifier: Apache-2.0
#include "app/jobs/folder_reader.h"

#include <cstdint>
#include <mutex>
#include <thread>
#include <utility>

namespace regard {

struct FolderReader::State {
  std::mutex mutex{};
  std::function<void()> wake{};
  std::uint64_t wanted = 0;  ///< the newest question; answers to older ones are dropped
  std::shared_ptr<const FolderListing> listing{};
};

FolderReader::FolderReader(std::function<void()> wake) : state_(std::make_shared<State>()) {
  state_->wake = std::move(wake);
}

FolderReader::~FolderReader() {
  const std::lock_guard lock(state_->mutex);
  state_->wake = {};
  ++state_->wanted;
}

std::shared_ptr<const FolderListing> FolderReader::ask(const std::filesystem::path& folder, unsigned opening,
                                                       const std::vector<std::filesystem::path>& places) {
  std::uint64_t number = 0;
  {
    const std::lock_guard lock(state_->mutex);
    if (asked_ && folder == folder_ && opening == opening_) return state_->listing;
    number = ++state_->wanted;
    state_->listing.reset();
  }
  asked_ = true;
  folder_ = folder;
  opening_ = opening;
  // Detached: a folder that never answers must not keep the program from ending.
  std::thread([state = state_, folder, places, number] {
    auto listing = std::make_shared<const FolderListing>(read_folder(folder, places));
    const std::lock_guard lock(state->mutex);
    if (state->wanted != number) return;
    state->listing = std::move(listing);
    if (state->wake) state->wake();
  }).detach();
  return nullptr;
}

}  // namespace regard
