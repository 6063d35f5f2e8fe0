// SPDX-License-Identifier: Apache-2.0
// What several views of one room share. Private to app/viewmodel.
#pragma once

#include "app/viewmodel/views.h"
#include "core/analysis/groups.h"
#include "core/analysis/row_steps.h"

#include <span>
#include <vector>

namespace regard {

/// The units of an axis as groups of tokens.
[[nodiscard]] inline std::vector<TokenGroup> groups_of(std::span<const Unit> units) {
  std::vector<TokenGroup> groups;
  groups.reserve(units.size());
  for (const Unit& unit : units)
    groups.push_back(unit.tokens);
  return groups;
}

/// Are some tokens left out of the axis?
[[nodiscard]] inline bool hides_tokens(const Axis& axis, const Encoding& encoding) {
  std::size_t shown = 0;
  for (const Unit& unit : axis.units)
    shown += unit.tokens.size();
  return shown < encoding.tokens.size();
}

/// Every key as a query sees it, in the order of the text.
[[nodiscard]] std::vector<KeyBar> all_bars(const Encoding& asked, const RowSteps& steps);

}  // namespace regard
