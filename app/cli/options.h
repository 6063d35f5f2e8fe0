// SPDX-License-Identifier: Apache-2.0
// Every command and option of the command line, and what they fill.
#pragma once

#include "app/cli/commands.h"
#include "app/cli/council_command.h"
#include "app/cli/drift_command.h"
#include "app/cli/export_command.h"
#include "app/cli/heads_command.h"
#include "app/cli/importance_command.h"
#include "app/cli/kinds_command.h"
#include "app/cli/lesson_command.h"
#include "app/cli/train_command.h"
#include "app/cli/window_options.h"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace regard::cli {

struct Values {
  TraceCommand trace{};
  TraceCommand capture{};
  TokensCommand tokens{};
  GenerateCommand generate{};
  ExportCommand picture{};
  LessonCommand lesson{};
  HeadsCommand heads{};
  ImportanceCommand importance{};
  ProbeCommand probe{};
  DriftCommand drift{};
  TrainCommand train{};
  CouncilCommand council{};
  KindsCommand kinds{};
  WindowOptions window{};
  std::optional<std::size_t> checkpoint{};  ///< the step whose model is meant, see checkpoint_option.h
  std::optional<Language> language{};       ///< may stand before or behind a command
  bool json = false;                        ///< of trace, heads and drift
  bool csv = false;
};

/// The language that the arguments ask for, wherever they do; read before the options are made, whose help is in it.
[[nodiscard]] std::optional<Language> asked_language(const std::vector<std::string>& arguments);

/// Adds all commands and options, with help in the language chosen. Parsing fills `values`, which must outlive `app`.
void add_options(CLI::App& app, Values& values);

/// Nothing, or the sentence about an option of the window that stands before a command: `regard --model X trace …` would
/// trace another model than X. The language may stand anywhere.
[[nodiscard]] std::string misplaced_option(const CLI::App& app);

/// Nothing, or the sentence about the text that `regard trace` and `regard kinds` need of a model that is no captured run.
[[nodiscard]] std::string missing_text(const CLI::App& app, const Values& values);

/// Nothing, or the sentence about an option of `regard export` that says nothing about the view asked for.
[[nodiscard]] std::string option_of_another_view(const CLI::App& app, const Values& values);

}  // namespace regard::cli
