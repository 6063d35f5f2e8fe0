// SPDX-License-Identifier: Apache-2.0
#include "core/format/npz.h"

#include "core/base/error.h"

#include <zlib.h>
#include <algorithm>
#include <cassert>

namespace regard {
namespace {

// Zip records (APPNOTE 4.3): signatures and fixed sizes in bytes.
constexpr std::uint32_t kLocal = 0x04034B50, kCentral = 0x02014B50, kEnd = 0x06054B50;
constexpr std::uint32_t kEnd64 = 0x06064B50, kEnd64Locator = 0x07064B50;
constexpr std::size_t kLocalSize = 30, kCentralSize = 46, kEndSize = 22;
constexpr std::size_t kLongestComment = 65'535;
constexpr std::size_t kIn32 = 0xFFFFFFFF;  // in a 32-bit place: the number stands in the zip64 field
constexpr std::uint16_t kStored = 0, kDeflated = 8;
constexpr std::uint16_t kVersion64 = 45;
constexpr std::uint16_t kNewYear1980 = 0x21;  // a date, so that equal arrays give equal files

[[noreturn]] void fail(const std::string& name, std::string item, std::string expected, std::string found) {
  throw Error("npz_format",
              {.file = name, .item = std::move(item), .expected = std::move(expected), .found = std::move(found)});
}

/// Little-endian numbers and pieces of a file, each checked to lie inside it.
struct Bytes {
  std::span<const std::byte> file;
  const std::string& name;

  [[nodiscard]] std::span<const std::byte> at(std::size_t offset, std::size_t size) const {
    if (offset > file.size() || size > file.size() - offset)
      throw Error("file_truncated", {.file = name,
                                     .item = "npz",
                                     .expected = std::to_string(offset) + " + " + std::to_string(size),
                                     .found = std::to_string(file.size())});
    return file.subspan(offset, size);
  }
  [[nodiscard]] std::size_t number(std::size_t offset, std::size_t size) const {
    std::size_t value = 0;
    const auto bytes = at(offset, size);
    for (std::size_t index = size; index-- > 0;)
      value = value << 8 | std::to_integer<std::size_t>(bytes[index]);
    return value;
  }
};

std::size_t find_end_record(const Bytes& bytes) {
  const std::size_t size = bytes.file.size();
  for (std::size_t back = kEndSize; back <= std::min(size, kEndSize + kLongestComment); ++back)
    if (bytes.number(size - back, 4) == kEnd) return size - back;
  fail(bytes.name, "zip", "PK\\5\\6", "∅");
}

std::vector<std::byte> inflate_raw(std::span<const std::byte> packed, std::size_t size, const std::string& name) {
  std::vector<std::byte> plain(size);
  z_stream stream{};
  if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) fail(name, "deflate", "zlib", "∅");
  // zlib's interface predates const; it does not write to next_in.
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  stream.next_out = reinterpret_cast<Bytef*>(plain.data());
  stream.avail_out = static_cast<uInt>(plain.size());
  const int result = inflate(&stream, Z_FINISH);
  const std::size_t written = stream.total_out;
  inflateEnd(&stream);
  if (result != Z_STREAM_END || written != size) fail(name, "deflate", std::to_string(size), std::to_string(written));
  return plain;
}

/// One entry of the central directory, unpacked.
std::vector<std::byte> read_entry(const Bytes& bytes, std::size_t central, const std::string& name, std::size_t limit) {
  const std::size_t method = bytes.number(central + 10, 2);
  const std::size_t packed_size = bytes.number(central + 20, 4);
  const std::size_t size = bytes.number(central + 24, 4);
  const std::size_t local = bytes.number(central + 42, 4);
  if (packed_size == kIn32 || size == kIn32 || local == kIn32 || size > limit)
    throw Error("file_too_large", {.file = name, .expected = std::to_string(limit), .found = std::to_string(size)});
  if (bytes.number(local, 4) != kLocal) fail(name, "zip", "PK\\3\\4", std::to_string(bytes.number(local, 4)));
  const std::size_t data = local + kLocalSize + bytes.number(local + 26, 2) + bytes.number(local + 28, 2);
  const std::span<const std::byte> packed = bytes.at(data, packed_size);
  std::vector<std::byte> plain;
  if (method == kStored)
    plain.assign(packed.begin(), packed.end());
  else if (method == kDeflated && size / 1'032 <= packed_size)  // deflate cannot shrink by more
    plain = inflate_raw(packed, size, name);
  else
    fail(name, "zip", "0, 8", std::to_string(method));
  const auto crc = crc32_z(0, reinterpret_cast<const Bytef*>(plain.data()), plain.size());
  if (plain.size() != size || crc != bytes.number(central + 16, 4))
    fail(name, "CRC-32", std::to_string(bytes.number(central + 16, 4)), std::to_string(crc));
  return plain;
}

void put(std::string& out, std::size_t value, std::size_t size) {
  for (std::size_t index = 0; index < size; ++index)
    out += static_cast<char>(value >> (8 * index) & 0xFF);
}

/// What a local header and a central one have in common, from "version needed" to the length of the name.
void put_common(std::string& out, std::uint32_t crc, std::size_t size, std::size_t name_size) {
  put(out, kVersion64, 2);
  put(out, 0, 2);
  put(out, kStored, 2);
  put(out, 0, 2);
  put(out, kNewYear1980, 2);
  put(out, crc, 4);
  put(out, std::min(size, kIn32), 4);
  put(out, std::min(size, kIn32), 4);
  put(out, name_size, 2);
}

}  // namespace

std::map<std::string, NpyArray, std::less<>> parse_npz(std::span<const std::byte> file, const std::string& name,
                                                       std::size_t limit) {
  const Bytes bytes{file, name};
  const std::size_t end = find_end_record(bytes);
  const std::size_t count = bytes.number(end + 10, 2);
  std::size_t central = bytes.number(end + 16, 4);
  std::map<std::string, NpyArray, std::less<>> arrays;
  for (std::size_t index = 0; index < count; ++index) {
    if (bytes.number(central, 4) != kCentral) fail(name, "zip", "PK\\1\\2", std::to_string(bytes.number(central, 4)));
    const std::size_t name_size = bytes.number(central + 28, 2);
    const auto name_bytes = bytes.at(central + kCentralSize, name_size);
    std::string entry(reinterpret_cast<const char*>(name_bytes.data()), name_bytes.size());
    std::string place = name;
    place.append(":").append(entry);
    NpyArray array = parse_npy(read_entry(bytes, central, place, limit), place);
    limit -= array.bytes.size();  // never negative: read_entry() keeps to it
    if (entry.ends_with(".npy")) entry.resize(entry.size() - 4);
    arrays.insert_or_assign(std::move(entry), std::move(array));
    central += kCentralSize + name_size + bytes.number(central + 30, 2) + bytes.number(central + 32, 2);
  }
  return arrays;
}

NpzWriter::NpzWriter(const std::filesystem::path& path) : file_(path) {}

void NpzWriter::begin(std::string_view name, std::span<const std::size_t> shape) {
  close_entry();
  const std::string header = npy_header(shape);
  std::size_t numbers = 1;
  for (const std::size_t axis : shape)
    numbers *= axis;
  const std::size_t size = header.size() + numbers * sizeof(float);
  entries_.push_back({.name = std::string(name) + ".npy", .size = size, .offset = file_.size(), .left = size});

  std::string local;
  put(local, kLocal, 4);
  put_common(local, 0, size, entries_.back().name.size());  // the CRC is filled in by close_entry()
  const bool large = size >= kIn32;
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
    if (entry.size >= kIn32) {
      put(extra, entry.size, 8);
      put(extra, entry.size, 8);
    }
    if (entry.offset >= kIn32) put(extra, entry.offset, 8);
    put(out, kCentral, 4);
    put(out, kVersion64, 2);
    put_common(out, entry.crc, entry.size, entry.name.size());
    put(out, extra.empty() ? 0 : extra.size() + 4, 2);
    put(out, 0, 2 + 2);  // comment, disk
    put(out, 0, 2 + 4);  // attributes
    put(out, std::min(entry.offset, kIn32), 4);
    out += entry.name;
    if (extra.empty()) continue;
    put(out, 1, 2);
    put(out, extra.size(), 2);
    out += extra;
  }
  const std::size_t size = out.size();
  if (begin >= kIn32) {
    put(out, kEnd64, 4);
    put(out, 44, 8);
    put(out, kVersion64, 2);
    put(out, kVersion64, 2);
    put(out, 0, 8);  // disks
    put(out, entries_.size(), 8);
    put(out, entries_.size(), 8);
    put(out, size, 8);
    put(out, begin, 8);
    put(out, kEnd64Locator, 4);
    put(out, 0, 4);
    put(out, begin + size, 8);
    put(out, 1, 4);
  }
  put(out, kEnd, 4);
  put(out, 0, 4);
  put(out, entries_.size(), 2);
  put(out, entries_.size(), 2);
  put(out, size, 4);
  put(out, std::min(begin, kIn32), 4);
  put(out, 0, 2);
  file_.write(out);
  file_.publish();
}

}  // namespace regard
