// SPDX-License-Identifier: Apache-2.0
// What all that learns beside the window needs: a folder for each run, and a thread that gives way. Any thread.
#pragma once

#include <filesystem>
#include <string>

namespace regard {

/// Makes a new folder in `parent`, which is made where there is none: "2026-03-01_14-05-09_NAME", with a number behind it where that is
/// taken. Throws Error file_unwritable.
[[nodiscard]] std::filesystem::path make_run_folder(const std::filesystem::path& parent, const std::string& name);

/// Gives the calling thread the lowest priority; where that is refused it just runs as usual.
void come_last();

}  // namespace regard
