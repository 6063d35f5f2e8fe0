// SPDX-License-Identifier: Apache-2.0
// Writes zip archives for tests, sound ones and others; and the pickles of state dicts, instruction by instruction.
#pragma once

#include <zlib.h>
#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace regard::testing {

inline std::string little(std::uint64_t value, std::size_t size) {
  std::string bytes(size, '\0');
  std::memcpy(bytes.data(), &value, std::min(size, sizeof value));
  return bytes;
}

struct ZipWriter {
  struct Entry {
    std::string name{};
    std::string stored{};
    std::uint32_t crc = 0;
    std::uint64_t size = 0;
    std::uint64_t method = 0;
    std::uint64_t flags = 0;
  };
  std::string file{};
  std::string directory{};
  std::uint64_t entries = 0;
  bool zip64 = false;

  void add(const Entry& entry) {
    const std::uint64_t local = file.size();
    const std::string head = little(entry.flags, 2) + little(entry.method, 2) + little(0, 4) + little(entry.crc, 4);
    file += "PK\3\4" + little(45, 2) + head + little(0, 8) + little(entry.name.size(), 2) + little(0, 2) + entry.name +
            entry.stored;
    refer(entry, local);
  }
  /// A line of the directory alone.
  void refer(const Entry& entry, std::uint64_t local) {
    const std::string head = little(entry.flags, 2) + little(entry.method, 2) + little(0, 4) + little(entry.crc, 4);
    const std::string extra =
        zip64 ? little(1, 2) + little(24, 2) + little(entry.size, 8) + little(entry.stored.size(), 8) + little(local, 8)
              : "";
    const std::string sizes = zip64 ? std::string(8, '\xFF') : little(entry.stored.size(), 4) + little(entry.size, 4);
    directory += "PK\1\2" + little(45, 2) + little(45, 2) + head + sizes + little(entry.name.size(), 2) +
                 little(extra.size(), 2) + little(0, 10) + (zip64 ? std::string(4, '\xFF') : little(local, 4)) +
                 entry.name + extra;
    ++entries;
  }
  void store(const std::string& name, const std::string& bytes) {
    const auto crc = crc32(0, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uInt>(bytes.size()));
    add({.name = name, .stored = bytes, .crc = static_cast<std::uint32_t>(crc), .size = bytes.size()});
  }
  [[nodiscard]] std::string finished() const {
    const std::uint64_t begin = file.size();
    std::string end = file + directory;
    if (zip64) {
      const std::uint64_t record = end.size();
      end += "PK\6\6" + little(44, 8) + little(45, 2) + little(45, 2) + little(0, 8) + little(entries, 8) +
             little(entries, 8) + little(directory.size(), 8) + little(begin, 8);
      end += "PK\6\7" + little(0, 4) + little(record, 8) + little(1, 4);
    }
    end += "PK\5\6" + little(0, 4);
    end += zip64 ? std::string(12, '\xFF')
                 : little(entries, 2) + little(entries, 2) + little(directory.size(), 4) + little(begin, 4);
    return end + little(0, 2);
  }
};

// Instructions of a pickle.
inline std::string global(const std::string& module, const std::string& name) {
  return "c" + module + "\n" + name + "\n";
}
inline std::string text_code(std::string_view text) {
  return "X" + little(text.size(), 4) + std::string(text);
}
inline std::string number_code(std::int64_t number) {
  return std::string("\x8A\x08") + little(static_cast<std::uint64_t>(number), 8);
}
inline std::string tuple_code(const std::vector<std::int64_t>& numbers) {
  std::string code = "(";
  for (const std::int64_t number : numbers)
    code += number_code(number);
  return code + "t";
}
/// A tensor over storage `key` of float32.
inline std::string tensor_code(const std::string& key, std::int64_t storage, std::int64_t offset,
                               const std::vector<std::int64_t>& shape, const std::vector<std::int64_t>& strides) {
  return global("torch._utils", "_rebuild_tensor_v2") + "((" + text_code("storage") + global("torch", "FloatStorage") +
         text_code(key) + text_code("cpu") + number_code(storage) + "tQ" + number_code(offset) + tuple_code(shape) +
         tuple_code(strides) + "\x89" + global("collections", "OrderedDict") + ")RtR";
}
/// {name: value, …}
inline std::string state_dict(const std::vector<std::pair<std::string, std::string>>& entries) {
  std::string code = "\x80\x02}(";
  for (const auto& [name, value] : entries)
    code += text_code(name) + value;
  return code + "u.";
}

}  // namespace regard::testing
