// SPDX-License-Identifier: Apache-2.0
//
// Where the program's own files are: fonts, locale, built-in models, examples. Any thread.
#pragma once

#include <filesystem>

namespace regard {

// The assets folder: $REGARD_ASSETS when set, else `assets` beside the program, else `share/regard/assets`
// one level above it, else the source tree this program was built from. Found once; an empty path when there
// is none.
const std::filesystem::path& assets_folder();

}  // namespace regard
