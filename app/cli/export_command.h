// SPDX-License-Identifier: Apache-2.0
// `regard export`: what a view of the window shows, as a file, without a window and with the same bytes.
// What pictures say is in the language chosen (app/style/locale.h).
#pragma once

#include "app/cli/commands.h"
#include "app/export/export.h"

namespace regard::cli {

struct ExportCommand {
  std::filesystem::path session{};  ///< a saved session; the options below go over what it says
  std::optional<std::string> model{};
  std::vector<AdapterUse> adapters{};
  ReadingCapture captured{};
  std::optional<std::string> text{};
  std::filesystem::path image{};
  std::optional<AttentionKind> attention{};  ///< only of encoder–decoder models
  std::optional<std::size_t> layer{};
  std::optional<std::size_t> head{};
  std::optional<std::size_t> query{};  ///< token, counted from 0
  std::optional<std::size_t> key{};
  std::optional<Shown> shown{};
  std::optional<GridWeight> cells{};                   ///< of the grid of weights
  std::optional<std::optional<ScorePartKind>> part{};  ///< of the scores
  std::optional<RouterMap> router{};
  bool experts_by_load = false;
  ExportOptions options{};
  std::filesystem::path out{};
};

void run_export(const ExportCommand& command, Streams streams);

}  // namespace regard::cli
