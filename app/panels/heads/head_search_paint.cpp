// SPDX-License-Identifier: Apache-2.0
#include "app/panels/common/button_parts.h"
#include "app/panels/common/images.h"
#include "app/panels/common/parts.h"
#include "app/panels/heads/head_search_parts.h"
#include "app/session/look.h"
#include "app/session/preferences.h"
#include "app/style/locale.h"
#include "app/viewmodel/snapshot.h"
#include "app/viewmodel/views.h"

#include <imgui.h>
#include <algorithm>
#include <cstddef>
#include <memory>
#include <optional>
#include <utility>

namespace regard {
namespace {

constexpr std::size_t kMostPaintedTokens = 512;

void set_paint(HeadSearchState& state, Matrix paint) {
  state.paint = std::make_shared<const Matrix>(std::move(paint));
  ++state.paint_revision;
}

/// A painting is of one text: another one begins with the previous token, which every model has heads for.
void follow_painted_text(PanelContext& context, HeadSearchState& state, const std::shared_ptr<const Trace>& on) {
  if (state.painted_on.lock() == on && state.paint) return;
  state.painted_on = on;
  const Trace& trace = *on;
  const bool same_size = state.paint && state.paint->rows == trace.tokens() && state.paint->cols == trace.keys();
  if (!same_size) {
    Matrix paint(trace.tokens(), trace.keys());
    if (trace.tokens() == trace.keys()) paint = painted_habit(PaintedHabit::previous, trace.tokens(), trace.causal());
    set_paint(state, std::move(paint));
    state.view = {};
  }
  state.rows = make_axis(context.snapshot, AxisInputs{}, asking_encoding(context.snapshot, context.session));
  state.cols = make_axis(context.snapshot, AxisInputs{}, asked_encoding(context.snapshot, context.session));
}

/// A button behind those before it, on the next line where it does not fit.
bool next_button(const char* key) {
  const bool first = ImGui::GetCursorPosX() <= ImGui::GetWindowContentRegionMin().x + 1.0F;
  if (!first && ImGui::GetContentRegionAvail().x < quiet_button_width(tr(key))) ImGui::NewLine();
  const bool pressed = framed_button(key, tr(key));
  ImGui::SameLine(0.0F, em(0.3F));
  return pressed;
}

void draw_habits(PanelContext& context, HeadSearchState& state, const Trace& trace) {
  const auto habit = [&](const char* key, PaintedHabit painted) {
    if (next_button(key)) set_paint(state, painted_habit(painted, trace.tokens(), trace.causal()));
  };
  if (trace.tokens() == trace.keys()) {
    habit("head_search.habit.previous", PaintedHabit::previous);
    if (!trace.causal()) habit("head_search.habit.next", PaintedHabit::next);
    habit("head_search.habit.self", PaintedHabit::self);
    habit("head_search.habit.first", PaintedHabit::first);
  }
  const HeadRef head = shown_head(context.snapshot, context.session);
  if (weights_are_softmax(trace, head) && next_button("head_search.from_head")) set_paint(state, weights(trace, head));
  if (next_button("head_search.clear")) set_paint(state, Matrix(trace.tokens(), trace.keys()));
  ImGui::NewLine();
}

/// How much a painted cell counts in its row.
void draw_strength(HeadSearchState& state) {
  align_to_frame();
  caption(tr("head_search.strength"));
  ImGui::SameLine(0.0F, em(0.5F));
  if (ImGui::GetContentRegionAvail().x < choose_width({"0.25", "0.5", "0.75", "1"})) ImGui::NewLine();
  state.strength = choose("head_search.strength", {"0.25", "0.5", "0.75", "1"}, state.strength);
  hint(tr("head_search.strength_hint"));
}

/// A stroke paints with the brush's strength; one that begins on a cell that has it takes away.
void follow_brush(HeadSearchState& state, const std::optional<Cell>& pressed) {
  if (!pressed) {
    state.stroke.reset();
    return;
  }
  if (state.stroke == pressed) return;
  const float before = (*state.paint)(pressed->row, pressed->col);
  const float strength = brush_strengths[state.strength];
  if (!state.stroke) state.erasing = before == strength;
  state.stroke = pressed;
  const float wanted = state.erasing ? 0.0F : strength;
  if (before == wanted) return;
  Matrix paint = *state.paint;
  paint(pressed->row, pressed->col) = wanted;
  set_paint(state, std::move(paint));
}

}  // namespace

void draw_painted_pattern(PanelContext& context, HeadSearchState& state, const std::shared_ptr<const Trace>& on) {
  const Trace& trace = *on;
  if (std::max(trace.tokens(), trace.keys()) > kMostPaintedTokens)
    return wrapped_caption(tr_plural("head_search.too_long", kMostPaintedTokens));
  follow_painted_text(context, state, on);
  draw_habits(context, state, trace);
  draw_strength(state);
  HeatMapSpec spec;
  spec.id = "head_search.grid";
  const float width = ImGui::GetContentRegionAvail().x;
  spec.size = {width, std::clamp(ImGui::GetContentRegionAvail().y - em(4.0F), em(12.0F), std::max(width, em(12.0F)))};
  spec.values = state.paint.get();
  spec.revision = state.paint_revision;
  spec.rows = &state.rows;
  spec.cols = &state.cols;
  spec.map = &gfx::colour_map(context.look().weight_map, context.preferences.theme);
  spec.paints = true;
  spec.linked_row = context.hover.query.value_or(kNone);
  spec.linked_col = context.hover.key.value_or(kNone);
  if (context.images != nullptr) spec.image = &context.images->maps["head_search"];
  const HeatMapResult result = heat_map(spec, state.view);
  if (result.hovered) {
    context.next_hover.query = result.hovered->row;
    context.next_hover.key = result.hovered->col;
  }
  follow_brush(state, result.pressed);
  wrapped_caption(tr("head_search.paint_about"));
}

}  // namespace regard
