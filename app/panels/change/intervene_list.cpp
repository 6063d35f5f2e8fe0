// SPDX-License-Identifier: Apache-2.0
// The list of interventions: one line an item, in the order they act.
#include "app/panels/change/intervene.h"
#include "app/panels/change/intervene_state.h"
#include "app/panels/change/intervene_words.h"
#include "app/panels/common/parts.h"
#include "app/panels/kinds/kinds_parts.h"
#include "app/session/action_kinds.h"
#include "app/session/reading.h"
#include "app/style/fonts.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/viewmodel/snapshot.h"
#include "app/widgets/probe.h"
#include "app/widgets/slider.h"

#include <imgui.h>
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>

namespace regard {
namespace {

using Kind = InterventionKind;

constexpr int kFarthest = 64;  ///< of a shift by slider

const LeftOut* left_out_of(const PanelContext& context, std::size_t index) {
  for (const LeftOut& each : context.snapshot.left_out)
    if (each.index == index) return &each;
  return nullptr;
}

bool has_mean(Kind kind) {
  return kind == Kind::ablate || kind == Kind::keep_only;
}

/// The number of an item, in place. True when it changed.
bool edit_amount(Intervention& item, const std::string& id) {
  SliderSpec spec;
  spec.id = id;
  spec.width = std::min(em(14.0F), ImGui::GetContentRegionAvail().x);
  switch (item.kind) {
    case Kind::add:
      spec.format = "δ = %+.1f";
      return slider(spec, item.amount, -most_added, most_added);
    case Kind::set_weight:
      spec.format = "A = %.2f";
      return slider(spec, item.amount, 0.0F, 1.0F);
    case Kind::scale:
      spec.format = "× %.2f";
      return slider(spec, item.amount, -2.0F, 4.0F);
    case Kind::temperature:
      spec.format = "τ = %.2f";
      return slider(spec, item.amount, min_temperature, max_temperature, true);
    case Kind::shift_positions: {
      int places = static_cast<int>(std::lround(item.amount));
      spec.format = "%+d";
      if (!slider(spec, places, -kFarthest, kFarthest)) return false;
      item.amount = static_cast<float>(places);
      return true;
    }
    default:
      return false;
  }
}

/// The number of positions, in place. True when it changed.
bool edit_positions(PositionSwitch& positions, const std::string& id) {
  constexpr float kLargestBase = 1e7F, kMostTimes = 16.0F;
  SliderSpec spec;
  spec.id = id;
  spec.width = std::min(em(14.0F), ImGui::GetContentRegionAvail().x);
  switch (positions.form) {
    case PositionForm::base:
      spec.format = "b = %.0f";
      return slider(spec, positions.number, 10.0F, kLargestBase, true);
    case PositionForm::share:
      spec.format = "p = %.2f";
      return slider(spec, positions.number, 0.0F, 1.0F);
    case PositionForm::none:
    case PositionForm::alibi:
      return false;
    default:
      spec.format = "s = %.1f";
      return slider(spec, positions.number, 1.0F, kMostTimes);
  }
}

bool has_amount(Kind kind) {
  return kind == Kind::add || kind == Kind::set_weight || kind == Kind::scale || kind == Kind::temperature ||
         kind == Kind::shift_positions;
}

enum class Sign { up, down, cross };

/// A small square button with a drawn sign (the fonts have no such arrows).
bool sign_button(const std::string& id, Sign sign, bool enabled) {
  const ScopedId scope(id);
  const float side = std::round(em(1.4F));
  const ImVec2 min = ImGui::GetCursorScreenPos(), max{min.x + side, min.y + side};
  const bool clicked = ImGui::InvisibleButton("sign", {side, side}) && enabled;
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const bool hovered = ImGui::IsItemHovered() && enabled;
  if (hovered) list.AddRectFilled(min, max, colour_u32(theme().frame_hovered), em(0.25F));
  const ImU32 ink = colour_u32(!enabled ? theme().grid : hovered ? theme().text : theme().text_muted);
  const ImVec2 middle{min.x + side * 0.5F, min.y + side * 0.5F};
  const float half = side * 0.2F, thick = stroke(0.09F, 1.5F);
  if (sign == Sign::cross) {
    list.AddLine({middle.x - half, middle.y - half}, {middle.x + half, middle.y + half}, ink, thick);
    list.AddLine({middle.x - half, middle.y + half}, {middle.x + half, middle.y - half}, ink, thick);
  } else {
    const float tip = sign == Sign::up ? -half * 0.6F : half * 0.6F;
    list.AddLine({middle.x - half, middle.y - tip}, {middle.x, middle.y + tip}, ink, thick);
    list.AddLine({middle.x, middle.y + tip}, {middle.x + half, middle.y - tip}, ink, thick);
  }
  probe(id, min, max);
  return clicked;
}

float signs_width() {
  return 3.0F * std::round(em(1.4F));
}

void draw_signs(PanelContext& context, std::size_t index, const std::string& id) {
  const std::size_t count = context.reading().interventions.size();
  if (sign_button(id + ".up", Sign::up, index > 0)) context.act(MoveIntervention{index, index - 1});
  hint(tr("intervene.up"));
  ImGui::SameLine(0.0F, 0.0F);
  if (sign_button(id + ".down", Sign::down, index + 1 < count)) context.act(MoveIntervention{index, index + 1});
  hint(tr("intervene.down"));
  ImGui::SameLine(0.0F, 0.0F);
  if (sign_button(id + ".remove", Sign::cross, true)) context.act(RemoveIntervention{index});
  hint(tr("intervene.remove"));
}

/// What changes the item: its number, and what a silenced head hands on.
void draw_settings(PanelContext& context, std::size_t index, const std::string& id) {
  PlacedIntervention changed = context.reading().interventions[index];
  bool edited = false;
  if (has_amount(changed.item.kind)) edited = edit_amount(changed.item, id + ".amount");
  if (changed.item.kind == Kind::attention) {
    const float width = std::min(em(14.0F), ImGui::GetContentRegionAvail().x);
    edited = edit_kind_numbers(id + ".as", changed.item.as, context.snapshot.trace->tokens(), width);
  }
  if (changed.item.kind == Kind::positions) edited = edit_positions(changed.item.positioned, id + ".as");
  if (has_mean(changed.item.kind)) {
    const std::size_t now = changed.item.mean ? 1 : 0;
    const std::size_t chosen = choose(id + ".mean", {tr("intervene.zero"), tr("intervene.mean")}, now);
    changed.item.mean = chosen == 1;
    edited = edited || chosen != now;
  }
  if (edited) context.act(ChangeIntervention{index, changed});
}

void draw_item(PanelContext& context, std::size_t index) {
  const std::string id = "intervene.item." + std::to_string(index);
  const ScopedId scope(index);
  const PlacedIntervention& placed = context.reading().interventions[index];
  const Intervention& item = resolved_list(context).items[index];
  const ImVec2 start = ImGui::GetCursorScreenPos();
  const float width = ImGui::GetContentRegionAvail().x;
  ImDrawList& list = *ImGui::GetWindowDrawList();
  list.ChannelsSplit(2);
  list.ChannelsSetCurrent(1);

  const float bar = std::round(em(0.2F)), indent = bar + em(0.4F);
  ImGui::SetCursorScreenPos({start.x + indent, start.y});
  bool on = placed.on;
  if (check(id + ".on", "", on)) {
    PlacedIntervention changed = placed;
    changed.on = on;
    context.act(ChangeIntervention{index, changed});
  }
  hint(tr("intervene.on"));
  ImGui::SameLine(0.0F, em(0.1F));
  const float text_left = ImGui::GetCursorScreenPos().x;
  const LeftOut* left_out = placed.on ? left_out_of(context, index) : nullptr;
  ImGui::BeginGroup();
  {
    const float pad = (ImGui::GetFrameHeight() - ImGui::GetFontSize()) * 0.5F;
    ImGui::SetCursorScreenPos({text_left, start.y + pad});
    const float end = start.x + width - signs_width() - em(0.25F);
    ImGui::PushTextWrapPos(end - ImGui::GetWindowPos().x + ImGui::GetScrollX());
    coloured(placed.on && left_out == nullptr ? theme().text : theme().text_muted,
             sentence_of(item, intervened_encoding(context)));
    if (left_out != nullptr) {
      const ScopedFont font(fonts().small);
      coloured(theme().warning, left_out_sentence(item, left_out->error));
      probe(id + ".left_out", ImGui::GetItemRectMin(), ImGui::GetItemRectMax());
    }
    ImGui::PopTextWrapPos();
    draw_settings(context, index, id);
  }
  ImGui::EndGroup();
  const float bottom = std::max(ImGui::GetItemRectMax().y, start.y + ImGui::GetFrameHeight());
  ImGui::SetCursorScreenPos({start.x + width - signs_width(), start.y});
  draw_signs(context, index, id);

  const ImVec2 max{start.x + width, bottom + em(0.15F)};
  list.ChannelsSetCurrent(0);
  const bool pointed =
      ImGui::IsWindowHovered(ImGuiHoveredFlags_AllowWhenBlockedByActiveItem) && ImGui::IsMouseHoveringRect(start, max);
  if (pointed) {
    list.AddRectFilled(start, max, colour_u32(theme().frame, 0.6F), em(0.2F));
    intervene_state(context).pointed = index;
  }
  list.AddRectFilled(start, {start.x + bar, max.y}, colour_u32(colour_of(item.kind), placed.on ? 1.0F : 0.35F));
  list.ChannelsMerge();
  probe(id, start, max);
  ImGui::SetCursorScreenPos(start);
  ImGui::Dummy({width, max.y - start.y});
}

}  // namespace

void draw_intervention_list(PanelContext& context) {
  const std::size_t count = context.reading().interventions.size();
  gap(0.7F);
  const std::string title = count + 16 > max_interventions
                                ? tr("intervene.list_of", {{"count", count}, {"most", max_interventions}})
                                : std::string(tr("intervene.list"));
  align_to_frame();
  coloured(theme().text, title);
  if (count == 0) return wrapped_caption(tr("intervene.none"));
  const char* clear = tr("intervene.clear");
  align_right(quiet_button_width(clear));
  {
    const ScopedTextColour ink(theme().text_muted);
    if (quiet_button("intervene.clear", clear)) context.act(ClearInterventions{});
  }
  for (std::size_t index = 0; index < count; ++index)
    draw_item(context, index);
}

void draw_intervention_badge(PanelContext& context) {
  const std::size_t count = context.snapshot.trace ? acting_items(context) : 0;
  if (count == 0) return;
  ImGui::SameLine(0.0F, em(1.0F));
  const std::string text = tr_plural("intervene.badge", count);
  const ImVec2 size{ImGui::CalcTextSize(text.c_str()).x, ImGui::GetTextLineHeight()};
  const ImVec2 min = ImGui::GetCursorScreenPos(), max{min.x + size.x, min.y + size.y};
  if (ImGui::InvisibleButton("interventions", size)) context.act(SelectPanel{"change", "intervene"});
  ImDrawList& list = *ImGui::GetWindowDrawList();
  list.AddText(min, colour_u32(theme().warning), text.c_str());
  if (ImGui::IsItemHovered()) list.AddLine({min.x, max.y}, max, colour_u32(theme().warning));
  probe("status.interventions", min, max);
  hint(tr("intervene.badge_hint"));
}

}  // namespace regard
