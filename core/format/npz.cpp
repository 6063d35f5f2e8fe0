// SPDX-License-Identifier: Apache-2.0
#include "core/format/npz.h"

#include "core/format/zip.h"
#include "core/format/zip_records.h"

#include <zlib.h>
#include <algorithm>
#include <array>
#include <cassert>

namespace regard {
namespace {

constexpr std::uint16_t kVersion64 = 45;
constexpr std::uint16_t kNewYear1980 = 0x21;  // a date, so that equal arrays give equal files

void put(std::string& out, std::size_t value, std::size_t size) {
  for (std::size_t index = 0; index < size; ++index)
    out += static_cast<char>(value >> (8 * index) & 0xFF);
}

/// Characters of well-formed UTF-8.
std::u32string utf32_of(std::string_view text) {
  std::u32string result;
  for (const char letter : text) {
    const auto byte = static_cast<unsigned char>(letter);
    if ((byte & 0xC0U) == 0x80U && !result.empty())
      result.back() = result.back() << 6 | (byte & 0x3FU);
    else
      result.push_back(byte < 0x80 ? byte : byte < 0xE0 ? byte & 0x1FU : byte < 0xF0 ? byte & 0x0FU : byte & 0x07U);
  }
  return result;
}

/// What a local header and a central one have in common, from "version needed" to the length of the name.
void put_common(std::string& out, std::uint32_t crc, std::size_t size, std::size_t name_size) {
  put(out, kVersion64, 2);
  put(out, 0, 2);
  put(out, zip::kStored, 2);
  put(out, 0, 2);
  put(out, kNewYear1980, 2);
  put(out, crc, 4);
  put(out, std::min(size, zip::kIn32), 4);
  put(out, std::min(size, zip::kIn32), 4);
  put(out, name_size, 2);
}

}  // namespace

std::map<std::string, NpyArray, std::less<>> parse_npz(std::span<const std::byte> file, const std::string& name,
                                                       std::size_t limit) {
  std::map<std::string, NpyArray, std::less<>> arrays;
  for (const ZipEntry& entry : parse_zip(file, name)) {
    const std::string place = name + ":" + entry.name;
    NpyArray array = parse_npy(unpack(file, entry, place, limit), place);
    limit -= array.bytes.size();  // never negative: unpack() keeps to it
    const std::size_t length = entry.name.size() - (entry.name.ends_with(".npy") ? 4 : 0);
    arrays.insert_or_assign(entry.name.substr(0, length), std::move(array));
  }
  return arrays;
}

NpzWriter::NpzWriter(const std::filesystem::path& path) : file_(path) {}

void NpzWriter::begin(std::string_view name, std::span<const std::size_t> shape) {
  begin_entry(name, shape, NpyArray::Type::f32);
}

void NpzWriter::begin_entry(std::string_view name, std::span<const std::size_t> shape, NpyArray::Type type) {
  std::size_t numbers = 1;
  for (const std::size_t axis : shape)
    numbers *= axis;
  static_assert(sizeof(float) == sizeof(std::int32_t));
  begin_entry(name, npy_header(shape, type), numbers * sizeof(float));
}

void NpzWriter::begin_entry(std::string_view name, const std::string& header, std::size_t bytes) {
  close_entry();
  const std::size_t size = header.size() + bytes;
  entries_.push_back({.name = std::string(name) + ".npy", .size = size, .offset = file_.size(), .left = size});

  std::string local;
  put(local, zip::kLocal, 4);
  put_common(local, 0, size, entries_.back().name.size());  // the CRC is filled in by close_entry()
  const bool large = size >= zip::kIn32;
  put(local, large ? 20 : 0, 2);
  local += entries_.back().name;
  if (large) {
    put(local, 1, 2);
    put(local, 16, 2);
    put(local, size, 8);
    put(local, size, 8);
  }
  file_.write(local);
  append_bytes(header);
}

void NpzWriter::append_bytes(std::string_view bytes) {
  if (bytes.empty()) return;  // zlib takes a null pointer for the start of a new sum
  Entry& entry = entries_.back();
  assert(bytes.size() <= entry.left);
  entry.crc =
      static_cast<std::uint32_t>(crc32_z(entry.crc, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
  entry.left -= bytes.size();
  file_.write(bytes);
}

void NpzWriter::append(std::span<const float> values) {
  append_bytes({reinterpret_cast<const char*>(values.data()), values.size_bytes()});
}

void NpzWriter::add(std::string_view name, std::span<const std::size_t> shape, std::span<const float> values) {
  begin(name, shape);
  append(values);
}

void NpzWriter::add(std::string_view name, std::span<const std::int32_t> values) {
  begin_entry(name, std::array{values.size()}, NpyArray::Type::i32);
  append_bytes({reinterpret_cast<const char*>(values.data()), values.size_bytes()});
}

void NpzWriter::add(std::string_view name, std::span<const std::string> texts) {
  add_texts(name, std::array{texts.size()}, texts);
}

void NpzWriter::add_text(std::string_view name, const std::string& text) {
  add_texts(name, {}, std::span(&text, 1));
}

void NpzWriter::add_texts(std::string_view name, std::span<const std::size_t> shape,
                          std::span<const std::string> texts) {
  std::vector<std::u32string> characters;
  std::size_t longest = 1;  // NumPy has no texts of no character
  for (const std::string& text : texts) {
    characters.push_back(utf32_of(text));
    longest = std::max(longest, characters.back().size());
  }
  begin_entry(name, npy_header(shape, "<U" + std::to_string(longest)), texts.size() * longest * sizeof(char32_t));
  for (std::u32string& text : characters) {
    text.resize(longest);
    append_bytes({reinterpret_cast<const char*>(text.data()), longest * sizeof(char32_t)});
  }
}

void NpzWriter::close_entry() {
  if (entries_.empty()) return;
  assert(entries_.back().left == 0 && "append() must bring as many numbers as the shape holds");
  constexpr std::size_t kCrcOffset = 14;
  std::string crc;
  put(crc, entries_.back().crc, 4);
  file_.overwrite(entries_.back().offset + kCrcOffset, crc);
}

void NpzWriter::finish() {
  close_entry();
  const std::size_t begin = file_.size();
  std::string out;
  for (const Entry& entry : entries_) {
    std::string extra;
    if (entry.size >= zip::kIn32) {
      put(extra, entry.size, 8);
      put(extra, entry.size, 8);
    }
    if (entry.offset >= zip::kIn32) put(extra, entry.offset, 8);
    put(out, zip::kCentral, 4);
    put(out, kVersion64, 2);
    put_common(out, entry.crc, entry.size, entry.name.size());
    put(out, extra.empty() ? 0 : extra.size() + 4, 2);
    put(out, 0, 2 + 2);  // comment, disk
    put(out, 0, 2 + 4);  // attributes
    put(out, std::min(entry.offset, zip::kIn32), 4);
    out += entry.name;
    if (extra.empty()) continue;
    put(out, 1, 2);
    put(out, extra.size(), 2);
    out += extra;
  }
  const std::size_t size = out.size();
  if (begin >= zip::kIn32) {
    put(out, zip::kEnd64, 4);
    put(out, 44, 8);
    put(out, kVersion64, 2);
    put(out, kVersion64, 2);
    put(out, 0, 8);  // disks
    put(out, entries_.size(), 8);
    put(out, entries_.size(), 8);
    put(out, size, 8);
    put(out, begin, 8);
    put(out, zip::kEnd64Locator, 4);
    put(out, 0, 4);
    put(out, begin + size, 8);
    put(out, 1, 4);
  }
  put(out, zip::kEnd, 4);
  put(out, 0, 4);
  put(out, entries_.size(), 2);
  put(out, entries_.size(), 2);
  put(out, size, 4);
  put(out, std::min(begin, zip::kIn32), 4);
  put(out, 0, 2);
  file_.write(out);
  file_.publish();
}

}  // namespace regard
