// SPDX-License-Identifier: Apache-2.0
// A few rows times a matrix that lies in the file as [in × out] float32 (GPT-2's way): the time goes into reading the matrix.
#pragma once

#include "core/engine/rows.h"
#include "core/model/weights.h"

#include <cstddef>
#include <stop_token>

namespace regard {

/// Whether project_few_rows() can do it, and faster than by panels.
[[nodiscard]] bool are_few_rows(ConstRows x, const Linear& linear);

/// out = x·W + b, the same bits as the panels of project() make: blocks of kProductDepth inputs are added up in order, then those
/// sums. Each block of W is read once, line by line. Throws Cancelled between pieces.
void project_few_rows(ConstRows x, const Linear& linear, Rows out, const std::stop_token& stop);

}  // namespace regard
