// SPDX-License-Identifier: Apache-2.0
#include "core/model/gguf_metadata.h"

#include "core/base/error.h"
#include "core/format/dequantize.h"
#include "core/model/family.h"

#include <algorithm>
#include <cmath>

namespace regard {

using nlohmann::json;

json gguf_json(const GgufValue& value) {
  if (const auto* number = std::get_if<std::uint64_t>(&value)) return *number;
  if (const auto* number = std::get_if<std::int64_t>(&value)) {
    if (*number >= 0) return static_cast<std::uint64_t>(*number);
    return *number;
  }
  if (const auto* number = std::get_if<double>(&value)) return std::isfinite(*number) ? json(*number) : json("∞");
  if (const auto* flag = std::get_if<bool>(&value)) return *flag;
  return gguf_excerpt(value);
}

double GgufMetadata::number(std::string_view name, double fallback) const {
  const GgufValue* value = find(name);
  if (value == nullptr) return fallback;
  const json number = gguf_json(*value);
  if (!number.is_number()) fail(name, "0.0", gguf_excerpt(*value));
  return number.get<double>();
}

std::vector<std::size_t> GgufMetadata::sizes(std::string_view name, std::size_t count) const {
  const GgufValue* value = find(name);
  if (value == nullptr) return {};
  constexpr double kMost = 1e9;
  const auto* list = std::get_if<GgufArray>(value);
  if (list == nullptr) {
    const double one = number(name, 0.0);
    if (!(one >= 0.0 && one <= kMost)) fail(name, "0, 1 …");
    return std::vector<std::size_t>(count, static_cast<std::size_t>(one));
  }
  if (list->kind != GgufArray::Kind::integers || list->integers.size() != count)
    fail(name, "[…] (" + std::to_string(count) + ")");
  std::vector<std::size_t> sizes;
  for (const std::int64_t each : list->integers) {
    if (each < 0 || each > static_cast<std::int64_t>(kMost)) fail(name, "[0, 1 …]");
    sizes.push_back(static_cast<std::size_t>(each));
  }
  return sizes;
}

void GgufMetadata::copy(const GgufName& pair, json& to) const {
  if (const GgufValue* value = find(pair.gguf)) to[pair.huggingface] = gguf_json(*value);
}

void GgufMetadata::fail(std::string_view name, std::string expected, std::string found) const {
  throw Error("config_value",
              {.file = gguf_.file, .item = key(name), .expected = std::move(expected), .found = std::move(found)});
}

void GgufMetadata::fail(std::string_view name, std::string expected) const {
  const GgufValue* value = find(name);
  fail(name, std::move(expected), value == nullptr ? "∅" : gguf_excerpt(*value));
}

std::vector<float> gguf_numbers(const Gguf& gguf, const StoredTensor& tensor, GgufBytes bytes) {
  if (tensor.type != StoredType::f32)
    throw Error(
        "tensor_dtype",
        {.file = gguf.file, .item = tensor.name, .expected = "F32", .found = std::string(name_of(tensor.type))});
  std::vector<float> numbers((tensor.end - tensor.begin) / sizeof(float));
  dequantize(tensor.type, bytes[tensor.file].subspan(tensor.begin, tensor.end - tensor.begin), numbers);
  return numbers;
}

std::size_t gguf_layers(const GgufMetadata& metadata) {
  return static_cast<std::size_t>(
      std::clamp(metadata.number("block_count", 0.0), 0.0, static_cast<double>(bounds::kLayers)));
}

json gguf_window_types(const GgufMetadata& metadata) {
  constexpr const char* kKey = "attention.sliding_window_pattern";
  const GgufValue* pattern = metadata.find(kKey);
  const auto* flags = pattern == nullptr ? nullptr : std::get_if<GgufArray>(pattern);
  if (flags != nullptr && flags->kind != GgufArray::Kind::flags)
    metadata.fail(kKey, "[true, …]", gguf_excerpt(*pattern));
  const double every = flags != nullptr ? 1.0 : metadata.number(kKey, 4.0);
  if (!(every >= 1.0)) metadata.fail(kKey, "1, 2 …", gguf_excerpt(*pattern));
  const std::size_t layers = flags != nullptr ? flags->flags.size() : gguf_layers(metadata);
  json types = json::array();
  for (std::size_t layer = 0; layer < layers; ++layer) {
    const bool slides =
        flags != nullptr ? flags->flags[layer] : std::fmod(static_cast<double>(layer + 1), every) != 0.0;
    types.push_back(slides ? "sliding_attention" : "full_attention");
  }
  return types;
}

}  // namespace regard
