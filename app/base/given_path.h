// SPDX-License-Identifier: Apache-2.0
//
// Paths as people give them: typed, or pasted out of a terminal, a browser, a file manager. Any thread.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace regard {

/// The path that is meant: without white space and line breaks around it, without quotes around it (' " “ ” « ») and a shell's
/// backslashes, out of file://… with its %20; of several addresses the first. What is none of this stays as it is. Pure.
[[nodiscard]] std::string path_as_meant(std::string_view text);

/// "~/x" -> "/home/…/x".
[[nodiscard]] std::filesystem::path expand_home(const std::filesystem::path& path);

/// Both; but what is there as it was written is meant as it was written. Looks at the disk.
[[nodiscard]] std::filesystem::path given_path(const std::filesystem::path& written);

}  // namespace regard
