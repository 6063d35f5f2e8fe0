// SPDX-License-Identifier: Apache-2.0
#include "app/panels/look/grid_map_panel.h"

#include "app/jobs/background.h"
#include "app/panels/common/compare_parts.h"
#include "app/panels/common/difference_parts.h"
#include "app/panels/common/images.h"
#include "app/panels/common/parts.h"
#include "app/panels/look/grid_look.h"
#include "app/panels/look/grid_map_tasks.h"
#include "app/session/action_kinds.h"
#include "app/session/look.h"
#include "app/style/fonts.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/viewmodel/all_views.h"
#include "app/viewmodel/snapshot.h"
#include "app/widgets/minimap.h"

#include <imgui.h>
#include <algorithm>
#include <cstddef>
#include <memory>
#include <string_view>
#include <utility>

namespace regard {
namespace {

constexpr std::uint64_t kMapRevisions = std::uint64_t{1} << 62U;  // apart from those of short texts

/// Takes the numbers of a map over, if they are not those that are shown.
void show(MapState& state, std::shared_ptr<const void> source, const AttentionMap& map, const MapPyramid& whole) {
  if (state.drawn == &map && state.source == source && state.drawn_pooling == state.pooling) return;
  state.source = std::move(source);
  state.drawn = &map;
  state.drawn_pooling = state.pooling;
  state.scores = shown_scores(map, state.pooling);
  state.weights = shown_weights(map, state.pooling);
  const bool peak = state.pooling == MapPooling::peak || map.block == 1;
  state.score_limit = peak ? whole.score_limit : largest_shown(state.scores);
  state.weight_limit = peak ? whole.weight_limit : largest_shown(state.weights);
  ++state.revision;
}

/// Another text's map must not stand under this one's name.
void show_nothing(MapState& state) {
  state.source.reset();
  state.drawn = nullptr;
}

void show_little_map(MapState& state, const std::shared_ptr<const HeadPyramid>& whole) {
  if (state.mini_source == whole.get()) return;
  state.mini_source = whole.get();
  state.mini = shown_weights(whole->pyramid.levels.back(), MapPooling::peak);
  ++state.mini_revision;
}

void map_line(std::string_view name, const std::string& value) {
  coloured(theme().text_muted, name);
  ImGui::SameLine(em(9.0F));
  coloured(theme().text, value);
}

/// A, B and B − A.
void tell_difference(const PanelContext& context, const ExactDifference& numbers) {
  const ComparedNames names = compared_names(context.session);
  const auto weight = [](const ExactCell& cell) {
    return cell.masked ? std::string(tr("grids.masked")) : exact_number(cell.weight);
  };
  coloured(theme().text_muted, tr("grids.score"));
  if (numbers.paired) map_line("  " + names.baseline, exact_number(numbers.baseline.score));
  map_line("  " + names.live, exact_number(numbers.live.score));
  if (numbers.paired) map_line("  Δ", exact_change(numbers.live.score - numbers.baseline.score));
  coloured(theme().text_muted, tr("grids.weight"));
  if (numbers.paired) map_line("  " + names.baseline, weight(numbers.baseline));
  map_line("  " + names.live, weight(numbers.live));
  if (numbers.paired)
    map_line("  Δ", exact_change(numbers.live.weight - numbers.baseline.weight));
  else
    coloured(theme().text_muted, tr("difference.no_partner", {{"name", names.baseline}}));
}

void tooltip(const PanelContext& context, const Cell& cell, const ExactDifference& numbers) {
  const Axis &rows = *context.views.all_rows, &cols = *context.views.all_cols;
  const MapState& state = context.state.of<GridsState>().map;
  const ScopedTooltip scope;
  coloured(theme().query, rows.units[cell.row].label + "  " + std::to_string(cell.row));
  ImGui::SameLine(0.0F, em(0.4F));
  coloured(theme().text_muted, "→");
  ImGui::SameLine(0.0F, em(0.4F));
  coloured(theme().key, cols.units[cell.col].label + "  " + std::to_string(cell.col));
  const ScopedFont font(fonts().mono);
  if (shown_difference(context) != nullptr) {
    tell_difference(context, numbers);
  } else {
    map_line(tr("grids.score"), exact_number(numbers.live.score));
    map_line(tr("grids.weight"), numbers.live.masked ? tr("grids.masked") : exact_number(numbers.live.weight));
  }
  if (state.drawn == nullptr || state.drawn->block == 1) return;
  const AttentionMap& map = *state.drawn;
  if (!map.rows.contains(cell.row) || !map.cols.contains(cell.col)) return;
  const std::size_t row = (cell.row - map.rows.begin) / map.block, col = (cell.col - map.cols.begin) / map.block;
  if (map.allowed_pairs(row, col) == 0.0F) return;
  const std::string block = tr("grids.map.block", {{"side", map.block}});
  coloured(theme().text_muted, shown_difference(context) != nullptr ? "Δ · " + block : block);
  map_line(tr("grids.map.peak"), exact_number(map.weight_peak(row, col)));
  map_line(tr("grids.map.mean"), exact_number(map.weight_mean(row, col)));
}

void take_map_hover(PanelContext& context, const HeatMapResult& result, GridKind kind) {
  const auto first_token = [](const Axis& axis, std::size_t unit) { return axis.units[unit].tokens.front(); };
  const Axis &rows = *context.views.all_rows, &cols = *context.views.all_cols;
  if (result.hovered) {
    context.next_hover.query = first_token(rows, result.hovered->row);
    context.next_hover.key = first_token(cols, result.hovered->col);
    context.state.of<GridsState>().copy_from = kind;
    const ExactDifference numbers = exact_numbers(context, result.hovered->row, result.hovered->col);
    context.state.of<GridsState>().map.told = {result.hovered->row, result.hovered->col, numbers.live};
    tooltip(context, *result.hovered, numbers);
  }
  if (result.clicked) {
    context.act(SelectQuery{first_token(rows, result.clicked->row)});
    context.act(SelectKey{first_token(cols, result.clicked->col)});
  }
}

/// The selected pair in the middle; a view of everything is zoomed in, so that one sees where it is.
void centre_on_selection(PanelContext& context) {
  MapState& state = context.state.of<GridsState>().map;
  if (!std::exchange(state.centre_on_selection, false) || state.view.cols <= 0.0F) return;
  const Axis &rows = *context.views.all_rows, &cols = *context.views.all_cols;
  const std::size_t row = rows.unit_of(context.views.query);
  if (row >= rows.size()) return;
  const std::size_t same = cols.unit_of(context.views.query);  // in self-attention: on the diagonal
  const float col = static_cast<float>(same < cols.size() ? same : 0);
  constexpr float kUnitsShown = 64.0F;
  const float closer = std::max(1.0F, std::max(state.view.cols, state.view.rows) / kUnitsShown);
  state.view.cols /= closer;
  state.view.rows /= closer;
  context.state.of<GridsState>().view.zoom *= closer;
  const MapView moved = centred(state.view, static_cast<float>(row), col, rows.size(), cols.size());
  context.state.of<GridsState>().view.left = moved.left;
  context.state.of<GridsState>().view.top = moved.top;
}

MinimapSpec minimap_spec(const PanelContext& context, const HeatMapSpec& over) {
  const MapState& state = context.state.of<GridsState>().map;
  const float cols = static_cast<float>(over.part.cols), rows = static_cast<float>(over.part.rows);
  const MinimapPlace place = minimap_place(state.cells_min, state.cells_max, cols, rows);
  MinimapSpec spec;
  spec.id = "grid.minimap";
  spec.min = place.min;
  spec.max = place.max;
  spec.cols = cols;
  spec.rows = rows;
  spec.left = state.view.left;
  spec.top = state.view.top;
  spec.width = state.view.cols;
  spec.height = state.view.rows;
  spec.values = &state.mini;
  spec.revision = state.mini_revision;
  spec.map = over.map;
  spec.low = over.low;
  spec.high = over.high;
  spec.image = context.images != nullptr ? &context.images->minimap : nullptr;
  return spec;
}

bool all_visible(const MapView& view, const HeatMapSpec& spec) {
  return view.cols + 0.5F >= static_cast<float>(spec.part.cols) &&
         view.rows + 0.5F >= static_cast<float>(spec.part.rows);
}

}  // namespace

bool shows_map(const PanelContext& context) {
  return context.background != nullptr && context.snapshot.trace && context.views.all_rows && context.views.all_cols &&
         context.views.all_rows->size() > 0 && context.views.all_cols->size() > 0;
}

void prepare_map(PanelContext& context) {
  MapState& state = context.state.of<GridsState>().map;
  state.told.reset();
  centre_on_selection(context);
  const MapInput input = map_input(context);
  const Outcome<HeadPyramid> whole = context.background->ask<PyramidSlot>(input);
  if (!whole.value || whole.value->shown != input.shown) return show_nothing(state);
  show_little_map(state, whole.value);
  const MapPyramid& pyramid = whole.value->pyramid;
  const std::size_t rows = input.rows->size(), cols = input.cols->size();
  if (state.view.cols > 0.0F && block_for(state.view.units_per_pixel) < pyramid.levels.front().block) {
    Outcome<MapDetail> detail = context.background->look<DetailSlot>();
    const auto usable = [&] {
      return detail.value && detail.value->of == input && serves(detail.value->map, state.view, rows, cols);
    };
    if (!usable() && whole.fresh)
      detail = context.background->ask<DetailSlot>({input, region_for(state.view, rows, cols)});
    if (usable()) return show(state, detail.value, detail.value->map, pyramid);
  }
  constexpr float kUsualSide = 400.0F;  // pixels, until the first frame tells
  const float units_per_pixel =
      state.view.cols > 0.0F ? state.view.units_per_pixel : static_cast<float>(std::max(rows, cols)) / kUsualSide;
  show(state, whole.value, level_for(pyramid, units_per_pixel), pyramid);
}

void forget_map(PanelContext& context) {
  MapState& state = context.state.of<GridsState>().map;
  show_nothing(state);
  state.scores = {};
  state.weights = {};
  state.mini = {};
  state.mini_source = nullptr;
}

bool fill_map_spec(PanelContext& context, GridKind kind, HeatMapSpec& spec) {
  const MapState& state = context.state.of<GridsState>().map;
  if (state.drawn == nullptr) return false;
  const bool scores = kind == GridKind::scores;
  const Axis &rows = *context.views.all_rows, &cols = *context.views.all_cols;
  spec.values = scores ? &state.scores : &state.weights;
  spec.masked = nullptr;
  spec.revision = kMapRevisions + state.revision;
  spec.part = {rows.size(), cols.size(), state.drawn->rows.begin, state.drawn->cols.begin, state.drawn->block};
  spec.rows = &rows;
  spec.cols = &cols;
  const bool signed_values = scores || shown_difference(context) != nullptr;
  spec.high = scores ? state.score_limit : state.weight_limit;
  spec.low = signed_values ? -spec.high : 0.0F;
  spec.selected_row = linked_unit(rows, context.views.query);
  spec.selected_col = linked_unit(cols, context.views.key);
  spec.linked_row = linked_unit(rows, context.hover.query);
  spec.linked_col = linked_unit(cols, context.hover.key);
  return true;
}

HeatMapResult draw_map(PanelContext& context, GridKind kind, const HeatMapSpec& spec) {
  MapState& state = context.state.of<GridsState>().map;
  const bool with_minimap = kind == GridKind::weights && state.view.cols > 0.0F && !all_visible(state.view, spec);
  if (with_minimap) {
    if (const std::optional<ImVec2> middle = minimap_pressed(minimap_spec(context, spec))) {
      const MapView moved = centred(state.view, middle->y, middle->x, spec.part.rows, spec.part.cols);
      context.state.of<GridsState>().view.left = moved.left;
      context.state.of<GridsState>().view.top = moved.top;
    }
  }
  const HeatMapResult result = heat_map(spec, context.state.of<GridsState>().view);
  take_map_hover(context, result, kind);
  if (kind == GridKind::weights) {
    const HeatMapView& view = context.state.of<GridsState>().view;
    state.view = {view.left, view.top, result.cols, result.rows, 1.0F / result.cell};
    state.cells_min = result.cells_min;
    state.cells_max = result.cells_max;
    if (with_minimap) paint_minimap(minimap_spec(context, spec));
  }
  return result;
}

std::string map_note(const PanelContext& context) {
  const MapState& state = context.state.of<GridsState>().map;
  const Outcome<HeadPyramid> whole = context.background->look<PyramidSlot>();
  if (whole.pending()) return tr("grids.map.computing", {{"percent", static_cast<int>(100.0F * whole.progress)}});
  if (state.drawn == nullptr) return {};
  const char* key = context.look().word_level ? "grids.map.words" : "grids.map.tokens";
  if (state.drawn->block == 1) return tr("grids.map.exact");
  return tr(key, {{"side", state.drawn->block}});
}

float pooling_switch_width() {
  return choose_width({tr("grids.map.peak"), tr("grids.map.mean")});
}

void draw_pooling_switch(PanelContext& context) {
  MapState& state = context.state.of<GridsState>().map;
  const std::size_t now = state.pooling == MapPooling::peak ? 0 : 1;
  const std::size_t chosen = choose("grids.pooling", {tr("grids.map.peak"), tr("grids.map.mean")}, now);
  hint(tr("grids.map.pooling_about"));
  state.pooling = chosen == 0 ? MapPooling::peak : MapPooling::mean;
}

std::optional<float> current_map_number(const PanelContext& context, GridKind kind) {
  const Axis &rows = *context.views.all_rows, &cols = *context.views.all_cols;
  const std::size_t hovered_row = linked_unit(rows, context.hover.query);
  const std::size_t hovered_col = linked_unit(cols, context.hover.key);
  const std::size_t row = hovered_row == kNone ? linked_unit(rows, context.views.query) : hovered_row;
  const std::size_t col = hovered_col == kNone ? linked_unit(cols, context.views.key) : hovered_col;
  if (row == kNone || col == kNone) return std::nullopt;
  const ExactDifference cell = exact_numbers(context, row, col);
  const float now = kind == GridKind::scores ? cell.live.score : cell.live.weight;
  if (shown_difference(context) == nullptr) return now;
  if (!cell.paired) return std::nullopt;
  return now - (kind == GridKind::scores ? cell.baseline.score : cell.baseline.weight);
}

void pan_map(PanelContext& context, int cols, int rows) {
  if (!shows_map(context)) return;
  constexpr float kStep = 0.25F;
  const MapState& state = context.state.of<GridsState>().map;
  context.state.of<GridsState>().view.left += kStep * static_cast<float>(cols) * state.view.cols;
  context.state.of<GridsState>().view.top += kStep * static_cast<float>(rows) * state.view.rows;
}

}  // namespace regard
