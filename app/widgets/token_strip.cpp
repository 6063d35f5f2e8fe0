// SPDX-License-Identifier: Apache-2.0
#include "app/widgets/token_strip.h"

#include "app/style/bmp_text.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/widgets/chip_flow.h"
#include "app/widgets/mouse.h"
#include "app/widgets/nav.h"
#include "app/widgets/paint.h"
#include "app/widgets/probe.h"
#include "app/widgets/scope.h"
#include "core/text/visible_text.h"

#include <imgui_stdlib.h>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

namespace regard {
namespace {

/// The word alone; a token of nothing but spaces stays what it is.
std::string_view without_leading_space(std::string_view text) {
  const std::size_t word = text.find_first_not_of(" \t\n\r");
  return word == std::string_view::npos ? text : text.substr(word);
}

/// A token a person typed can be rewritten; [CLS] and [SEP] of the template stand for no text.
bool is_editable(const Token& token) {
  return token.end > token.begin;
}

float strip_width(const TokenStripSpec& spec) {
  return spec.width > 0.0F ? spec.width : ImGui::GetContentRegionAvail().x;
}

void paint_chip(const TokenStripSpec& spec, std::size_t index, ImVec2 min, ImVec2 max, bool hovered, ImDrawList& list) {
  const Theme& now = theme();
  const Chip& chip = spec.view->chips[index];
  const float round = em(0.3F), thick = std::round(stroke(0.125F, 2.0F));
  const bool tinted = spec.map != nullptr && !chip.masked && !chip.hidden;
  const gfx::Rgb ground =
      tinted ? spec.map->at(chip.weight, spec.view->least_weight(), spec.view->weight_limit) : gfx::Rgb{};
  const ImU32 fill = tinted ? to_u32(ground) : colour_u32(now.panel);
  list.AddRectFilled(min, max, fill, round);
  if (chip.masked) paint_hatching(list, {min.x + 1.0F, min.y + 1.0F}, {max.x - 1.0F, max.y - 1.0F});

  const ImVec4 under = tinted ? ImGui::ColorConvertU32ToFloat4(fill) : now.panel;
  const bool pale = chip.token.special || chip.masked || chip.hidden;
  const ImVec4 ink = pale ? muted_on(under) : tinted ? readable_on(under) : now.text;
  const Face face = text_face();
  const std::string text = shortened(face, visible_text(chip.token.text), max.x - min.x - em(0.6F));
  const ImVec2 at(0.5F * (min.x + max.x - text_width(face, text)), 0.5F * (min.y + max.y - face.size));
  paint_text(list, face, at, colour_u32(ink), text);

  const auto ring = [&](float away, const ImVec4& colour) {
    list.AddRect({min.x - away, min.y - away}, {max.x + away, max.y + away}, colour_u32(colour), round + away, 0,
                 thick);
  };
  const bool is_query = index == spec.view->query, is_key = index == spec.view->key;
  if (!is_query && !is_key)
    list.AddRect(min, max, colour_u32(hovered || index == spec.linked ? now.text : now.grid), round);
  if (std::ranges::binary_search(spec.marked, index))
    list.AddRectFilled({min.x + em(0.3F), max.y - 2.0F * thick}, {max.x - em(0.3F), max.y}, colour_u32(now.accent),
                       thick);
  if (is_query) ring(0.5F * thick, now.query);
  if (is_key) ring(is_query ? -0.5F * thick - 0.5F : 0.5F * thick, now.key);
}

/// An InputText in the place of what is edited.
void edit(TokenStripState& state, ImVec2 min, ImVec2 size, TokenStripResult& result) {
  TokenEditing& editing = *state.editing;
  ImGui::SetCursorScreenPos(min);
  ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, {em(0.4F), 0.5F * (size.y - ImGui::GetFontSize())});
  ImGui::SetNextItemWidth(size.x);
  if (std::exchange(editing.wants_focus, false)) ImGui::SetKeyboardFocusHere();
  const bool entered = ImGui::InputText("##editor", &editing.buffer,
                                        ImGuiInputTextFlags_EnterReturnsTrue | ImGuiInputTextFlags_AutoSelectAll);
  ImGui::PopStyleVar();
  ImGui::GetWindowDrawList()->AddRect(ImGui::GetItemRectMin(), ImGui::GetItemRectMax(), colour_u32(theme().accent),
                                      em(0.3F), 0, std::round(stroke(0.125F, 2.0F)));
  probe_last_item("strip.editor");
  const bool ended = entered || ImGui::IsItemDeactivated();
  const bool escaped = ImGui::IsItemDeactivated() && ImGui::IsKeyPressed(ImGui::GetKeyIndex(ImGuiKey_Escape), false);
  std::string now = escaped ? editing.original : from_field(editing.buffer);
  if (now != editing.told) {
    result.edited = now;
    editing.told = std::move(now);
  }
  if (ended) state.editing_ended = true;
}

std::string weight_text(const TokenStripSpec& spec, const Chip& chip) {
  if (chip.hidden) return tr("widgets.strip.hidden");
  if (chip.masked) return tr("widgets.strip.masked");
  return tr(spec.view->renormalised ? "widgets.strip.weight_renormalised" : "widgets.strip.weight",
            {{"weight", number(chip.weight, 3)}});
}

void tooltip(const TokenStripSpec& spec, const Chip& chip) {
  const Token& token = chip.token;
  const ScopedTooltip scope;
  std::string room;
  const std::string_view piece = drawable(token.piece, room);
  ImGui::TextUnformatted(tr("widgets.strip.piece", {{"piece", std::string(piece)}, {"id", token.id}}).c_str());
  ImGui::PushStyleColor(ImGuiCol_Text, theme().text_muted);
  const std::string span = is_editable(token) ? tr("widgets.strip.bytes", {{"begin", token.begin}, {"end", token.end}})
                                              : std::string(tr("widgets.strip.template"));
  ImGui::TextUnformatted(span.c_str());
  ImGui::TextUnformatted(weight_text(spec, chip).c_str());
  ImGui::PopStyleColor();
}

/// One chip's clicks. The item lies under its painting.
void interact(const TokenStripSpec& spec, TokenStripState& state, std::size_t index, TokenStripResult& result) {
  const StripView& view = *spec.view;
  const Chip& chip = view.chips[index];
  if (!ImGui::IsItemHovered()) return;
  result.hovered = index;
  const bool shift = ImGui::GetIO().KeyShift;
  if (ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left) && !shift && is_editable(chip.token)) {
    result.wants_edit = index;
    if (state.chosen_before < view.chips.size()) result.query = state.chosen_before;
  } else if (ImGui::IsMouseClicked(ImGuiMouseButton_Left)) {
    state.chosen_before = view.asks ? view.query : view.key;
    (shift ? result.key : result.query) = index;
  }
  if (!ImGui::IsMouseDown(ImGuiMouseButton_Left)) tooltip(spec, chip);
}

/// Scrolls to a box that has left the window.
void show_lines(const ChipFlow::Place& place, float line_height) {
  const float scroll = ImGui::GetScrollY(), height = ImGui::GetWindowHeight();
  if (place.min.y < scroll) ImGui::SetScrollY(place.min.y);
  if (place.min.y + line_height > scroll + height) ImGui::SetScrollY(place.min.y + line_height + chip_seam() - height);
}

void show_in_row(const ChipFlow::Place& place) {
  const float scroll = ImGui::GetScrollX(), width = ImGui::GetWindowWidth(), space = em(2.0F);
  if (place.min.x - space < scroll) ImGui::SetScrollX(std::max(0.0F, place.min.x - space));
  if (place.min.x + place.size.x + space > scroll + width)
    ImGui::SetScrollX(place.min.x + place.size.x + space - width);
}

/// The query when it is another one, the editor always.
void keep_in_sight(const TokenStripSpec& spec, TokenStripState& state, const ChipFlow& chips) {
  const std::size_t query = spec.view->query;
  const ChipFlow::Place* place = chips.editor ? &*chips.editor : nullptr;
  if (place == nullptr && state.shown_query != query && query < chips.places.size()) place = &chips.places[query];
  state.shown_query = query;
  if (place == nullptr) return;
  if (spec.one_row)
    show_in_row(*place);
  else
    show_lines(*place, chips.line_height);
}

/// The wheel moves one row; a small triangle at an end says that there is more.
void turn_row(TokenStripState& state) {
  if (const float wheel = wheel_over_window(); wheel != 0.0F) ImGui::SetScrollX(ImGui::GetScrollX() - wheel * em(5.0F));
  state.scroll = ImGui::GetScrollX();
  const ImVec2 min = ImGui::GetWindowPos(), size = ImGui::GetWindowSize();
  const float middle = min.y + chip_seam() + 0.5F * chip_height(text_face()), half = em(0.35F);
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const auto more = [&](float tip, float towards) {
    list.AddTriangleFilled({tip, middle}, {tip + towards * half, middle - half}, {tip + towards * half, middle + half},
                           colour_u32(theme().text));
  };
  if (state.scroll > 0.5F) more(min.x + 1.0F, 1.0F);
  if (state.scroll < ImGui::GetScrollMaxX() - 0.5F) more(min.x + size.x - 1.0F, -1.0F);
}

/// The chips that are in sight; the others are passed over at once, for there may be thousands.
void draw_chips(const TokenStripSpec& spec, TokenStripState& state, ImVec2 start, TokenStripResult& result) {
  const ChipFlow& flow = state.flow;
  const std::vector<Chip>& chips = spec.view->chips;
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const float low = spec.one_row ? ImGui::GetScrollX() : ImGui::GetScrollY();
  const float high = low + (spec.one_row ? ImGui::GetWindowWidth() : ImGui::GetWindowHeight());
  const auto end_of = [&](const ChipFlow::Place& place) {
    return spec.one_row ? place.min.x + place.size.x : place.min.y + 2.0F * flow.line_height;
  };
  const auto first = std::partition_point(flow.places.begin(), flow.places.end(),
                                          [&](const ChipFlow::Place& place) { return end_of(place) < low; });
  for (auto index = static_cast<std::size_t>(first - flow.places.begin()); index < chips.size(); ++index) {
    const ChipFlow::Place& place = flow.places[index];
    if ((spec.one_row ? place.min.x : place.min.y) > high) break;
    const ImVec2 min(start.x + place.min.x + chip_seam(), start.y + place.min.y + chip_seam());
    const ImVec2 max(min.x + place.size.x, min.y + place.size.y);
    if (place.size.x <= 0.0F || !ImGui::IsRectVisible(min, max)) continue;
    const ScopedId chip_id(index);
    ImGui::SetCursorScreenPos(min);
    const bool pressed = ImGui::InvisibleButton("chip", place.size);
    probe("strip.token." + std::to_string(index), min, max);
    if (pressed && ImGui::GetIO().NavVisible) (ImGui::GetIO().KeyShift ? result.key : result.query) = index;
    interact(spec, state, index, result);
    paint_chip(spec, index, min, max, ImGui::IsItemHovered(), list);
  }
  if (!flow.editor) return;
  edit(state, {start.x + flow.editor->min.x + chip_seam(), start.y + flow.editor->min.y + chip_seam()},
       flow.editor->size, result);
}

}  // namespace

float token_strip_height(std::size_t lines) {
  return static_cast<float>(lines) * chip_line_height(text_face()) + chip_seam();
}

void begin_editing(TokenStripState& state, const TokenPlace& place, const std::string& text) {
  const std::string said(without_leading_space(std::string_view(text).substr(place.begin, place.end - place.begin)));
  state.editing = TokenEditing{
      .place = place, .text = text, .original = said, .told = said, .buffer = to_field(said), .stroke = ++state.edits};
}

TokenStripResult token_strip(const TokenStripSpec& spec, TokenStripState& state) {
  TokenStripResult result;
  if (spec.view == nullptr) return result;
  const std::vector<Chip>& chips = spec.view->chips;
  if (std::exchange(state.editing_ended, false)) state.editing.reset();
  const ScopedId id(spec.id);
  const float width = strip_width(spec);
  const float room = width - (spec.one_row ? 0.0F : ImGui::GetStyle().ScrollbarSize) - chip_seam();
  if (const std::size_t inputs = flow_inputs(spec, state, room);
      inputs != state.flow_inputs || state.flow.places.empty()) {
    state.flow = flow_of(spec, state, room);
    state.flow_inputs = inputs;
  }
  const ChipFlow& flow = state.flow;

  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {0.0F, 0.0F});
  ImGui::PushStyleColor(ImGuiCol_ChildBg, ImVec4(0.0F, 0.0F, 0.0F, 0.0F));
  const ImGuiWindowFlags sideways =
      ImGuiWindowFlags_HorizontalScrollbar | ImGuiWindowFlags_NoScrollbar | ImGuiWindowFlags_NoScrollWithMouse;
  const bool open = ImGui::BeginChild(spec.one_row ? "row" : "chips", {width, token_strip_height(spec.lines)}, false,
                                      child_nav_flags() | (spec.one_row ? sideways : 0));
  ImGui::PopStyleColor();
  ImGui::PopStyleVar();
  if (open) {
    const ImVec2 start = ImGui::GetCursorScreenPos();
    keep_in_sight(spec, state, flow);
    draw_chips(spec, state, start, result);
    ImGui::SetCursorScreenPos(start);
    const float wide = spec.one_row ? std::max(flow.width, state.least_width) + 2.0F * chip_seam() : 1.0F;
    ImGui::Dummy({wide, static_cast<float>(flow.lines) * flow.line_height + chip_seam()});
    if (spec.one_row) turn_row(state);
    const bool pressed = ImGui::IsWindowFocused() && ImGui::IsKeyPressed(ImGui::GetKeyIndex(ImGuiKey_Delete), false);
    if (pressed && !state.editing && spec.view->query < chips.size() && is_editable(chips[spec.view->query].token))
      result.deleted = spec.view->query;
  }
  ImGui::EndChild();
  return result;
}

}  // namespace regard
