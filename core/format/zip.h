// SPDX-License-Identifier: Apache-2.0
// The directory of a zip archive (zip64 too): which bytes of the file each entry takes. Nothing is unpacked here. Pure parser
// over bytes: every offset and length is checked, entries are apart and differently named; fuzzed; any thread.
// Source: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace regard {

struct ZipEntry {
  std::string name{};
  std::size_t begin = 0;  ///< its bytes are file[begin, end), as they are stored
  std::size_t end = 0;
  std::size_t size = 0;  ///< unpacked; end − begin where nothing was packed
  std::uint32_t crc = 0;
  bool deflated = false;
};

/// Sorted by name. `name` names the file in errors. Throws Error zip_format (another way of packing, encryption and several
/// volumes included), file_truncated.
[[nodiscard]] std::vector<ZipEntry> parse_zip(std::span<const std::byte> file, const std::string& name);

/// nullptr where there is no such entry.
[[nodiscard]] const ZipEntry* find_entry(std::span<const ZipEntry> entries, std::string_view name);

/// An entry's bytes, unpacked, in memory of their own; at most `limit`. Throws Error zip_format (a wrong length or sum),
/// file_too_large.
[[nodiscard]] std::vector<std::byte> unpack(std::span<const std::byte> file, const ZipEntry& entry,
                                            const std::string& name, std::size_t limit);

}  // namespace regard
