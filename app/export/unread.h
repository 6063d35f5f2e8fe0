// SPDX-License-Identifier: Apache-2.0
// What an export was measured on, and whether its model tells the words of that apart.
#pragma once

#include "app/export/export.h"
#include "core/analysis/head_atlas.h"

#include <filesystem>
#include <optional>
#include <string>

namespace regard {

struct MeasuredText {
  std::filesystem::path file{};  ///< of sentences; empty: `text`, as one sentence
  std::string text{};
  std::string name{};  ///< as the window says it
};
/// Nothing for views of a run, and for evidence of a probe, which brings sentences of its own. UI thread.
[[nodiscard]] std::optional<MeasuredText> measured_text(const Snapshot& snapshot, ExportOptions options);
/// Any thread. Throws Error (those of load_corpus()).
[[nodiscard]] Corpus measured_sentences(const MeasuredText& measured);

}  // namespace regard
