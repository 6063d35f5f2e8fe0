// SPDX-License-Identifier: Apache-2.0
#include "app/panels/frame/bar_fit.h"

#include <algorithm>

namespace regard {
namespace {

struct Step {
  BarPart part;
  BarSize size;
};

/// What gives way first stands first. Last of all goes the model: which numbers these are.
constexpr std::array kSteps{
    Step{BarPart::mark, BarSize::gone},        Step{BarPart::examples, BarSize::in_more},
    Step{BarPart::model, BarSize::small},      Step{BarPart::workspace, BarSize::small},
    Step{BarPart::settings, BarSize::in_more}, Step{BarPart::file, BarSize::in_more},
    Step{BarPart::lessons, BarSize::in_more},  Step{BarPart::shown, BarSize::in_more},
    Step{BarPart::view, BarSize::in_more},     Step{BarPart::workspace, BarSize::in_more},
    Step{BarPart::model, BarSize::in_more},
};

float total(const BarWidths& widths, const BarSizes& sizes) {
  float sum = needs_more(sizes) ? widths.more : -widths.space;
  for (std::size_t index = 0; index < kBarParts; ++index)
    if (sizes[index] == BarSize::whole || sizes[index] == BarSize::small)
      sum += bar_width(widths, static_cast<BarPart>(index), sizes[index]) + widths.space;
  return sum;
}

}  // namespace

float bar_width(const BarWidths& widths, BarPart part, BarSize size) {
  const auto index = static_cast<std::size_t>(part);
  return size == BarSize::whole ? widths.whole[index] : size == BarSize::small ? widths.small[index] : 0.0F;
}

bool needs_more(const BarSizes& sizes) {
  return std::find(sizes.begin(), sizes.end(), BarSize::in_more) != sizes.end();
}

BarSizes fit_bar(const BarWidths& widths, float room) {
  constexpr auto kView = static_cast<std::size_t>(BarPart::view);
  BarSizes sizes{};
  sizes[kView] = BarSize::small;
  for (const Step& step : kSteps) {
    if (total(widths, sizes) <= room) break;
    sizes[static_cast<std::size_t>(step.part)] = step.size;
  }
  if (sizes[kView] != BarSize::small) return sizes;
  BarSizes with_words = sizes;
  with_words[kView] = BarSize::whole;
  return total(widths, with_words) <= room ? with_words : sizes;
}

}  // namespace regard
