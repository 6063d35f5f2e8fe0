// SPDX-License-Identifier: Apache-2.0
#include "core/format/safetensors.h"
#include "tests/core/base/expect_error.h"
#include "tests/core/format/safetensors_writer.h"

#include <gtest/gtest.h>
#include <cstring>
#include <memory>

namespace regard {
namespace {

using testing::error_of;
using testing::FileTensor;
using testing::safetensors_of;
using testing::safetensors_with;

std::vector<StoredTensor> parse_tensors(const std::string& file) {
  // A block of exactly the file's size, so that a sanitizer sees a read past its end.
  const std::unique_ptr<std::byte[]> exact(new std::byte[file.size()]);
  std::memcpy(exact.get(), file.data(), file.size());
  return parse_safetensors({exact.get(), file.size()}, "m.safetensors");
}

Error safetensors_error_in(const std::string& file) {
  return error_of([&] { static_cast<void>(parse_tensors(file)); });
}

TEST(Safetensors, finds_every_tensor_with_its_type_shape_and_bytes) {
  const FileTensor tensors[] = {
      {"b", "F16", {2, 3}, std::string(12, 'b')}, {"a", "I64", {}, "12345678"}, {"none", "F32", {0, 5}, ""}};
  const std::string file = safetensors_of(tensors);
  const auto found = parse_tensors(file);
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[0].name, "a");
  EXPECT_EQ(found[0].type, StoredType::i64);
  EXPECT_TRUE(found[0].shape.empty());
  EXPECT_EQ(file.substr(found[0].begin, found[0].end - found[0].begin), "12345678");
  EXPECT_EQ(found[1].name, "b");
  EXPECT_EQ(name_of(found[1].type), "F16");
  EXPECT_EQ(found[1].shape, (std::vector<std::size_t>{2, 3}));
  EXPECT_EQ(file.substr(found[1].begin, found[1].end - found[1].begin), std::string(12, 'b'));
  EXPECT_EQ(found[2].begin, found[2].end);
}

TEST(Safetensors, tells_a_file_that_claims_an_enormous_header_apart_in_one_sentence) {
  const Error error = safetensors_error_in(std::string("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x7F{}", 10));
  EXPECT_EQ(error.code(), "safetensors_header");
  EXPECT_EQ(error.details().found, "9223372036854775807");
  EXPECT_EQ(error.details().expected, "2…2");
  EXPECT_EQ(safetensors_error_in("1234567").code(), "file_truncated");
  EXPECT_EQ(safetensors_error_in("").code(), "file_truncated");
  EXPECT_EQ(safetensors_error_in(std::string(8, '\0')).code(), "safetensors_header");
}

TEST(Safetensors, says_which_tensor_a_truncated_file_cuts_off) {
  const FileTensor tensors[] = {{"first", "F32", {2}, std::string(8, 'x')},
                                {"second", "F32", {2}, std::string(8, 'y')}};
  std::string file = safetensors_of(tensors);
  file.pop_back();
  const Error error = safetensors_error_in(file);
  EXPECT_EQ(error.code(), "tensor_range");
  EXPECT_EQ(error.details().item, "second");
  EXPECT_EQ(error.details().found, "8…16");
  EXPECT_EQ(error.details().expected, "15");
}

TEST(Safetensors, accepts_no_prefix_of_a_sound_file) {
  const FileTensor tensors[] = {{"first", "F32", {2}, std::string(8, 'x')}};
  const std::string file = safetensors_of(tensors);
  for (std::size_t size = 0; size < file.size(); ++size)
    EXPECT_THROW(static_cast<void>(parse_tensors(file.substr(0, size))), Error) << size;
  EXPECT_NO_THROW(static_cast<void>(parse_tensors(file)));
}

TEST(Safetensors, checks_that_shape_and_type_fill_the_bytes_without_overflow) {
  const auto with = [](const char* type, const char* shape, const char* offsets) {
    return safetensors_with(
        std::string(R"({"t":{"dtype":")") + type + R"(","shape":)" + shape + R"(,"data_offsets":)" + offsets + "}}",
        std::string(16, 'x'));
  };
  EXPECT_NO_THROW(static_cast<void>(parse_tensors(with("F32", "[2,2]", "[0,16]"))));
  EXPECT_EQ(safetensors_error_in(with("F32", "[2,3]", "[0,16]")).code(), "tensor_size");
  EXPECT_EQ(safetensors_error_in(with("F32", "[4294967296,4294967296]", "[0,16]")).code(), "tensor_size");
  EXPECT_EQ(safetensors_error_in(with("F32", "[4611686018427387905,1]", "[0,4]")).details().expected, "> 2⁶⁴");
  EXPECT_NO_THROW(
      static_cast<void>(parse_tensors(with("F32", "[18446744073709551615,18446744073709551615,0]", "[0,0]"))));
  EXPECT_EQ(safetensors_error_in(with("F32", "[1]", "[16,12]")).code(), "tensor_range");
  EXPECT_EQ(safetensors_error_in(with("F32", "[1]", "[18446744073709551612,18446744073709551615]")).code(),
            "tensor_range");
}

TEST(Safetensors, refuses_tensors_that_share_bytes_or_a_name) {
  const std::string entry = R"({"dtype":"U8","shape":[4],"data_offsets":)";
  const Error overlap =
      safetensors_error_in(safetensors_with(R"({"a":)" + entry + R"([0,4]},"b":)" + entry + "[3,7]}}", "12345678"));
  EXPECT_EQ(overlap.code(), "tensor_overlap");
  EXPECT_EQ(overlap.details().item, "a");
  EXPECT_EQ(overlap.details().found, "b");
  const Error twice =
      safetensors_error_in(safetensors_with(R"({"a":)" + entry + R"([0,4]},"a":)" + entry + "[4,8]}}", "12345678"));
  EXPECT_EQ(twice.code(), "tensor_duplicate");
}

TEST(Safetensors, names_the_place_of_whatever_is_wrong_in_the_header) {
  const auto item_of = [](const std::string& header) {
    return safetensors_error_in(safetensors_with(header, "1234")).details().item;
  };
  EXPECT_EQ(item_of(R"({"t":{"dtype":"F33","shape":[1],"data_offsets":[0,4]}})"), "t.dtype");
  EXPECT_EQ(item_of(R"({"t":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}})"), "t.shape");
  EXPECT_EQ(item_of(R"({"t":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}})"), "t.shape");
  EXPECT_EQ(item_of(R"({"t":{"dtype":"F32","shape":[[1]],"data_offsets":[0,4]}})"), "t.shape");
  EXPECT_EQ(item_of(R"({"t":{"dtype":"F32","shape":[1],"data_offsets":[0,4,4]}})"), "t.data_offsets");
  EXPECT_EQ(item_of(R"({"t":{"dtype":"F32","shape":[1],"data_offsets":[0]}})"), "t.data_offsets");
  EXPECT_EQ(item_of(R"({"t":{"dtype":"F32","shape":[1]}})"), "t.data_offsets");
  EXPECT_EQ(item_of(R"({"t":{"shape":[1],"data_offsets":[0,4]}})"), "t.dtype");
  EXPECT_EQ(item_of(R"({"t":{"dtype":"F32","data_offsets":[0,4]}})"), "t.shape");
  EXPECT_EQ(item_of(R"({"t":{"dtype":"F32","shape":[1],"shape":[1],"data_offsets":[0,4]}})"), "t.shape");
  EXPECT_EQ(item_of(R"({"t":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"more":{}}})"), "t.more");
  EXPECT_EQ(item_of(R"({"t":[]})"), "t");
  EXPECT_EQ(item_of(R"({"t":1})"), "t");
  EXPECT_EQ(item_of(R"([1])"), "header");
  EXPECT_EQ(item_of(R"({"t":{"dtype":"F32",})"), "1:21");
  EXPECT_EQ(item_of(R"({"__metadata__":{"a":{}}})"), "a");
  EXPECT_EQ(item_of(R"({"t":{"dtype":"F32","shape":[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1],"data_offsets":[0,4]}})"),
            "t.shape");
}

TEST(Safetensors, refuses_a_deep_header_and_one_that_is_no_utf8) {
  EXPECT_EQ(safetensors_error_in(safetensors_with("{\"a\":" + std::string(5000, '['), "")).code(), "json_depth");
  EXPECT_EQ(safetensors_error_in(safetensors_with("{\"\xFF\":1}", "")).code(), "json_syntax");
}

TEST(SafetensorsIndex, maps_tensors_to_files_beside_it_and_to_nowhere_else) {
  const auto map =
      parse_safetensors_index(R"({"metadata":{},"weight_map":{"a":"x-1.safetensors","b":"x-2.safetensors"}})", "i");
  EXPECT_EQ(map.at("b"), "x-2.safetensors");
  for (const char* file :
       {"\"../x\"", "\"/etc/passwd\"", "\"\"", "\"..\"", "\"a\\u0000b\"", "\"a\\\\b\"", "7", "null", "{}"}) {
    const std::string json = std::string(R"({"weight_map":{"a":)") + file + "}}";
    const Error error = error_of([&] { static_cast<void>(parse_safetensors_index(json, "i")); });
    EXPECT_EQ(error.code(), "safetensors_shard") << file;
    EXPECT_EQ(error.details().item, "a");
  }
  for (const char* json : {"[]", "{}", R"({"weight_map":[]})", "3"})
    EXPECT_EQ(error_of([&] { static_cast<void>(parse_safetensors_index(json, "i")); }).code(), "json_missing") << json;
}

}  // namespace
}  // namespace regard
