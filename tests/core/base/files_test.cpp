// SPDX-License-Identifier: Apache-2.0
#include "core/base/mapped_file.h"
#include "core/base/text_file.h"
#include "tests/core/base/expect_error.h"
#include "tests/core/base/temporary_folder.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <chrono>

namespace regard {
namespace {

using testing::error_of;
using testing::TemporaryFolder;

std::string text_of(const MappedFile& file) {
  return {reinterpret_cast<const char*>(file.bytes().data()), file.bytes().size()};
}

TEST(MappedFile, shows_the_bytes_of_a_file_and_none_of_an_empty_one) {
  const TemporaryFolder folder;
  testing::write(folder / "full", std::string("a\0b", 3));
  testing::write(folder / "empty", "");
  EXPECT_EQ(text_of(MappedFile(folder / "full")), std::string("a\0b", 3));
  EXPECT_TRUE(MappedFile(folder / "empty").bytes().empty());
}

TEST(MappedFile, keeps_its_bytes_when_moved_and_when_the_file_is_deleted) {
  const TemporaryFolder folder;
  testing::write(folder / "one", "first");
  testing::write(folder / "two", "second");
  MappedFile one(folder / "one");
  MappedFile two(folder / "two");
  std::filesystem::remove(folder / "one");
  two = std::move(one);
  EXPECT_EQ(text_of(two), "first");
  const MappedFile three(std::move(two));
  EXPECT_EQ(text_of(three), "first");
}

TEST(MappedFile, tells_when_the_file_was_cut_short_or_written_to_but_not_when_another_took_its_name) {
  const TemporaryFolder folder;
  for (const char* name : {"cut", "touched", "replaced", "kept"})
    testing::write(folder / name, "12345678");
  const MappedFile cut(folder / "cut"), touched(folder / "touched"), replaced(folder / "replaced"),
      kept(folder / "kept");
  std::filesystem::resize_file(folder / "cut", 3);
  std::filesystem::last_write_time(folder / "touched",
                                   std::filesystem::file_time_type::clock::now() + std::chrono::hours(1));
  testing::write(folder / "new", "1");
  std::filesystem::rename(folder / "new", folder / "replaced");

  const Error error = error_of([&] { cut.check_unchanged(); });
  EXPECT_EQ(error.code(), "file_changed");
  EXPECT_EQ(error.details().file, (folder / "cut").string());
  EXPECT_EQ(error.details().expected, "8");
  EXPECT_EQ(error.details().found, "3");
  EXPECT_EQ(error_of([&] { touched.check_unchanged(); }).code(), "file_changed");
  EXPECT_NO_THROW(replaced.check_unchanged());
  EXPECT_NO_THROW(kept.check_unchanged());
}

TEST(MappedFile, refuses_what_is_no_ordinary_file_without_waiting) {
  const TemporaryFolder folder;
  ASSERT_EQ(::mkfifo((folder / "pipe").c_str(), 0600), 0);
  EXPECT_EQ(error_of([&] { MappedFile file(folder / "pipe"); }).code(), "file_not_regular");
  EXPECT_EQ(error_of([&] { MappedFile file(folder.path()); }).code(), "file_not_regular");
  EXPECT_EQ(error_of([&] { MappedFile file("/dev/zero"); }).code(), "file_not_regular");
  const Error missing = error_of([&] { MappedFile file(folder / "nothing"); });
  EXPECT_EQ(missing.code(), "file_missing");
  EXPECT_EQ(missing.details().file, (folder / "nothing").string());
}

TEST(ReadFile, reads_up_to_the_limit_and_refuses_one_byte_more) {
  const TemporaryFolder folder;
  testing::write(folder / "text", "12345");
  EXPECT_EQ(read_file(folder / "text", 5), "12345");
  const Error error = error_of([&] { static_cast<void>(read_file(folder / "text", 4)); });
  EXPECT_EQ(error.code(), "file_too_large");
  EXPECT_EQ(error.details().expected, "4");
  EXPECT_EQ(error.details().found, "5");
}

TEST(WriteFileAtomically, replaces_the_file_and_leaves_nothing_beside_it) {
  const TemporaryFolder folder;
  testing::write(folder / "session.json", "old and longer");
  write_file_atomically(folder / "session.json", "new");
  EXPECT_EQ(testing::read(folder / "session.json"), "new");
  const auto entries = std::distance(std::filesystem::directory_iterator(folder.path()), {});
  EXPECT_EQ(entries, 1);
}

TEST(WriteFileAtomically, replaces_what_a_link_points_to_and_keeps_the_link) {
  const TemporaryFolder folder;
  testing::write(folder / "real", "old");
  std::filesystem::create_symlink("real", folder / "link");
  write_file_atomically(folder / "link", "new");
  EXPECT_TRUE(std::filesystem::is_symlink(folder / "link"));
  EXPECT_EQ(testing::read(folder / "real"), "new");
}

TEST(WriteFileAtomically, says_where_it_could_not_write) {
  const TemporaryFolder folder;
  const auto target = folder / "no such folder" / "x";
  const Error error = error_of([&] { write_file_atomically(target, "x"); });
  EXPECT_EQ(error.code(), "file_unwritable");
  EXPECT_EQ(error.details().file, target.string());
  EXPECT_EQ(error_of([&] { write_file_atomically(folder.path(), "x"); }).code(), "file_not_regular");
  EXPECT_EQ(error_of([&] { write_file_atomically("/dev/null", "x"); }).code(), "file_not_regular");
}

TEST(NeighbourFile, that_is_not_published_leaves_the_old_file_and_no_trace) {
  const TemporaryFolder folder;
  testing::write(folder / "data", "old");
  {
    NeighbourFile file(folder / "data");
    file.write("new");
  }
  EXPECT_EQ(testing::read(folder / "data"), "old");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1);
}

}  // namespace
}  // namespace regard
