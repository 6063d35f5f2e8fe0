// SPDX-License-Identifier: Apache-2.0
#include "app/base/folder_listing.h"

#include <gtest/gtest.h>

#include <unistd.h>

#include <fstream>

namespace regard {
namespace {

namespace fs = std::filesystem;

FolderListing listing_of(std::initializer_list<const char*> names) {
  FolderListing listing;
  for (const std::string name : names) {
    const bool folder = name.ends_with('/');
    listing.entries.push_back({.name = folder ? name.substr(0, name.size() - 1) : name, .folder = folder});
  }
  return listing;
}

std::vector<std::string> names(const FolderListing& listing, FileFilter filter, std::string_view part = {}) {
  std::vector<std::string> found;
  for (const std::size_t index : shown_entries(listing, filter, part))
    found.push_back(listing.entries[index].name);
  return found;
}

using Names = std::vector<std::string>;

TEST(FolderListing, folders_come_first_and_names_are_sorted_as_people_do) {
  const FolderListing listing =
      listing_of({"run10.json", "b/", "run2.json", "Run1.json", "Яблоко.json", "арбуз.json", "A/", ".git/", ".hidden"});
  EXPECT_EQ(names(listing, FileFilter::all),
            (Names{"A", "b", "Run1.json", "run2.json", "run10.json", "арбуз.json", "Яблоко.json"}));
}

TEST(FolderListing, a_filter_keeps_folders_and_what_fits) {
  const FolderListing listing = listing_of({"a.json", "b.PNG", "c.gguf", "d.txt", "e.html", "sub/"});
  EXPECT_EQ(names(listing, FileFilter::sessions), (Names{"sub", "a.json"}));
  EXPECT_EQ(names(listing, FileFilter::pictures), (Names{"sub", "b.PNG"}));
  EXPECT_EQ(names(listing, FileFilter::models), (Names{"sub", "c.gguf"}));
  EXPECT_EQ(names(listing, FileFilter::exports), (Names{"sub", "a.json", "b.PNG"}));
  EXPECT_EQ(names(listing, FileFilter::handouts), (Names{"sub", "e.html"}));
}

TEST(FolderListing, typed_letters_narrow_it_whatever_their_case) {
  const FolderListing listing = listing_of({"Урок 1.json", "урок 2.json", "lesson.json", "уроки/"});
  EXPECT_EQ(names(listing, FileFilter::sessions, "УРОК"), (Names{"уроки", "Урок 1.json", "урок 2.json"}));
  EXPECT_EQ(names(listing, FileFilter::sessions, "zzz"), Names{});
}

TEST(FolderListing, numbers_in_names_are_compared_as_numbers) {
  EXPECT_LT(compare_names("2", "10"), 0);
  EXPECT_LT(compare_names("a2b", "a10"), 0);
  EXPECT_EQ(compare_names("a007", "A7"), 0);
  EXPECT_LT(compare_names("a", "a1"), 0);
  EXPECT_GT(compare_names("b", "A"), 0);
  EXPECT_LT(compare_names("99999999999999999999998", "99999999999999999999999"), 0) << "longer than any integer";
}

TEST(FolderListing, what_is_typed_is_found_from_the_folder_on_show) {
  ::setenv("HOME", "/home/anna", 1);
  EXPECT_EQ(typed_path("/data", "a.json"), "/data/a.json");
  EXPECT_EQ(typed_path("/data/x", "../a.json"), "/data/a.json");
  EXPECT_EQ(typed_path("/data", "~/a.json"), "/home/anna/a.json");
  EXPECT_EQ(typed_path("/data", "/tmp/a.json"), "/tmp/a.json");
  EXPECT_EQ(typed_path("/data/x", ".."), "/data");
  EXPECT_EQ(typed_path("/data", "sub/"), "/data/sub");
  EXPECT_EQ(typed_path("/", ".."), "/");
}

TEST(FolderListing, reads_sizes_models_and_places_and_says_what_is_missing) {
  const fs::path folder = fs::temp_directory_path() / ("regard-listing-" + std::to_string(::getpid()));
  fs::create_directories(folder / "model");
  std::ofstream(folder / "model" / "config.json") << "{}";
  fs::create_directories(folder / "run" / "step-5");
  std::ofstream(folder / "run" / "step-5" / "config.json") << "{}";
  fs::create_directories(folder / "other" / "step-5");
  std::ofstream(folder / "a.json") << "12345";
  const std::vector<fs::path> places{folder, "/nowhere/at/all"};
  const FolderListing listing = read_folder(folder, places);
  EXPECT_FALSE(listing.problem);
  EXPECT_EQ(listing.places, std::vector<fs::path>{folder});
  ASSERT_EQ(names(listing, FileFilter::all), (Names{"model", "other", "run", "a.json"}));
  for (const FolderEntry& entry : listing.entries) {
    EXPECT_EQ(entry.model, entry.name == "model" || entry.name == "run") << "a model, or checkpoints of one";
    EXPECT_TRUE(entry.folder || entry.bytes == 5U) << entry.name;
    EXPECT_GT(entry.written, 1'000'000'000);
  }
  fs::remove_all(folder);
  const FolderListing gone = read_folder(folder);
  ASSERT_TRUE(gone.problem);
  EXPECT_EQ(gone.problem->code(), "file_missing");
}

}  // namespace
}  // namespace regard
