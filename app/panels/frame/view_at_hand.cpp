// SPDX-License-Identifier: Apache-2.0
#include "app/panels/frame/view_at_hand.h"

#include "app/panels/common/grids_state.h"
#include "app/panels/registry.h"

namespace regard {

std::optional<ExportView> view_at_hand(const PanelContext& context) {
  if (context.state.of<GridsState>().copy_from == GridKind::scores) return ExportView::scores;
  if (context.state.of<GridsState>().copy_from == GridKind::weights) return ExportView::weights;
  return panel_at_hand(context).exports;
}

}  // namespace regard
