// SPDX-License-Identifier: Apache-2.0
// Writes safetensors files for tests: sound ones from tensors, and any header one likes in front of any data.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace regard::testing {

struct FileTensor {
  std::string name{};
  std::string type = "F32";
  std::vector<std::size_t> shape{};
  std::string bytes{};
};

/// The file that has this header text and this data, the length in front as it should be.
inline std::string safetensors_with(std::string_view header, std::string_view data) {
  std::string file;
  for (int byte = 0; byte < 8; ++byte)
    file += static_cast<char>(header.size() >> (8 * byte) & 0xFF);
  return file.append(header).append(data);
}

/// Spaces after the header bring the data to a multiple of eight, plus `shift`.
inline std::string safetensors_of(std::span<const FileTensor> tensors, std::size_t shift = 0) {
  std::string header = R"({"__metadata__": {"format": "pt"})";
  std::string data;
  for (const FileTensor& tensor : tensors) {
    header += ", \"" + tensor.name + R"(": {"dtype": ")" + tensor.type + R"(", "shape": [)";
    for (std::size_t axis = 0; axis < tensor.shape.size(); ++axis)
      header += (axis > 0 ? ", " : "") + std::to_string(tensor.shape[axis]);
    header += "], \"data_offsets\": [" + std::to_string(data.size()) + ", ";
    data += tensor.bytes;
    header += std::to_string(data.size()) + "]}";
  }
  header += "}";
  while (header.size() % 8 != shift % 8)
    header += ' ';
  return safetensors_with(header, data);
}

inline std::string bytes_of(std::span<const float> values) {
  return {reinterpret_cast<const char*>(values.data()), values.size_bytes()};
}

}  // namespace regard::testing
