// SPDX-License-Identifier: Apache-2.0
#include "core/format/gguf.h"
#include "tests/core/base/expect_error.h"
#include "tests/core/format/gguf_writer.h"

#include <gtest/gtest.h>
#include <memory>

namespace regard {
namespace {

using testing::error_of;
using testing::gguf_text;
using testing::GgufWriter;
using testing::little_endian;

/// Keeps the bytes in a block of exactly their size, so that a sanitizer sees a read past the end.
struct Parsed {
  std::unique_ptr<std::byte[]> bytes;
  Gguf gguf;
};

Parsed parse(const std::string& file) {
  Parsed result{std::unique_ptr<std::byte[]>(new std::byte[file.size()]), {}};
  if (!file.empty()) std::memcpy(result.bytes.get(), file.data(), file.size());
  result.gguf = parse_gguf({result.bytes.get(), file.size()}, "m.gguf");
  return result;
}

Error gguf_error_in(const std::string& file) {
  return error_of([&] { static_cast<void>(parse(file)); });
}

GgufWriter small_file() {
  GgufWriter file;
  file.text("general.architecture", "llama");
  file.u32("llama.block_count", 5);
  file.tensor("b", {3, 2}, 0, std::string(24, 'b'));
  file.tensor("a", {32, 2}, 8, std::string(68, 'a'));
  return file;
}

TEST(Gguf, reads_metadata_of_every_type) {
  GgufWriter file;
  file.version = 2;
  file.value("u8", 0, "\xFF");
  file.value("i8", 1, "\xFF");
  file.value("u16", 2, little_endian<std::uint16_t>(65535));
  file.value("i16", 3, little_endian<std::int16_t>(-3));
  file.value("i32", 5, little_endian<std::int32_t>(-4));
  file.f32("f32", 0.5F);
  file.flag("flag", true);
  file.text("text", "кот");
  file.value("u64", 10, little_endian<std::uint64_t>(~0ULL));
  file.value("i64", 11, little_endian<std::int64_t>(7));
  file.value("f64", 12, little_endian(0.25));
  file.texts("texts", {"a", "", "b"});
  file.numbers<float>("floats", 6, {1.5F, -2.0F});
  file.numbers<std::int8_t>("bytes", 1, {-1, 2});
  file.value("flags", 9, little_endian<std::uint32_t>(7) + little_endian<std::uint64_t>(2) + std::string("\1\0", 2));
  const Parsed parsed = parse(file.file());
  const Gguf& gguf = parsed.gguf;
  EXPECT_EQ(gguf.version, 2U);
  EXPECT_EQ(gguf.whole("u8"), 255U);
  EXPECT_EQ(std::get<std::int64_t>(*gguf.find("i8")), -1);
  EXPECT_EQ(gguf.whole("u16"), 65535U);
  EXPECT_EQ(std::get<std::int64_t>(*gguf.find("i16")), -3);
  EXPECT_EQ(std::get<std::int64_t>(*gguf.find("i32")), -4);
  EXPECT_EQ(std::get<double>(*gguf.find("f32")), 0.5);
  EXPECT_EQ(gguf.flag("flag"), true);
  EXPECT_EQ(gguf.text("text"), "кот");
  EXPECT_EQ(gguf.whole("u64"), ~0ULL);
  EXPECT_EQ(gguf.whole("i64"), 7U);
  EXPECT_EQ(std::get<double>(*gguf.find("f64")), 0.25);
  EXPECT_EQ(gguf.array("texts", GgufArray::Kind::texts).texts, (std::vector<std::string_view>{"a", "", "b"}));
  EXPECT_EQ(gguf.array("floats", GgufArray::Kind::numbers).numbers, (std::vector<float>{1.5F, -2.0F}));
  EXPECT_EQ(gguf.array("bytes", GgufArray::Kind::integers).integers, (std::vector<std::int64_t>{-1, 2}));
  EXPECT_EQ(gguf.array("flags", GgufArray::Kind::flags).flags, (std::vector<bool>{true, false}));
  EXPECT_FALSE(gguf.whole("absent") || gguf.flag("absent") || gguf.text("absent"));
  EXPECT_EQ(error_of([&] { static_cast<void>(gguf.whole("i16")); }).details().found, "-3");
  EXPECT_EQ(error_of([&] { static_cast<void>(gguf.text("u8")); }).code(), "gguf_format");
  EXPECT_EQ(error_of([&] { static_cast<void>(gguf.array("texts", GgufArray::Kind::numbers)); }).details().item,
            "texts");
}

TEST(Gguf, finds_tensors_with_their_axes_turned_round) {
  const std::string file = small_file().file();
  const Parsed parsed = parse(file);
  ASSERT_EQ(parsed.gguf.tensors.size(), 2U);
  const StoredTensor& a = parsed.gguf.tensors[0];
  EXPECT_EQ(a.name, "a");
  EXPECT_EQ(name_of(a.type), "Q8_0");
  EXPECT_EQ(a.shape, (std::vector<std::size_t>{2, 32}));
  EXPECT_EQ(file.substr(a.begin, a.end - a.begin), std::string(68, 'a'));
  const StoredTensor* b = parsed.gguf.tensor("b");
  ASSERT_NE(b, nullptr);
  EXPECT_EQ(file.substr(b->begin, b->end - b->begin), std::string(24, 'b'));
  EXPECT_EQ(parsed.gguf.tensor("c"), nullptr);
}

TEST(Gguf, keeps_to_the_alignment_the_file_names) {
  GgufWriter file;
  file.alignment = 128;
  file.u32("general.alignment", 128);
  file.tensor("a", {1}, 0, "1234");
  file.tensor("b", {1}, 0, "5678");
  EXPECT_EQ(parse(file.file()).gguf.tensor("b")->begin % 128, 0U);
  for (const std::uint32_t wrong : {0U, 24U, 1U << 21}) {
    GgufWriter other;
    other.u32("general.alignment", wrong);
    EXPECT_EQ(gguf_error_in(other.file()).details().item, "general.alignment") << wrong;
  }
}

TEST(Gguf, names_versions_and_byte_orders_it_cannot_read) {
  GgufWriter file = small_file();
  file.version = 1;
  EXPECT_EQ(gguf_error_in(file.file()).code(), "gguf_version");
  EXPECT_EQ(gguf_error_in(file.file()).details().found, "1");
  file.version = 4;
  EXPECT_EQ(gguf_error_in(file.file()).details().found, "4");
  file.version = 0x03000000;
  EXPECT_EQ(gguf_error_in(file.file()).details().found, "3 (big-endian)");
  EXPECT_EQ(gguf_error_in("GGML" + file.file().substr(4)).code(), "gguf_format");
  EXPECT_EQ(gguf_error_in("").code(), "file_truncated");
}

TEST(Gguf, accepts_no_prefix_of_a_sound_file) {
  const std::string file = small_file().file();
  EXPECT_NO_THROW(static_cast<void>(parse(file)));
  for (std::size_t size = 0; size < file.size(); ++size)
    EXPECT_THROW(static_cast<void>(parse(file.substr(0, size))), Error) << size;
}

TEST(Gguf, refuses_counts_and_lengths_that_the_file_cannot_hold) {
  const std::string start = "GGUF" + little_endian<std::uint32_t>(3);
  const auto counts = [&](std::uint64_t tensors, std::uint64_t keys) {
    return start + little_endian(tensors) + little_endian(keys);
  };
  EXPECT_EQ(gguf_error_in(counts(~0ULL, 0)).details().item, "tensor count");
  EXPECT_EQ(gguf_error_in(counts(0, ~0ULL)).details().item, "metadata count");
  EXPECT_EQ(gguf_error_in(counts(1000, 0)).code(), "file_truncated");
  EXPECT_EQ(gguf_error_in(counts(0, 1) + little_endian(~0ULL)).code(), "file_truncated");
  GgufWriter empty_key;
  empty_key.u32("", 1);
  EXPECT_EQ(gguf_error_in(empty_key.file()).details().item, "metadata key");

  const auto list = [](std::uint32_t type, std::uint64_t count, const std::string& rest) {
    GgufWriter file;
    file.value("list", 9, little_endian(type) + little_endian(count) + rest);
    return file.file();
  };
  EXPECT_EQ(gguf_error_in(list(4, ~0ULL, "")).details().item, "list");
  EXPECT_EQ(gguf_error_in(list(10, 1 << 20, "")).code(), "file_truncated");
  EXPECT_EQ(gguf_error_in(list(8, 1 << 20, "")).code(), "file_truncated");
  EXPECT_EQ(gguf_error_in(list(9, 1, list(9, 1, ""))).details().found, "[[…]]");
  EXPECT_EQ(gguf_error_in(list(13, 0, "")).details().found, "№ 13");
}

TEST(Gguf, refuses_values_and_keys_that_mean_nothing) {
  GgufWriter unknown;
  unknown.value("x", 99, "");
  EXPECT_EQ(gguf_error_in(unknown.file()).details().found, "№ 99");
  GgufWriter flag;
  flag.value("x", 7, "\2");
  EXPECT_EQ(gguf_error_in(flag.file()).details().expected, "0, 1");
  GgufWriter twice;
  twice.u32("x", 1);
  twice.u32("x", 1);
  EXPECT_EQ(gguf_error_in(twice.file()).details().item, "x");
}

TEST(Gguf, refuses_tensors_outside_the_file_on_top_of_each_other_or_out_of_line) {
  const auto with = [](const auto& change) {
    GgufWriter file = small_file();
    change(file);
    return gguf_error_in(file.file());
  };
  const Error beyond = with([](GgufWriter& file) { file.info("c", {4}, 0, 1 << 20); });
  EXPECT_EQ(beyond.code(), "tensor_range");
  EXPECT_EQ(beyond.details().item, "c");
  EXPECT_EQ(with([](GgufWriter& file) { file.info("c", {4}, 0, ~31ULL); }).code(), "tensor_range");
  EXPECT_EQ(with([](GgufWriter& file) { file.info("c", {4}, 0, 0); }).code(), "tensor_overlap");
  EXPECT_EQ(with([](GgufWriter& file) { file.tensor("b", {1}, 0, "1234"); }).code(), "tensor_duplicate");
  EXPECT_EQ(with([](GgufWriter& file) { file.info("c", {1}, 0, 4); }).details().expected, "n × 32");
  EXPECT_EQ(with([](GgufWriter& file) { file.info("c", {}, 0, 0); }).details().expected, "1…4 axes");
  EXPECT_EQ(with([](GgufWriter& file) { file.info("c", {1, 1, 1, 1, 1}, 0, 0); }).details().found, "5");
  EXPECT_EQ(with([](GgufWriter& file) { file.info("c", {0}, 0, 0); }).code(), "gguf_format");
  EXPECT_EQ(with([](GgufWriter& file) { file.info("c", {1ULL << 33, 1ULL << 33}, 0, 0); }).code(), "gguf_format");
  EXPECT_EQ(with([](GgufWriter& file) { file.info("c", {33}, 8, 0); }).details().expected, "n × 32");
}

TEST(Gguf, names_the_kinds_of_numbers_it_cannot_read) {
  for (const auto& [kind, name] : {std::pair(15U, "Q8_K"), std::pair(40U, "NVFP4"), std::pair(1000U, "№ 1000")}) {
    GgufWriter file;
    file.info("blk.0.attn_q.weight", {256}, kind, 0);
    const Error error = gguf_error_in(file.file());
    EXPECT_EQ(error.code(), "tensor_dtype");
    EXPECT_EQ(error.details().item, "blk.0.attn_q.weight");
    EXPECT_EQ(error.details().found, name);
    EXPECT_NE(error.details().expected.find("Q4_K"), std::string::npos);
  }
}

}  // namespace
}  // namespace regard
