// SPDX-License-Identifier: Apache-2.0
#include "core/format/json.h"

#include "core/base/error.h"
#include "core/format/placeholder.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

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

namespace {

/// The last characters that leave ink.
std::string_view end_of(std::string_view text) {
  text = text.substr(0, text.find_last_not_of(" \t\r\n") + 1);  // npos + 1 is 0
  std::size_t begin = text.size() - std::min<std::size_t>(text.size(), 24);
  while (begin < text.size() && (static_cast<unsigned char>(text[begin]) & 0xC0U) == 0x80U)
    ++begin;
  text = text.substr(begin);
  return text.substr(text.rfind('\n') + 1);
}

}  // namespace

void fail_json_syntax(std::string_view text, std::size_t offset, const std::string& file) {
  refuse_placeholder(text, file);
  offset = std::min(offset, text.size());
  const std::string_view before = text.substr(0, offset);
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const std::size_t line_start = before.rfind('\n') + 1;  // npos + 1 is 0
  const auto column =
      1 + std::count_if(before.begin() + static_cast<std::ptrdiff_t>(line_start), before.end(), [](char byte) {
        return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U;  // count characters, not bytes
      });
  std::string_view near = text.substr(offset, 24);
  near = near.substr(0, near.find('\n'));
  if (near.empty()) near = end_of(before);  // the text ends too early: then what it ends with
  throw Error("json_syntax",
              {.file = file, .item = std::to_string(line) + ":" + std::to_string(column), .found = std::string(near)});
}

namespace {

/// What Python writes for numbers that JSON has no word for, and a text that stands for each meanwhile: no file holds it, for it has
/// a control character that JSON forbids but where it is escaped, and nobody escapes that one.
struct NotFinite {
  std::string_view word;
  std::string_view stand_in;  ///< as JSON
  std::string_view text;      ///< parsed
  double value;
};
constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr std::string_view kMinusText("\x1e-inf", 5), kInfinityText("\x1einf", 4), kNanText("\x1enan", 4);
constexpr std::array kNotFinite{
    NotFinite{"-Infinity", R"("\u001e-inf")", kMinusText, -kInfinity},
    NotFinite{"Infinity", R"("\u001einf")", kInfinityText, kInfinity},
    NotFinite{"NaN", R"("\u001enan")", kNanText, std::numeric_limits<double>::quiet_NaN()},
};

/// The text with stand-ins, and for each of them where it ends there and how much longer it is than the word.
struct WithStandIns {
  std::string text{};
  std::vector<std::pair<std::size_t, std::size_t>> grown{};

  [[nodiscard]] std::size_t offset_before(std::size_t offset) const {
    std::size_t longer = 0;
    for (const auto& [end, more] : grown)
      if (end <= offset) longer += more;
    return offset - longer;
  }
};

WithStandIns with_stand_ins(std::string_view text) {
  WithStandIns result;
  result.text.reserve(text.size());
  bool in_string = false;
  for (std::size_t at = 0; at < text.size();) {
    const auto word = std::find_if(kNotFinite.begin(), kNotFinite.end(),
                                   [&](const NotFinite& each) { return text.substr(at).starts_with(each.word); });
    if (!in_string && word != kNotFinite.end()) {
      result.text += word->stand_in;
      result.grown.emplace_back(result.text.size(), word->stand_in.size() - word->word.size());
      at += word->word.size();
      continue;
    }
    if (in_string && text[at] == '\\' && at + 1 < text.size())
      result.text += text[at++];
    else if (text[at] == '"')
      in_string = !in_string;
    result.text += text[at++];
  }
  return result;
}

/// Puts the numbers where their stand-ins are. As deep as the document is nested.
void put_numbers_back(nlohmann::json& value) {
  if (value.is_structured()) {
    for (auto& part : value)
      put_numbers_back(part);
    return;
  }
  if (!value.is_string()) return;
  for (const NotFinite& each : kNotFinite)
    if (value.get_ref<const std::string&>() == each.text) {
      value = each.value;
      return;
    }
}

}  // namespace

nlohmann::json parse_python_json(std::string_view text, const std::string& file, std::size_t depth) {
  const bool strict = text.find("NaN") == std::string_view::npos && text.find("Infinity") == std::string_view::npos;
  if (strict) return parse_json(text, file, depth);
  check_json_depth(text, file, depth);
  const WithStandIns changed = with_stand_ins(text);
  try {
    nlohmann::json document = nlohmann::json::parse(changed.text.begin(), changed.text.end());
    put_numbers_back(document);
    return document;
  } catch (const nlohmann::json::parse_error& error) {
    fail_json_syntax(text, changed.offset_before(error.byte == 0 ? 0 : error.byte - 1), file);
  } catch (const nlohmann::json::out_of_range&) {
    throw Error("json_value", {.file = file, .item = "1e…", .expected = "< 1.8e308", .found = "∞"});
  }
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
  if (value.is_number_float() && !std::isfinite(value.get<double>()))
    return std::isnan(value.get<double>()) ? "NaN" : value.get<double>() < 0.0 ? "-Infinity" : "Infinity";
  if (value.is_object()) return "{…} (" + std::to_string(value.size()) + ")";
  if (value.is_array() && value.size() > 8) return "[…] (" + std::to_string(value.size()) + ")";
  if (value.is_array() &&
      std::any_of(value.begin(), value.end(), [](const auto& part) { return part.is_structured(); }))
    return "[…] (" + std::to_string(value.size()) + ")";
  return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace regard
