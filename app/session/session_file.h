// SPDX-License-Identifier: Apache-2.0
// Session and preferences as JSON. Reading is strict about types, tolerant about unknown keys; fuzzed.
#pragma once

#include "app/session/preferences.h"
#include "app/session/session.h"

#include "core/base/error.h"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace regard {

inline constexpr std::size_t max_session_bytes = 16U << 20;  ///< larger files are refused before they are read

/// Never throws; bytes that are no UTF-8 become U+FFFD.
[[nodiscard]] std::string to_json(const Session& session);
/// A key that is missing keeps its default ("format" must be there). Throws Error (file, item, expected, found).
[[nodiscard]] Session session_from_json(std::string_view json, const std::string& file);
/// Writes to a temporary file and renames: an old file survives a failure. Throws Error.
void save_session(const Session& session, const std::filesystem::path& path);
[[nodiscard]] Session load_session(const std::filesystem::path& path);

[[nodiscard]] std::string to_json(const Preferences& preferences);
/// Throws Error.
[[nodiscard]] Preferences preferences_from_json(std::string_view json, const std::string& file);
/// Never throws: the defaults where there is no file; where it is broken too, and then `problem` says why.
[[nodiscard]] Preferences load_preferences(const std::filesystem::path& path, std::optional<Error>* problem = nullptr);
/// Makes the folder if need be; atomic like save_session(). Throws Error.
void save_preferences(const Preferences& preferences, const std::filesystem::path& path);
/// $XDG_CONFIG_HOME/regard/preferences.json, else ~/.config/regard/preferences.json.
[[nodiscard]] std::filesystem::path preferences_path();

}  // namespace regard
