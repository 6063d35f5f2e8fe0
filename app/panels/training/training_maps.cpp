// SPDX-License-Identifier: Apache-2.0
// The weights of all heads at the cursor, on one sequence of the task: a row of maps for each layer, of one run or of two side by side.
#include "app/panels/common/images.h"
#include "app/panels/common/parts.h"
#include "app/panels/training/training_parts.h"
#include "app/session/look.h"
#include "app/session/preferences.h"
#include "app/style/fonts.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/widgets/legend.h"
#include "app/widgets/paint.h"

#include <imgui.h>

#include <algorithm>
#include <cmath>
#include <string>

namespace regard {
namespace {

constexpr float kLargestMap = 13.0F, kLeastMap = 5.0F;  ///< ems of a map's side
constexpr float kReadableMap = 7.5F;                    ///< likewise, of a map whose pattern is seen
constexpr float kMapsSpace = 0.5F;                      ///< ems between maps
constexpr float kMapsLegend = 14.0F;                    ///< ems
constexpr float kTwoRunsBeside = 40.0F;                 ///< ems: less, and they stand one above the other

Axis tokens_without_names(std::size_t tokens) {
  Axis axis{.units = {}, .window = {0, tokens}, .total = tokens};
  for (std::size_t token = 0; token < tokens; ++token)
    axis.units.push_back({.tokens = {token}});
  return axis;
}

/// Causal, and no further back than the window.
std::vector<bool> closed_in_run(std::size_t tokens, std::size_t window) {
  std::vector<bool> closed(tokens * tokens);
  for (std::size_t query = 0; query < tokens; ++query)
    for (std::size_t key = 0; key < tokens; ++key)
      closed[query * tokens + key] = key > query || (window > 0 && query - key >= window);
  return closed;
}

void tell_weight(const TaskExample& example, const Matrix& weights, const Cell& cell, bool closed) {
  const ScopedTooltip tooltip;
  coloured(theme().query, example.pieces[cell.row]);
  ImGui::SameLine(0.0F, em(0.4F));
  coloured(theme().text_muted, "→");
  ImGui::SameLine(0.0F, em(0.4F));
  coloured(theme().key, example.pieces[cell.col]);
  const ScopedFont font(fonts().mono);
  coloured(theme().text, closed ? std::string(tr("grids.masked")) : exact_number(weights(cell.row, cell.col)));
}

/// What is the same for all maps of a run.
struct MapsOfRun {
  std::size_t place = 0;
  const TrainingRun& run;
  const RunInSight& sight;
  Axis axis{};
  std::vector<bool> closed{};
};

void draw_map_of_head(PanelContext& context, TrainingRoom& room, const MapsOfRun& of, std::size_t head, float side) {
  const HeadMaps& maps = *of.sight.maps;
  const std::string id = "training.map." + std::to_string(of.place) + "." + std::to_string(head);
  HeatMapSpec spec;
  spec.id = id;
  spec.size = {side, side};
  spec.values = &maps.weights[head];
  spec.masked = &of.closed;
  spec.revision = of.sight.revision;
  spec.rows = spec.cols = &of.axis;
  spec.map = &gfx::colour_map(context.look().weight_map, context.preferences.theme);
  if (context.images != nullptr) spec.image = &context.images->maps[id];
  const HeatMapResult map = heat_map(spec, room.zoom);
  if (!map.hovered) return;
  const Cell& cell = *map.hovered;
  tell_weight(*maps.of.example, maps.weights[head], cell, of.closed[cell.row * of.axis.size() + cell.col]);
}

/// "L1H2  induction 0.87"
std::string told_map(const TrainingRoom& room, const MapsOfRun& of, std::size_t head) {
  const std::string name = short_head_name(of.run, head);
  const train::CurvePoint* point = measured_at(of.run, of.sight.maps->of.step);
  if (point == nullptr || point->step != of.sight.maps->of.step) return name;
  const std::optional<float> value = measure_at(point->heads[head], room.measure);
  return value ? tr("training.map_of",
                    {{"head", name}, {"measure", head_curve_name(room.measure)}, {"value", number(*value, 2)}})
               : name;
}

void draw_maps_of_run(PanelContext& context, TrainingRoom& room, std::size_t place, float width) {
  const TrainingRun* run = run_in_sight(room, place);
  const RunInSight& sight = room.runs[place];
  if (sight.maps_problem) return wrapped(theme().warning, tr(*sight.maps_problem));
  if (run == nullptr || !sight.maps || sight.maps->weights.size() != run->heads()) return;
  const HeadMaps& maps = *sight.maps;
  const std::size_t tokens = maps.of.example->ids.size();
  const MapsOfRun of{place, *run, sight, tokens_without_names(tokens), closed_in_run(tokens, run->recipe.shape.window)};
  const std::string title = tr(place == 0 ? "training.maps" : "training.maps_beside", {{"step", maps.of.step}});
  coloured(theme().text, fitted(title, width));
  const ImVec2 start = ImGui::GetCursorScreenPos();
  const float space = em(kMapsSpace);
  float line = 0.0F;
  {
    const ScopedFont font(fonts().small);
    line = ImGui::GetTextLineHeightWithSpacing();
  }
  // As large as lets all layers be seen at once, or else as can be read.
  const float across = (width + space) / static_cast<float>(maps.heads) - space;
  const float down = ImGui::GetContentRegionAvail().y / static_cast<float>(maps.layers) - line;
  const float side =
      std::floor(std::clamp(std::min(across, std::max(down, em(kReadableMap))), em(kLeastMap), em(kLargestMap)));
  const auto in_line = static_cast<std::size_t>(std::max(1.0F, (width + space) / (side + space)));
  const std::size_t lines = (maps.heads + in_line - 1) / in_line;
  for (std::size_t head = 0; head < maps.weights.size(); ++head) {
    const std::size_t layer = head / maps.heads, in_layer = head % maps.heads;
    const float x = start.x + static_cast<float>(in_layer % in_line) * (side + space),
                y = start.y + static_cast<float>(layer * lines + in_layer / in_line) * (side + line);
    ImGui::SetCursorScreenPos({x, y});
    if (!ImGui::IsRectVisible({side, side + line})) continue;
    draw_map_of_head(context, room, of, head, side);
    ImGui::SetCursorScreenPos({x, y + side});
    const ScopedFont font(fonts().small);
    coloured(room.head == head && place == 0 ? theme().accent : theme().text_muted,
             fitted(told_map(room, of, head), side));
  }
  ImGui::SetCursorScreenPos(start);
  ImGui::Dummy({std::max(width, 1.0F), static_cast<float>(maps.layers * lines) * (side + line)});
}

}  // namespace

void draw_training_maps(PanelContext& context, TrainingRoom& room) {
  const float width = ImGui::GetContentRegionAvail().x;
  if (room.runs[0].maps) {
    LegendSpec spec;
    spec.id = "legend.training";
    spec.map = &gfx::colour_map(context.look().weight_map, context.preferences.theme);
    spec.high = 1.0F;
    spec.width = std::max(1.0F, std::min(em(kMapsLegend), width));
    legend(spec);
  }
  const bool two = run_in_sight(room, 1) != nullptr;
  if (!two || width < em(kTwoRunsBeside)) {
    draw_maps_of_run(context, room, 0, width);
    if (two) draw_maps_of_run(context, room, 1, width);
    return;
  }
  const float space = em(1.5F), half = std::floor(0.5F * (width - space));
  const ImVec2 at = ImGui::GetCursorScreenPos();
  ImGui::BeginGroup();
  draw_maps_of_run(context, room, 0, half);
  ImGui::EndGroup();
  const float bottom = ImGui::GetCursorScreenPos().y;
  ImGui::SetCursorScreenPos({at.x + half + space, at.y});
  ImGui::BeginGroup();
  draw_maps_of_run(context, room, 1, half);
  ImGui::EndGroup();
  ImGui::SetCursorScreenPos({at.x, std::max(bottom, ImGui::GetCursorScreenPos().y)});
  ImGui::Dummy({1.0F, 1.0F});
}

}  // namespace regard
