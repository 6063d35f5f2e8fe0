// SPDX-License-Identifier: Apache-2.0
//
// The text of the files in shaders/, embedded at build. Any thread.
#pragma once

#include <string_view>
#include <vector>

namespace regard::gfx {

// The text of `shaders/<name>` ("grid.frag"), without a #version line; empty when there is no such file.
std::string_view shader_source(std::string_view name);

// File names of all embedded shaders.
std::vector<std::string_view> shader_names();

}  // namespace regard::gfx
