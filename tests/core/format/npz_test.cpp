// SPDX-License-Identifier: Apache-2.0
#include "core/format/npz.h"
#include "tests/core/base/expect_error.h"
#include "tests/core/base/temporary_folder.h"

#include <gtest/gtest.h>
#include <cstdlib>
#include <cstring>

namespace regard {
namespace {

using testing::error_of;
using testing::TemporaryFolder;

std::span<const std::byte> bytes_of(const std::string& text) {
  return std::as_bytes(std::span(text));
}

const std::vector<float> kNumbers = {0.0F, -1.5F, 3.25F, 1e-30F, 7.0F, 1e30F};
const std::vector<std::int32_t> kIds = {0, -1, 16777217};  // the last is no float32

std::string written(const std::filesystem::path& path) {
  const std::size_t matrix[] = {2, 3};
  const std::size_t row[] = {6};
  NpzWriter writer(path);
  writer.add("matrix", matrix, kNumbers);
  writer.begin("row", row);
  writer.append({kNumbers.data(), 2});
  writer.append({kNumbers.data() + 2, 4});
  writer.add("number", {}, {kNumbers.data() + 1, 1});
  writer.add("ids", kIds);
  writer.finish();
  return testing::read(path);
}

TEST(Npz, gives_back_what_was_written_whole_or_in_pieces) {
  const TemporaryFolder folder;
  const std::string file = written(folder / "a.npz");
  const auto arrays = parse_npz(bytes_of(file), "a.npz");
  ASSERT_EQ(arrays.size(), 4U);
  EXPECT_EQ(arrays.at("ids").type, NpyArray::Type::i32);
  EXPECT_EQ(arrays.at("ids").shape, std::vector<std::size_t>{3});
  EXPECT_EQ(arrays.at("ids").as_i64(), (std::vector<std::int64_t>{0, -1, 16777217}));
  EXPECT_EQ(arrays.at("matrix").shape, (std::vector<std::size_t>{2, 3}));
  EXPECT_EQ(arrays.at("matrix").as_f32(), kNumbers);
  EXPECT_EQ(arrays.at("row").shape, (std::vector<std::size_t>{6}));
  EXPECT_EQ(arrays.at("row").as_f32(), kNumbers);
  EXPECT_TRUE(arrays.at("number").shape.empty());
  EXPECT_EQ(arrays.at("number").as_f32(), std::vector<float>{-1.5F});
}

TEST(Npz, leaves_nothing_behind_when_it_is_not_finished) {
  const TemporaryFolder folder;
  const std::size_t shape[] = {6};
  {
    NpzWriter writer(folder / "a.npz");
    writer.add("x", shape, kNumbers);
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(Npz, is_read_by_numpy_with_the_same_numbers) {
  if (std::system(REGARD_PYTHON " -c 'import numpy' 2>/dev/null") != 0)
    GTEST_SKIP() << "python3-numpy is not installed";
  const TemporaryFolder folder;
  static_cast<void>(written(folder / "a.npz"));
  testing::write(folder / "check.py",
                 "import sys, zipfile, numpy as np\n"
                 "assert zipfile.ZipFile(sys.argv[1]).testzip() is None\n"
                 "a = np.load(sys.argv[1])\n"
                 "want = np.array([0, -1.5, 3.25, 1e-30, 7, 1e30], '<f4')\n"
                 "assert sorted(a.files) == ['ids', 'matrix', 'number', 'row'], a.files\n"
                 "assert a['matrix'].dtype == np.float32 and (a['matrix'] == want.reshape(2, 3)).all()\n"
                 "assert a['ids'].dtype == np.int32 and (a['ids'] == [0, -1, 16777217]).all()\n"
                 "assert (a['row'] == want).all() and a['number'].shape == () and a['number'] == -1.5\n"
                 "np.savez_compressed(sys.argv[2], ids=np.arange(-3, 500), small=np.int32([[1], [2]]),\n"
                 "                    half=np.linspace(0, 1, 1000, dtype='<f4'), wide=np.float64([0.5]))\n");
  const std::string command = REGARD_PYTHON " '" + (folder / "check.py").string() + "' '" +
                              (folder / "a.npz").string() + "' '" + (folder / "b.npz").string() + "'";
  ASSERT_EQ(std::system(command.c_str()), 0);

  const std::string file = testing::read(folder / "b.npz");
  const auto arrays = parse_npz(bytes_of(file), "b.npz");
  const auto ids = arrays.at("ids").as_i64();
  ASSERT_EQ(ids.size(), 503U);
  EXPECT_EQ(ids.front(), -3);
  EXPECT_EQ(ids.back(), 499);
  EXPECT_EQ(arrays.at("small").as_i64(), (std::vector<std::int64_t>{1, 2}));
  EXPECT_EQ(arrays.at("wide").as_f32(), std::vector<float>{0.5F});
  EXPECT_EQ(arrays.at("half").as_f32().back(), 1.0F);
  EXPECT_EQ(error_of([&] { static_cast<void>(arrays.at("wide").as_i64()); }).code(), "npz_format");
}

TEST(Npz, notices_a_changed_bit_and_a_missing_end) {
  const TemporaryFolder folder;
  const std::string file = written(folder / "a.npz");
  std::string changed = file;
  changed[170] = static_cast<char>(changed[170] ^ 1);  // inside the first array
  EXPECT_EQ(error_of([&] { static_cast<void>(parse_npz(bytes_of(changed), "a.npz")); }).details().item, "CRC-32");
  for (std::size_t size = 0; size < file.size(); ++size) {
    const std::string cut = file.substr(0, size);
    EXPECT_THROW(static_cast<void>(parse_npz(bytes_of(cut), "a.npz")), Error) << size;
  }
}

TEST(Npz, does_not_unpack_more_than_it_was_allowed) {
  const TemporaryFolder folder;
  const std::string file = written(folder / "a.npz");
  EXPECT_EQ(error_of([&] { static_cast<void>(parse_npz(bytes_of(file), "a.npz", 100)); }).code(), "file_too_large");
  // Each array alone (152, 152, 132 and 140 bytes with its header) would fit, all of them do not.
  EXPECT_EQ(error_of([&] { static_cast<void>(parse_npz(bytes_of(file), "a.npz", 155)); }).code(), "file_too_large");
  EXPECT_EQ(parse_npz(bytes_of(file), "a.npz", 24 + 24 + 4 + 12 + 128).size(), 4U);
}

TEST(Npy, refuses_what_it_does_not_understand_and_says_it) {
  const auto item_of = [](const std::string& header, const std::string& data) {
    std::string file = std::string("\x93NUMPY\x01\x00", 8);
    file += static_cast<char>(header.size());
    file += '\0';
    file += header + data;
    return error_of([&] { static_cast<void>(parse_npy(bytes_of(file), "x.npy")); }).details().item;
  };
  EXPECT_EQ(item_of("{'descr': '<f2', 'fortran_order': False, 'shape': (2,), }", "1234"), "descr");
  EXPECT_EQ(item_of("{'descr': '<f4', 'fortran_order': True, 'shape': (1,), }", "1234"), "fortran_order");
  EXPECT_EQ(item_of("{'descr': '<f4', 'fortran_order': False, 'shape': (x,), }", "1234"), "shape");
  EXPECT_EQ(item_of("{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }", "1234"), "shape");
  EXPECT_EQ(item_of("{'descr': '<f4', 'fortran_order': False}", "1234"), "shape");
  EXPECT_EQ(item_of("{'descr': '<f4', 'fortran_order': False, 'shape': (9,), }", "1234"), "npy");
  EXPECT_EQ(item_of("{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296,4294967296), }", "1234"), "npy");
}

}  // namespace
}  // namespace regard
