// SPDX-License-Identifier: Apache-2.0
#include "app/panels/common/quantities.h"

#include "app/style/locale.h"
#include "app/widgets/paint.h"

#include <array>
#include <cmath>
#include <cstdio>
#include <ctime>

namespace regard {

std::string plain_number(float value) {
  std::array<char, 48> text{};
  std::snprintf(text.data(), text.size(), "%.6g", std::fabs(static_cast<double>(value)));
  return (value < 0.0F ? "−" : "") + std::string(text.data());
}

std::string file_size(std::uint64_t bytes) {
  static constexpr std::array<const char*, 5> kUnits{"files.b", "files.kb", "files.mb", "files.gb", "files.tb"};
  auto value = static_cast<double>(bytes);
  std::size_t unit = 0;
  for (; value >= 999.5 && unit + 1 < kUnits.size(); ++unit)
    value /= 1000.0;
  return tr(kUnits[unit], {{"size", number(static_cast<float>(value), unit == 0 || value >= 99.95 ? 0 : 1)}});
}

std::string date_and_time(std::int64_t seconds) {
  const auto moment = static_cast<std::time_t>(seconds);
  std::tm local{};
  localtime_r(&moment, &local);
  std::array<char, 64> text{};
  return {text.data(), std::strftime(text.data(), text.size(), tr("files.date"), &local)};
}

}  // namespace regard
