// SPDX-License-Identifier: Apache-2.0
#include "app/style/curve_text.h"

#include "app/style/locale.h"

#include <array>

namespace regard {

std::string curve_name(CurveMeasure measure) {
  static constexpr std::array<const char*, curve_measures> kNames{"checkpoints.previous_token", "checkpoints.induction",
                                                                  "checkpoints.distance", "checkpoints.entropy"};
  return tr(kNames[static_cast<std::size_t>(measure)]);
}

std::string curve_about(CurveMeasure measure) {
  static constexpr std::array<const char*, curve_measures> kSentences{
      "checkpoints.previous_token_hint", "checkpoints.induction_hint", "checkpoints.distance_hint",
      "checkpoints.entropy_hint"};
  return tr(kSentences[static_cast<std::size_t>(measure)]);
}

}  // namespace regard
