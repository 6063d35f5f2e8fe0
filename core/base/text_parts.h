// SPDX-License-Identifier: Apache-2.0
//
// Parts of what people write into files and fields. Pure; any thread.
#pragma once

#include <string_view>

namespace regard {

/// Without spaces, tabs and carriage returns at both ends.
[[nodiscard]] std::string_view trimmed(std::string_view text);

}  // namespace regard
