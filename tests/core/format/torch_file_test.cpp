// SPDX-License-Identifier: Apache-2.0
// Zip archives and pickles made by hand: what is read, and what is refused with a sentence.
#include "core/format/torch_file.h"

#include "core/format/pickle.h"
#include "core/format/zip.h"
#include "tests/core/base/expect_error.h"
#include "tests/core/format/zip_writer.h"

#include <gtest/gtest.h>

namespace regard {
namespace {

using testing::error_of;
using testing::global;
using testing::little;
using testing::number_code;
using testing::state_dict;
using testing::tensor_code;
using testing::text_code;
using testing::ZipWriter;

std::span<const std::byte> file_bytes_of(const std::string& text) {
  return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}

std::string twelve_floats() {
  std::string bytes;
  for (int number = 0; number < 12; ++number) {
    const auto value = static_cast<float>(number);
    std::uint32_t bits = 0;
    std::memcpy(&bits, &value, sizeof bits);
    bytes += little(bits, 4);
  }
  return bytes;
}

std::string torch_file(const std::string& pickle, bool zip64 = false) {
  ZipWriter zip{.zip64 = zip64};
  zip.store("archive/data.pkl", pickle);
  zip.store("archive/data/0", twelve_floats());
  return zip.finished();
}

Error error_in_pickle(const std::string& pickle) {
  return error_of([&] { static_cast<void>(parse_state_dict(file_bytes_of(pickle), "x.bin")); });
}

Error error_in_tensor(const std::string& code) {
  const std::string file = torch_file(state_dict({{"a", code}}));
  return error_of([&] { static_cast<void>(parse_torch_file(file_bytes_of(file), "x.bin")); });
}

std::vector<float> numbers_of(const std::string& file, const TorchTensor& tensor) {
  const auto bytes = file_bytes_of(file).subspan(tensor.tensor.begin, tensor.tensor.end - tensor.tensor.begin);
  const std::vector<std::byte> rows =
      tensor.strides.empty() ? std::vector<std::byte>(bytes.begin(), bytes.end()) : gathered(tensor, bytes);
  std::vector<float> numbers(rows.size() / sizeof(float));
  if (!rows.empty()) std::memcpy(numbers.data(), rows.data(), rows.size());
  return numbers;
}

TEST(Zip, tells_where_entries_lie_also_beyond_32_bits) {
  for (const bool zip64 : {false, true}) {
    ZipWriter zip{.zip64 = zip64};
    zip.store("b", "second");
    zip.store("a", "first");
    const std::string file = zip.finished();
    const auto entries = parse_zip(file_bytes_of(file), "x.zip");
    ASSERT_EQ(entries.size(), 2U);
    EXPECT_EQ(file.substr(entries[0].begin, entries[0].size), "first");
    EXPECT_EQ(find_entry(entries, "b")->size, 6U);
    EXPECT_EQ(find_entry(entries, "c"), nullptr);
  }
}

TEST(Zip, refuses_shared_bytes_double_names_and_bombs) {
  const auto error_in = [](const ZipWriter& zip) {
    const std::string file = zip.finished();
    return error_of([&] { static_cast<void>(parse_zip(file_bytes_of(file), "x.zip")); });
  };
  ZipWriter twice;
  twice.store("a", "one");
  twice.store("a", "two");
  EXPECT_EQ(error_in(twice).code(), "zip_format");
  EXPECT_EQ(error_in(twice).details().found, "× 2");
  ZipWriter overlap;
  overlap.store("a", "one");
  overlap.refer({.name = "b", .stored = "one", .size = 3}, 0);
  EXPECT_EQ(error_in(overlap).details().item, "b");
  ZipWriter outside;
  outside.refer({.name = "b", .stored = "one", .size = 3}, 1'000'000);
  EXPECT_EQ(error_in(outside).code(), "file_truncated");
  ZipWriter bomb;
  bomb.add({.name = "a", .stored = "xy", .size = 4'000'000'000, .method = 8});
  EXPECT_EQ(error_in(bomb).details().found, "4000000000");
  ZipWriter other;
  other.add({.name = "a", .stored = "xy", .size = 2, .method = 14});
  EXPECT_EQ(error_in(other).details().found, "14");
  ZipWriter locked;
  locked.add({.name = "a", .stored = "xy", .size = 2, .flags = 1});
  EXPECT_EQ(error_in(locked).code(), "zip_format");
}

TEST(Zip, cut_anywhere_is_an_error) {
  const std::string file = torch_file(state_dict({{"a", tensor_code("0", 12, 0, {12}, {1})}}), true);
  EXPECT_EQ(parse_torch_file(file_bytes_of(file), "x.bin").size(), 1U);
  for (std::size_t size = 0; size < file.size(); ++size)
    EXPECT_THROW(static_cast<void>(parse_torch_file(file_bytes_of(file.substr(0, size)), "x.bin")), Error) << size;
}

TEST(TorchFile, honours_offsets_strides_and_shared_storages) {
  const std::string file = torch_file(state_dict({{"whole", tensor_code("0", 12, 0, {3, 4}, {4, 1})},
                                                  {"turned", tensor_code("0", 12, 0, {4, 3}, {1, 4})},
                                                  {"window", tensor_code("0", 12, 5, {2, 1, 2}, {2, 77, 1})},
                                                  {"second", tensor_code("0", 12, 1, {5}, {2})},
                                                  {"diagonal", tensor_code("0", 12, 0, {3}, {5})},
                                                  {"none", tensor_code("0", 12, 12, {0, 4}, {4, 1})},
                                                  {"one", tensor_code("0", 12, 11, {}, {})},
                                                  {"steps", number_code(3)}}));
  const auto tensors = parse_torch_file(file_bytes_of(file), "x.bin");
  const auto numbers = [&](std::string_view name) {
    for (const TorchTensor& tensor : tensors)
      if (tensor.tensor.name == name) return numbers_of(file, tensor);
    return std::vector<float>{-1.0F};
  };
  EXPECT_EQ(tensors.size(), 7U);
  EXPECT_EQ(numbers("whole"), (std::vector<float>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}));
  EXPECT_EQ(numbers("turned"), (std::vector<float>{0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11}));
  EXPECT_EQ(numbers("window"), (std::vector<float>{5, 6, 7, 8}));
  EXPECT_EQ(numbers("second"), (std::vector<float>{1, 3, 5, 7, 9}));
  EXPECT_EQ(numbers("diagonal"), (std::vector<float>{0, 5, 10}));
  EXPECT_TRUE(numbers("none").empty());
  EXPECT_EQ(numbers("one"), std::vector<float>{11});
}

TEST(TorchFile, keeps_every_tensor_inside_its_storage) {
  constexpr std::int64_t kHuge = std::int64_t{1} << 62;
  EXPECT_EQ(error_in_tensor(tensor_code("0", 12, 1, {3, 4}, {4, 1})).code(), "tensor_range");
  EXPECT_EQ(error_in_tensor(tensor_code("0", 13, 0, {3, 4}, {4, 1})).code(), "tensor_range");
  EXPECT_EQ(error_in_tensor(tensor_code("0", 12, 0, {3, 4}, {5, 1})).code(), "tensor_range");
  EXPECT_EQ(error_in_tensor(tensor_code("0", 12, kHuge, {3, 4}, {4, 1})).code(), "tensor_range");
  EXPECT_EQ(error_in_tensor(tensor_code("0", 12, 0, {kHuge, kHuge, 4}, {0, 0, 1})).code(), "tensor_range");
  EXPECT_EQ(error_in_tensor(tensor_code("0", 12, 0, {2, 2}, {kHuge, kHuge})).code(), "tensor_range");
  EXPECT_EQ(error_in_tensor(tensor_code("0", 12, 0, {13}, {0})).code(), "tensor_range");
  EXPECT_EQ(error_in_tensor(tensor_code("0", 12, -1, {3}, {1})).details().expected, "≥ 0");
  EXPECT_EQ(error_in_tensor(tensor_code("0", 12, 0, {3}, {4, 1})).code(), "torch_format");
  EXPECT_EQ(error_in_tensor(tensor_code("1", 12, 0, {3}, {1})).details().expected, "archive/data/1");
  std::vector<std::pair<std::string, std::string>> many;  // each gathered anew: more than the file has
  for (int index = 0; index < 2000; ++index)
    many.emplace_back("a" + std::to_string(index), tensor_code("0", 12, 0, {12}, {0}));
  const std::string file = torch_file(state_dict(many));
  EXPECT_EQ(parse_torch_file(file_bytes_of(file), "x.bin").size(), 2000U);  // 96 kB of a file of 500 kB
}

TEST(TorchFile, names_what_a_pickle_asks_for_and_calls_nothing) {
  EXPECT_EQ(error_in_tensor(global("os", "system") + text_code("true") + "\x85R").details().found, "os.system");
  EXPECT_EQ(error_in_tensor(text_code("builtins") + text_code("eval") + "\x93").details().found, "builtins.eval");
  EXPECT_EQ(error_in_tensor(global("torch", "FloatStorage") + ")R").code(), "torch_format");
  EXPECT_EQ(error_in_tensor("cos\nsystem\nx\x81").code(), "torch_global");
  EXPECT_EQ(error_in_tensor("i").code(), "torch_format");  // an instruction that makes objects
  EXPECT_EQ(error_in_tensor(std::string("c") + std::string(100'000, 'a')).code(), "torch_format");
}

TEST(Pickle, survives_what_no_one_would_write) {
  EXPECT_EQ(error_in_pickle("").code(), "file_truncated");
  EXPECT_EQ(error_in_pickle("\x80\x02.").code(), "torch_format");            // nothing on the stack
  EXPECT_EQ(error_in_pickle("\x80\x09}.").details().found, "9");             // a protocol that does not exist
  EXPECT_EQ(error_in_pickle("\x80\x02}(NNNu.").details().item, "SETITEMS");  // a key without its value
  EXPECT_EQ(error_in_pickle("\x80\x02}s.").code(), "torch_format");          // below the bottom
  EXPECT_EQ(error_in_pickle("\x80\x02}(0.").code(), "torch_format");         // through a mark
  EXPECT_EQ(error_in_pickle("\x80\x02h\x05.").details().item, "memo[5]");
  EXPECT_EQ(error_in_pickle(std::string("\x80\x02X\xFF\xFF\xFF\xFF") + "abc").code(), "file_truncated");
  EXPECT_EQ(error_in_pickle("\x80\x02\x8D" + little(~std::uint64_t{0}, 8)).code(), "file_truncated");
  EXPECT_EQ(error_in_pickle(std::string("\x80\x02\x8A\xFF") + std::string(255, '1')).details().found, "255 B");
  // A list and a dictionary that hold themselves, then a tuple nested a hundred thousand deep: none is ever walked.
  const std::string cyclic = "]q\1h\1a}q\2(" + text_code("a") + "h\2u";
  const std::string deep = ")" + std::string(100'000, '\x85');
  const std::string pickle =
      "\x80\x02" + cyclic + deep + "}" + text_code("a") + tensor_code("0", 12, 0, {3}, {1}) + "s.";
  EXPECT_EQ(parse_state_dict(file_bytes_of(pickle), "x.bin").size(), 1U);
}

TEST(Pickle, stops_before_values_fill_the_memory) {
  EXPECT_EQ(error_in_pickle("\x80\x02" + std::string(3'000'000, 'N')).details().expected, "≤ 2000000");
  EXPECT_EQ(error_in_pickle("\x80\x02N" + std::string(3'000'000, '\x94')).details().expected, "≤ 2000000");
  EXPECT_EQ(error_in_pickle("\x80\x02" + std::string(3'000'000, '(')).details().expected, "≤ 2000000");
  // One tensor's pieces used over and over.
  std::string again = "\x80\x02" + global("torch._utils", "_rebuild_tensor_v2") + "q\1" + "((" + text_code("storage") +
                      global("torch", "FloatStorage") + text_code("0") + text_code("cpu") + number_code(12) + "tQ" +
                      number_code(0) + ")" + ")" + "tq\2";
  for (int time = 0; time < 400'000; ++time)
    again += "h\1h\2R0";
  EXPECT_EQ(error_in_pickle(again).details().expected, "≤ 2000000");
}

}  // namespace
}  // namespace regard
