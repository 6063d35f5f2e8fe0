// SPDX-License-Identifier: Apache-2.0
#include "app/session/json_fields.h"

#include "core/base/error.h"
#include "core/format/json.h"

#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>

namespace regard {

using nlohmann::json;

double shortest_double(float value) {
  char digits[32];
  const auto written = std::to_chars(std::begin(digits), std::end(digits), value);
  double result = value;
  std::from_chars(std::begin(digits), written.ptr, result);
  return result;
}

void Fields::fail(const std::string& item, const std::string& expected, const json& found) const {
  throw Error("session_value", {.file = file_, .item = item, .expected = expected, .found = json_excerpt(found)});
}

const json* Fields::find(const char* key) const {
  const auto found = object_.find(key);
  return found == object_.end() ? nullptr : &*found;
}

void Fields::read(const char* key, bool& value) const {
  const json* found = find(key);
  if (found == nullptr) return;
  if (!found->is_boolean()) fail(item(key), "true / false", *found);
  value = found->get<bool>();
}

void Fields::read(const char* key, float& value) const {
  const json* found = find(key);
  if (found == nullptr) return;
  constexpr double most = std::numeric_limits<float>::max();
  if (!found->is_number() || std::abs(found->get<double>()) > most) fail(item(key), "0.0", *found);
  value = found->get<float>();
}

void Fields::read(const char* key, std::size_t& value, std::size_t most) const {
  const json* found = find(key);
  if (found == nullptr) return;
  if (!found->is_number_unsigned() || found->get<std::uint64_t>() > most)
    fail(item(key), "0…" + std::to_string(most), *found);
  value = static_cast<std::size_t>(found->get<std::uint64_t>());
}

void Fields::read_text(const json& found, const std::string& name, std::string& value, std::size_t most_bytes) const {
  if (!found.is_string()) fail(name, "\"…\"", found);
  const auto& text = found.get_ref<const std::string&>();
  if (text.size() > most_bytes)
    throw Error("session_value", {.file = file_,
                                  .item = name,
                                  .expected = "\"…\" (≤ " + std::to_string(most_bytes) + " B)",
                                  .found = std::to_string(text.size()) + " B"});
  value = text;
}

void Fields::read(const char* key, std::string& value, std::size_t most_bytes) const {
  if (const json* found = find(key)) read_text(*found, item(key), value, most_bytes);
}

const json* Fields::find_list(const char* key, std::size_t most) const {
  const json* found = find(key);
  if (found != nullptr && (!found->is_array() || found->size() > most))
    fail(item(key), "[…] (≤ " + std::to_string(most) + ")", *found);
  return found;
}

void Fields::read(const char* key, std::vector<std::string>& value, std::size_t most_items,
                  std::size_t most_bytes) const {
  const json* found = find_list(key, most_items);
  if (found == nullptr) return;
  value.clear();
  for (std::size_t index = 0; index < found->size(); ++index)
    read_text((*found)[index], item(key) + "[" + std::to_string(index) + "]", value.emplace_back(), most_bytes);
}

void Fields::read(const char* key, std::vector<std::int32_t>& value, std::size_t most_items) const {
  const json* found = find_list(key, most_items);
  if (found == nullptr) return;
  constexpr auto most = static_cast<std::uint64_t>(std::numeric_limits<std::int32_t>::max());
  value.clear();
  for (const json& each : *found) {
    if (!each.is_number_unsigned() || each.get<std::uint64_t>() > most)
      fail(item(key) + "[" + std::to_string(value.size()) + "]", "0…" + std::to_string(most), each);
    value.push_back(static_cast<std::int32_t>(each.get<std::uint64_t>()));
  }
}

std::size_t Fields::read_name(const char* key, std::span<const char* const> known) const {
  const json* found = find(key);
  if (found == nullptr) return known.size();
  std::string expected;
  for (std::size_t index = 0; index < known.size(); ++index) {
    if (found->is_string() && found->get_ref<const std::string&>() == known[index]) return index;
    expected += (index == 0 ? "\"" : " / \"") + std::string(known[index]) + "\"";
  }
  fail(item(key), expected, *found);
}

void Fields::read_object(const char* key, const std::function<void(const Fields&)>& visit) const {
  const json* found = find(key);
  if (found == nullptr) return;
  if (!found->is_object()) fail(item(key), "{…}", *found);
  visit(Fields(*found, file_, item(key) + "."));
}

void Fields::read_list(const char* key, std::size_t most, const std::function<void(const Fields&)>& visit) const {
  const json* found = find_list(key, most);
  if (found == nullptr) return;
  for (std::size_t index = 0; index < found->size(); ++index) {
    const std::string name = item(key) + "[" + std::to_string(index) + "]";
    if (!(*found)[index].is_object()) fail(name, "{…}", (*found)[index]);
    visit(Fields((*found)[index], file_, name + "."));
  }
}

Document::Document(std::string_view text, const std::string& file, std::size_t newest_format) : file_(file) {
  json_ = parse_json(text, file);
  if (!json_.is_object())
    throw Error("session_value", {.file = file, .item = "JSON", .expected = "{…}", .found = json_excerpt(json_)});
  if (!json_.contains("format")) throw Error("json_missing", {.file = file, .item = "format", .expected = "1"});
  std::size_t format = 0;
  fields().read("format", format, std::numeric_limits<std::size_t>::max());
  if (format > newest_format)
    throw Error("session_version",
                {.file = file, .expected = std::to_string(newest_format), .found = std::to_string(format)});
  if (format == 0)
    throw Error("session_value",
                {.file = file, .item = "format", .expected = "1…" + std::to_string(newest_format), .found = "0"});
}

}  // namespace regard
