// SPDX-License-Identifier: Apache-2.0
#include "app/panels/common/parts.h"
#include "app/panels/frame/heads.h"
#include "app/panels/heads/head_tiles.h"
#include "app/panels/heads/pruning_parts.h"
#include "app/session/action_kinds.h"
#include "app/style/fonts.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/viewmodel/snapshot.h"
#include "app/widgets/changes.h"
#include "app/widgets/probe.h"
#include "app/widgets/slider.h"

#include <imgui.h>
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace regard {
namespace {

constexpr std::size_t kMostDead = 12;

std::size_t tile_of(const ImportanceView& view, HeadRef head) {
  return head.layer * view.heads + head.head;
}

std::vector<float> tile_values(const ImportanceView& view, Importance by) {
  const std::vector<double> values = importances(view.losses, by);
  std::vector<float> tiles(view.layers * view.heads, std::numeric_limits<float>::quiet_NaN());
  for (std::size_t variant = 0; variant < values.size(); ++variant)
    tiles[tile_of(view, view.list[variant])] = static_cast<float>(values[variant]);
  return tiles;
}

/// Numbers that say nothing: of few predictions all of them, else losses that cannot be told from 0.
std::vector<std::uint8_t> pale_tiles(const ImportanceView& view, Importance by) {
  std::vector<std::uint8_t> pale(view.layers * view.heads);
  for (std::size_t head = 0; head < view.losses.changes.size(); ++head)
    pale[tile_of(view, view.list[head])] =
        is_few(view.losses) || (by == Importance::loss && !is_sure(view.losses, head)) ? 1 : 0;
  return pale;
}

void tell_importance(const PanelContext& context, const ImportanceView& view, HeadRef head) {
  const std::optional<std::size_t> variant = view.variant_of(head);
  if (!variant || *variant >= view.losses.changes.size()) return;
  const std::size_t index = *variant;
  const ScopedTooltip tooltip;
  coloured(theme().text, head_name_and_place(context.snapshot, head));
  const ScopedFont font(fonts().small);
  coloured(theme().text_muted, tr(view.mean ? "effect.tip_mean" : "effect.tip_zero"));
  const std::optional<double> error = view.losses.rise_error(index);
  coloured(theme().text,
           tr("pruning.tip_loss", {{"value", signed_number(static_cast<float>(view.losses.mean_rise(index)), 5)},
                                   {"error", error ? number(static_cast<float>(interval_errors * *error), 5) : "–"}}));
  coloured(theme().text,
           tr("effect.divergence", {{"value", exact_number(static_cast<float>(view.losses.mean_divergence(index)))}}));
}

/// A square of the colour, or a frame as tiles have it, and what it says.
void draw_importance_key(const ImVec4& colour, bool frame, const std::string& text) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float side = std::round(ImGui::GetTextLineHeight() * 0.8F);
  const ImVec2 min{at.x, std::round(at.y + 0.1F * ImGui::GetTextLineHeight())}, max{min.x + side, min.y + side};
  if (frame)
    paint_outline(*ImGui::GetWindowDrawList(), min, max, colour_u32(colour), std::round(stroke(0.125F, 2.0F)));
  else
    ImGui::GetWindowDrawList()->AddRectFilled(min, max, colour_u32(colour), em(0.1F));
  ImGui::Dummy({side, ImGui::GetTextLineHeight()});
  ImGui::SameLine(0.0F, em(0.4F));
  wrapped_caption(text);
}

/// What colours, inks and frames say; a colour that no tile has is not told.
void draw_importance_legend(Importance by, const SignedReach& reach, bool team) {
  const ScopedFont font(fonts().small);
  const auto most = [](float value) { return number(value, value < 0.1F ? 4 : 2); };
  if (by == Importance::divergence)
    draw_importance_key(theme().positive, false, tr("pruning.legend_kl", {{"most", most(reach.rise)}}));
  if (by == Importance::loss && reach.rise > 0.0F)
    draw_importance_key(theme().positive, false, tr("pruning.legend_rise", {{"most", most(reach.rise)}}));
  if (by == Importance::loss && reach.fall > 0.0F)
    draw_importance_key(theme().negative, false, tr("pruning.legend_fall", {{"most", most(reach.fall)}}));
  if (by == Importance::loss) wrapped_caption(tr("pruning.legend_sure"));
  if (team) draw_importance_key(theme().warning, true, tr("pruning.legend_team"));
}

}  // namespace

void draw_importance_map(PanelContext& context, PruningState& state, const PruningPart& part, const HeadList& team) {
  heading(tr("pruning.map"));
  ImGui::SameLine(0.0F, em(0.75F));
  if (ImGui::GetContentRegionAvail().x < choose_width({tr("pruning.loss"), "KL"})) ImGui::NewLine();
  state.by =
      static_cast<Importance>(choose("pruning.by", {tr("pruning.loss"), "KL"}, static_cast<std::size_t>(state.by)));
  hint(tr("pruning.by_hint"));
  if (!is_few(part.view.losses)) {
    wrapped_caption(tr_plural("pruning.dead_short",
                              dead_heads(part.view.losses, static_cast<double>(state.dead)).size(),
                              {{"line", number(state.dead, 4)}, {"heads", part.view.losses.changes.size()}}));
    probe_last_item("pruning.dead_short");
  }
  const std::vector<float> values = tile_values(part.view, state.by);
  const std::vector<std::uint8_t> pale = pale_tiles(part.view, state.by);
  const SignedReach reach = signed_reach(values);
  HeadTilesSpec spec;
  spec.id = "pruning.head";
  spec.layers = part.view.layers;
  spec.heads = part.view.heads;
  spec.values = values;
  spec.config = &context.snapshot.model->config;
  spec.outlined = team;
  spec.largest = std::max(reach.rise, reach.fall);
  spec.decimals = loss_decimals;
  spec.pale = pale;
  if (const std::optional<HeadRef> hovered = draw_head_tiles(context, spec);
      hovered && !ImGui::IsMouseDown(ImGuiMouseButton_Left))
    tell_importance(context, part.view, *hovered);
  draw_importance_legend(state.by, reach, !team.empty());
}

void draw_dead_heads(PanelContext& context, PruningState& state, const PruningPart& part) {
  if (is_few(part.view.losses)) return;
  heading(tr("pruning.dead"));
  SliderSpec spec;
  spec.id = "pruning.dead";
  spec.label = tr("pruning.dead_line");
  spec.format = "%.4f";
  slider(spec, state.dead, 0.0001F, 0.1F, true);
  hint(tr("pruning.dead_hint"));
  const std::vector<std::size_t> dead = dead_heads(part.view.losses, static_cast<double>(state.dead));
  wrapped_caption(tr_plural("pruning.dead_count", dead.size(), {{"heads", part.view.losses.changes.size()}}));
  const std::vector<std::size_t> least = least_first(importances(part.view.losses, Importance::divergence));
  const std::size_t shown = std::min(std::max<std::size_t>(dead.size(), 1), kMostDead);
  for (std::size_t place = 0; place < std::min(shown, least.size()); ++place) {
    const ScopedId scope(place);
    const HeadRef head = part.view.list[least[place]];
    const std::string id = "pruning.dead." + std::to_string(place);
    const std::string value = "KL " + exact_number(static_cast<float>(part.view.losses.mean_divergence(least[place]))) +
                              ", Δ " + signed_number(static_cast<float>(part.view.losses.mean_rise(least[place])), 5);
    const float room = ImGui::GetContentRegionAvail().x - ImGui::CalcTextSize(value.c_str()).x - em(1.5F);
    if (quiet_button(id, fitted(head_name_and_place(context.snapshot, head), std::max(room, em(4.0F)))))
      context.act(SelectHead{head});
    if (ImGui::IsItemHovered()) context.next_hover.head = head;
    ImGui::SameLine(0.0F, em(0.5F));
    align_to_frame();
    caption(value);
  }
  if (dead.size() > shown) caption(tr_plural("pruning.more", dead.size() - shown));
}

}  // namespace regard
