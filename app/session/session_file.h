// SPDX-License-Identifier: Apache-2.0
// Session and preferences as JSON. Reading is strict about types, tolerant about unknown keys (but not inside interventions, where
// a key that is not understood would change numbers); fuzzed. Format 2 added pins, interventions and the proof; files of format 1
// are read as they always were.
#pragma once

#include "app/session/preferences.h"
#include "app/session/proof.h"
#include "app/session/shared_session.h"

#include "core/base/error.h"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace regard {

inline constexpr std::size_t max_session_bytes = 16U << 20;  ///< larger files are refused before they are read

/// What a session file holds.
struct SessionFile {
  SharedSession session{};
  Proof proof{};  ///< empty in files of format 1
  friend bool operator==(const SessionFile&, const SessionFile&) = default;
};

/// Never throws; bytes that are no UTF-8 become U+FFFD. The session alone, or with its proof.
[[nodiscard]] std::string to_json(const Session& session);
[[nodiscard]] std::string to_json(const SessionFile& file);
/// A key that is missing keeps its default ("format" must be there). Throws Error (file, item, expected, found).
[[nodiscard]] SessionFile session_file_from_json(std::string_view json, const std::string& file);
[[nodiscard]] Session session_from_json(std::string_view json, const std::string& file);
/// Writes to a temporary file and renames: an old file survives a failure. What could not be opened again is not written.
/// Throws Error.
void save_session(const SessionFile& content, const std::filesystem::path& path);
[[nodiscard]] SessionFile load_session(const std::filesystem::path& path);

[[nodiscard]] std::string to_json(const Preferences& preferences);
/// Throws Error.
[[nodiscard]] Preferences preferences_from_json(std::string_view json, const std::string& file);
/// Never throws: the defaults where there is no file; where it is broken too, and then `problem` says why.
[[nodiscard]] Preferences load_preferences(const std::filesystem::path& path, std::optional<Error>* problem = nullptr);
/// Makes the folder if need be; atomic like save_session(). Throws Error.
void save_preferences(const Preferences& preferences, const std::filesystem::path& path);
/// $XDG_CONFIG_HOME/regard/preferences.json, else ~/.config/regard/preferences.json; empty where there is no home either.
[[nodiscard]] std::filesystem::path preferences_path();

}  // namespace regard
