// SPDX-License-Identifier: Apache-2.0
// What stands in the place of a file that was never fetched: a note of Git LFS, or the page that a server sent instead. Pure; any
// thread.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace regard {

/// Throws Error is_lfs_pointer or is_web_page where the first bytes of a file begin such a thing.
void refuse_placeholder(std::string_view head, const std::string& file);
inline void refuse_placeholder(std::span<const std::byte> bytes, const std::string& file) {
  refuse_placeholder(std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()), file);
}

/// Does it begin as a safetensors file does: eight bytes of a sensible length, then JSON?
[[nodiscard]] bool begins_safetensors(std::string_view head);

/// Does it begin as HTML does? Case and white space do not matter.
[[nodiscard]] bool is_web_page(std::string_view head);

}  // namespace regard
