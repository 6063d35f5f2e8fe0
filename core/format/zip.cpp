// SPDX-License-Identifier: Apache-2.0
#include "core/format/zip.h"

#include "core/base/error.h"
#include "core/format/zip_records.h"

#include <zlib.h>
#include <algorithm>
#include <optional>

namespace regard {
namespace {

// Fixed sizes of records in bytes.
constexpr std::size_t kLocalSize = 30, kCentralSize = 46, kEndSize = 22, kEnd64Size = 56, kLocatorSize = 20;
constexpr std::size_t kLongestComment = 65'535;
constexpr std::size_t kIn16 = 0xFFFF;       // likewise zip::kIn32
constexpr std::size_t kEncrypted = 1;       // flag
constexpr std::size_t kMostShrunk = 1'032;  // deflate cannot pack more bytes than this into one

[[noreturn]] void fail_zip(const std::string& name, std::string item, std::string expected, std::string found) {
  throw Error("zip_format",
              {.file = name, .item = std::move(item), .expected = std::move(expected), .found = std::move(found)});
}

/// Little-endian numbers and pieces of a file, each checked to lie inside it.
struct Bytes {
  std::span<const std::byte> file;
  const std::string& name;

  [[nodiscard]] std::span<const std::byte> at(std::size_t offset, std::size_t size) const {
    if (offset > file.size() || size > file.size() - offset)
      throw Error("file_truncated", {.file = name,
                                     .item = "zip",
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
  void expect(std::size_t offset, std::uint32_t signature, const char* text) const {
    if (number(offset, 4) != signature) fail_zip(name, "zip", text, std::to_string(number(offset, 4)));
  }
};

struct Directory {
  std::size_t begin = 0;
  std::size_t entries = 0;
};

std::size_t find_end_record(const Bytes& bytes) {
  const std::size_t size = bytes.file.size();
  for (std::size_t back = kEndSize; back <= std::min(size, kEndSize + kLongestComment); ++back)
    if (bytes.number(size - back, 4) == zip::kEnd) return size - back;
  fail_zip(bytes.name, "zip", "PK\\5\\6", "∅");
}

Directory find_directory(const Bytes& bytes) {
  const std::size_t end = find_end_record(bytes);
  Directory directory{.begin = bytes.number(end + 16, 4), .entries = bytes.number(end + 10, 2)};
  std::size_t volumes = bytes.number(end + 4, 2);
  if (directory.begin == zip::kIn32 || directory.entries == kIn16 || bytes.number(end + 12, 4) == zip::kIn32) {
    if (end < kLocatorSize) fail_zip(bytes.name, "zip", "PK\\6\\7", "∅");
    bytes.expect(end - kLocatorSize, zip::kEnd64Locator, "PK\\6\\7");
    const std::size_t record = bytes.number(end - kLocatorSize + 8, 8);
    static_cast<void>(bytes.at(record, kEnd64Size));
    bytes.expect(record, zip::kEnd64, "PK\\6\\6");
    directory = {.begin = bytes.number(record + 48, 8), .entries = bytes.number(record + 32, 8)};
    volumes = bytes.number(record + 16, 4);
  }
  if (volumes != 0) fail_zip(bytes.name, "zip", "1", std::to_string(volumes + 1));
  return directory;
}

/// The three numbers of an entry that may stand in its zip64 field instead, in this order.
struct Sizes {
  std::size_t plain = 0, packed = 0, local = 0;
};

void read_zip64_field(const Bytes& bytes, std::size_t begin, std::size_t size, Sizes& sizes) {
  for (std::size_t at = begin; at + 4 <= begin + size;) {
    const std::size_t kind = bytes.number(at, 2);
    const std::size_t length = bytes.number(at + 2, 2);
    at += 4;
    if (length > begin + size - at) return;
    if (kind == 1) {
      std::size_t next = at;
      for (std::size_t* number : {&sizes.plain, &sizes.packed, &sizes.local}) {
        if (*number != zip::kIn32 || next + 8 > at + length) continue;
        *number = bytes.number(next, 8);
        next += 8;
      }
      return;
    }
    at += length;
  }
}

/// The entry that the directory's record at `central` tells of, and how long that record is.
std::pair<ZipEntry, std::size_t> read_entry(const Bytes& bytes, std::size_t central) {
  bytes.expect(central, zip::kCentral, "PK\\1\\2");
  static_cast<void>(bytes.at(central, kCentralSize));
  const std::size_t name_size = bytes.number(central + 28, 2);
  const std::size_t extra_size = bytes.number(central + 30, 2);
  const std::size_t length = kCentralSize + name_size + extra_size + bytes.number(central + 32, 2);
  static_cast<void>(bytes.at(central, length));
  const auto name = bytes.at(central + kCentralSize, name_size);
  ZipEntry entry{.name = std::string(reinterpret_cast<const char*>(name.data()), name.size())};
  const std::size_t method = bytes.number(central + 10, 2);
  if (method != zip::kStored && method != zip::kDeflated)
    fail_zip(bytes.name, entry.name, "0, 8", std::to_string(method));
  if ((bytes.number(central + 8, 2) & kEncrypted) != 0) fail_zip(bytes.name, entry.name, "0", "1 (🔒)");
  Sizes sizes{bytes.number(central + 24, 4), bytes.number(central + 20, 4), bytes.number(central + 42, 4)};
  read_zip64_field(bytes, central + kCentralSize + name_size, extra_size, sizes);
  static_cast<void>(bytes.at(sizes.local, kLocalSize));
  bytes.expect(sizes.local, zip::kLocal, "PK\\3\\4");
  entry.begin = sizes.local + kLocalSize + bytes.number(sizes.local + 26, 2) + bytes.number(sizes.local + 28, 2);
  static_cast<void>(bytes.at(entry.begin, sizes.packed));
  entry.end = entry.begin + sizes.packed;
  entry.size = sizes.plain;
  entry.crc = static_cast<std::uint32_t>(bytes.number(central + 16, 4));
  entry.deflated = method == zip::kDeflated;
  const bool sound = entry.deflated ? entry.size / kMostShrunk <= sizes.packed : entry.size == sizes.packed;
  if (!sound) fail_zip(bytes.name, entry.name, std::to_string(sizes.packed), std::to_string(entry.size));
  return {std::move(entry), length};
}

/// Sorts by name, after making sure that no two entries share bytes or a name.
void check_apart(std::vector<ZipEntry>& entries, const std::string& name) {
  std::sort(entries.begin(), entries.end(),
            [](const ZipEntry& a, const ZipEntry& b) { return std::pair(a.begin, a.end) < std::pair(b.begin, b.end); });
  for (std::size_t index = 1; index < entries.size(); ++index)
    if (entries[index].begin < entries[index - 1].end)
      fail_zip(name, entries[index].name, "≥ " + std::to_string(entries[index - 1].end),
               std::to_string(entries[index].begin));
  std::sort(entries.begin(), entries.end(), [](const ZipEntry& a, const ZipEntry& b) { return a.name < b.name; });
  for (std::size_t index = 1; index < entries.size(); ++index)
    if (entries[index].name == entries[index - 1].name) fail_zip(name, entries[index].name, "× 1", "× 2");
}

std::vector<std::byte> inflate_raw(std::span<const std::byte> packed, std::size_t size, const std::string& name) {
  std::vector<std::byte> plain(size);
  z_stream stream{};
  if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) fail_zip(name, "deflate", "zlib", "∅");
  // zlib's interface predates const; it does not write to next_in.
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  stream.next_out = reinterpret_cast<Bytef*>(plain.data());
  stream.avail_out = static_cast<uInt>(plain.size());
  const int result = inflate(&stream, Z_FINISH);
  const std::size_t written = stream.total_out;
  inflateEnd(&stream);
  if (result != Z_STREAM_END || written != size)
    fail_zip(name, "deflate", std::to_string(size), std::to_string(written));
  return plain;
}

}  // namespace

std::vector<ZipEntry> parse_zip(std::span<const std::byte> file, const std::string& name) {
  const Bytes bytes{file, name};
  const Directory directory = find_directory(bytes);
  std::vector<ZipEntry> entries;
  std::size_t central = directory.begin;
  for (std::size_t index = 0; index < directory.entries; ++index) {
    auto [entry, length] = read_entry(bytes, central);
    entries.push_back(std::move(entry));
    central += length;
  }
  check_apart(entries, name);
  return entries;
}

const ZipEntry* find_entry(std::span<const ZipEntry> entries, std::string_view name) {
  const auto found =
      std::lower_bound(entries.begin(), entries.end(), name,
                       [](const ZipEntry& entry, std::string_view wanted) { return entry.name < wanted; });
  return found != entries.end() && found->name == name ? &*found : nullptr;
}

std::vector<std::byte> unpack(std::span<const std::byte> file, const ZipEntry& entry, const std::string& name,
                              std::size_t limit) {
  constexpr std::size_t kLargestDeflated = 0xFFFFFFFF;  // zlib counts in 32 bits
  if (entry.size > limit || (entry.deflated && std::max(entry.size, entry.end - entry.begin) > kLargestDeflated))
    throw Error("file_too_large",
                {.file = name, .expected = std::to_string(limit), .found = std::to_string(entry.size)});
  const std::span<const std::byte> stored = file.subspan(entry.begin, entry.end - entry.begin);
  std::vector<std::byte> plain =
      entry.deflated ? inflate_raw(stored, entry.size, name) : std::vector<std::byte>(stored.begin(), stored.end());
  const auto crc = crc32_z(0, reinterpret_cast<const Bytef*>(plain.data()), plain.size());
  if (crc != entry.crc) fail_zip(name, "CRC-32", std::to_string(entry.crc), std::to_string(crc));
  return plain;
}

}  // namespace regard
