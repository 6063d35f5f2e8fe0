// SPDX-License-Identifier: Apache-2.0
// The pieces of the view of detectors. Private to app/panels/heads. UI thread only.
#pragma once

#include "app/jobs/background.h"
#include "app/panels/common/heads_state.h"
#include "app/panels/common/panel.h"
#include "app/viewmodel/detectors_view.h"

#include <imgui.h>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>

namespace regard {

struct DetectorSlot {
  struct Asked {
    std::shared_ptr<const Model> model{};
    std::filesystem::path corpus{}, rules{};
    unsigned corpus_reading = 0, rules_reading = 0;
    friend bool operator==(const Asked&, const Asked&) = default;
  };
  using Answer = DetectorReports;
  static Models stays_with(const Asked& asked) { return {asked.model.get()}; }
  static std::shared_ptr<const Answer> answer(const Asked& asked, const Job<Answer>& job);
};

/// What detectors were measured with and on.
struct DetectorSheet {
  PanelContext& context;
  const DetectorReports& reports;
  CorpusKind text{};
};

/// Detectors × the best head of each; a click chooses one, or goes to the head and shows the rule's sentences.
/// Probes "detectors.row.<place>", "detectors.best.<place>".
void draw_detectors_table(const DetectorSheet& sheet, std::size_t& chosen, float height);

/// All heads as tiles by one detector; a click goes to the head, likewise. Probes "detectors.head.<layer>.<head>".
void draw_detector_tiles(const DetectorSheet& sheet, const DetectorReport& detector, ImVec2 size);

}  // namespace regard
