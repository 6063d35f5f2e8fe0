// SPDX-License-Identifier: Apache-2.0
#include "core/trace/position_switch.h"

#include "core/base/error.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace regard {
namespace {

constexpr float kMostBase = 1e9F, kMostStretch = 64.0F;
constexpr std::array kPositionForms{
    PositionInfo{PositionForm::none, "none"},
    PositionInfo{PositionForm::alibi, "alibi"},
    PositionInfo{PositionForm::base, "base", "b", 100'000.0F, 2.0F, kMostBase},
    PositionInfo{PositionForm::share, "share", "p", 0.5F, 0.0F, 1.0F},
    PositionInfo{PositionForm::linear, "linear", "s", 2.0F, 1.0F, kMostStretch},
    PositionInfo{PositionForm::ntk, "ntk", "s", 2.0F, 1.0F, kMostStretch},
    PositionInfo{PositionForm::yarn, "yarn", "s", 2.0F, 1.0F, kMostStretch},
};

/// The fewest digits that are still this float.
std::string shortest(float number) {
  std::array<char, 32> digits{};
  char* const begin = digits.data();
  char* const end = std::to_chars(begin, begin + digits.size(), number, std::chars_format::general).ptr;
  return {begin, end};
}

/// Without an exponent where that is readable.
std::string plain(float number) {
  constexpr float kWhole = 1e7F;
  if (number < kWhole && number == static_cast<float>(static_cast<long>(number)))
    return std::to_string(static_cast<long>(number));
  return shortest(number);
}

std::string all_names() {
  std::string names;
  for (const PositionInfo& info : kPositionForms)
    names += (names.empty() ? "" : ", ") + std::string(info.name);
  return names;
}

}  // namespace

std::span<const PositionInfo> position_infos() {
  return kPositionForms;
}

const PositionInfo& info_of(PositionForm form) {
  return *std::ranges::find(kPositionForms, form, &PositionInfo::form);
}

PositionSwitch usual_positions(PositionForm form) {
  return {form, info_of(form).usual};
}

bool has_allowed_number(const PositionSwitch& positions) {
  const PositionInfo& info = info_of(positions.form);
  return positions.number >= info.least && positions.number <= info.most;  // NaN is not
}

bool is_stretch(PositionForm form) {
  return form == PositionForm::linear || form == PositionForm::ntk || form == PositionForm::yarn;
}

std::string positions_text(const PositionSwitch& positions) {
  const PositionInfo& info = info_of(positions.form);
  return std::string(info.name) + (info.sign.empty() ? "" : ":" + plain(positions.number));
}

std::string limits_text(PositionForm form) {
  const PositionInfo& info = info_of(form);
  return info.sign.empty() ? "–" : plain(info.least) + "…" + plain(info.most);
}

PositionSwitch parse_positions(std::string_view text) {
  const std::size_t colon = std::min(text.find(':'), text.size());
  const std::string_view name = text.substr(0, colon);
  const auto info = std::ranges::find(kPositionForms, name, &PositionInfo::name);
  if (info == kPositionForms.end())
    throw Error("positions_unknown", {.expected = all_names(), .found = std::string(name)});
  PositionSwitch positions = usual_positions(info->form);
  if (colon == text.size()) return positions;
  const std::string_view digits = text.substr(colon + 1);
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), positions.number);
  const bool read = error == std::errc() && end == digits.data() + digits.size();
  if (info->sign.empty() || !read || !has_allowed_number(positions))
    throw Error("positions_number",
                {.item = std::string(text), .expected = limits_text(info->form), .found = std::string(digits)});
  return positions;
}

}  // namespace regard
