// SPDX-License-Identifier: Apache-2.0
// Session and preferences as JSON. Reading is strict about types, tolerant about unknown keys; fuzzed.
#pragma once

#include "app/session/preferences.h"
#include "app/session/session.h"

#include <filesystem>
#include <string>
#include <string_view>

namespace regard {

[[nodiscard]] std::string to_json(const Session& session);
/// Throws Error (file, item, expected, found).
[[nodiscard]] Session session_from_json(std::string_view json, const std::string& file);
/// Writes to a temporary file and renames: an old file survives a failure. Throws Error.
void save_session(const Session& session, const std::filesystem::path& path);
[[nodiscard]] Session load_session(const std::filesystem::path& path);

[[nodiscard]] std::string to_json(const Preferences& preferences);
[[nodiscard]] Preferences preferences_from_json(std::string_view json, const std::string& file);
/// $XDG_CONFIG_HOME/regard/preferences.json, else ~/.config/regard/preferences.json.
[[nodiscard]] std::filesystem::path preferences_path();

}  // namespace regard
