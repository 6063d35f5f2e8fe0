// SPDX-License-Identifier: Apache-2.0
// Reading tokenizer.json field by field: each complaint names the file and the item. Private to core/text.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace regard {

/// Where we are in the document, for errors: file and dotted item.
struct JsonPlace {
  std::string file{};
  std::string item{};
  [[nodiscard]] JsonPlace at(std::string_view key) const;
  [[nodiscard]] JsonPlace at(std::size_t index) const;
};

/// `expected` is a name or an excerpt, not a sentence. Throws Error tokenizer_value.
[[noreturn]] void fail_value(const JsonPlace& place, std::string_view expected, const nlohmann::json& found);
/// Throws Error tokenizer_unsupported.
[[noreturn]] void fail_unsupported(const JsonPlace& place, std::string_view known, std::string_view found);

/// The member, or nullptr where it is absent or null. Throws where `object` is no object.
[[nodiscard]] const nlohmann::json* member(const JsonPlace& place, const nlohmann::json& object, const char* key);
/// The member, which must be an array or object.
[[nodiscard]] const nlohmann::json& array_member(const JsonPlace& place, const nlohmann::json& object, const char* key);

/// Members with a fallback for absent or null ones; a value of another kind is an Error.
[[nodiscard]] std::string string_member(const JsonPlace& place, const nlohmann::json& object, const char* key,
                                        std::string_view fallback = {});
/// A token, named by its text or by an object with its "content"; empty where neither is there.
[[nodiscard]] std::string token_member(const JsonPlace& place, const nlohmann::json& object, const char* key);
[[nodiscard]] bool bool_member(const JsonPlace& place, const nlohmann::json& object, const char* key, bool fallback);

/// A text that must be there.
[[nodiscard]] std::string as_string(const JsonPlace& place, const nlohmann::json& value);
[[nodiscard]] bool is_id(const nlohmann::json& value, std::size_t limit);
/// An id from 0 to `limit` − 1.
[[nodiscard]] std::int32_t as_id(const JsonPlace& place, const nlohmann::json& value, std::size_t limit);

}  // namespace regard
