// SPDX-License-Identifier: Apache-2.0
#include "core/format/json.h"

#include "core/base/error.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace regard {

void check_json_depth(std::string_view text, const std::string& file, std::size_t depth) {
  std::size_t open = 0;
  bool in_string = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char symbol = text[at];
    if (in_string) {
      if (symbol == '\\')
        ++at;  // whatever is escaped does not end the string
      else if (symbol == '"')
        in_string = false;
    } else if (symbol == '"') {
      in_string = true;
    } else if (symbol == '{' || symbol == '[') {
      if (++open > depth) throw Error("json_depth", {.file = file, .expected = std::to_string(depth)});
    } else if ((symbol == '}' || symbol == ']') && open > 0) {
      --open;
    }
  }
}

void fail_json_syntax(std::string_view text, std::size_t offset, const std::string& file) {
  offset = std::min(offset, text.size());
  const std::string_view before = text.substr(0, offset);
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const std::size_t line_start = before.rfind('\n') + 1;  // npos + 1 is 0
  const auto column =
      1 + std::count_if(before.begin() + static_cast<std::ptrdiff_t>(line_start), before.end(), [](char byte) {
        return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U;  // count characters, not bytes
      });
  const std::string_view rest = text.substr(offset, 24);
  throw Error("json_syntax", {.file = file,
                              .item = std::to_string(line) + ":" + std::to_string(column),
                              .found = std::string(rest.substr(0, rest.find('\n')))});
}

nlohmann::json parse_json(std::string_view text, const std::string& file, std::size_t depth) {
  check_json_depth(text, file, depth);
  try {
    return nlohmann::json::parse(text.begin(), text.end());
  } catch (const nlohmann::json::parse_error& error) {
    fail_json_syntax(text, error.byte == 0 ? 0 : error.byte - 1, file);
  } catch (const nlohmann::json::out_of_range&) {  // a number no double can hold; the parser does not say where
    throw Error("json_value", {.file = file, .item = "1e…", .expected = "< 1.8e308", .found = "∞"});
  }
}

std::string json_excerpt(const nlohmann::json& value) {
  if (value.is_object()) return "{…} (" + std::to_string(value.size()) + ")";
  if (value.is_array() && value.size() > 8) return "[…] (" + std::to_string(value.size()) + ")";
  if (value.is_array() &&
      std::any_of(value.begin(), value.end(), [](const auto& part) { return part.is_structured(); }))
    return "[…] (" + std::to_string(value.size()) + ")";
  return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace regard
