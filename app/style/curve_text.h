// SPDX-License-Identifier: Apache-2.0
// What the measures of heads over training are called. UI thread only.
#pragma once

#include "core/analysis/checkpoint_curves.h"

#include <string>

namespace regard {

/// "previous token"
[[nodiscard]] std::string curve_name(CurveMeasure measure);
/// What it is, in a sentence.
[[nodiscard]] std::string curve_about(CurveMeasure measure);

}  // namespace regard
