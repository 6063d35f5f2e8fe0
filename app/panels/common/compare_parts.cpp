// SPDX-License-Identifier: Apache-2.0
#include "app/panels/common/compare_parts.h"

#include "app/panels/common/parts.h"
#include "app/session/action_kinds.h"
#include "app/session/kept.h"
#include "app/session/look.h"
#include "app/session/reading.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/viewmodel/snapshot.h"
#include "app/viewmodel/views.h"
#include "app/widgets/probe.h"

#include <imgui.h>
#include <algorithm>

namespace regard {

namespace {

/// The pin that is compared with, or null.
const Pin* baseline_pin(const Session& session) {
  return pin_named(kept_of(session), kept_of(session).baseline);
}

}  // namespace

bool can_compare(const Session& session) {
  return baseline_pin(session) != nullptr || intervenes(reading_of(session)) || is_adapted(reading_of(session));
}

bool same_reading(const Session& session) {
  const Pin* pin = baseline_pin(session);
  return pin != nullptr && pin->reading == reading_of(session);
}

ComparedNames compared_names(const Session& session) {
  if (baseline_pin(session) != nullptr) return {kept_of(session).baseline, "B"};
  if (!intervenes(reading_of(session)) && is_adapted(reading_of(session)))
    return {tr("compare.base"), tr("compare.adapted")};
  return {tr("compare.before"), tr("compare.after")};
}

std::string compared_hint(const Session& session) {
  if (!can_compare(session)) return tr("compare.nothing_hint");
  if (baseline_pin(session) != nullptr) return tr("compare.shown_hint", {{"name", kept_of(session).baseline}});
  return tr(intervenes(reading_of(session)) ? "compare.before_hint" : "compare.base_hint");
}

void toggle_shown(PanelContext& context, Shown shown) {
  if (!can_compare(context.session)) return;
  const Shown next = context.look().shown == shown ? Shown::live : shown;
  if (next != context.look().shown) context.act(SetShown{next});
}

float pin_button_width(const PanelContext& context) {
  return ImGui::CalcTextSize(tr("compare.pin", {{"name", free_pin_name(context.kept())}}).c_str()).x + em(1.5F);
}

void draw_pin_button(PanelContext& context, float height) {
  const bool full = context.kept().pins.size() >= max_pins;
  const std::string label = tr("compare.pin", {{"name", free_pin_name(context.kept())}});
  const ImVec2 size{pin_button_width(context), height > 0.0F ? height : ImGui::GetFrameHeight()};
  const ImVec2 min = ImGui::GetCursorScreenPos();
  const ImVec2 max{min.x + size.x, min.y + size.y};
  const bool clicked = ImGui::InvisibleButton("pin", size);
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const bool hovered = ImGui::IsItemHovered() && !full;
  list.AddRectFilled(min, max, colour_u32(hovered ? theme().frame_hovered : theme().frame),
                     ImGui::GetStyle().FrameRounding);
  const ImVec2 text = ImGui::CalcTextSize(label.c_str());
  list.AddText({min.x + (size.x - text.x) * 0.5F, min.y + (size.y - text.y) * 0.5F},
               colour_u32(full ? theme().text_muted : theme().text), label.c_str());
  probe("pin.button", min, max);
  hint(full ? tr("compare.full", {{"most", max_pins}}) : std::string(tr("compare.pin_hint")));
  if (clicked && !full) context.act(PinText{});
}

CompareState& compare_state(const PanelContext& context) {
  return context.state.of<CompareState>();
}

Movements movements_of(const PanelContext& context) {
  CompareState& state = compare_state(context);
  const std::shared_ptr<const Comparison>& now = context.snapshot.comparison;
  if (!now || !now->baseline) return {};
  if (!now->movements_pending && state.known_of.lock() != now) {
    state.known = now->movements;
    state.known_name = now->name;
    state.known_of = now;
    state.known_model = context.snapshot.model;
  }
  if (state.known_name != now->name || state.known_model.lock() != context.snapshot.model) return {.pending = true};
  const AttentionKind kind = shown_kind(context.snapshot, context.session);
  Movements result{state.known[static_cast<std::size_t>(kind)], now->movements_pending};
  for (const HeadMovement& head : result.heads)
    result.largest = std::max(result.largest, static_cast<float>(head.movement));
  return result;
}

}  // namespace regard
