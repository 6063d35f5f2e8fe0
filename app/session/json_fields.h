// SPDX-License-Identifier: Apache-2.0
// Reading the fields of our own JSON files: strict about types and sizes, silent about keys that are missing or unknown.
// Private to app/session (it pulls in nlohmann/json). Every complaint is an Error session_value that names the item by its
// path, as in "query.value".
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace regard {

/// A choice and how files spell it.
template <class Value>
struct Named {
  Value value;
  const char* name;
};

template <class Names, class Value>
[[nodiscard]] const char* name_of(const Names& names, Value value) {
  for (const auto& entry : names)
    if (entry.value == value) return entry.name;
  return names.front().name;
}

/// The double with the fewest digits that is still this float: 0.05, not 0.05000000074505806.
[[nodiscard]] double shortest_double(float value);

/// The fields of one JSON object; borrows the object and the file's name.
class Fields {
public:
  Fields(const nlohmann::json& object, const std::string& file, std::string path)
      : object_(object), file_(file), path_(std::move(path)) {}

  void read(const char* key, bool& value) const;
  void read(const char* key, float& value) const;
  void read(const char* key, std::size_t& value, std::size_t most) const;
  void read(const char* key, std::string& value, std::size_t most_bytes) const;
  void read(const char* key, std::vector<std::string>& value, std::size_t most_items, std::size_t most_bytes) const;
  /// Whole numbers from 0 on.
  void read(const char* key, std::vector<std::int32_t>& value, std::size_t most_items) const;

  /// One of the names of an enumeration.
  template <class Value, std::size_t count>
  void read(const char* key, Value& value, const std::array<Named<Value>, count>& names) const {
    std::vector<const char*> known;
    known.reserve(count);
    for (const auto& entry : names)
      known.push_back(entry.name);
    if (const std::size_t found = read_name(key, known); found < count) value = names[found].value;
  }

  void read_object(const char* key, const std::function<void(const Fields&)>& visit) const;
  /// A list of objects.
  void read_list(const char* key, std::size_t most, const std::function<void(const Fields&)>& visit) const;

  // For those who hand a part of the file on to another reader.
  [[nodiscard]] const nlohmann::json& object() const { return object_; }
  [[nodiscard]] const std::string& file() const { return file_; }
  /// The path of a key, as complaints name it: "query.value".
  [[nodiscard]] std::string item(const char* key) const { return path_ + key; }

private:
  [[nodiscard]] const nlohmann::json* find(const char* key) const;
  [[nodiscard]] const nlohmann::json* find_list(const char* key, std::size_t most) const;
  [[nodiscard]] std::size_t read_name(const char* key, std::span<const char* const> known) const;
  void read_text(const nlohmann::json& found, const std::string& item, std::string& value,
                 std::size_t most_bytes) const;
  [[noreturn]] void fail(const std::string& item, const std::string& expected, const nlohmann::json& found) const;

  const nlohmann::json& object_;
  const std::string& file_;
  std::string path_;
};

/// A parsed file: an object whose "format" is a version from 1 to `newest_format`.
class Document {
public:
  Document(std::string_view json, const std::string& file, std::size_t newest_format);
  [[nodiscard]] Fields fields() const { return {json_, file_, ""}; }

private:
  nlohmann::json json_;
  std::string file_;
};

}  // namespace regard
