// SPDX-License-Identifier: Apache-2.0
#include "app/lesson/step_state.h"

#include <array>

namespace regard {
namespace {

constexpr std::array kLookPanels{"scores", "weights", "arcs", "question", "layers", "router"};
constexpr std::array kWritePanels{"scores", "weights", "writing", "kv_cache", "arcs"};
constexpr std::array kChangePanels{"scores", "weights",  "arcs",  "compare",  "intervene",
                                   "effect", "patching", "sweep", "adapters", "checkpoints"};
constexpr std::array kStepsPanels{"steps"};
constexpr std::array kHeadsPanels{"roles",   "flow",      "attribution", "likeness",  "head_search", "pruning",
                                  "probing", "detectors", "evidence",    "relations", "anomalies"};
constexpr std::array kKindsPanels{"kinds", "head_cuts", "positions", "kind_table", "kind_costs"};
constexpr std::array kTrainingPanels{"training"};
constexpr std::array kPanelsBeside{"sentence", "heads", "predictions"};

constexpr std::array kWorkspaceNames{
    WorkspaceNames{"look", kLookPanels},         WorkspaceNames{"write", kWritePanels},
    WorkspaceNames{"change", kChangePanels},     WorkspaceNames{"steps", kStepsPanels},
    WorkspaceNames{"heads", kHeadsPanels},       WorkspaceNames{"kinds", kKindsPanels},
    WorkspaceNames{"training", kTrainingPanels},
};

}  // namespace

std::span<const WorkspaceNames> workspace_names() {
  return kWorkspaceNames;
}

std::span<const char* const> panels_beside() {
  return kPanelsBeside;
}

}  // namespace regard
