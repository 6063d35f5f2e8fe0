// SPDX-License-Identifier: Apache-2.0
// JSON from files of strangers: bounded in depth, and every complaint is an Error that names the file and the place.
// Pure; any thread.
#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace regard {

/// Nothing we read is nested deeper than a few levels.
inline constexpr std::size_t kJsonDepth = 64;

/// The document in `text` (UTF-8, a leading byte order mark allowed); `file` only names it in errors.
/// The caller bounds text.size(). Throws Error: json_syntax (item is line:column, found is what stands there), json_depth; what
/// refuse_placeholder() says where the text is no JSON but a note or a page in its place.
[[nodiscard]] nlohmann::json parse_json(std::string_view text, const std::string& file, std::size_t depth = kJsonDepth);

/// The same, as Python's json module writes it: NaN, Infinity and -Infinity are numbers. For config files.
[[nodiscard]] nlohmann::json parse_python_json(std::string_view text, const std::string& file,
                                               std::size_t depth = kJsonDepth);

/// Throws Error json_depth if brackets outside strings nest deeper than `depth`.
void check_json_depth(std::string_view text, const std::string& file, std::size_t depth = kJsonDepth);

/// Error json_syntax for the byte at `offset`, for those who drive the parser themselves.
[[noreturn]] void fail_json_syntax(std::string_view text, std::size_t offset, const std::string& file);

/// How a value reads in an error: itself if it is short, else its kind and size.
[[nodiscard]] std::string json_excerpt(const nlohmann::json& value);

}  // namespace regard
