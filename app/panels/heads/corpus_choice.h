// SPDX-License-Identifier: Apache-2.0
// The choice of the text that heads are measured on, the same in all panels of the workspace. UI thread only.
#pragma once

#include "app/panels/common/heads_state.h"
#include "app/panels/common/panel.h"

#include <filesystem>
#include <string>

namespace regard {

/// What is chosen. A file that nobody has named yet is the text in the window's language.
[[nodiscard]] CorpusKind corpus_kind(const PanelContext& context);
/// Where its sentences are; empty for the sentence on screen.
[[nodiscard]] std::filesystem::path corpus_path(const PanelContext& context, CorpusKind kind);
/// How often that text was chosen anew: part of what is asked about a person's file, and of nothing else.
[[nodiscard]] unsigned corpus_reading(const PanelContext& context, CorpusKind kind);
/// What is chosen as exports have it: a file, "" for the sentence on screen.
[[nodiscard]] std::string corpus_file(const PanelState& state);
/// As a person would name it: "300 Russian sentences", "this sentence", "own.conllu".
[[nodiscard]] std::string corpus_name(const PanelContext& context, CorpusKind kind);

/// This sentence | Russian | English | file…, on the current line. `sentence`: may it be this sentence alone? Probes
/// "<id>.<index>", "<id>.file".
void draw_corpus_choice(PanelContext& context, const char* id, bool sentence = true);

}  // namespace regard
