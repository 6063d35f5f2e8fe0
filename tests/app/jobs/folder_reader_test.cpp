// SPDX-License-Identifier: Apache-2.0
#include "app/jobs/folder_reader.h"

#include <gtest/gtest.h>

#include <unistd.h>

#include <atomic>
#include <chrono>
#include <fstream>
#include <thread>

namespace regard {
namespace {

namespace fs = std::filesystem;

std::shared_ptr<const FolderListing> awaited(FolderReader& reader, const fs::path& folder, unsigned opening) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (std::chrono::steady_clock::now() < end) {
    if (std::shared_ptr<const FolderListing> listing = reader.ask(folder, opening)) return listing;
    std::this_thread::yield();
  }
  return nullptr;
}

TEST(FolderReader, answers_later_and_only_what_was_asked_last) {
  const fs::path base = fs::temp_directory_path() / ("regard-reader-" + std::to_string(::getpid()));
  fs::create_directories(base / "one");
  fs::create_directories(base / "two");
  std::ofstream(base / "two" / "file") << "x";
  std::atomic<int> woken = 0;
  FolderReader reader([&] { ++woken; });
  EXPECT_EQ(reader.ask(base / "one", 1), nullptr) << "it never waits";
  const auto listing = awaited(reader, base / "two", 1);
  ASSERT_TRUE(listing);
  EXPECT_EQ(listing->folder, base / "two");
  ASSERT_EQ(listing->entries.size(), 1U);
  EXPECT_GE(woken, 1);

  std::ofstream(base / "two" / "other") << "x";
  EXPECT_EQ(reader.ask(base / "two", 1), listing) << "the same question has the same answer";
  const auto again = awaited(reader, base / "two", 2);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->entries.size(), 2U) << "another opening looks anew";
  fs::remove_all(base);
}

}  // namespace
}  // namespace regard
