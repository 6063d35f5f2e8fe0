// SPDX-License-Identifier: Apache-2.0
#include "core/text/json_fields.h"

#include "core/base/error.h"
#include "core/format/json.h"

namespace regard {

JsonPlace JsonPlace::at(std::string_view key) const {
  return {file, item.empty() ? std::string(key) : item + "." + std::string(key)};
}

JsonPlace JsonPlace::at(std::size_t index) const {
  return {file, item + "[" + std::to_string(index) + "]"};
}

void fail_value(const JsonPlace& place, std::string_view expected, const nlohmann::json& found) {
  throw Error("tokenizer_value", {place.file, place.item, std::string(expected), json_excerpt(found)});
}

void fail_unsupported(const JsonPlace& place, std::string_view known, std::string_view found) {
  throw Error("tokenizer_unsupported", {place.file, place.item, std::string(known), std::string(found)});
}

const nlohmann::json* member(const JsonPlace& place, const nlohmann::json& object, const char* key) {
  if (!object.is_object()) fail_value(place, "{…}", object);
  const auto found = object.find(key);
  return found == object.end() || found->is_null() ? nullptr : &*found;
}

const nlohmann::json& array_member(const JsonPlace& place, const nlohmann::json& object, const char* key) {
  const nlohmann::json* found = member(place, object, key);
  if (found == nullptr || !found->is_array())
    fail_value(place.at(key), "[…]", found == nullptr ? nlohmann::json() : *found);
  return *found;
}

std::string string_member(const JsonPlace& place, const nlohmann::json& object, const char* key,
                          std::string_view fallback) {
  const nlohmann::json* found = member(place, object, key);
  return found == nullptr ? std::string(fallback) : as_string(place.at(key), *found);
}

std::string token_member(const JsonPlace& place, const nlohmann::json& object, const char* key) {
  const nlohmann::json* value = member(place, object, key);
  if (value == nullptr) return {};
  if (value->is_object()) return string_member(place.at(key), *value, "content");
  return value->is_string() ? value->get<std::string>() : std::string();
}

bool bool_member(const JsonPlace& place, const nlohmann::json& object, const char* key, bool fallback) {
  const nlohmann::json* found = member(place, object, key);
  if (found == nullptr) return fallback;
  if (!found->is_boolean()) fail_value(place.at(key), "true | false", *found);
  return found->get<bool>();
}

std::string as_string(const JsonPlace& place, const nlohmann::json& value) {
  if (!value.is_string()) fail_value(place, "\"…\"", value);
  return value.get<std::string>();
}

bool is_id(const nlohmann::json& value, std::size_t limit) {
  return value.is_number_unsigned() && value.get<std::uint64_t>() < limit;
}

std::int32_t as_id(const JsonPlace& place, const nlohmann::json& value, std::size_t limit) {
  if (!is_id(value, limit)) fail_value(place, "0…" + std::to_string(limit - 1), value);
  return value.get<std::int32_t>();
}

}  // namespace regard
