// SPDX-License-Identifier: Apache-2.0
#include "app/panels/frame/pinned_strip.h"

#include "app/panels/common/compare_parts.h"
#include "app/panels/common/parts.h"
#include "app/session/action_kinds.h"
#include "app/session/kept.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/viewmodel/as_said.h"
#include "app/viewmodel/comparison.h"
#include "app/viewmodel/snapshot.h"
#include "app/viewmodel/views.h"
#include "app/widgets/probe.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace regard {
namespace {

constexpr std::size_t kMostChips = 160;

struct Box {
  ImVec2 min{}, max{};
  [[nodiscard]] float middle() const { return 0.5F * (min.x + max.x); }
};

/// The texts that are compared, on the side whose chips these are.
struct Texts {
  const Pin& pin;
  const Encoding& first;
  const Encoding& second;
  const Alignment& alignment;
  bool same_vocabulary = true;
};

std::optional<Texts> texts_of(const PanelContext& context, TextSide side) {
  const Comparison* comparison = context.snapshot.comparison.get();
  if (comparison == nullptr || !comparison->baseline || comparison->baseline->encoding.tokens.empty())
    return std::nullopt;
  const Pin* pin = comparison->name.empty() ? nullptr : pin_named(context.kept(), comparison->name);
  const bool two_texts = has_two_texts(context.snapshot);
  if (pin == nullptr || two_texts != has_two_texts(*comparison->baseline)) return std::nullopt;
  const bool encoder = two_texts && side == TextSide::encoder;
  return Texts{*pin, encoding_of(*comparison->baseline, side), encoding_of(context.snapshot, side),
               encoder ? comparison->encoder_alignment : comparison->alignment,
               comparison->baseline->model == context.snapshot.model};
}

float chip_height() {
  return std::round(small_face().size + em(0.35F));
}
float name_width(const Pin& pin) {
  return std::min(text_width(small_face(), pin.name), em(6.0F)) + em(0.75F);
}

std::string text_of(const Token& token) {
  return label_of(token);
}

/// The pin's chips in one row, from its own corner.
std::vector<Box> row_of(const Texts& texts) {
  std::vector<Box> chips;
  const Face face = small_face();
  const float pad = em(0.35F), between_words = std::round(em(0.3F)), between_pieces = std::round(em(0.1F));
  float x = 0.0F;
  int word = -1;
  for (const Token& token : texts.first.tokens) {
    if (x > 0.0F) x += token.word >= 0 && token.word == word ? between_pieces : between_words;
    word = token.word;
    const float wide = std::round(text_width(face, text_of(token)) + 2.0F * pad);
    chips.push_back({{x, 0.0F}, {x + wide, chip_height()}});
    x += wide;
  }
  return chips;
}

std::string summary(const Texts& texts) {
  const std::size_t pairs = texts.alignment.pairs.size();
  return tr("compare.summary", {{"name", texts.pin.name},
                                {"pairs", pairs},
                                {"first", texts.first.tokens.size() - pairs},
                                {"second", texts.second.tokens.size() - pairs}});
}

bool is_own(const Texts& texts, const AlignedPair& pair, TextSide side) {
  return std::any_of(texts.pin.pairs.begin(), texts.pin.pairs.end(), [&](const AnchoredPair& own) {
    return own.side == side && resolve(own.pinned, texts.first) == pair.first &&
           resolve(own.live, texts.second) == pair.second;
  });
}

bool says_the_same(const Texts& texts, const AlignedPair& pair) {
  const Token &first = texts.first.tokens[pair.first], &second = texts.second.tokens[pair.second];
  return texts.same_vocabulary ? first.id == second.id : as_said(first) == as_said(second);
}

void dashed(ImDrawList& list, ImVec2 from, ImVec2 to, ImU32 colour, float thick) {
  const float length = std::hypot(to.x - from.x, to.y - from.y), dash = em(0.2F);
  const auto at = [&](float along) {
    const float share = std::min(1.0F, along / length);
    return ImVec2(from.x + share * (to.x - from.x), from.y + share * (to.y - from.y));
  };
  for (float along = 0.0F; along < length; along += 2.0F * dash)
    list.AddLine(at(along), at(along + dash), colour, thick);
}

/// Everything a frame of the strip needs to know.
struct Frame {
  PanelContext& context;
  const Texts& texts;
  TextSide side;
  std::vector<Box> first{};   ///< the pin's chips on screen
  std::vector<Box> second{};  ///< the live text's chips on screen
  std::optional<std::size_t> hovered_first{}, hovered_second{};
  float left = 0.0F, right = 0.0F;  ///< of the pin's row, on screen

  [[nodiscard]] bool in_sight(const Box& box) const { return box.max.x > left && box.min.x < right; }
};

void paint_lines(const Frame& frame, ImDrawList& list) {
  const float thick = stroke(0.08F, 1.0F);
  for (const AlignedPair& pair : frame.texts.alignment.pairs) {
    if (pair.first >= frame.first.size() || pair.second >= frame.second.size()) continue;
    const Box &first = frame.first[pair.first], &second = frame.second[pair.second];
    if (!frame.in_sight(first)) continue;
    const ImVec2 from(second.middle(), second.max.y + em(0.15F)), to(first.middle(), first.min.y - em(0.1F));
    const bool hovered = frame.hovered_first == pair.first || frame.hovered_second == pair.second;
    if (is_own(frame.texts, pair, frame.side))
      list.AddLine(from, to, colour_u32(theme().accent), 1.5F * thick);
    else if (says_the_same(frame.texts, pair))
      list.AddLine(from, to, colour_u32(hovered ? theme().text : theme().text_muted, hovered ? 1.0F : 0.55F), thick);
    else
      dashed(list, from, to, colour_u32(hovered ? theme().text : theme().text_muted, hovered ? 1.0F : 0.8F), thick);
  }
}

/// A bar under a live chip that has no partner, over one of the pin.
void mark_unpaired(const Frame& frame, ImDrawList& list) {
  const float thick = std::round(stroke(0.14F, 2.0F));
  for (std::size_t token = 0; token < frame.second.size(); ++token)
    if (token < frame.texts.alignment.to_first.size() && frame.texts.alignment.to_first[token] < 0) {
      const Box& box = frame.second[token];
      list.AddRectFilled({box.min.x, box.max.y + 2.0F}, {box.max.x, box.max.y + 2.0F + thick},
                         colour_u32(theme().positive));
    }
  for (std::size_t token = 0; token < frame.first.size(); ++token)
    if (frame.texts.alignment.to_second[token] < 0 && frame.in_sight(frame.first[token])) {
      const Box& box = frame.first[token];
      list.AddRectFilled({box.min.x, box.max.y}, {box.max.x, box.max.y + thick}, colour_u32(theme().negative));
    }
}

void tell(const Frame& frame, std::size_t token) {
  const std::int32_t partner = frame.texts.alignment.to_second[token];
  const ScopedTooltip scope;
  ImGui::TextUnformatted(tr("compare.chip", {{"name", frame.texts.pin.name},
                                             {"piece", frame.texts.first.tokens[token].piece},
                                             {"id", frame.texts.first.tokens[token].id}})
                             .c_str());
  const std::string other =
      partner < 0
          ? std::string(tr("compare.chip_alone"))
          : tr("compare.chip_partner", {{"piece", frame.texts.second.tokens[static_cast<std::size_t>(partner)].piece}});
  coloured(theme().text_muted, other);
  coloured(theme().text_muted, tr("compare.chip_drag"));
}

/// The pin's chip: hovered, pressed, clicked.
void interact(Frame& frame, std::size_t token) {
  CompareState& state = compare_state(frame.context);
  const Box& box = frame.first[token];
  const ScopedId scope(token);
  ImGui::SetCursorScreenPos(box.min);
  const bool clicked = ImGui::InvisibleButton("token", {box.max.x - box.min.x, box.max.y - box.min.y});
  probe("pinned.token." + std::to_string(token), box.min, box.max);
  if (ImGui::IsItemActivated()) state.drag = CompareState::Drag{frame.side, true, token, false};
  const std::int32_t partner = frame.texts.alignment.to_second[token];
  const bool dragged = state.drag && state.drag->moved;
  if (clicked && !dragged && partner >= 0) frame.context.act(SelectQuery{static_cast<std::size_t>(partner)});
  if (!ImGui::IsItemHovered()) return;
  frame.hovered_first = token;
  if (ImGui::IsMouseClicked(ImGuiMouseButton_Right)) frame.context.act(ForgetPairs{frame.texts.pin.name});
  if (!ImGui::IsMouseDown(ImGuiMouseButton_Left)) tell(frame, token);
}

void paint_chip(const Frame& frame, std::size_t token, bool linked, ImDrawList& list) {
  const Box& box = frame.first[token];
  const Token& said = frame.texts.first.tokens[token];
  const Face face = small_face();
  list.AddRect(box.min, box.max, colour_u32(linked ? theme().text : theme().grid), em(0.25F));
  const std::string text = shortened(face, text_of(said), box.max.x - box.min.x - em(0.3F));
  paint_text(list, face,
             {0.5F * (box.min.x + box.max.x - text_width(face, text)), 0.5F * (box.min.y + box.max.y - face.size)},
             colour_u32(linked ? theme().text : theme().text_muted, said.special ? 0.7F : 1.0F), text);
}

std::optional<std::size_t> chip_under_mouse(const std::vector<Box>& chips) {
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  const auto found =
      std::find_if(chips.begin(), chips.end(), [&](const Box& box) { return inside(mouse, box.min, box.max); });
  if (found == chips.end()) return std::nullopt;
  return static_cast<std::size_t>(found - chips.begin());
}

void drop(const Frame& frame, const CompareState::Drag& drag) {
  const std::optional<std::size_t> target = chip_under_mouse(drag.from_baseline ? frame.second : frame.first);
  if (!target) return;
  const AlignedPair pair = drag.from_baseline ? AlignedPair{drag.token, *target} : AlignedPair{*target, drag.token};
  if (pair.first >= frame.texts.first.tokens.size() || pair.second >= frame.texts.second.tokens.size()) return;
  if (frame.texts.alignment.to_second[pair.first] == static_cast<std::int32_t>(pair.second)) {
    if (is_own(frame.texts, pair, frame.side)) frame.context.act(ForgetPairs{frame.texts.pin.name});
    return;
  }
  frame.context.act(
      PairTokens{frame.texts.pin.name,
                 {anchor_of(pair.first, frame.texts.first), anchor_of(pair.second, frame.texts.second), frame.side}});
}

/// A line from the chip that is being dragged to the mouse; the pair is made where it is let go.
void follow_drag(const Frame& frame) {
  CompareState& state = compare_state(frame.context);
  if (!state.drag && ImGui::IsMouseClicked(ImGuiMouseButton_Left) &&
      ImGui::IsWindowHovered(ImGuiHoveredFlags_ChildWindows | ImGuiHoveredFlags_AllowWhenBlockedByActiveItem))
    if (const std::optional<std::size_t> token = chip_under_mouse(frame.second))
      state.drag = CompareState::Drag{frame.side, false, *token, false};
  if (!state.drag || state.drag->side != frame.side) return;
  CompareState::Drag& drag = *state.drag;
  const std::vector<Box>& from = drag.from_baseline ? frame.first : frame.second;
  if (drag.token >= from.size()) return state.drag.reset();
  if (ImGui::IsMouseDragging(ImGuiMouseButton_Left, em(0.4F))) drag.moved = true;
  if (!ImGui::IsMouseDown(ImGuiMouseButton_Left)) {
    const CompareState::Drag done = drag;
    state.drag.reset();
    if (done.moved) drop(frame, done);
    return;
  }
  if (!drag.moved) return;
  const Box& box = from[drag.token];
  ImDrawList& list = *ImGui::GetForegroundDrawList();
  const ImVec2 start(box.middle(), drag.from_baseline ? box.min.y : box.max.y);
  list.AddLine(start, ImGui::GetIO().MousePos, colour_u32(theme().accent), stroke(0.12F, 2.0F));
  list.AddCircleFilled(ImGui::GetIO().MousePos, em(0.25F), colour_u32(theme().accent));
  if (const auto target = chip_under_mouse(drag.from_baseline ? frame.second : frame.first)) {
    const Box& over = (drag.from_baseline ? frame.second : frame.first)[*target];
    list.AddRect({over.min.x - 2.0F, over.min.y - 2.0F}, {over.max.x + 2.0F, over.max.y + 2.0F},
                 colour_u32(theme().accent), em(0.3F), 0, stroke(0.12F, 2.0F));
  }
}

/// The live chips on screen, as far as they are moved; those under the editor stand together at its left.
std::vector<Box> live_boxes(const LiveChips& live) {
  std::vector<Box> boxes;
  const float seam = std::ceil(em(0.25F));
  for (const ChipFlow::Place& place : live.chips.flow.places) {
    const ImVec2 min(live.origin.x + place.min.x + seam - live.chips.scroll, live.origin.y + place.min.y + seam);
    boxes.push_back({min, {min.x + place.size.x, min.y + place.size.y}});
  }
  return boxes;
}

/// Moves the pin's chips to the right until they stand under their partners.
void stand_under_partners(Frame& frame) {
  float past = -1e9F;  // of the chip before, where it stands now
  float end = 0.0F;    // and where it stood
  for (std::size_t token = 0; token < frame.first.size(); ++token) {
    Box& box = frame.first[token];
    const float wide = box.max.x - box.min.x;
    float left = token == 0 ? box.min.x : past + box.min.x - end;
    end = box.max.x;
    const std::int32_t partner = frame.texts.alignment.to_second[token];
    if (partner >= 0 && static_cast<std::size_t>(partner) < frame.second.size())
      left = std::max(left, std::round(frame.second[static_cast<std::size_t>(partner)].middle() - 0.5F * wide));
    box.min.x = left;
    box.max.x = past = left + wide;
  }
}

void draw_end(PanelContext& context, const Texts& texts, ImVec2 at) {
  ImGui::SetCursorScreenPos({at.x, at.y - 0.5F * (ImGui::GetFrameHeight() - chip_height())});
  if (quiet_button("pinned.reset", tr("compare.reset"))) context.act(ForgetPairs{texts.pin.name});
  hint(tr("compare.reset_hint"));
}

void draw_sentence_only(const Texts& texts, ImVec2 at) {
  ImGui::SetCursorScreenPos(at);
  caption(summary(texts));
  probe("pinned.summary", at, ImGui::GetItemRectMax());
}

/// The row's name at its left, then the chips that are in sight.
void draw_row(Frame& frame, const LiveChips& live, ImVec2 at, float width) {
  const Texts& texts = frame.texts;
  const Face face = small_face();
  ImDrawList& list = *ImGui::GetWindowDrawList();
  paint_text(list, face, {at.x, at.y + 0.5F * (chip_height() - face.size)}, colour_u32(theme().text_muted),
             shortened(face, texts.pin.name, em(6.0F)));
  frame.left = at.x + name_width(texts.pin);
  frame.right = at.x + width;
  const float start = frame.left - live.chips.scroll;
  for (const Box& box : row_of(texts))
    frame.first.push_back({{start + box.min.x, at.y}, {start + box.max.x, at.y + box.max.y}});
  stand_under_partners(frame);
  if (!frame.first.empty()) live.chips.least_width = frame.first.back().max.x - live.origin.x + live.chips.scroll;
  frame.hovered_second = chip_under_mouse(frame.second);
  {
    const ScopedClip clip({frame.left, at.y}, {frame.right, at.y + chip_height()});
    for (std::size_t token = 0; token < frame.first.size(); ++token)
      if (frame.in_sight(frame.first[token])) interact(frame, token);
    for (std::size_t token = 0; token < frame.first.size(); ++token) {
      if (!frame.in_sight(frame.first[token])) continue;
      const std::int32_t partner = texts.alignment.to_second[token];
      const bool linked =
          frame.hovered_first == token || (partner >= 0 && frame.hovered_second == static_cast<std::size_t>(partner));
      paint_chip(frame, token, linked, list);
    }
  }
  if (frame.hovered_first)
    if (const std::int32_t partner = texts.alignment.to_second[*frame.hovered_first]; partner >= 0)
      frame.context.next_hover.key = static_cast<std::size_t>(partner);
  const ScopedClip clip(live.origin, {frame.right, at.y + 2.0F * chip_height()});
  paint_lines(frame, list);
  mark_unpaired(frame, list);
}

}  // namespace

bool shows_pinned_strip(const PanelContext& context, TextSide side) {
  return texts_of(context, side).has_value();
}

void draw_pinned_strip(PanelContext& context, const LiveChips& live, ImVec2 size) {
  const std::optional<Texts> found = texts_of(context, live.side);
  if (!found) return;
  const Texts& texts = *found;
  const ImVec2 at(live.origin.x, std::round(live.origin.y + size.y - chip_height() - em(0.2F)));
  if (texts.first.tokens.size() > kMostChips) {
    live.chips.least_width = 0.0F;
    return draw_sentence_only(texts, at);
  }
  const ScopedId scope("pinned");
  Frame frame{context, texts, live.side, {}, live_boxes(live), {}, {}, 0.0F, 0.0F};
  const float reset = texts.pin.pairs.empty() ? 0.0F : quiet_button_width(tr("compare.reset"));
  draw_row(frame, live, at, size.x - reset);
  follow_drag(frame);
  if (reset > 0.0F) draw_end(context, texts, {at.x + size.x - reset, at.y});
}

}  // namespace regard
