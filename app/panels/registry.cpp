// SPDX-License-Identifier: Apache-2.0
#include "app/panels/registry.h"

#include "app/panels/change/compare.h"
#include "app/panels/change/effect.h"
#include "app/panels/change/intervene.h"
#include "app/panels/change/patching.h"
#include "app/panels/change/sweep.h"
#include "app/panels/frame/heads.h"
#include "app/panels/frame/sentence.h"
#include "app/panels/frame/status.h"
#include "app/panels/frame/switches.h"
#include "app/panels/frame/top_bar.h"
#include "app/panels/look/arcs_panel.h"
#include "app/panels/look/grids.h"
#include "app/panels/look/layers.h"
#include "app/panels/look/predictions.h"
#include "app/panels/look/question.h"
#include "app/panels/write/kv_cache.h"

#include <algorithm>
#include <array>

namespace regard {
namespace {

constexpr std::array kPanels{
    Panel{"top", Place::top, nullptr, draw_top_bar, true},
    Panel{"sentence", Place::sentence, nullptr, draw_sentence, true},
    Panel{"heads", Place::heads, nullptr, draw_heads},
    Panel{"predictions", Place::predictions, nullptr, draw_predictions},
    Panel{"grids", Place::grids, "grids.title", draw_grids},
    Panel{"arcs", Place::arcs, "arcs.title", draw_arcs},
    Panel{"question", Place::side, "question.title", draw_question},
    Panel{"layers", Place::side, "layers.title", draw_layers},
    Panel{"kv_cache", Place::side, "kv_cache.title", draw_kv_cache},
    Panel{"compare", Place::side, "compare.title", draw_compare, true},
    Panel{"intervene", Place::side, "intervene.title", draw_intervene, true},
    Panel{"effect", Place::side, "effect.title", draw_effect, true},
    Panel{"patching", Place::side, "patching.title", draw_patching, true},
    Panel{"sweep", Place::side, "sweep.title", draw_sweep, true},
    Panel{"switches", Place::switches, nullptr, draw_switches, true},
    Panel{"status", Place::status, nullptr, draw_status, true},
};

}  // namespace

std::span<const Panel> panels() {
  return kPanels;
}

const Panel& panel_at(Place place) {
  return *std::find_if(kPanels.begin(), kPanels.end(), [place](const Panel& panel) { return panel.place == place; });
}

const std::vector<const Panel*>& side_panels() {
  static const std::vector<const Panel*> list = [] {
    std::vector<const Panel*> found;
    for (const Panel& panel : kPanels)
      if (panel.place == Place::side) found.push_back(&panel);
    return found;
  }();
  return list;
}

std::size_t side_index(std::string_view id) {
  const std::vector<const Panel*>& list = side_panels();
  const auto found = std::find_if(list.begin(), list.end(), [id](const Panel* panel) { return panel->id == id; });
  return found == list.end() ? 0 : static_cast<std::size_t>(found - list.begin());
}

}  // namespace regard
