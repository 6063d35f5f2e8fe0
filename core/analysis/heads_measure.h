// SPDX-License-Identifier: Apache-2.0
// A measure of all heads that names its text. A plain value.
#pragma once

#include "core/analysis/head_measures.h"

#include <string>
#include <vector>

namespace regard {

/// One measure of every head, layer by layer, on one text.
struct HeadsMeasure {
  std::string name{};  ///< "coreference"
  std::string text{};  ///< the file it was taken on
  /// `uniform` is what the measure is held against: a head that looks at all allowed keys alike or, of a choice among candidates, the
  /// better of two rules that need no head (the nearest, the first of answers and rivals; the other words are not put before them).
  std::vector<Measure> heads{};
};

}  // namespace regard
