// SPDX-License-Identifier: Apache-2.0
#include "app/panels/look/router.h"

#include "app/panels/common/compare_parts.h"
#include "app/panels/common/difference_parts.h"
#include "app/panels/common/parts.h"
#include "app/panels/look/router_parts.h"
#include "app/session/action_kinds.h"
#include "app/session/look.h"
#include "app/session/preferences.h"
#include "app/style/fonts.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/viewmodel/baseline.h"
#include "app/viewmodel/comparison.h"
#include "app/widgets/legend.h"
#include "app/widgets/probe.h"

#include <imgui.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <optional>
#include <string>

namespace regard {
namespace {

constexpr std::size_t kQuickLoads = 8192;  ///< tokens · layers whose choices are counted within a frame

/// The loads of all layers of a run, or null while they are counted.
template <class Slot>
std::shared_ptr<const ExpertLoads> loads_of(PanelContext& context, const std::shared_ptr<const Trace>& trace,
                                            KeptLoads& kept) {
  if (trace->tokens() * trace->layers.size() > kQuickLoads && context.background != nullptr) {
    const Outcome<ExpertLoads> loads = context.background->ask<Slot>({trace});
    return loads.fresh ? loads.value : nullptr;
  }
  if (!kept.loads || kept.of.lock() != trace) kept = {make_expert_loads(trace), trace};
  return kept.loads;
}

/// The view of this frame. A map of loads that are still being counted has no numbers.
const RouterView& router_of(PanelContext& context, RouterState& state) {
  const RouterInputs inputs = router_inputs(context.snapshot, context.session);
  const bool wants_loads =
      inputs.map == RouterMap::load && context.snapshot.trace && has_experts(context.snapshot.trace->model->config);
  const std::shared_ptr<const ExpertLoads> loads =
      wants_loads ? loads_of<ExpertLoadsSlot>(context, context.snapshot.trace, state.kept) : nullptr;
  if (state.made && loads == state.loads && state.trace.lock() == context.snapshot.trace && state.view.of == inputs)
    return state.view;
  state.loads = loads;
  state.difference.reset();
  state.view = make_router(context.snapshot, inputs, loads.get());
  state.trace = context.snapshot.trace;
  state.made = context.snapshot.trace != nullptr;
  ++state.revision;
  return state.view;
}

/// What changed, where that is asked for.
void prepare_difference(PanelContext& context, RouterState& state) {
  const std::shared_ptr<const Comparison>& comparison = context.snapshot.comparison;
  if (context.shown != Shown::difference || !has_baseline(context.snapshot)) {
    if (state.difference) ++state.revision;
    return state.difference.reset();
  }
  const bool wants_loads = state.view.of.map == RouterMap::load;
  const std::shared_ptr<const ExpertLoads> loads =
      wants_loads ? loads_of<BaselineLoadsSlot>(context, comparison->baseline->trace, state.kept_baseline) : nullptr;
  if (state.difference && state.compared.lock() == comparison && loads == state.baseline_loads) return;
  state.difference = make_router_difference(state.view, context.snapshot, loads.get());
  state.compared = comparison;
  state.baseline_loads = loads;
  ++state.revision;
}

void choose_layer(PanelContext& context, std::size_t layer) {
  context.act(SelectHead{{layer, shown_head(context.snapshot, context.session).head}});
}

/// "layers 1, 3–5".
std::string listed_layers(const std::vector<std::size_t>& layers) {
  std::string text;
  for (std::size_t first = 0; first < layers.size();) {
    std::size_t last = first;
    while (last + 1 < layers.size() && layers[last + 1] == layers[last] + 1)
      ++last;
    text += (text.empty() ? "" : ", ") + std::to_string(layers[first]);
    if (last > first) text += (last == first + 1 ? ", " : "–") + std::to_string(layers[last]);
    first = last + 1;
  }
  return text;
}

/// The layer with experts before or behind this one; none at the ends.
std::optional<std::size_t> neighbour(const std::vector<std::size_t>& layers, std::size_t layer, bool behind) {
  if (behind) {
    const auto next = std::ranges::upper_bound(layers, layer);
    return next == layers.end() ? std::nullopt : std::optional(*next);
  }
  const auto here = std::ranges::lower_bound(layers, layer);
  return here == layers.begin() ? std::nullopt : std::optional(*(here - 1));
}

void tell_obstacle(PanelContext& context, const RouterView& view) {
  switch (view.obstacle) {
    case RouterView::Obstacle::no_text:
      return wrapped_caption(tr("grids.empty"));
    case RouterView::Obstacle::model:
      wrapped(theme().text, tr("router.no_experts", {{"model", context.snapshot.model->name}}));
      return wrapped_caption(tr("router.about_experts"));
    case RouterView::Obstacle::layer:
      wrapped(theme().text, tr("router.dense_layer", {{"layer", view.of.layer}}));
      wrapped_caption(tr("router.layers_with", {{"layers", listed_layers(view.layers)}}));
      break;
    case RouterView::Obstacle::none:
      return;
  }
  const auto there = neighbour(view.layers, view.of.layer, true);
  const std::size_t layer = there ? *there : view.layers.back();
  if (quiet_button("router.there", tr("router.go_to_layer", {{"layer", layer}}))) choose_layer(context, layer);
}

/// "‹ layer 3 ›", and how many experts a token goes through.
void draw_layer_line(PanelContext& context, const RouterView& view) {
  const auto step = [&](const char* id, const char* sign, bool behind) {
    const auto layer = neighbour(view.layers, view.of.layer, behind);
    if (quiet_button(id, sign) && layer) choose_layer(context, *layer);
    hint(tr(behind ? "router.next_layer" : "router.layer_before"));
  };
  step("router.layer.back", "←", false);
  ImGui::SameLine(0.0F, em(0.3F));
  align_to_frame();
  coloured(theme().text, tr("router.layer", {{"layer", view.of.layer}}));
  ImGui::SameLine(0.0F, em(0.3F));
  step("router.layer.next", "→", true);
  ImGui::SameLine(0.0F, em(0.75F));
  align_to_frame();
  const bool shared = view.experts.shared_width > 0;
  const std::string counted = tr_plural(shared ? "router.with_shared" : "router.of_experts", view.experts.chosen,
                                        {{"experts", view.experts.count}});
  brief_caption(counted, shared ? tr("router.shared") : counted);
}

/// Which map, and the order of its columns.
void draw_choices(PanelContext& context) {
  const auto now = static_cast<std::size_t>(context.look().router_map);
  const std::size_t chosen =
      choose("router.map", {tr("router.map.layer"), tr("router.map.token"), tr("router.map.load")}, now);
  if (chosen != now) context.act(SetRouterMap{static_cast<RouterMap>(chosen)});
  if (context.look().router_map != RouterMap::layer) return;
  const char* label = tr("router.by_load");
  ImGui::SameLine(0.0F, em(1.0F));
  if (ImGui::GetContentRegionAvail().x < check_width(label)) ImGui::NewLine();
  bool by_load = context.look().experts_by_load;
  if (check("router.by_load", label, by_load)) context.act(SetExpertsByLoad{by_load});
}

/// What rows and colours are, in a few words and, to the mouse, in whole; the token is named in its colour.
void draw_about(PanelContext& context, const RouterView& view) {
  switch (view.of.map) {
    case RouterMap::layer:
      draw_layer_line(context, view);
      return brief_caption(tr("router.rows_layer"), tr("router.about_layer"));
    case RouterMap::token:
      wrapped(theme().query, label_of(context.snapshot.encoding.tokens[view.of.token]));
      return brief_caption(tr("router.rows_token"), tr("router.about_token"));
    case RouterMap::load:
      const std::size_t tokens = context.snapshot.trace->tokens();
      return brief_caption(tr_plural("router.rows_load", tokens), tr_plural("router.about_load", tokens));
  }
}

/// A sign on a cell, and what it means.
void draw_mark_legend(const std::string& text, RouterMark mark) {
  const ScopedFont font(fonts().small);
  const float side = em(0.9F);
  ImGui::SameLine(0.0F, em(1.2F));
  if (ImGui::GetContentRegionAvail().x < side + em(0.4F) + ImGui::CalcTextSize(text.c_str()).x) ImGui::NewLine();
  const ImVec2 min = ImGui::GetCursorScreenPos(), max{min.x + side, min.y + side};
  paint_router_mark(*ImGui::GetWindowDrawList(), min, max, colour_u32(theme().text), mark);
  ImGui::SetCursorScreenPos({max.x + em(0.4F), min.y});
  caption(text);
}

void draw_router_legends(PanelContext& context, const RouterState& state) {
  const RouterColours colours = router_colours(context, state);
  LegendSpec spec;
  spec.id = "legend.router";
  spec.map = colours.map;
  spec.low = colours.low;
  spec.high = colours.high;
  spec.width = std::min(em(14.0F), ImGui::GetContentRegionAvail().x);
  legend(spec);
  if (state.view.chosen.empty()) return;
  if (!state.difference) return draw_mark_legend(tr("router.mark"), RouterMark::chosen);
  const ComparedNames names = compared_names(context.session);
  draw_mark_legend(tr("router.mark_in", {{"name", names.live}}), RouterMark::chosen);
  draw_mark_legend(tr("router.mark_only", {{"name", names.baseline}}), RouterMark::chosen_before);
}

/// What maps of all layers do not show by themselves.
void draw_notes(const RouterView& view, const ModelConfig& config) {
  if (view.of.map == RouterMap::layer) return;
  const bool shared = std::ranges::any_of(
      view.layers, [&](std::size_t layer) { return config.plans[layer].feed_forward.experts->shared_width > 0; });
  if (shared) wrapped_caption(tr("router.shared"));
  if (view.layers.size() < config.layers) wrapped_caption(tr("router.hatched"));
}

constexpr float kTwoColumns = 44.0F;  ///< ems from which on lists stand beside the map
constexpr float kLists = 9.0F;        ///< ems of them that are seen below it
constexpr float kLoad = 5.5F;         ///< ems, of the bars and their caption

/// The map with what belongs below it, and the lists beside it or below.
void draw_map_and_lists(PanelContext& context, RouterState& state) {
  const RouterView& view = state.view;
  const ImVec2 room = ImGui::GetContentRegionAvail(), start = ImGui::GetCursorScreenPos();
  const bool beside = room.x > em(kTwoColumns);
  const float width = beside ? std::floor(0.62F * room.x) : room.x;
  const float below = (view.of.map == RouterMap::layer ? em(kLoad) : em(2.0F)) + (beside ? 0.0F : em(kLists));
  const float height = router_grid_height(view, width, std::max(em(16.0F), room.y - below));
  ImGui::BeginGroup();
  const HeatMapResult grid = draw_router_grid(context, state, {width, height});
  if (view.of.map == RouterMap::layer) draw_router_load(context, state, grid);
  ImGui::EndGroup();
  if (beside) ImGui::SetCursorScreenPos({start.x + width + em(1.5F), start.y});
  ImGui::BeginGroup();
  draw_notes(view, context.snapshot.trace->model->config);
  draw_router_lists(context, view);
  ImGui::EndGroup();
}

}  // namespace

void brief_caption(const std::string& brief, std::string_view whole) {
  const ScopedFont font(fonts().small);
  coloured(theme().text_muted, fitted(brief, ImGui::GetContentRegionAvail().x));
  hint(whole);
}

std::optional<std::size_t> chosen_expert(const PanelContext& context, const RouterView& view) {
  const std::optional<std::size_t>& expert = context.look().expert;
  return expert && *expert < view.experts.count ? expert : std::nullopt;
}

void draw_router(PanelContext& context) {
  if (!context.tabbed) heading(tr("router.title"));
  RouterState& state = context.state.of<RouterState>();
  const RouterView& view = router_of(context, state);
  if (view.obstacle == RouterView::Obstacle::no_text || view.obstacle == RouterView::Obstacle::model)
    return tell_obstacle(context, view);
  prepare_difference(context, state);
  draw_choices(context);
  if (view.obstacle == RouterView::Obstacle::layer) return tell_obstacle(context, view);
  draw_about(context, view);
  if (state.difference) caption(difference_sign(context));
  draw_router_legends(context, state);
  draw_map_and_lists(context, state);
}

}  // namespace regard
