// SPDX-License-Identifier: Apache-2.0
#include "app/panels/registry.h"

#include "app/panels/arcs_panel.h"
#include "app/panels/grids.h"
#include "app/panels/heads.h"
#include "app/panels/predictions.h"
#include "app/panels/question.h"
#include "app/panels/sentence.h"
#include "app/panels/status.h"
#include "app/panels/switches.h"
#include "app/panels/top_bar.h"

#include <algorithm>
#include <array>

namespace regard {
namespace {

constexpr std::array kPanels{
    Panel{"top", Place::top, nullptr, draw_top_bar},
    Panel{"sentence", Place::sentence, nullptr, draw_sentence},
    Panel{"heads", Place::heads, nullptr, draw_heads},
    Panel{"predictions", Place::predictions, nullptr, draw_predictions},
    Panel{"grids", Place::grids, "grids.title", draw_grids},
    Panel{"arcs", Place::arcs, "arcs.title", draw_arcs},
    Panel{"question", Place::question, "question.title", draw_question},
    Panel{"switches", Place::switches, nullptr, draw_switches},
    Panel{"status", Place::status, nullptr, draw_status},
};

}  // namespace

std::span<const Panel> panels() {
  return kPanels;
}

const Panel& panel_at(Place place) {
  return *std::find_if(kPanels.begin(), kPanels.end(), [place](const Panel& panel) { return panel.place == place; });
}

}  // namespace regard
