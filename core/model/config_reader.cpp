// SPDX-License-Identifier: Apache-2.0
#include "core/model/config_reader.h"

#include "core/base/error.h"
#include "core/format/json.h"

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

namespace regard {
namespace {

std::string number_text(float value) {
  char text[32];
  std::snprintf(text, sizeof text, "%g", static_cast<double>(value));
  return text;
}

}  // namespace

ConfigReader::ConfigReader(const nlohmann::json& object, std::string file, std::string path)
    : object_(&object),
      file_(std::move(file)),
      path_(std::move(path)),
      read_(std::make_shared<std::set<std::string>>()) {}

const nlohmann::json* ConfigReader::find(std::string_view key) const {
  const auto found = object_->find(key);
  return found == object_->end() || found->is_null() ? nullptr : &*found;
}

const nlohmann::json* ConfigReader::read(std::string_view key, Null null, const std::string& expected) const {
  read_->insert(path_ + std::string(key));
  if (null == Null::refused && is_null(key)) fail(key, expected);
  return find(key);
}

bool ConfigReader::is_null(std::string_view key) const {
  const auto found = object_->find(key);
  return found != object_->end() && found->is_null();
}

bool ConfigReader::holds_objects() const {
  const auto is_object = [](const nlohmann::json& value) { return value.is_object(); };
  return std::any_of(object_->begin(), object_->end(), is_object);
}

bool ConfigReader::empty() const {
  return object_->empty();
}

void ConfigReader::pass_over(std::string_view key) const {
  read_->insert(path_ + std::string(key));
}

bool ConfigReader::was_read(std::string_view key) const {
  return read_->contains(path_ + std::string(key));
}

bool ConfigReader::has(std::string_view key) const {
  return find(key) != nullptr;
}

bool ConfigReader::is_object(std::string_view key) const {
  const nlohmann::json* value = find(key);
  return value != nullptr && value->is_object();
}

bool ConfigReader::is_list(std::string_view key) const {
  const nlohmann::json* value = find(key);
  return value != nullptr && value->is_array();
}

bool ConfigReader::is_text(std::string_view key) const {
  const nlohmann::json* value = find(key);
  return value != nullptr && value->is_string();
}

void ConfigReader::fail(std::string_view key, std::string expected) const {
  const nlohmann::json* value = find(key);
  throw Error("config_value", {.file = file_,
                               .item = path_ + std::string(key),
                               .expected = std::move(expected),
                               .found = value == nullptr ? "null" : json_excerpt(*value)});
}

void ConfigReader::fail_missing(std::string_view key, std::string expected) const {
  throw Error("config_missing", {.file = file_, .item = path_ + std::string(key), .expected = std::move(expected)});
}

std::size_t ConfigReader::size(std::string_view key, Bounds bounds, std::optional<std::size_t> fallback,
                               Null null) const {
  const std::string range = std::to_string(bounds.least) + "…" + std::to_string(bounds.most);
  const nlohmann::json* value = read(key, null, range);
  if (value == nullptr && !fallback) fail_missing(key, range);
  if (value == nullptr) return *fallback;
  if (!value->is_number_unsigned()) fail(key, range);
  const auto number = value->get<std::uint64_t>();
  if (number < bounds.least || number > bounds.most) fail(key, range);
  return static_cast<std::size_t>(number);
}

std::size_t ConfigReader::size_or_all(std::string_view key, Bounds bounds, std::size_t fallback) const {
  const nlohmann::json* value = read(key, Null::missing, {});
  return value != nullptr && *value == -1 ? 0 : size(key, bounds, fallback);
}

std::size_t ConfigReader::size_or_none(std::string_view key, std::size_t most) const {
  const nlohmann::json* value = read(key, Null::missing, {});
  if (value == nullptr || (value->is_number_integer() && !value->is_number_unsigned())) return 0;
  return size(key, {.least = 0, .most = most});
}

std::vector<std::size_t> ConfigReader::sizes(std::string_view key, Bounds bounds) const {
  std::vector<std::size_t> result;
  const nlohmann::json* value = read(key, Null::missing, {});
  if (value == nullptr) return result;
  const std::string expected = "[" + std::to_string(bounds.least) + "…" + std::to_string(bounds.most) + ", …]";
  if (!value->is_array()) fail(key, expected);
  for (const auto& part : *value) {
    if (!part.is_number_unsigned() || part.get<std::uint64_t>() < bounds.least ||
        part.get<std::uint64_t>() > bounds.most)
      fail(key, expected);
    result.push_back(part.get<std::size_t>());
  }
  return result;
}

std::pair<std::size_t, std::size_t> ConfigReader::sides(std::string_view key, Bounds bounds,
                                                        std::optional<std::size_t> fallback) const {
  const nlohmann::json* value = read(key, Null::missing, {});
  if (value == nullptr || !value->is_array()) {
    const std::size_t side = size(key, bounds, fallback);
    return {side, side};
  }
  const auto in_range = [&](const nlohmann::json& side) {
    return side.is_number_unsigned() && side.get<std::uint64_t>() >= bounds.least &&
           side.get<std::uint64_t>() <= bounds.most;
  };
  if (value->size() != 2 || !in_range((*value)[0]) || !in_range((*value)[1]))
    fail(key, std::to_string(bounds.least) + "…" + std::to_string(bounds.most) + " (2)");
  return {(*value)[0].get<std::size_t>(), (*value)[1].get<std::size_t>()};
}

float ConfigReader::positive(std::string_view key, float most, std::optional<float> fallback, Null null) const {
  const std::string range = "> 0, ≤ " + number_text(most);
  const nlohmann::json* value = read(key, null, range);
  if (value == nullptr && !fallback) fail_missing(key, range);
  if (value == nullptr) return *fallback;
  if (!value->is_number()) fail(key, range);
  const auto number = value->get<double>();
  if (!(number >= 1e-30 && number <= static_cast<double>(most))) fail(key, range);
  return static_cast<float>(number);
}

bool ConfigReader::flag(std::string_view key, bool fallback) const {
  const nlohmann::json* value = read(key, Null::missing, {});
  if (value == nullptr) return fallback && !is_null(key);
  if (!value->is_boolean()) fail(key, "true / false");
  return value->get<bool>();
}

std::string ConfigReader::text(std::string_view key, std::optional<std::string> fallback, Null null) const {
  const nlohmann::json* value = read(key, null, "\"…\"");
  if (value == nullptr && !fallback) fail_missing(key, "\"…\"");
  if (value == nullptr) return *std::move(fallback);
  if (!value->is_string()) fail(key, "\"…\"");
  return value->get<std::string>();
}

std::vector<std::string> ConfigReader::texts(std::string_view key) const {
  std::vector<std::string> result;
  const nlohmann::json* value = read(key, Null::missing, {});
  if (value == nullptr) return result;
  if (!value->is_array()) fail(key, "[\"…\", …]");
  for (const auto& part : *value) {
    if (!part.is_string()) fail(key, "[\"…\", …]");
    result.push_back(part.get<std::string>());
  }
  return result;
}

std::vector<float> ConfigReader::positives(std::string_view key, std::size_t count, float most, bool zero) const {
  const std::string expected =
      (zero ? "[≥ 0, ≤ " : "[> 0, ≤ ") + number_text(most) + ", …] (" + std::to_string(count) + ")";
  const nlohmann::json* value = read(key, Null::refused, expected);
  if (value == nullptr) fail_missing(key, expected);
  if (!value->is_array() || value->size() != count) fail(key, expected);
  const double least = zero ? 0.0 : 1e-30;
  std::vector<float> numbers;
  for (const auto& part : *value) {
    if (!part.is_number() || !(part.get<double>() >= least && part.get<double>() <= static_cast<double>(most)))
      fail(key, expected);
    numbers.push_back(part.get<float>());
  }
  return numbers;
}

std::optional<ConfigReader> ConfigReader::object(std::string_view key) const {
  const nlohmann::json* value = read(key, Null::missing, {});
  if (value == nullptr) return std::nullopt;
  if (!value->is_object()) fail(key, "{…}");
  ConfigReader inner(*value, file_, path_ + std::string(key) + ".");
  inner.read_ = read_;
  return inner;
}

}  // namespace regard
