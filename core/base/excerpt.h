// SPDX-License-Identifier: Apache-2.0
// A part of what a stranger wrote, for the sentence about it. Pure; any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace regard {

/// Of UTF-8 longer than `most` bytes the whole characters that fit, and "…".
[[nodiscard]] std::string excerpt(std::string_view text, std::size_t most = 80);

}  // namespace regard
