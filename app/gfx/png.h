// SPDX-License-Identifier: Apache-2.0
// PNG files, written. Any thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>

namespace regard::gfx {

/// Writes [height, width, 4] bytes, the top row first, as an opaque RGB picture. Throws Error("file_unwritable").
void write_png(const std::filesystem::path& path, int width, int height, std::span<const std::uint8_t> rgba);

}  // namespace regard::gfx
