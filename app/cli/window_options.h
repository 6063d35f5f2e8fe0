// SPDX-License-Identifier: Apache-2.0
// What the command line asks of the window. Plain data: the command line fills it, the shell carries it out.
#pragma once

#include "app/session/preferences.h"
#include "app/session/reading.h"
#include "app/style/locale.h"
#include "core/model/adapter.h"

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace regard {

struct WindowSize {
  int width = 0;  ///< pixels
  int height = 0;
};

/// Empty fields leave the choice to the session file, the preferences or the defaults, in this order.
struct WindowOptions {
  std::optional<std::string> model{};  ///< folder, or the name of a built-in model
  std::vector<AdapterUse> adapters{};
  ReadingCapture captured{};  ///< of a captured run
  std::optional<std::string> text{};
  std::optional<std::filesystem::path> image{};  ///< a .png file, for models that read pictures
  std::optional<std::size_t> layer{};            ///< counted from 0
  std::optional<std::size_t> head{};
  std::filesystem::path session{};  ///< a session file to open
  std::optional<std::string> workspace{};
  std::string lesson{};  ///< name of a lesson, the beginning of one, its number, or a file
  bool fresh = false;    ///< does not go on where the last window ended
  std::optional<Language> lang{};
  std::optional<ThemeChoice> theme{};
  std::optional<WindowSize> window{};
  // What only observes, for tests:
  std::filesystem::path frame_file{};         ///< what is kept in it: shell/window.h
  std::filesystem::path probe_file{};         ///< rectangles of the items, session and state, as JSON, when they change
  std::filesystem::path session_dump{};       ///< the session's JSON, on each change
  std::filesystem::path gl_error_file{};      ///< a line for every error of OpenGL
  StringTest string_test = StringTest::none;  ///< what texts become; the probe file tells then which texts are drawn
};

}  // namespace regard
