// SPDX-License-Identifier: Apache-2.0
//
// Parts of what people write into files and fields. Pure; any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace regard {

/// Without spaces, tabs and carriage returns at both ends.
[[nodiscard]] std::string_view trimmed(std::string_view text);

/// For a sentence that quotes it: of UTF-8 longer than `most` bytes the whole characters that fit, and "…".
[[nodiscard]] std::string excerpt(std::string_view text, std::size_t most = 80);

}  // namespace regard
