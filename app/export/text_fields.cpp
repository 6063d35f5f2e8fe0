// SPDX-License-Identifier: Apache-2.0
#include "app/export/text_fields.h"

#include <array>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>

namespace regard {
namespace {

template <class Float>
std::string shortest_digits(Float value) {
  if (!std::isfinite(value)) return "null";
  if (value == 0) return "0";  // nobody looks for a negative zero
  std::array<char, 48> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  return {digits.data(), end};
}

}  // namespace

std::string shortest(float value) {
  return shortest_digits(value);
}

std::string shortest(double value) {
  return shortest_digits(value);
}

std::string json_string(std::string_view text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string markup_text(std::string_view text) {
  std::string result;
  for (const char byte : text) {
    const auto code = static_cast<unsigned char>(byte);
    if (byte == '&')
      result += "&amp;";
    else if (byte == '<')
      result += "&lt;";
    else if (byte == '>')
      result += "&gt;";
    else if (byte == '"')
      result += "&quot;";
    else if (code < 0x20 && byte != '\t' && byte != '\n')
      result += "\uFFFD";
    else
      result += byte;
  }
  return result;
}

std::string csv_field(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
  std::string result = "\"";
  for (const char byte : text) {
    if (byte == '"') result += '"';
    result += byte;
  }
  return result + "\"";
}

}  // namespace regard
