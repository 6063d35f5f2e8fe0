// SPDX-License-Identifier: Apache-2.0
#include "core/format/safetensors.h"

#include "core/base/error.h"
#include "core/format/json.h"

#include <algorithm>
#include <cstring>
#include <nlohmann/json.hpp>
#include <optional>

namespace regard {
namespace {

constexpr std::size_t kMostSafetensorsAxes = 16;

std::optional<StoredType> type_named(std::string_view name) {
  for (std::size_t index = 0; index < kPlainTypes; ++index)
    if (name_of(static_cast<StoredType>(index)) == name) return static_cast<StoredType>(index);
  return std::nullopt;
}

std::optional<std::size_t> product(std::size_t a, std::size_t b) {
  std::size_t result = 0;
  if (__builtin_mul_overflow(a, b, &result)) return std::nullopt;
  return result;
}

/// Receives the header's JSON piece by piece: {"name": {"dtype": …, "shape": […], "data_offsets": [b, e]}, …,
/// "__metadata__": {…}}. Nothing but tensors is kept, so memory stays proportional to them whatever the header says.
/// Offsets are still counted from the start of the data here. Returning false stops the parser; `wrong` then says why.
class HeaderReader : public nlohmann::json_sax<nlohmann::json> {
public:
  struct Wrong {
    std::string item, expected, found;
  };

  std::vector<StoredTensor> tensors{};
  std::optional<Wrong> wrong{};
  std::size_t syntax_error_at = 0;

  bool start_object(std::size_t) override {
    if (++depth_ == 1) return true;
    if (depth_ == 2 && !in_array_) {
      in_metadata_ = key_ == "__metadata__";
      if (!in_metadata_) begin_tensor();
      return true;
    }
    return complain("a value", "{");
  }
  bool key(string_t& text) override {
    key_ = text;
    return true;
  }
  bool end_object() override {
    if (--depth_ == 0 || in_metadata_) {
      in_metadata_ = false;
      return true;
    }
    if (!has_type_) return complain_about(tensors.back().name + ".dtype", "\"F32\"", "");
    if (!has_shape_) return complain_about(tensors.back().name + ".shape", "[n, …]", "");
    if (offsets_ != 2) return complain_about(tensors.back().name + ".data_offsets", "[begin, end]", "");
    return true;
  }
  bool start_array(std::size_t) override {
    if (depth_ != 2 || in_metadata_ || in_array_) return complain("a value", "[");
    if (key_ == "shape") {
      if (std::exchange(has_shape_, true)) return complain("a single shape", "a second one");
    } else if (key_ == "data_offsets") {
      if (offsets_ != 0) return complain("a single pair", "a second one");
    } else {
      return complain("a value", "[");
    }
    return in_array_ = true;
  }
  bool end_array() override {
    in_array_ = false;
    return true;
  }
  bool number_unsigned(number_unsigned_t value) override {
    if (!in_array_) return complain("a string", std::to_string(value));
    StoredTensor& tensor = tensors.back();
    if (key_ == "shape") {
      if (tensor.shape.size() == kMostSafetensorsAxes) return complain("at most 16 axes", "more");
      tensor.shape.push_back(value);
      return true;
    }
    if (offsets_ == 2) return complain("[begin, end]", "a third number");
    (offsets_++ == 0 ? tensor.begin : tensor.end) = value;
    return true;
  }
  bool string(string_t& text) override {
    if (in_metadata_) return true;
    if (depth_ != 2 || in_array_ || key_ != "dtype") return complain("a number", "\"" + text + "\"");
    const auto type = type_named(text);
    if (!type) return complain("BOOL, U8 … F16, BF16, F32, F64", text);
    if (std::exchange(has_type_, true)) return complain("a single type", "a second one");
    tensors.back().type = *type;
    return true;
  }
  bool null() override { return complain("a value", "null"); }
  bool boolean(bool value) override { return complain("a value", value ? "true" : "false"); }
  bool number_integer(number_integer_t value) override { return complain("≥ 0", std::to_string(value)); }
  bool number_float(number_float_t, const string_t& text) override { return complain("0, 1, 2 …", text); }
  bool binary(binary_t&) override { return complain("a value", "?"); }
  bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception&) override {
    syntax_error_at = position == 0 ? 0 : position - 1;
    return false;
  }

private:
  void begin_tensor() {
    tensors.push_back({.name = key_});
    has_type_ = has_shape_ = false;
    offsets_ = 0;
  }
  bool complain(std::string expected, std::string found) {
    std::string item = depth_ == 0 ? "the header" : key_;
    if (depth_ >= 2 && !in_metadata_ && !tensors.empty()) item = tensors.back().name + "." + key_;
    return complain_about(std::move(item), std::move(expected), std::move(found));
  }
  bool complain_about(std::string item, std::string expected, std::string found) {
    wrong = Wrong{std::move(item), std::move(expected), std::move(found)};
    return false;
  }

  std::string key_{};
  int depth_ = 0;
  int offsets_ = 0;
  bool in_metadata_ = false, in_array_ = false, has_type_ = false, has_shape_ = false;
};

std::string_view header_text(std::span<const std::byte> file, const std::string& name) {
  constexpr std::size_t kLengthBytes = 8;
  if (file.size() < kLengthBytes)
    throw Error("file_truncated", {.file = name,
                                   .item = "safetensors",
                                   .expected = std::to_string(kLengthBytes),
                                   .found = std::to_string(file.size())});
  std::uint64_t length = 0;
  for (std::size_t at = kLengthBytes; at-- > 0;)
    length = (length << 8) | std::to_integer<std::uint64_t>(file[at]);
  const std::size_t most = std::min(kSafetensorsHeaderLimit, file.size() - kLengthBytes);
  if (length < 2 || length > most)
    throw Error("safetensors_header", {.file = name,
                                       .item = "header length",
                                       .expected = "2…" + std::to_string(most),
                                       .found = std::to_string(length)});
  return {reinterpret_cast<const char*>(file.data()) + kLengthBytes, static_cast<std::size_t>(length)};
}

std::vector<StoredTensor> read_header(std::string_view text, const std::string& name) {
  HeaderReader reader;
  if (text.front() != '{')
    throw Error("safetensors_header",
                {.file = name, .item = "header", .expected = "{…}", .found = std::string(text.substr(0, 16))});
  check_json_depth(text, name);
  if (!nlohmann::json::sax_parse(text.begin(), text.end(), &reader)) {
    if (reader.wrong)
      throw Error(
          "safetensors_header",
          {.file = name, .item = reader.wrong->item, .expected = reader.wrong->expected, .found = reader.wrong->found});
    fail_json_syntax(text, reader.syntax_error_at, name);
  }
  return std::move(reader.tensors);
}

/// Turns offsets in the data into offsets in the file, after checking them.
void place(StoredTensor& tensor, std::size_t data_begin, std::size_t data_size, const std::string& name) {
  if (tensor.begin > tensor.end || tensor.end > data_size)
    throw Error("tensor_range", {.file = name,
                                 .item = tensor.name,
                                 .expected = std::to_string(data_size),
                                 .found = std::to_string(tensor.begin) + "…" + std::to_string(tensor.end)});
  std::optional<std::size_t> bytes = block_of(tensor.type).bytes;
  const bool has_empty_axis = std::find(tensor.shape.begin(), tensor.shape.end(), 0U) != tensor.shape.end();
  for (const std::size_t axis : tensor.shape)
    bytes = bytes && !has_empty_axis ? product(*bytes, axis) : bytes;
  if (has_empty_axis) bytes = 0;
  if (!bytes || *bytes != tensor.end - tensor.begin)
    throw Error("tensor_size", {.file = name,
                                .item = tensor.name,
                                .expected = bytes ? std::to_string(*bytes) : "> 2⁶⁴",
                                .found = std::to_string(tensor.end - tensor.begin)});
  tensor.begin += data_begin;
  tensor.end += data_begin;
}

}  // namespace

std::vector<StoredTensor> parse_safetensors(std::span<const std::byte> file, const std::string& name) {
  const std::string_view header = header_text(file, name);
  std::vector<StoredTensor> tensors = read_header(header, name);
  const std::size_t data_begin = 8 + header.size();
  for (StoredTensor& tensor : tensors)
    place(tensor, data_begin, file.size() - data_begin, name);
  check_apart(tensors, name);
  return tensors;
}

std::map<std::string, std::string, std::less<>> parse_safetensors_index(std::string_view json,
                                                                        const std::string& name) {
  const nlohmann::json document = parse_json(json, name);
  if (!document.is_object() || !document.contains("weight_map") || !document["weight_map"].is_object())
    throw Error("json_missing", {.file = name, .item = "weight_map", .expected = "{…}"});
  std::map<std::string, std::string, std::less<>> result;
  for (const auto& [tensor, place] : document["weight_map"].items()) {
    const std::string shard = place.is_string() ? place.get<std::string>() : json_excerpt(place);
    const bool plain = place.is_string() && !shard.empty() && shard.front() != '.' && shard.size() <= 255 &&
                       shard.find_first_of(std::string_view("/\\\0", 3)) == std::string::npos;
    if (!plain) throw Error("safetensors_shard", {.file = name, .item = tensor, .found = shard});
    result.emplace(tensor, shard);
  }
  return result;
}

}  // namespace regard
