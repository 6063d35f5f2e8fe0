// SPDX-License-Identifier: Apache-2.0
// Named arrays as a Capture: which of them is what, of which shape, and whether they agree. For core/capture alone; pure; fuzzed.
#pragma once

#include "core/capture/arrays_of_file.h"
#include "core/capture/capture.h"

#include <cstddef>
#include <string>

namespace regard {

/// Of cross-attention: how many tokens look, and at how many. Of all other attention these are the same text, and its arrays tell.
struct CrossSizes {
  std::size_t queries = 0;  ///< 0: it is no cross-attention
  std::size_t keys = 0;
};

/// Attention of one kind, without path, files and memo. `file` names it in errors. Throws Error: see open_capture().
[[nodiscard]] Capture capture_of(ArraysOfFile found, const std::string& file, const CaptureChoices& choices = {},
                                 CrossSizes cross = {});

/// What the text `metadata` of a file says, a JSON object; empty where there is none. Throws Error json_*.
[[nodiscard]] CaptureOrigin origin_of(const ArraysOfFile& file, const std::string& name);

/// Looks at some rows of weights: sets rows, least_sum, largest_sum, open_grids (not where `order_is_chosen`) and, where nobody said,
/// causal. Throws Error: capture_sums, capture_transposed.
void look_at_rows(Capture& capture, const std::string& file, bool order_is_chosen = false);

/// Sets CapturedLayer::from_products (and scale, where nobody said) of every layer with queries and keys.
void look_at_products(Capture& capture);

/// What open_capture() makes of the arrays of a file: all kinds of attention, looked at, with nothing left open. Throws likewise.
[[nodiscard]] Capture read_capture(const ArraysOfFile& found, const std::string& file,
                                   const CaptureChoices& choices = {});

}  // namespace regard
