// SPDX-License-Identifier: Apache-2.0
// Named arrays as a Capture: which of them is what, of which shape, and whether they agree. For core/capture alone; pure; fuzzed.
#pragma once

#include "core/capture/arrays_of_file.h"
#include "core/capture/capture.h"

#include <string>

namespace regard {

/// Without path, files and memo. `file` names it in errors. Throws Error: see open_capture().
[[nodiscard]] Capture capture_of(ArraysOfFile found, const std::string& file);

/// Looks at some rows of weights: sets rows, least_sum, largest_sum and, where nobody said, causal. Throws Error: capture_sums,
/// capture_transposed.
void look_at_rows(Capture& capture, const std::string& file);

/// Sets CapturedLayer::from_products (and scale, where nobody said) of every layer with queries and keys.
void look_at_products(Capture& capture);

}  // namespace regard
