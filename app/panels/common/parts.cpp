// SPDX-License-Identifier: Apache-2.0
#include "app/panels/common/parts.h"

#include "app/panels/common/button_parts.h"
#include "app/panels/common/redraw.h"
#include "app/style/bmp_text.h"
#include "app/style/fonts.h"
#include "app/style/theme.h"
#include "app/widgets/probe.h"
#include "app/widgets/term_labels.h"
#include "core/text/unicode.h"

#include <imgui_internal.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <utility>
#include <vector>

namespace regard {
namespace {

ImVec2 text_size(std::string_view any_text) {
  std::string room;
  const std::string_view text = drawable(any_text, room);
  return ImGui::CalcTextSize(text.data(), text.data() + text.size());
}

void plain(std::string_view any_text) {
  std::string room;
  const std::string_view text = drawable(any_text, room);
  ImGui::TextUnformatted(text.data(), text.data() + text.size());
}

/// Bytes of a text that fit into a width, up to a character's border; at least so many characters.
std::size_t fitting(std::string_view text, float width, std::size_t least = 1) {
  const auto inside = [&](std::size_t at) { return at < text.size() && continues_character(text[at]); };
  std::size_t low = 0;
  std::size_t high = text.size();
  while (low < high) {
    const std::size_t middle = (low + high + 1) / 2;
    if (text_size(text.substr(0, middle)).x <= width)
      low = middle;
    else
      high = middle - 1;
  }
  while (low > 0 && inside(low))
    --low;
  if (low > 0 || least == 0 || text.empty()) return low;
  do
    ++low;
  while (inside(low));
  return low;
}

float content_right() {
  return ImGui::GetWindowPos().x + ImGui::GetWindowContentRegionMax().x;
}

/// Pixels up to the content's right edge; a tooltip or a small menu has none, it grows with its content.
float room_on_line() {
  const ImGuiWindow& window = *ImGui::GetCurrentWindowRead();
  const bool grows =
      (window.Flags & (ImGuiWindowFlags_Tooltip | ImGuiWindowFlags_Popup)) != 0 && window.AutoFitFramesX > 0;
  return grows ? FLT_MAX : content_right() - ImGui::GetCursorScreenPos().x;
}

constexpr float kHintRest = 0.5F;     ///< seconds
constexpr float kNextFrame = 0.001F;  ///< likewise: as soon as possible
float hint_delay = 0.0F;

constexpr float kTriangle = 0.34F;  ///< ems, half its width

void draw_menu_triangle(ImVec2 centre, ImU32 colour) {
  const float half = em(kTriangle) * 0.7F;
  ImGui::GetWindowDrawList()->AddTriangleFilled({centre.x - half, centre.y - half * 0.5F},
                                                {centre.x + half, centre.y - half * 0.5F},
                                                {centre.x, centre.y + half * 0.6F}, colour);
}

constexpr float kWidestHint = 24.0F;  ///< ems

/// A tooltip is measured before it can be seen: another frame must follow its first.
void draw_tooltip(std::string_view text) {
  const ScopedTooltip tooltip;
  if (ImGui::IsWindowAppearing()) hint_delay = kNextFrame;
  const ScopedFont font(fonts().small);
  plain(broken_at_spaces(text, em(kWidestHint)));  // ImGui's own wrapping cuts "0.0001" behind its point
}

/// How the mouse has behaved on the item of a row of choices that it is on.
struct Rest {
  ImGuiID item = 0;
  int frame = -1;        ///< in which it was last there
  float still = 0.0F;    ///< seconds without a move
  bool told = false;     ///< it has rested: the hint stays until it leaves
  bool clicked = false;  ///< nothing more need be said until it leaves
};
Rest rest{};

/// Has the mouse lain still on the hovered item for long enough? Asks for a frame when it will have.
bool has_rested() {
  const ImGuiContext& now = *ImGui::GetCurrentContext();
  if (rest.item != now.HoveredId || (rest.frame != now.FrameCount && rest.frame + 1 != now.FrameCount))
    rest = {now.HoveredId, now.FrameCount};
  if (rest.frame != now.FrameCount) {
    const bool moved = now.IO.MouseDelta.x != 0.0F || now.IO.MouseDelta.y != 0.0F;
    rest.still = moved ? 0.0F : rest.still + now.IO.DeltaTime;
    rest.frame = now.FrameCount;
  }
  rest.clicked = rest.clicked || ImGui::IsMouseDown(ImGuiMouseButton_Left);
  if (rest.clicked) return false;
  rest.told = rest.told || rest.still >= kHintRest;
  if (!rest.told) draw_again_within(kHintRest - rest.still + 0.01F);
  return rest.told;
}

/// Below the item, above it where the window ends.
void place_tooltip_beside(std::string_view text, ImVec2 min, ImVec2 max) {
  const float wide = em(kWidestHint), space = em(0.25F);
  const ImVec2 padding = ImGui::GetStyle().WindowPadding, whole = ImGui::GetIO().DisplaySize;
  const ScopedFont font(fonts().small);
  const ImVec2 lines = text_size(broken_at_spaces(text, wide));
  const ImVec2 size{lines.x + 2.0F * padding.x, lines.y + 2.0F * padding.y};
  const bool below = max.y + space + size.y <= whole.y;
  ImGui::SetNextWindowPos({std::max(0.0F, std::min(min.x, whole.x - size.x)),
                           below ? max.y + space : std::max(0.0F, min.y - space - size.y)});
}

ImGuiID menu_opener = 0;  ///< the button that opened the menu on show

/// While a menu is open ImGui lets a click elsewhere only close it. A click on the button of another menu opens that one.
void let_click_through_to_menu(ImVec2 min, ImVec2 max) {
  const ImGuiContext& now = *ImGui::GetCurrentContext();
  const ImGuiID id = ImGui::GetID("button");
  if (now.OpenPopupStack.empty()) {
    if (menu_opener == id) menu_opener = 0;
    return;
  }
  const bool in_menu = (now.CurrentWindow->RootWindow->Flags & ImGuiWindowFlags_Popup) != 0;
  if (in_menu || menu_opener == id || now.HoveredWindow != now.CurrentWindow) return;
  if (ImGui::IsMouseClicked(ImGuiMouseButton_Left) && ImGui::IsMouseHoveringRect(min, max))
    ImGui::ClosePopupToLevel(0, true);
}

}  // namespace

ScopedRaisedFrames::ScopedRaisedFrames() {
  ImGui::PushStyleColor(ImGuiCol_FrameBg, theme().frame_hovered);
  ImGui::PushStyleColor(ImGuiCol_Button, theme().frame_hovered);
  ImGui::PushStyleColor(ImGuiCol_ButtonHovered, theme().frame_active);
}

void heading(std::string_view text) {
  const ScopedFont font(fonts().heading);
  const float room = room_on_line();
  plain(fitted(text, room));
  if (text_size(text).x > room) hint(text);
  label_drawn(text);
}

void heading_note(std::string_view text, float kept) {
  constexpr float kLeastNote =
      2.5F;  // ems: what is shorter than that tells nothing, so the heading's own hint tells it
  if (content_right() - kept - ImGui::GetItemRectMax().x < em(0.75F + kLeastNote)) return hint(text);
  ImGui::SameLine(0.0F, em(0.75F));
  const float big = fonts().heading != nullptr ? fonts().heading->FontSize : ImGui::GetFontSize();
  const float small = fonts().small != nullptr ? fonts().small->FontSize : ImGui::GetFontSize();
  const ImVec2 here = ImGui::GetCursorScreenPos();
  ImGui::SetCursorScreenPos({here.x, here.y + std::round((big - small) * 0.75F)});
  caption(text, content_right() - kept);
}

void caption(std::string_view text, float right) {
  const ScopedFont font(fonts().small);
  const float edge = right > 0.0F ? right : content_right();
  const float width = edge - ImGui::GetCursorScreenPos().x;
  const ScopedTextColour muted(theme().text_muted);
  plain(fitted(text, width));
  if (text_size(text).x > width) hint(text);
}

void wrapped_caption(std::string_view text) {
  const ScopedFont font(fonts().small);
  wrapped(theme().text_muted, text);
}

void wrapped(const ImVec4& colour, std::string_view text) {
  coloured(colour, broken_at_spaces(text, content_right() - ImGui::GetCursorScreenPos().x));
}

std::string broken_at_spaces(std::string_view text, float width) {
  std::string lines;
  float used = 0.0F;
  const float space = text_size(" ").x;
  const auto add = [&](std::string_view part) {
    lines += part;
    used += text_size(part).x;
  };
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] == '\n') {
      lines += text[at++];
      used = 0.0F;
      continue;
    }
    std::size_t end = std::min(text.find_first_of(" \n", at), text.size());
    while (text.substr(end).starts_with(" %"))  // belongs to the number before it
      end = std::min(text.find_first_of(" \n", end + 1), text.size());
    std::string_view word = text.substr(at, end - at);
    if (used > 0.0F && used + text_size(word).x > width) {
      if (lines.ends_with(' ')) lines.pop_back();
      lines += '\n';
      used = 0.0F;
    }
    for (std::size_t fits = fitting(word, width); fits < word.size(); fits = fitting(word, width)) {
      lines.append(word.substr(0, fits)) += '\n';
      word.remove_prefix(fits);
    }
    add(word);
    at = end;
    if (at < text.size() && text[at] == ' ') {
      lines += ' ';
      used += space;
      ++at;
    }
  }
  return lines;
}

std::string broken_between_words(std::string_view text, float width) {
  std::string lines, line;
  const auto without_space = [](std::string_view part) { return part.substr(0, part.find_last_not_of(' ') + 1); };
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find_first_of(" -", at), text.size() - 1) + 1;
    const std::string_view piece = text.substr(at, end - at), word = without_space(piece);
    if (!line.empty() && text_size(line + std::string(word)).x > width) {
      lines.append(without_space(line)) += '\n';
      line.clear();
    }
    line += text_size(word).x > width ? fitted(word, width) : std::string(word);
    line.append(piece.substr(word.size()));
    at = end;
  }
  return lines + line;
}

void coloured(const ImVec4& colour, std::string_view text) {
  const ScopedTextColour scope(colour);
  plain(text);
}

void coloured_at_right(const ImVec4& colour, std::string_view text) {
  const float left = ImGui::GetContentRegionAvail().x - ImGui::CalcTextSize(text.data(), text.data() + text.size()).x;
  ImGui::SetCursorPosX(ImGui::GetCursorPosX() + std::max(left, 0.0F));
  coloured(colour, text);
}

void align_right(float width) {
  ImGui::SameLine();
  if (content_right() - ImGui::GetCursorScreenPos().x < width) ImGui::NewLine();
  const ImVec2 here = ImGui::GetCursorScreenPos();
  ImGui::SetCursorScreenPos({std::max(here.x, content_right() - width), here.y});
}

void gap(float ems) {
  ImGui::Dummy({0.0F, std::max(0.0F, em(ems) - ImGui::GetStyle().ItemSpacing.y)});
}

void align_to_frame() {
  ImGui::AlignTextToFramePadding();
}

float quiet_button_width(std::string_view label, bool menu) {
  return text_size(label).x + em(1.0F) + (menu ? em(2.0F * kTriangle + 0.25F) : 0.0F);
}

bool quiet_button(std::string_view id, std::string_view any_label, bool menu, bool active) {
  std::string room;
  const std::string_view label = drawable(any_label, room);
  const ScopedId scope(id);
  const ImVec2 size{quiet_button_width(label, menu), ImGui::GetFrameHeight()};
  const ImVec2 min = ImGui::GetCursorScreenPos();
  const ImVec2 max{min.x + size.x, min.y + size.y};
  if (menu) let_click_through_to_menu(min, max);
  const bool clicked = ImGui::InvisibleButton("button", size);
  if (menu && clicked) menu_opener = ImGui::GetItemID();
  ImDrawList& list = *ImGui::GetWindowDrawList();
  if (ImGui::IsItemActive() || active)
    list.AddRectFilled(min, max, colour_u32(theme().frame_active), em(0.25F));
  else if (ImGui::IsItemHovered())
    list.AddRectFilled(min, max, colour_u32(theme().frame_hovered), em(0.25F));
  const float top = min.y + (size.y - ImGui::GetFontSize()) * 0.5F;
  list.AddText({min.x + em(0.5F), top}, ImGui::GetColorU32(ImGuiCol_Text), label.data(), label.data() + label.size());
  if (menu) draw_menu_triangle({max.x - em(0.5F + kTriangle), min.y + size.y * 0.5F}, colour_u32(theme().text_muted));
  probe(id, min, max);
  return clicked;
}

bool framed_button(std::string_view id, std::string_view label) {
  const ImVec2 min = ImGui::GetCursorScreenPos();
  const ImVec2 max{min.x + quiet_button_width(label), min.y + ImGui::GetFrameHeight()};
  ImDrawList& list = *ImGui::GetWindowDrawList();
  list.AddRectFilled(min, max, colour_u32(theme().frame), em(0.25F));
  list.AddRect(min, max, colour_u32(theme().grid), em(0.25F));
  return quiet_button(id, label);
}

float check_width(std::string_view label) {
  return ImGui::GetFontSize() + em(0.5F) + text_size(label).x;
}

bool check(std::string_view id, std::string_view label, bool& on) {
  const ScopedId scope(id);
  const float height = ImGui::GetFrameHeight();
  const ImVec2 min = ImGui::GetCursorScreenPos();
  const ImVec2 max{min.x + check_width(label), min.y + height};
  const bool clicked = ImGui::InvisibleButton("check", {max.x - min.x, height});
  if (clicked) on = !on;
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const float side = ImGui::GetFontSize();
  const ImVec2 box{min.x, min.y + (height - side) * 0.5F};
  const ImVec2 box_end{box.x + side, box.y + side};
  const bool hovered = ImGui::IsItemHovered();
  const ImVec4 ground = on ? theme().accent : hovered ? theme().frame_hovered : theme().frame;
  list.AddRectFilled(box, box_end, colour_u32(ground), em(0.2F));
  if (!on) list.AddRect(box, box_end, colour_u32(theme().grid), em(0.2F));
  if (on) {
    const ImU32 tick = colour_u32(readable_on(theme().accent));
    const std::array<ImVec2, 3> line{ImVec2{box.x + side * 0.24F, box.y + side * 0.52F},
                                     ImVec2{box.x + side * 0.43F, box.y + side * 0.71F},
                                     ImVec2{box.x + side * 0.77F, box.y + side * 0.30F}};
    list.AddPolyline(line.data(), static_cast<int>(line.size()), tick, 0, stroke(0.11F, 1.5F));
  }
  list.AddText({box_end.x + em(0.4F), min.y + (height - ImGui::GetFontSize()) * 0.5F},
               ImGui::GetColorU32(ImGuiCol_Text), label.data(), label.data() + label.size());
  probe(id, min, max);
  return clicked;
}

float segments_width(std::span<const Segment> segments) {
  float width = 0.0F;
  for (const Segment& segment : segments)
    width += text_size(segment.label).x + em(1.0F);
  return width;
}

namespace {

float segment_width(const Segment& segment, float most) {
  return std::min(text_size(segment.label).x + em(1.0F), most);
}

}  // namespace

std::optional<std::size_t> draw_segments(std::span<const Segment> segments, std::size_t current) {
  const float height = ImGui::GetFrameHeight();
  ImVec2 start = ImGui::GetCursorScreenPos();
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const float room = std::max(room_on_line(), em(3.0F)), begin = start.x;
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2{0.0F, ImGui::GetStyle().ItemSpacing.y});
  std::optional<std::size_t> clicked;
  std::size_t line_end = 0;
  for (std::size_t index = 0; index < segments.size(); ++index) {
    const Segment& segment = segments[index];
    const ScopedId item(segment.id);
    if (index == line_end) {  // as many as fit stand on a line, on one ground
      if (index > 0) ImGui::SetCursorScreenPos(start = {begin, start.y + height + em(0.15F)});
      float width = segment_width(segments[line_end++], room);
      while (line_end < segments.size() && width + segment_width(segments[line_end], room) <= room)
        width += segment_width(segments[line_end++], room);
      list.AddRectFilled(start, {start.x + width, start.y + height}, colour_u32(theme().frame), em(0.25F));
    } else {
      ImGui::SameLine();
    }
    const ImVec2 size{segment_width(segment, room), height};
    const ImVec2 min = ImGui::GetCursorScreenPos();
    const ImVec2 max{min.x + size.x, min.y + size.y};
    if (ImGui::InvisibleButton("segment", size)) clicked = index;
    const bool selected = index == current;
    if (selected)
      list.AddRectFilled(min, max, colour_u32(theme().selection), em(0.25F));
    else if (ImGui::IsItemHovered())
      list.AddRectFilled(min, max, colour_u32(theme().frame_hovered), em(0.25F));
    const std::string label = fitted(segment.label, size.x - em(1.0F) + 0.5F);
    list.AddText({min.x + em(0.5F), min.y + (height - ImGui::GetFontSize()) * 0.5F},
                 colour_u32(selected ? theme().text : theme().text_muted), label.data(), label.data() + label.size());
    probe(segment.id, min, max);
    hint_below(segment.hint.empty() && size.x >= room ? segment.label : segment.hint);
  }
  ImGui::PopStyleVar();
  return clicked;
}

std::optional<std::size_t> draw_segments_in_lines(std::span<const Segment> segments, std::size_t current, float width) {
  const float room = width > 0.0F ? width : ImGui::GetContentRegionAvail().x;
  std::optional<std::size_t> chosen;
  for (std::size_t begin = 0; begin < segments.size();) {
    std::size_t count = 1;
    while (begin + count < segments.size() && segments_width(segments.subspan(begin, count + 1)) <= room)
      ++count;
    const std::size_t marked = current >= begin && current < begin + count ? current - begin : count;
    if (const std::optional<std::size_t> clicked = draw_segments(segments.subspan(begin, count), marked))
      chosen = begin + *clicked;
    begin += count;
  }
  return chosen;
}

float choose_width(std::initializer_list<std::string_view> labels) {
  float width = 0.0F;
  for (const std::string_view label : labels)
    width += text_size(label).x + em(1.0F);
  return width;
}

std::size_t choose(std::string_view id, std::initializer_list<std::string_view> labels, std::size_t current) {
  std::vector<Segment> segments;
  for (const std::string_view label : labels)
    segments.push_back({std::string(id) + "." + std::to_string(segments.size()), std::string(label), {}});
  return draw_segments(segments, current).value_or(current);
}

std::string fitted(std::string_view text, float width) {
  std::string room;
  if (text_size(text).x <= width) return std::string(drawable(text, room));
  static constexpr std::string_view kDots = "…";
  const std::size_t low = fitting(text, width - text_size(kDots).x, 0);
  return std::string(drawable(std::string(text.substr(0, low)) + std::string(kDots), room));
}

std::string percent(float share) {
  const float hundred = share * 100.0F;
  const int decimals = hundred >= 9.95F || hundred == 0.0F ? 1 : hundred >= 0.095F ? 2 : 3;
  return number(hundred, decimals) + " %";
}

void hint(std::string_view text) {
  if (!ImGui::IsItemHovered() || text.empty()) return;
  const ImGuiContext& now = *ImGui::GetCurrentContext();
  const bool has_timer = now.HoveredId != 0;  // plain text has none
  if (has_timer && now.HoveredIdTimer < kHintRest) {
    hint_delay = kHintRest - now.HoveredIdTimer + 0.01F;
    return;
  }
  draw_tooltip(text);
}

void hint_below(std::string_view text) {
  if (!ImGui::IsItemHovered() || text.empty() || !has_rested()) return;
  place_tooltip_beside(text, ImGui::GetItemRectMin(), ImGui::GetItemRectMax());
  draw_tooltip(text);
}

void why_not(std::string_view reason) {
  if (!reason.empty() && ImGui::IsItemHovered(ImGuiHoveredFlags_AllowWhenDisabled)) draw_tooltip(reason);
}

void draw_again_within(float seconds) {
  hint_delay = hint_delay > 0.0F ? std::min(hint_delay, seconds) : seconds;
}

float take_hint_delay() {
  return std::exchange(hint_delay, 0.0F);
}

}  // namespace regard
