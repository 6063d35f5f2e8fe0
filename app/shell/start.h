// SPDX-License-Identifier: Apache-2.0
// What the window begins with: preferences, session, model; out of the command line, the files of this machine and the
// defaults, in this order. Pure but for reading files.
#pragma once

#include "app/cli/window_options.h"
#include "app/panels/common/examples.h"
#include "app/panels/common/message.h"
#include "app/session/preferences.h"
#include "app/session/proof.h"
#include "app/session/session.h"
#include "app/shell/state_keeper.h"

#include <filesystem>
#include <string>
#include <vector>

namespace regard::shell {

struct Start {
  Preferences preferences{};
  Session session{};
  std::vector<Session> past{};      ///< steps that can be undone, the oldest first
  StateFile state_file{{}, false};  ///< where the window keeps what it does
  Examples examples{};
  std::string lesson{};       ///< to be opened, as LessonPlace names it
  std::string relation{};     ///< guided head to go to once the model is there; empty: session.head is wanted as it is
  bool choose_query = false;  ///< nobody has said which word asks
  bool choose_key = true;     ///< nor whom it looks at: see first_look.h
  Proof proof{};              ///< of the session file that was named
  Reading proved{};           ///< what it is about
  std::vector<Message> messages{};  ///< what went wrong and was worked around
};

/// Loads the locale too. Throws Error where the program's own files are missing or the given session cannot be read.
[[nodiscard]] Start make_start(const regard::WindowOptions& options, const std::filesystem::path& assets);

/// A first start's session, relation and choices alone: the language's first example, the model to begin with.
[[nodiscard]] Start first_start(const Examples& examples, Language language, const std::filesystem::path& assets);

/// Folder of the built-in models.
[[nodiscard]] std::filesystem::path built_in_models(const std::filesystem::path& assets);
/// Folder of the lessons that come with the program, and of the glossary.
[[nodiscard]] std::filesystem::path built_in_lessons(const std::filesystem::path& assets);
/// Name of the model to begin with: "council", or the first built-in one; empty where there is none.
[[nodiscard]] std::string default_model(const std::filesystem::path& assets);

}  // namespace regard::shell
