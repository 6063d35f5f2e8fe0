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

/// Which tokens are hidden: special ones, but for a [MASK] in the text. Empty where none is hidden.
[[nodiscard]] std::vector<bool> hidden_tokens(const Snapshot& snapshot, bool hide_special, const Encoding& encoding);
/// Divides a row's weights (`weight_of(index)` is a reference) by the sum of those that are not hidden, and gives that sum.
template <class WeightOf>
double renormalise(const std::vector<bool>& hidden, const WeightOf& weight_of) {
  double sum = 0.0;
  for (std::size_t index = 0; index < hidden.size(); ++index)
    if (!hidden[index]) sum += weight_of(index);
  for (std::size_t index = 0; index < hidden.size() && sum > 0.0; ++index)
    weight_of(index) = static_cast<float>(weight_of(index) / sum);
  return sum;
}

/// Every key as a query sees it, in the order of the text.
[[nodiscard]] std::vector<KeyBar> all_bars(const Encoding& asked, const RowSteps& steps);

}  // namespace regard
