// SPDX-License-Identifier: Apache-2.0
#include "app/panels/common/images.h"
#include "app/panels/common/parts.h"
#include "app/panels/heads/likeness_parts.h"
#include "app/session/look.h"
#include "app/session/preferences.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/widgets/legend.h"

#include <imgui.h>
#include <algorithm>
#include <cstddef>
#include <map>
#include <optional>
#include <string>

namespace regard {
namespace {

/// The strongest colour is for what is nearest. Maps live as long as the program, as those they are made of.
const gfx::ColourMap& reversed(const gfx::ColourMap& map) {
  static std::map<const gfx::ColourMap*, gfx::ColourMap> made;
  const auto [found, is_new] = made.try_emplace(&map, map);
  if (is_new) std::ranges::reverse(found->second.table);
  return found->second;
}

void tell_pair(const PanelContext& context, const LikenessView& view, std::size_t first, std::size_t second) {
  const ScopedTooltip tooltip;
  coloured(theme().text, likeness_name(context, view, first));
  if (first != second) coloured(theme().text, likeness_name(context, view, second));
  coloured(theme().text_muted, first == second ? tr("likeness.itself")
                                               : tr("likeness.distance",
                                                    {{"value", exact_number(view.likeness.distances(first, second))}}));
}

/// The row of a head; kNone where it is not in the matrix.
std::size_t row_of(const LikenessState& state, const LikenessView& view, const std::optional<ModelHead>& head) {
  if (!head) return kNone;
  const auto found =
      std::ranges::find_if(state.order, [&](std::size_t place) { return view.likeness.heads[place] == *head; });
  return found == state.order.end() ? kNone : static_cast<std::size_t>(found - state.order.begin());
}

}  // namespace

void draw_likeness_matrix(PanelContext& context, LikenessState& state, const LikenessView& view, float height) {
  const std::size_t live = view.models.size() - 1;
  HeatMapSpec spec;
  spec.id = "likeness.matrix";
  spec.size = {ImGui::GetContentRegionAvail().x,
               std::max(em(8.0F), height - legend_height() - ImGui::GetStyle().ItemSpacing.y)};
  spec.values = &state.ordered;
  spec.revision = 2 * view.revision + (state.drawn_by_cluster ? 1 : 0);
  spec.rows = spec.cols = &state.axis;
  spec.map = &reversed(gfx::colour_map(context.look().weight_map, context.preferences.theme));
  spec.high = state.largest;
  spec.selected_row = row_of(state, view, ModelHead{live, shown_head(context.snapshot, context.session)});
  if (context.hover.head) spec.linked_row = row_of(state, view, ModelHead{live, *context.hover.head});
  if (context.images != nullptr) spec.image = &context.images->maps["likeness"];
  const HeatMapResult result = heat_map(spec, state.view);
  std::optional<float> current;
  if (result.hovered) {
    const std::size_t first = state.order[result.hovered->row], second = state.order[result.hovered->col];
    current = view.likeness.distances(first, second);
    point_at(context, state, view.likeness.heads[first], false);
    tell_pair(context, view, first, second);
  }
  if (result.clicked) point_at(context, state, view.likeness.heads[state.order[result.clicked->row]], true);
  heat_map_legend("legend.likeness", spec, current);
}

}  // namespace regard
