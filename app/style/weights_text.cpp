// SPDX-License-Identifier: Apache-2.0
#include "app/style/weights_text.h"

#include "app/style/locale.h"
#include "app/viewmodel/value_grid.h"

#include <array>
#include <cstddef>

namespace regard {
namespace {

constexpr std::array<const char*, grid_weights> kWeightNames{"grids.weights", "grids.kind.value", "grids.kind.output",
                                                             "grids.kind.rollout", "grids.kind.max_flow"};
constexpr std::array<const char*, grid_weights> kWeightAbout{"grids.weights_about", "grids.kind.value_about",
                                                             "grids.kind.output_about", "grids.kind.rollout_about",
                                                             "grids.kind.max_flow_about"};

}  // namespace

std::string weight_sign(GridWeight weight) {
  constexpr std::array<const char*, 3> kSigns{"A", "A·‖v‖", "‖A·v W_O‖"};
  if (weight == GridWeight::rollout) return tr("flow.mode.rollout");
  return weight == GridWeight::max_flow ? tr("grids.kind.max_flow_sign") : kSigns[static_cast<std::size_t>(weight)];
}

std::string weight_name(GridWeight weight) {
  return tr(kWeightNames[static_cast<std::size_t>(weight)]);
}

std::string weight_about(GridWeight weight, HeadRef head) {
  return tr(kWeightAbout[static_cast<std::size_t>(weight)], {{"layer", head.layer}});
}

std::string rows_about(const GridView& grid) {
  if (!is_softmax(grid.kind.form)) return tr("grids.sigmoid_rows");
  if (grid.renormalised) return tr(grid.has_sink ? "grids.weights_without_sink" : "grids.weights_renormalised");
  return tr(grid.has_sink ? "grids.weights_sunk" : "grids.weights_about");
}

std::string weight_note(GridWeight weight, HeadRef head, const GridView& grid, const Trace& trace) {
  std::string note = weight_about(weight, head);
  if (grid.renormalised) note += " · " + rows_about(grid);
  if (changes_outputs(trace)) note += std::string(" · ") + tr("grids.kind.outputs_changed");
  return note;
}

}  // namespace regard
