// SPDX-License-Identifier: Apache-2.0
#include "app/panels/common/difference_parts.h"

#include "app/panels/common/compare_parts.h"
#include "app/panels/common/parts.h"
#include "app/panels/frame/heads.h"
#include "app/panels/look/grid_map_panel.h"
#include "app/session/look.h"
#include "app/session/preferences.h"
#include "app/style/fonts.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/viewmodel/views.h"

#include <imgui.h>
#include <algorithm>
#include <cmath>
#include <cstddef>

namespace regard {
namespace {

std::string listed(const std::vector<std::string>& words, const char* sign) {
  constexpr std::size_t kMostTold = 4;
  std::string list;
  for (std::size_t word = 0; word < std::min(words.size(), kMostTold); ++word)
    list += (word == 0 ? "" : " ") + (sign + words[word]);
  if (words.size() > kMostTold) list += tr("difference.more", {{"count", words.size() - kMostTold}});
  return list;
}

}  // namespace

const DifferenceViews* shown_difference(const PanelContext& context) {
  if (context.shown != Shown::difference || context.difference == nullptr) return nullptr;
  return context.difference->problem == NoDifference::none ? context.difference : nullptr;
}

const GridDifference* shown_grid_difference(const PanelContext& context) {
  const DifferenceViews* difference = shown_difference(context);
  return difference != nullptr && !shows_map(context) ? &difference->grid : nullptr;
}

std::string difference_sign(const PanelContext& context) {
  const ComparedNames names = compared_names(context.session);
  return names.live + " − " + names.baseline;
}

bool tell_no_difference(const PanelContext& context) {
  if (context.shown != Shown::difference || context.difference == nullptr) return false;
  if (context.difference->problem == NoDifference::none) return false;
  const std::string name = compared_names(context.session).baseline;
  if (context.difference->problem == NoDifference::head)
    wrapped_caption(
        tr("difference.no_head",
           {{"name", name}, {"head", head_name(context.snapshot, shown_head(context.snapshot, context.session))}}));
  else
    wrapped_caption(tr("difference.no_attention", {{"name", name}}));
  return true;
}

void tell_live_shown(const PanelContext& context) {
  if (context.shown != Shown::difference) return;
  const ScopedFont font(fonts().small);
  caption(tr("difference.shows_live", {{"name", compared_names(context.session).live}}));
}

std::string unpaired_note(const std::vector<std::string>& only_live, const std::vector<std::string>& only_baseline) {
  const std::string live = listed(only_live, "+"), baseline = listed(only_baseline, "−");
  return live.empty() || baseline.empty() ? live + baseline : live + "  " + baseline;
}

ChangeColours change_colours(const PanelContext& context) {
  const gfx::ColourMap& map = gfx::colour_map(context.look().score_map, context.preferences.theme);
  const auto colour = [&](float at) { return ImGui::ColorConvertU32ToFloat4(to_u32(map.at(at, -1.0F, 1.0F))); };
  return {colour(-0.8F), colour(0.8F)};
}

}  // namespace regard
