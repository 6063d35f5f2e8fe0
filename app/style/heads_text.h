// SPDX-License-Identifier: Apache-2.0
// What heads, measures and relations are called. UI thread, but for head_place().
#pragma once

#include "core/trace/trace.h"

#include <string>
#include <string_view>

namespace regard {

/// "2·5": layer and head, counted from 0.
[[nodiscard]] std::string head_place(HeadRef head);

/// A measure's name: on a column and on a badge; and what it says, with the formula.
[[nodiscard]] std::string measure_name(std::string_view measure);
[[nodiscard]] std::string measure_about(std::string_view measure);

/// A relation's: "subject → predicate"; of a label of the tree "nsubj ↑" (to the governor), "nsubj ↓".
[[nodiscard]] std::string relation_name(std::string_view relation);

}  // namespace regard
