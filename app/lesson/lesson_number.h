// SPDX-License-Identifier: Apache-2.0
// Numbers as lessons write them, wherever they stand in one: "0.5", "0,5", "-1", "−1", "+0,3", "1e-5". Private to app/lesson. Pure;
// any thread.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace regard {

/// As many figures may stand behind a number's point where one is written.
inline constexpr std::size_t max_lesson_digits = 9;

/// A number and what stands behind it.
struct LeadingNumber {
  double value = 0.0;
  std::string_view rest{};
};
/// One sign at most ("-", "−", "+"), digits with a point or a comma, an exponent. Nothing where the text begins with none, or with
/// one that no double holds.
[[nodiscard]] std::optional<LeadingNumber> leading_number(std::string_view text);
/// The whole text is one.
[[nodiscard]] std::optional<double> lesson_number(std::string_view text);
/// A whole number from 0 on, in digits alone; nothing else.
[[nodiscard]] std::optional<std::size_t> whole_number(std::string_view text);

}  // namespace regard
