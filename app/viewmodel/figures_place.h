// SPDX-License-Identifier: Apache-2.0
// Reading figures.json, which a recipe has measured and written beside its models: a value of the file, and where it stands, so that what is
// missing, of another kind or out of range is told by its place. Every function throws Error json_…; any thread.
#pragma once

#include "core/base/error.h"
#include "core/format/json.h"

#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

namespace regard {

inline constexpr std::size_t kMostFigure = 1U << 24;  ///< of whole numbers

/// A value and where it stands, for complaints.
struct FiguresPlace {
  const std::string& file;
  std::string item;
  const nlohmann::json& value;

  [[noreturn]] void fail(const std::string& expected) const {
    throw Error("json_value", {.file = file, .item = item, .expected = expected, .found = json_excerpt(value)});
  }
  [[nodiscard]] FiguresPlace at(const std::string& key) const {
    if (!value.is_object()) fail("{…}");
    const auto found = value.find(key);
    if (found == value.end())
      throw Error("json_missing", {.file = file, .item = item.empty() ? key : item + "." + key});
    return {file, item.empty() ? key : item + "." + key, *found};
  }
  [[nodiscard]] FiguresPlace at(std::size_t index) const {
    return {file, item + "[" + std::to_string(index) + "]", value[index]};
  }
  [[nodiscard]] std::size_t list_of(std::size_t least, std::size_t most) const {
    if (!value.is_array() || value.size() < least || value.size() > most)
      fail("[" + std::to_string(least) + (least == most ? "" : "…" + std::to_string(most)) + "]");
    return value.size();
  }
  [[nodiscard]] std::size_t count() const {
    if (!value.is_number_unsigned() || value.get<std::uint64_t>() > kMostFigure)
      fail("0…" + std::to_string(kMostFigure));
    return value.get<std::size_t>();
  }
  [[nodiscard]] double share() const { return amount(1.0); }
  /// Finite, from 0 to `most`.
  [[nodiscard]] double amount(double most) const {
    if (!value.is_number() || !(value.get<double>() >= 0.0) || !(value.get<double>() <= most))
      fail("0…" + std::to_string(static_cast<std::size_t>(most)));
    return value.get<double>();
  }
  [[nodiscard]] std::string text() const {
    if (!value.is_string()) fail("\"…\"");
    return value.get<std::string>();
  }
};

}  // namespace regard
