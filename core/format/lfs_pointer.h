// SPDX-License-Identifier: Apache-2.0
// The note that Git LFS leaves in the place of a large file which it has not fetched. Pure; any thread.
#pragma once

#include <string_view>

namespace regard {

/// Do these first bytes begin such a note?
[[nodiscard]] constexpr bool is_lfs_pointer(std::string_view head) {
  return head.starts_with("version https://git-lfs");
}

}  // namespace regard
