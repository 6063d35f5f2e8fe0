// SPDX-License-Identifier: Apache-2.0
#include "app/style/change_text.h"

#include "app/style/locale.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace regard {

std::string at_most_text(float most) {
  if (!(most > 0.0F)) return "0";
  constexpr int kMostDecimals = 9;
  const double value = most;
  const int decimals = std::clamp(1 - static_cast<int>(std::floor(std::log10(value))), 0, kMostDecimals);
  const double scale = std::pow(10.0, decimals);
  char text[48];
  std::snprintf(text, sizeof text, "%.*f", decimals, std::ceil(value * scale * (1.0 - 1e-7)) / scale);
  return text;
}

std::string small_change_note(float most, float seen) {
  if (!(most > 0.0F)) return tr("difference.nothing_changed");
  if (most >= seen) return {};
  return tr("difference.no_more_than", {{"most", at_most_text(most)}});
}

}  // namespace regard
