// SPDX-License-Identifier: Apache-2.0
// What heads know that no plain text tells: coreference, the indirect object and agreement on sentences whose answers are written down,
// and copying. UI thread only.
#pragma once

#include "app/jobs/background.h"
#include "app/panels/common/heads_state.h"
#include "app/panels/common/panel.h"
#include "core/analysis/heads_measure.h"

#include <filesystem>
#include <memory>
#include <string_view>
#include <vector>

namespace regard {

struct KnowledgeSlot {
  struct Asked {
    std::shared_ptr<const Model> model{};
    std::vector<std::filesystem::path> probes{};
    std::filesystem::path corpus{};  ///< whose frequent tokens are copied
    unsigned reading = 0;
    friend bool operator==(const Asked&, const Asked&) = default;
  };
  using Answer = std::vector<HeadsMeasure>;
  static Models stays_with(const Asked& asked) { return {asked.model.get()}; }
  static std::shared_ptr<const Answer> answer(const Asked& asked, const Job<Answer>& job);
};

/// In the text's language where that is known, else in the window's.
[[nodiscard]] Outcome<std::vector<HeadsMeasure>> ask_knowledge(PanelContext& context, CorpusKind kind);
/// Likewise the sentences that a measure was taken on; empty where it is no probe.
[[nodiscard]] std::filesystem::path probe_file(const PanelContext& context, CorpusKind kind, std::string_view measure);

}  // namespace regard
