// SPDX-License-Identifier: Apache-2.0
#include "app/widgets/token_strip.h"

#include "app/style/bmp_text.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/widgets/paint.h"
#include "app/widgets/probe.h"
#include "app/widgets/scope.h"

#include <imgui_stdlib.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

namespace regard {
namespace {

/// What a chip shows: control characters and spaces as signs, so that nothing is invisible.
std::string shown(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == ' ' && out.empty())
      out += "·";
    else if (c == '\n')
      out += "↵";
    else if (c == '\t')
      out += "→";
    else if (static_cast<unsigned char>(c) >= 0x20U)
      out += c;
  }
  return out.empty() ? "∅" : out;
}

std::string_view without_leading_space(std::string_view text) {
  return text.starts_with(' ') ? text.substr(1) : text;
}

/// A token a person typed can be rewritten; [CLS] and [SEP] of the template stand for no text.
bool is_editable(const Token& token) {
  return token.end > token.begin;
}

float chip_height(const Face& face) {
  return std::round(face.size + em(0.5F));
}

/// Chips from left to right; pieces of one word stand close together, words a little apart.
ChipFlow flow(const TokenStripSpec& spec, const TokenStripState* state, float width, std::size_t most_lines) {
  const Face face = text_face();
  const float height = chip_height(face), pad = em(0.4F);
  const float between_words = std::round(em(0.375F)), between_pieces = std::round(em(0.125F));
  ChipFlow result;
  result.line_height = height + std::round(em(0.375F));
  float x = 0.0F;
  const std::vector<Chip>& chips = spec.view->chips;
  result.places.reserve(chips.size());
  for (std::size_t index = 0; index < chips.size(); ++index) {
    const bool edited = state != nullptr && state->editing == index;
    const float text = edited ? std::max(em(3.0F), text_width(face, state->buffer) + em())
                              : std::max(em(0.5F), text_width(face, shown(chips[index].token.text)));
    const float wide = std::min(std::round(text + 2.0F * pad), std::max(width, em()));
    const bool same_word =
        index > 0 && chips[index].token.word >= 0 && chips[index].token.word == chips[index - 1].token.word;
    if (x > 0.0F) x += same_word ? between_pieces : between_words;
    if (x > 0.0F && x + wide > width) {
      x = 0.0F;
      if (++result.lines > most_lines) break;
    }
    result.places.push_back({{x, static_cast<float>(result.lines - 1) * result.line_height}, {wide, height}});
    x += wide;
  }
  return result;
}

/// A number that is another one whenever the chips would stand elsewhere.
std::size_t flow_inputs(const TokenStripSpec& spec, const TokenStripState& state, float width) {
  std::size_t sum = std::hash<float>()(width) ^ (std::hash<float>()(em()) << 1U);
  const auto add = [&sum](std::size_t value) { sum = (sum ^ value) * 0x100000001b3U; };
  add(spec.view->chips.size());
  for (const Chip& chip : spec.view->chips) {
    add(static_cast<std::size_t>(chip.token.id));
    add(chip.token.begin);
    add(static_cast<std::size_t>(chip.token.word));
  }
  add(state.editing);
  if (state.editing != kNone) add(std::hash<std::string>()(state.buffer));
  return sum;
}

float strip_width(const TokenStripSpec& spec) {
  return spec.width > 0.0F ? spec.width : ImGui::GetContentRegionAvail().x;
}

float seam() {
  return std::ceil(em(0.25F));  // room for the outlines of the first line
}

float height_of(const ChipFlow& flow_of_chips, std::size_t most_lines) {
  const auto lines = static_cast<float>(std::min(flow_of_chips.lines, most_lines));
  return lines * flow_of_chips.line_height + seam();
}

void paint_chip(const TokenStripSpec& spec, std::size_t index, ImVec2 min, ImVec2 max, bool hovered, ImDrawList& list) {
  const Theme& now = theme();
  const Chip& chip = spec.view->chips[index];
  const float round = em(0.3F), thick = std::max(2.0F, std::round(em(0.125F)));
  const bool tinted = spec.map != nullptr && !chip.masked;
  const gfx::Rgb ground = tinted ? spec.map->at(chip.weight, 0.0F, spec.weight_limit) : gfx::Rgb{};
  const ImU32 fill = tinted ? to_u32(ground) : colour_u32(now.panel);
  list.AddRectFilled(min, max, fill, round);
  if (chip.masked) paint_hatching(list, {min.x + 1.0F, min.y + 1.0F}, {max.x - 1.0F, max.y - 1.0F});

  const ImVec4 ink = tinted ? readable_on(ImGui::ColorConvertU32ToFloat4(fill)) : now.text;
  const bool pale = chip.token.special || chip.masked;
  const Face face = text_face();
  const std::string text = shortened(face, shown(chip.token.text), max.x - min.x - em(0.6F));
  const ImVec2 at(0.5F * (min.x + max.x - text_width(face, text)), 0.5F * (min.y + max.y - face.size));
  paint_text(list, face, at, colour_u32(ink, pale ? 0.6F : 1.0F), text);

  const auto ring = [&](float away, const ImVec4& colour) {
    list.AddRect({min.x - away, min.y - away}, {max.x + away, max.y + away}, colour_u32(colour), round + away, 0,
                 thick);
  };
  const bool is_query = index == spec.view->query, is_key = index == spec.view->key;
  if (!is_query && !is_key)
    list.AddRect(min, max, colour_u32(hovered || index == spec.linked ? now.text : now.grid), round);
  if (is_query) ring(0.5F * thick, now.query);
  if (is_key) ring(is_query ? -0.5F * thick - 0.5F : 0.5F * thick, now.key);
}

/// An InputText over the chip. Enter or a click elsewhere keeps the text, Escape leaves the token as it was.
void edit(TokenStripState& state, const Token& token, ImVec2 min, ImVec2 size, TokenStripResult& result) {
  ImGui::SetCursorScreenPos(min);
  ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, {em(0.4F), 0.5F * (size.y - ImGui::GetFontSize())});
  ImGui::SetNextItemWidth(size.x);
  const bool starting = state.wants_focus;
  if (starting) ImGui::SetKeyboardFocusHere();
  state.wants_focus = false;
  const bool entered = ImGui::InputText("##editor", &state.buffer,
                                        ImGuiInputTextFlags_EnterReturnsTrue | ImGuiInputTextFlags_AutoSelectAll);
  ImGui::PopStyleVar();
  ImGui::GetWindowDrawList()->AddRect(ImGui::GetItemRectMin(), ImGui::GetItemRectMax(), colour_u32(theme().accent),
                                      em(0.3F), 0, std::max(2.0F, std::round(em(0.125F))));
  probe_last_item("strip.editor");
  const bool escaped = ImGui::IsItemDeactivated() && ImGui::IsKeyPressed(ImGui::GetKeyIndex(ImGuiKey_Escape), false);
  if (!entered && !ImGui::IsItemDeactivated()) return;
  const std::string typed = from_field(state.buffer);
  if (!escaped && typed != without_leading_space(token.text)) result.replaced = TokenEdit{state.editing, typed};
  state.editing = kNone;
}

void tooltip(const Token& token, const Chip& chip) {
  const ScopedTooltip scope;
  std::string room;
  const std::string_view piece = drawable(token.piece, room);
  ImGui::TextUnformatted(tr("widgets.strip.piece", {{"piece", std::string(piece)}, {"id", token.id}}).c_str());
  ImGui::PushStyleColor(ImGuiCol_Text, theme().text_muted);
  const std::string span = is_editable(token) ? tr("widgets.strip.bytes", {{"begin", token.begin}, {"end", token.end}})
                                              : std::string(tr("widgets.strip.template"));
  ImGui::TextUnformatted(span.c_str());
  const std::string weight = chip.masked ? std::string(tr("widgets.strip.masked"))
                                         : tr("widgets.strip.weight", {{"weight", number(chip.weight, 3)}});
  ImGui::TextUnformatted(weight.c_str());
  ImGui::PopStyleColor();
}

/// One chip's clicks. The item lies under its painting.
void interact(const TokenStripSpec& spec, TokenStripState& state, std::size_t index, TokenStripResult& result) {
  const Chip& chip = spec.view->chips[index];
  if (!ImGui::IsItemHovered()) return;
  result.hovered = index;
  if (ImGui::IsMouseClicked(ImGuiMouseButton_Left)) {
    if (ImGui::GetIO().KeyShift)
      result.key = index;
    else
      result.query = index;
  }
  if (ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left) && !ImGui::GetIO().KeyShift && is_editable(chip.token)) {
    state.editing = index;
    state.buffer = to_field(without_leading_space(chip.token.text));
    state.wants_focus = true;
  }
  if (!ImGui::IsMouseDown(ImGuiMouseButton_Left)) tooltip(chip.token, chip);
}

void show_query(const TokenStripSpec& spec, TokenStripState& state, const ChipFlow& chips) {
  const std::size_t query = spec.view->query;
  if (state.shown_query == query || query >= chips.places.size()) return;
  state.shown_query = query;
  const float top = chips.places[query].min.y, bottom = top + chips.line_height;
  const float scroll = ImGui::GetScrollY(), height = ImGui::GetWindowHeight();
  if (top < scroll) ImGui::SetScrollY(top);
  if (bottom > scroll + height) ImGui::SetScrollY(bottom + seam() - height);
}

}  // namespace

float token_strip_height(const TokenStripSpec& spec) {
  return spec.view == nullptr
             ? 0.0F
             : height_of(flow(spec, nullptr, strip_width(spec) - ImGui::GetStyle().ScrollbarSize, spec.most_lines),
                         spec.most_lines);
}

TokenStripResult token_strip(const TokenStripSpec& spec, TokenStripState& state) {
  TokenStripResult result;
  if (spec.view == nullptr) return result;
  const std::vector<Chip>& chips = spec.view->chips;
  if (state.editing != kNone && state.editing >= chips.size()) state.editing = kNone;
  const ScopedId id(spec.id);
  const float width = strip_width(spec);
  const float room = width - ImGui::GetStyle().ScrollbarSize - seam();
  if (const std::size_t inputs = flow_inputs(spec, state, room);
      inputs != state.flow_inputs || state.flow.places.empty()) {
    state.flow = flow(spec, &state, room, chips.size() + 1);
    state.flow_inputs = inputs;
  }
  const ChipFlow& places = state.flow;

  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {0.0F, 0.0F});
  ImGui::PushStyleColor(ImGuiCol_ChildBg, ImVec4(0.0F, 0.0F, 0.0F, 0.0F));
  const bool open =
      ImGui::BeginChild("chips", {width, height_of(places, spec.most_lines)}, false, ImGuiWindowFlags_NoNav);
  ImGui::PopStyleColor();
  ImGui::PopStyleVar();
  if (open) {
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const ImVec2 start = ImGui::GetCursorScreenPos();
    show_query(spec, state, places);
    // Lines above the visible ones are passed over at once: there may be thousands.
    const auto first = std::partition_point(
        places.places.begin(), places.places.end(),
        [&](const ChipFlow::Place& place) { return place.min.y + 2.0F * places.line_height < ImGui::GetScrollY(); });
    const float end = ImGui::GetScrollY() + ImGui::GetWindowHeight();
    for (auto index = static_cast<std::size_t>(first - places.places.begin()); index < chips.size(); ++index) {
      if (places.places[index].min.y > end && state.editing == kNone) break;
      const ChipFlow::Place& place = places.places[index];
      const ImVec2 min(start.x + place.min.x + seam(), start.y + place.min.y + seam());
      const ImVec2 max(min.x + place.size.x, min.y + place.size.y);
      if (!ImGui::IsRectVisible(min, max) && state.editing != index) continue;
      const ScopedId chip_id(index);
      if (state.editing == index) {
        edit(state, chips[index].token, min, place.size, result);
        continue;
      }
      ImGui::SetCursorScreenPos(min);
      ImGui::InvisibleButton("chip", place.size);
      probe("strip.token." + std::to_string(index), min, max);
      interact(spec, state, index, result);
      paint_chip(spec, index, min, max, ImGui::IsItemHovered(), list);
    }
    ImGui::SetCursorScreenPos(start);
    ImGui::Dummy({1.0F, static_cast<float>(places.lines) * places.line_height + seam()});
    const bool pressed = ImGui::IsWindowFocused() && ImGui::IsKeyPressed(ImGui::GetKeyIndex(ImGuiKey_Delete), false);
    if (pressed && state.editing == kNone && spec.view->query < chips.size() &&
        is_editable(chips[spec.view->query].token))
      result.deleted = spec.view->query;
  }
  ImGui::EndChild();
  return result;
}

}  // namespace regard
