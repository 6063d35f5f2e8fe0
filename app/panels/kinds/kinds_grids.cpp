// SPDX-License-Identifier: Apache-2.0
// The grids side by side: where they stand, what stands above and below each, and the mouse over them.
#include "app/panels/common/images.h"
#include "app/panels/common/parts.h"
#include "app/panels/kinds/kinds_parts.h"
#include "app/session/action_kinds.h"
#include "app/session/look.h"
#include "app/session/preferences.h"
#include "app/style/fonts.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/widgets/slider.h"

#include <imgui.h>

#include <algorithm>
#include <cmath>
#include <string>

namespace regard {
namespace {

constexpr float kLeastKind = 13.0F;  ///< ems of a grid's width and height; lower panels scroll
constexpr float kInSight = 0.8F;     ///< of all grids: where less is in sight, they are large and scroll
constexpr float kKindSpace = 1.0F;   ///< ems between grids
constexpr float kKindLabels = 5.0F;  ///< ems that labels take, about
constexpr float kKindsShare = 0.6F;  ///< of the panel that grids count on: what stands above them may be scrolled away

/// What is written above and below a grid.
struct KindTexts {
  std::string note{};     ///< not trained for this, or the formula's name
  std::string numbers{};  ///< with line ends
};

struct KindsPlan {
  std::size_t columns = 1;
  ImVec2 block{};  ///< of one kind, texts included
  float above = 0.0F, below = 0.0F;
  std::vector<KindTexts> texts{};
};

float small_line_height() {
  const ScopedFont font(fonts().small);
  return ImGui::GetTextLineHeightWithSpacing();
}

std::string note_of(const KindReport& report) {
  if (report.trained) return tr("kinds.trained");
  return tr(is_trained_kind(report.kind.form) ? "kinds.same" : "kinds.untrained");
}

bool any_flash(const KindsState& state) {
  return std::ranges::any_of(state.answer->reports,
                             [](const KindReport& report) { return report.shown.flash.has_value(); });
}

/// The texts of all kinds in a column so wide, and how high the highest is.
void write_texts(const KindsState& state, float width, KindsPlan& plan) {
  const ScopedFont font(fonts().small);
  plan.texts.clear();
  plan.below = 0.0F;
  for (const KindReport& report : state.answer->reports) {
    KindTexts texts;
    if (report.obstacle == KindObstacle::none) {
      texts.note = note_of(report);
      texts.numbers = broken_at_spaces(kind_numbers_line(report), width);
    }
    plan.below = std::max(plan.below, ImGui::CalcTextSize(texts.numbers.c_str()).y);
    plan.texts.push_back(std::move(texts));
  }
  plan.below += ImGui::GetStyle().ItemSpacing.y;
}

/// What is left of the panel; where that is little or nothing, since a table above is open, as much as scrolling brings in sight.
ImVec2 room_for_kinds() {
  const ImVec2 left = ImGui::GetContentRegionAvail();
  return {left.x, std::max(left.y, kKindsShare * ImGui::GetWindowHeight())};
}

/// As many columns as give the largest cells, with as much as can be in sight.
KindsPlan plan_kinds_room(const KindsState& state, ImVec2 room) {
  const std::size_t count = state.answer->reports.size();
  const float space = em(kKindSpace), tiles = any_flash(state) ? ImGui::GetFrameHeightWithSpacing() : 0.0F;
  KindsPlan best;
  float best_side = -1.0F;
  for (std::size_t columns = 1; columns <= count; ++columns) {
    const auto across = static_cast<float>(columns), down = static_cast<float>((count + columns - 1) / columns);
    KindsPlan plan{.columns = columns};
    plan.block.x = std::floor((room.x - space * (across - 1.0F)) / across);
    if (columns > 1 && plan.block.x < em(kLeastKind)) break;
    write_texts(state, plan.block.x, plan);
    plan.above = ImGui::GetFrameHeightWithSpacing() + small_line_height();
    plan.below += tiles + kind_effect_height(state);
    const float texts = plan.above + plan.below, least = texts + em(kLeastKind);
    plan.block.y = std::max(least, std::floor((room.y - space * (down - 1.0F)) / down));
    if (room.y < plan.block.y * down * kInSight)  // each as large as its column and the room
      plan.block.y = std::max(least, std::min(plan.block.x + texts, room.y));
    const float side = std::min(plan.block.x, plan.block.y - texts) - em(kKindLabels);
    const float seen = std::min(1.0F, room.y / (plan.block.y * down));  // of all kinds without scrolling
    if (columns > 1 && side * seen <= best_side) continue;
    best_side = side * seen;
    best = plan;
  }
  return best;
}

std::size_t unit_or_none(const Axis& axis, const std::optional<std::size_t>& token) {
  const std::size_t unit = token ? axis.unit_of(*token) : axis.size();
  return unit < axis.size() ? unit : kNone;
}

/// The same cell in every kind.
void tell_kinds_cell(const KindsState& state, const Cell& cell) {
  const ScopedTooltip tooltip;
  coloured(theme().query, state.rows.units[cell.row].label);
  ImGui::SameLine(0.0F, em(0.4F));
  coloured(theme().text_muted, "→");
  ImGui::SameLine(0.0F, em(0.4F));
  coloured(theme().key, state.cols.units[cell.col].label);
  for (std::size_t index = 0; index < state.pictures.size(); ++index) {
    const KindPicture& picture = state.pictures[index];
    if (picture.values.empty()) continue;
    const bool closed = picture.masked[cell.row * state.cols.size() + cell.col];
    const float value = picture.values(cell.row, cell.col);
    const ScopedFont font(fonts().mono);
    coloured(theme().text, closed ? tr("grids.masked") : std::isnan(value) ? tr("kinds.to_come") : exact_number(value));
    ImGui::SameLine(em(10.0F));
    coloured(theme().text_muted, kind_title(state.answer->reports[index].kind));
  }
}

void draw_kind_grid(PanelContext& context, KindsState& state, std::size_t index, ImVec2 size) {
  const KindPicture& picture = state.pictures[index];
  const Axis sink{.units = {{.label = tr("grids.sink"), .special = true}}, .window = {0, 1}, .total = 1};
  const std::string id = "kinds.grid." + std::to_string(index);
  HeatMapSpec spec;
  spec.id = id;
  spec.size = size;
  spec.values = &picture.values;
  spec.masked = &picture.masked;
  spec.revision = state.revision;
  spec.rows = &state.rows;
  spec.cols = &state.cols;
  spec.map = &gfx::colour_map(context.look().weight_map, context.preferences.theme);
  spec.high = state.largest;
  spec.selected_row = unit_or_none(state.rows, selected_query(context.snapshot, context.session));
  spec.selected_col = unit_or_none(state.cols, selected_key(context.snapshot, context.session));
  spec.linked_row = unit_or_none(state.rows, context.hover.query);
  spec.linked_col = unit_or_none(state.cols, context.hover.key);
  if (!picture.sinks.empty()) spec.beside = &picture.sinks, spec.beside_label = &sink;
  if (context.images != nullptr) spec.image = &context.images->maps[id];
  const HeatMapResult grid = heat_map(spec, state.zoom);
  if (grid.hovered) {
    context.next_hover.query = state.rows.units[grid.hovered->row].tokens.front();
    context.next_hover.key = state.cols.units[grid.hovered->col].tokens.front();
    tell_kinds_cell(state, *grid.hovered);
  }
  if (!grid.clicked) return;
  context.act(SelectQuery{state.rows.units[grid.clicked->row].tokens.front()});
  context.act(SelectKey{state.cols.units[grid.clicked->col].tokens.front()});
}

/// How many tiles of flash are done.
void draw_tiles(KindsState& state, const FlashRun& flash, float width) {
  int done = static_cast<int>(state.tiles == 0 ? flash.tiles.size() : std::min(state.tiles, flash.tiles.size()));
  SliderSpec spec;
  spec.id = "kinds.tiles";
  spec.label = tr("kinds.tiles");
  spec.width = width;
  const int all = static_cast<int>(flash.tiles.size());
  if (all < 2 || !slider(spec, done, 1, all)) return;
  state.tiles = done == all ? 0 : static_cast<std::size_t>(done);
}

void draw_block(PanelContext& context, KindsState& state, const KindsPlan& plan, std::size_t index, ImVec2 at) {
  const KindReport& report = state.answer->reports[index];
  ImGui::SetCursorScreenPos(at);
  if (index < context.look().kinds.size())
    draw_kind_menu_of(context, index, report.kind, state.answer->of.trace->tokens(), plan.block.x);
  ImGui::SetCursorScreenPos({at.x, at.y + ImGui::GetFrameHeightWithSpacing()});
  if (report.obstacle != KindObstacle::none) {
    const std::string why = tr("kinds.obstacle." + std::string(name_of(report.obstacle)));
    return coloured(theme().text_muted, broken_at_spaces(why, plan.block.x));
  }
  {
    const ScopedFont font(fonts().small);
    coloured(report.trained || is_trained_kind(report.kind.form) ? theme().text_muted : theme().warning,
             fitted(plan.texts[index].note, plan.block.x));
    hint(plan.texts[index].note);
  }
  ImGui::SetCursorScreenPos({at.x, at.y + plan.above});
  const float height = plan.block.y - plan.above - plan.below;
  draw_kind_grid(context, state, index, {plan.block.x, height});
  ImGui::SetCursorScreenPos({at.x, at.y + plan.above + height});
  if (report.shown.flash) draw_tiles(state, *report.shown.flash, plan.block.x);
  const ImVec2 here = ImGui::GetCursorScreenPos();
  ImGui::SetCursorScreenPos({at.x, here.y});
  {
    const ScopedFont font(fonts().small);
    coloured(theme().text, plan.texts[index].numbers);
    hint(tr("kinds.numbers_about"));
  }
  ImGui::SetCursorScreenPos({at.x, at.y + plan.block.y - kind_effect_height(state)});
  draw_kind_effect(context, state, index, plan.block.x);
}

}  // namespace

void draw_kind_grids(PanelContext& context, KindsState& state) {
  const ImVec2 start = ImGui::GetCursorScreenPos();
  const KindsPlan plan = plan_kinds_room(state, room_for_kinds());
  const float space = em(kKindSpace);
  for (std::size_t index = 0; index < state.answer->reports.size(); ++index) {
    const auto column = static_cast<float>(index % plan.columns), row = static_cast<float>(index / plan.columns);
    draw_block(context, state, plan, index,
               {start.x + column * (plan.block.x + space), start.y + row * (plan.block.y + space)});
  }
  const auto rows = static_cast<float>((state.answer->reports.size() + plan.columns - 1) / plan.columns);
  ImGui::SetCursorScreenPos(start);
  ImGui::Dummy({1.0F, rows * plan.block.y + (rows - 1.0F) * space});
}

}  // namespace regard
