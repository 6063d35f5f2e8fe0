// SPDX-License-Identifier: Apache-2.0
#include "app/panels/registry.h"

#include "app/panels/change/adapters.h"
#include "app/panels/change/checkpoints.h"
#include "app/panels/change/compare.h"
#include "app/panels/change/effect.h"
#include "app/panels/change/intervene.h"
#include "app/panels/change/patching.h"
#include "app/panels/change/sweep.h"
#include "app/panels/common/window_state.h"
#include "app/panels/frame/heads.h"
#include "app/panels/frame/sentence.h"
#include "app/panels/frame/status.h"
#include "app/panels/frame/top_bar.h"
#include "app/panels/heads/anomalies.h"
#include "app/panels/heads/attribution.h"
#include "app/panels/heads/detectors.h"
#include "app/panels/heads/evidence.h"
#include "app/panels/heads/flow.h"
#include "app/panels/heads/head_search.h"
#include "app/panels/heads/likeness.h"
#include "app/panels/heads/probing.h"
#include "app/panels/heads/pruning.h"
#include "app/panels/heads/relations.h"
#include "app/panels/heads/roles.h"
#include "app/panels/kinds/kinds.h"
#include "app/panels/lesson/lesson.h"
#include "app/panels/look/arcs_panel.h"
#include "app/panels/look/grids.h"
#include "app/panels/look/layers.h"
#include "app/panels/look/predictions.h"
#include "app/panels/look/question.h"
#include "app/panels/look/router.h"
#include "app/panels/steps/steps.h"
#include "app/panels/training/training.h"
#include "app/panels/write/kv_cache.h"
#include "app/panels/write/writing.h"
#include "app/session/look.h"
#include "app/style/locale.h"
#include "app/viewmodel/snapshot.h"
#include "core/capture/capture.h"

#include <algorithm>
#include <array>
#include <memory>
#include <string>

namespace regard {
namespace {

constexpr std::array kPanels{
    Panel{"top", nullptr, draw_top_bar, true, {}},
    Panel{"sentence", nullptr, draw_sentence, true, {}},
    Panel{"status", nullptr, draw_status, true, {}},
    Panel{"lesson", "lesson.title", draw_lesson, true, {}},
    Panel{"heads", "heads.title", draw_heads, false, ExportView::heads},
    Panel{"predictions", "predictions.title", draw_predictions, false, ExportView::predictions},
    Panel{"scores", "grids.scores", draw_scores, false, ExportView::scores},
    Panel{"weights", "grids.weights", draw_weights, false, ExportView::weights},
    Panel{"arcs", "arcs.title", draw_arcs, false, ExportView::arcs},
    Panel{"question", "question.title", draw_question, false, ExportView::question},
    Panel{"layers", "layers.title", draw_layers, false, ExportView::layers},
    Panel{"router", "router.title", draw_router, false, ExportView::router},
    Panel{"kv_cache", "kv_cache.title", draw_kv_cache, false, ExportView::kv_cache},
    Panel{"writing", "writing.title", draw_writing, true, {}},
    Panel{"compare", "compare.title", draw_compare, true, ExportView::movement},
    Panel{"intervene", "intervene.title", draw_intervene, true, ExportView::interventions},
    Panel{"effect", "effect.title", draw_effect, true, ExportView::effect},
    Panel{"patching", "patching.title", draw_patching, true, ExportView::patching},
    Panel{"sweep", "sweep.title", draw_sweep, true, ExportView::sweep},
    Panel{"adapters", "adapters.title", draw_adapters, true, ExportView::drift},
    Panel{"checkpoints", "checkpoints.title", draw_checkpoints, true, ExportView::checkpoints},
    Panel{"steps", "steps.title", draw_steps, false, ExportView::steps},
    Panel{"kinds", "kinds.title", draw_kinds, true, ExportView::kinds},
    Panel{"head_cuts", "head_cuts.title", draw_numbers_of_heads, true, ExportView::head_cuts},
    Panel{"positions", "positions.title", draw_positions, true, ExportView::positions},
    Panel{"kind_table", "kind_table.title", draw_kind_table, true, ExportView::kind_table},
    Panel{"kind_costs", "kind_costs.title", draw_kind_costs, true, ExportView::kinds},
    Panel{"training", "training.title", draw_training, true, {}},
    Panel{"roles", "roles.title", draw_roles, true, ExportView::roles, nullptr, "roles.picture"},
    Panel{"evidence", "evidence.title", draw_evidence, true, ExportView::evidence, evidence_rests,
          "evidence.reads_pictures"},
    Panel{"relations", "relations.title", draw_relations, true, ExportView::relations, nullptr,
          "relations.reads_pictures"},
    Panel{"likeness", "likeness.title", draw_likeness, true, ExportView::likeness, nullptr, "likeness.reads_pictures"},
    Panel{"head_search", "head_search.title", draw_head_search, true, ExportView::head_search},
    Panel{"flow", "flow.title", draw_flow, false, ExportView::flow},
    Panel{"attribution", "attribution.title", draw_attribution, false, ExportView::attribution},
    Panel{"anomalies", "anomalies.title", draw_anomalies, false, ExportView::anomalies},
    Panel{"pruning", "pruning.title", draw_pruning, true, ExportView::importance, nullptr, "pruning.reads_pictures"},
    Panel{"probing", "probing.title", draw_probing, true, ExportView::probing, nullptr, "probing.reads_pictures"},
    Panel{"detectors", "detectors.title", draw_detectors, true, ExportView::detectors, nullptr,
          "detectors.reads_pictures"},
};

constexpr std::array kMatrices{"scores", "weights"};
constexpr std::array kSteps{"steps"};
constexpr std::array kHeadsMain{"roles",       "flow",    "attribution", "likeness",
                                "head_search", "pruning", "probing",     "detectors"};
constexpr std::array kEvidence{"evidence"};
constexpr std::array kArcs{"arcs"};
constexpr std::array kLookSide{"question", "layers", "router"};
constexpr std::array kWriteSide{"writing", "kv_cache", "arcs"};
constexpr std::array kChangeSide{"compare", "intervene", "effect", "patching", "sweep", "adapters", "checkpoints"};
constexpr std::array kKindsMain{"kinds", "head_cuts", "positions", "kind_table"};
constexpr std::array kKindsSide{"kind_costs"};
constexpr std::array kTraining{"training"};
constexpr std::array kHeadsSide{"relations", "anomalies"};

constexpr std::array kWorkspaces{
    Workspace{"look", "workspace.look", "workspace.look_about", kMatrices, kArcs, kLookSide},
    Workspace{"write", "workspace.write", "workspace.write_about", kMatrices, {}, kWriteSide},
    Workspace{"change", "workspace.change", "workspace.change_about", kMatrices, kArcs, kChangeSide},
    Workspace{"steps", "workspace.steps", "workspace.steps_about", kSteps, {}, {}},
    Workspace{"heads", "workspace.heads", "workspace.heads_about", kHeadsMain, kEvidence, kHeadsSide, true},
    Workspace{"kinds", "workspace.kinds", "workspace.kinds_about", kKindsMain, {}, kKindsSide, true},
    Workspace{"training", "workspace.training", "workspace.training_about", kTraining, {}, {}, true},
};

bool has(const Workspace& workspace, std::string_view panel) {
  const auto among = [panel](std::span<const char* const> ids) {
    return std::any_of(ids.begin(), ids.end(), [panel](const char* id) { return id == panel; });
  };
  return among(workspace.main) || among(workspace.below) || among(workspace.side);
}

}  // namespace

std::span<const Panel> panels() {
  return kPanels;
}

const Panel* panel_named(std::string_view id) {
  const auto found = std::find_if(kPanels.begin(), kPanels.end(), [id](const Panel& panel) { return panel.id == id; });
  return found == kPanels.end() ? nullptr : &*found;
}

std::span<const Workspace> workspaces() {
  return kWorkspaces;
}

const Workspace& workspace_named(std::string_view id) {
  const auto found = std::find_if(kWorkspaces.begin(), kWorkspaces.end(),
                                  [id](const Workspace& workspace) { return workspace.id == id; });
  return found == kWorkspaces.end() ? kWorkspaces.front() : *found;
}

std::vector<const Panel*> panels_of(const Workspace& workspace) {
  std::vector<const Panel*> list;
  for (const std::span<const char* const> place : {workspace.main, workspace.below, workspace.side})
    for (const char* id : place)
      list.push_back(panel_named(id));
  return list;
}

const Workspace* workspace_of(std::string_view panel, std::string_view on_show) {
  if (const Workspace& shown = workspace_named(on_show); has(shown, panel)) return &shown;
  const auto found = std::find_if(kWorkspaces.begin(), kWorkspaces.end(),
                                  [panel](const Workspace& workspace) { return has(workspace, panel); });
  return found == kWorkspaces.end() ? nullptr : &*found;
}

std::string why_shut(const Panel& panel, const PanelContext& context) {
  const std::shared_ptr<const Model>& model = context.snapshot.model;
  if (model && model->capture) {
    if (panel.draw == draw_writing || (panel.exports && needs_engine(*panel.exports)))
      return tr("capture.needs_engine");
    if (panel.exports == ExportView::flow && !has_all_layers(*model->capture)) return tr("capture.not_all_layers");
    if (panel.exports == ExportView::predictions && !model->config.has_lm_head) return tr("capture.no_logits");
  }
  return panel.needs_text != nullptr && model && model->config.patches ? tr(panel.needs_text) : std::string();
}

std::size_t chosen_panel(const PanelContext& context, std::span<const Panel* const> panels) {
  const Stage& stage = context.look().stage;
  const auto open = [&](const Panel* panel) { return why_shut(*panel, context).empty(); };
  const auto place_of = [&](auto found) {
    return found == panels.end() ? std::size_t{0} : static_cast<std::size_t>(found - panels.begin());
  };
  const auto first = std::find_if(panels.begin(), panels.end(), open);
  const auto chosen = stage.chosen.find(workspace_named(stage.workspace).id);
  if (chosen == stage.chosen.end()) return place_of(first);
  for (const std::string& id : chosen->second) {
    const auto found =
        std::find_if(panels.begin(), panels.end(), [&](const Panel* panel) { return panel->id == id && open(panel); });
    if (found != panels.end()) return place_of(found);
  }
  return place_of(first);
}

const Panel& panel_at_hand(const PanelContext& context) {
  if (const Panel* under_mouse = panel_named(context.state.of<WindowState>().panel_under_mouse);
      under_mouse != nullptr && under_mouse->title != nullptr)
    return *under_mouse;
  const Stage& stage = context.look().stage;
  if (const Panel* filling = panel_named(stage.filling); filling != nullptr) return *filling;
  const Workspace& workspace = workspace_named(stage.workspace);
  const std::vector<const Panel*> all = panels_of(workspace);
  const auto chosen = stage.chosen.find(workspace.id);
  if (chosen != stage.chosen.end() && !chosen->second.empty()) return *all[chosen_panel(context, all)];
  return *panel_named(workspace.main.back());
}

}  // namespace regard
