// SPDX-License-Identifier: Apache-2.0
// Writes GGUF files for tests, sound ones and any others one likes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace regard::testing {

template <class Number>
[[nodiscard]] std::string little_endian(Number value) {
  std::string bytes(sizeof value, '\0');
  std::memcpy(bytes.data(), &value, sizeof value);
  return bytes;
}

inline std::string gguf_text(std::string_view text) {
  return little_endian<std::uint64_t>(text.size()) + std::string(text);
}

struct GgufWriter {
  std::uint32_t version = 3;
  std::size_t alignment = 32;
  std::string metadata{};
  std::uint64_t keys = 0;
  std::string infos{};
  std::uint64_t tensors = 0;
  std::string data{};

  void value(const std::string& key, std::uint32_t type, const std::string& bytes) {
    metadata += gguf_text(key) + little_endian(type) + bytes;
    ++keys;
  }
  void u32(const std::string& key, std::uint32_t number) { value(key, 4, little_endian(number)); }
  void f32(const std::string& key, float number) { value(key, 6, little_endian(number)); }
  void flag(const std::string& key, bool on) { value(key, 7, std::string(1, on ? '\1' : '\0')); }
  void text(const std::string& key, std::string_view text) { value(key, 8, gguf_text(text)); }
  void texts(const std::string& key, const std::vector<std::string>& all) {
    std::string bytes = little_endian<std::uint32_t>(8) + little_endian<std::uint64_t>(all.size());
    for (const std::string& each : all)
      bytes += gguf_text(each);
    value(key, 9, bytes);
  }
  template <class Number>
  void numbers(const std::string& key, std::uint32_t type, const std::vector<Number>& all) {
    std::string bytes = little_endian(type) + little_endian<std::uint64_t>(all.size());
    for (const Number each : all)
      bytes += little_endian(each);
    value(key, 9, bytes);
  }

  /// `axes` in the file's order, the fastest first; `offset` where the data begins, by default behind what is there.
  void info(const std::string& name, const std::vector<std::uint64_t>& axes, std::uint32_t kind, std::uint64_t offset) {
    infos += gguf_text(name) + little_endian(static_cast<std::uint32_t>(axes.size()));
    for (const std::uint64_t axis : axes)
      infos += little_endian(axis);
    infos += little_endian(kind) + little_endian(offset);
    ++tensors;
  }
  void tensor(const std::string& name, const std::vector<std::uint64_t>& axes, std::uint32_t kind,
              const std::string& bytes) {
    data.resize((data.size() + alignment - 1) / alignment * alignment);
    info(name, axes, kind, data.size());
    data += bytes;
  }

  [[nodiscard]] std::string header() const {
    return "GGUF" + little_endian(version) + little_endian(tensors) + little_endian(keys) + metadata + infos;
  }
  [[nodiscard]] std::string file() const {
    std::string bytes = header();
    bytes.resize((bytes.size() + alignment - 1) / alignment * alignment);
    return bytes + data;
  }
};

}  // namespace regard::testing
