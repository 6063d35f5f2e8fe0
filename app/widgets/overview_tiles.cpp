// SPDX-License-Identifier: Apache-2.0
#include "app/gfx/screen.h"
#include "app/gfx/thumbnail_atlas.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/widgets/mouse.h"
#include "app/widgets/overview_parts.h"
#include "app/widgets/probe.h"
#include "app/widgets/scope.h"

#include <imgui_internal.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

namespace regard {
namespace {

constexpr float kZoomStep = 1.25F;
constexpr float kLargestTile = 7.0F;   // ems
constexpr float kClosest = 3.0F;       // ems: a thumbnail after zooming
constexpr float kSmallestStep = 2.0F;  // pixels; beyond that not all heads are shown at once

float gap_of(float step) {
  if (step < 4.0F) return 0.0F;
  return std::clamp(std::round(0.16F * step), 1.0F, std::max(2.0F, std::round(em(0.25F))));
}

/// The thumbnails' gap, halved: bands reach so far beyond them.
float inset(const TileLayout& layout) {
  return std::floor(0.5F * (layout.step_x - layout.tile));
}

/// The head whose thumbnail, gap and badge hold the point.
std::optional<HeadRef> head_at(const OverviewSpec& spec, const TileLayout& layout, ImVec2 point) {
  if (point.x < layout.origin.x || point.y < layout.origin.y) return std::nullopt;
  const HeadRef head{layout.begin.layer + static_cast<std::size_t>((point.y - layout.origin.y) / layout.step_y),
                     layout.begin.head + static_cast<std::size_t>((point.x - layout.origin.x) / layout.step_x)};
  if (!layout.shows(head) || head.head >= heads_in_layer(spec, head.layer)) return std::nullopt;
  return head;
}

/// Which heads are shown from where the view stands.
void apply_view(const OverviewSpec& spec, TileLayout& layout, OverviewView& view) {
  const auto along = [](float room, float step, std::size_t size, float& from, std::size_t& begin, std::size_t& end) {
    const auto count = std::clamp<std::size_t>(static_cast<std::size_t>(std::max(0.0F, room / step)), 1, size);
    from = std::clamp(from, 0.0F, static_cast<float>(size - count));
    begin = static_cast<std::size_t>(from + 0.01F);
    end = begin + count;
  };
  const float gap = layout.step_x - layout.tile;
  along(spec.size.x - layout.label + gap, layout.step_x, layout.size.head, view.head, layout.begin.head,
        layout.end.head);
  along(spec.size.y - layout.header + gap, layout.step_y, layout.size.layer, view.layer, layout.begin.layer,
        layout.end.layer);
  view.closest = layout.closest;
  view.begin = layout.begin;
  view.end = layout.end;
}

/// The selected head comes into sight when another one is selected, then the view is left to the hand.
void follow(const OverviewSpec& spec, const TileLayout& layout, OverviewView& view) {
  if (view.followed == spec.selected) return;
  view.followed = spec.selected;
  if (layout.shows(spec.selected)) return;
  const auto centred = [](std::size_t at, std::size_t begin, std::size_t end) {
    return std::max(0.0F, static_cast<float>(at) - 0.5F * static_cast<float>(end - begin));
  };
  view.layer = centred(spec.selected.layer, layout.begin.layer, layout.end.layer);
  view.head = centred(spec.selected.head, layout.begin.head, layout.end.head);
}

void paint_bands(const OverviewSpec& spec, const TileLayout& layout, const ImVec4& band, ImDrawList& list) {
  const float before = inset(layout);
  const ImVec2 start(layout.origin.x - before, layout.origin.y - before);
  const ImVec2 end(start.x + layout.step_x * static_cast<float>(layout.end.head - layout.begin.head),
                   start.y + layout.step_y * static_cast<float>(layout.end.layer - layout.begin.layer));
  const ImVec2 at = layout.corner(
      {std::max(spec.selected.layer, layout.begin.layer), std::max(spec.selected.head, layout.begin.head)});
  const float left = start.x - layout.label + before, top = start.y - layout.header + before;
  if (spec.selected.layer >= layout.begin.layer && spec.selected.layer < layout.end.layer)
    gfx::fill(list, {left, at.y - before}, {end.x, at.y - before + layout.step_y}, colour_u32(band));
  if (spec.selected.head >= layout.begin.head && spec.selected.head < layout.end.head)
    gfx::fill(list, {at.x - before, top}, {at.x + layout.tile + before, end.y}, colour_u32(band));
}

/// Thumbnails on the bands of the selected row and column, as one picture.
void paint_thumbnails(const OverviewSpec& spec, const TileLayout& layout, ImDrawList& list) {
  const ImVec4 band = mix(theme().panel, theme().selection, 0.55F);
  paint_bands(spec, layout, band, list);
  if (spec.moved || spec.atlas == nullptr || spec.map == nullptr) return;
  const float before = inset(layout);
  const ImVec2 start(layout.origin.x - before, layout.origin.y - before);
  const ImVec2 size(layout.step_x * static_cast<float>(layout.end.head - layout.begin.head),
                    layout.step_y * static_cast<float>(layout.end.layer - layout.begin.layer));
  upload_thumbnails(spec);
  const ImVec2 scale = ImGui::GetIO().DisplayFramebufferScale;
  spec.atlas->render({.width = static_cast<int>(std::lround(size.x * scale.x)),
                      .height = static_cast<int>(std::lround(size.y * scale.y)),
                      .step_x = layout.step_x * scale.x,
                      .step_y = layout.step_y * scale.y,
                      .tile = layout.tile * scale.x,
                      .inset = before * scale.x,
                      .first_layer = layout.begin.layer,
                      .first_head = layout.begin.head,
                      .layer = spec.selected.layer,
                      .head = spec.selected.head,
                      .map = spec.map,
                      .background = to_rgb(theme().panel),
                      .band = to_rgb(band)});
  spec.atlas->paint(list, start, {start.x + size.x, start.y + size.y});
}

/// One number in 1, 2, 5, 10, 20 … so that labels which need `least` pixels do not touch.
std::size_t every(float least, float step) {
  constexpr std::array<std::size_t, 3> kNice{1, 2, 5};
  for (std::size_t ten = 1; ten < 100'000; ten *= 10)
    for (const std::size_t nice : kNice)
      if (static_cast<float>(nice * ten) * step >= least) return nice * ten;
  return 100'000;
}

/// The selected number is always written; another one only where it stands clear of that.
bool is_written(std::size_t index, std::size_t selected, std::size_t step, float pitch, float least) {
  if (index == selected) return true;
  const float away = std::abs(static_cast<float>(index) - static_cast<float>(selected)) * pitch;
  return index % step == 0 && away >= least;
}

/// Numbers of every layer or head, every n-th where they would touch.
void paint_numbers(const OverviewSpec& spec, const TileLayout& layout, ImDrawList& list) {
  const Face face = small_face();
  const auto colour = [](bool selected) { return colour_u32(selected ? theme().text : theme().text_muted); };
  const float high = face.size, wide = text_width(face, "00") + em(0.25F);
  const std::size_t layer_step = every(high, layout.step_y), head_step = every(wide, layout.step_x);
  for (std::size_t layer = layout.begin.layer; layer < layout.end.layer; ++layer) {
    if (!is_written(layer, spec.selected.layer, layer_step, layout.step_y, high)) continue;
    const std::string text = std::to_string(layer);
    const float y = layout.corner({layer, layout.begin.head}).y + 0.5F * (layout.tile - face.size);
    paint_text(list, face, {layout.origin.x - em(0.35F) - text_width(face, text), y},
               colour(layer == spec.selected.layer), text);
  }
  for (std::size_t head = layout.begin.head; head < layout.end.head; ++head) {
    if (!is_written(head, spec.selected.head, head_step, layout.step_x, wide)) continue;
    const std::string text = std::to_string(head);
    const float x = layout.corner({layout.begin.layer, head}).x + 0.5F * (layout.tile - text_width(face, text));
    paint_text(list, face, {x, layout.origin.y - layout.header}, colour(head == spec.selected.head), text);
  }
}

/// The badge as it is, or its first word, or what fits of it.
std::string badge_text(const Face& face, const std::string& badge, float room) {
  if (text_width(face, badge) <= room) return badge;
  const std::string first = badge.substr(0, badge.find_first_of(" ,"));
  if (first.size() < badge.size() && text_width(face, first + "…") <= room) return first + "…";
  return shortened(face, badge, room);
}

void paint_badge(const OverviewSpec& spec, const TileLayout& layout, HeadRef head, ImDrawList& list) {
  const std::string badge = layout.badge > 0.0F ? badge_of(spec, head) : std::string();
  if (badge.empty()) return;
  Face face = small_face();
  face.size = std::round(0.82F * face.size);
  const std::string shown = badge_text(face, badge, layout.step_x - 2.0F);
  const ImVec2 at = layout.corner(head);
  paint_text(list, face, {at.x + 0.5F * (layout.tile - text_width(face, shown)), at.y + layout.tile},
             colour_u32(head == spec.selected ? theme().text : theme().text_muted), shown);
}

/// A row of its own says why it is empty, where that has room.
void tell_no_heads(const TileLayout& layout, std::size_t layer, ImDrawList& list) {
  const Face face = small_face();
  if (layout.step_y < 0.8F * face.size) return;
  const ImVec2 at = layout.corner({layer, layout.begin.head});
  const float room = layout.step_x * static_cast<float>(layout.end.head - layout.begin.head);
  const std::string text = shortened(face, tr("widgets.overview.no_heads"), room);
  paint_text(list, face, {at.x, at.y + 0.5F * (layout.tile - face.size)}, colour_u32(theme().text_muted), text);
  probe("overview.no_heads." + std::to_string(layer), at, {at.x + text_width(face, text), at.y + layout.tile});
}

void paint(const OverviewSpec& spec, const TileLayout& layout, const std::optional<HeadRef>& hovered,
           ImDrawList& list) {
  paint_thumbnails(spec, layout, list);
  paint_numbers(spec, layout, list);
  for (std::size_t layer = layout.begin.layer; layer < layout.end.layer; ++layer) {
    const std::size_t heads = heads_in_layer(spec, layer);
    if (heads == 0) tell_no_heads(layout, layer, list);
    for (std::size_t head = layout.begin.head; head < std::min(heads, layout.end.head); ++head) {
      const HeadRef ref{layer, head};
      const ImVec2 min = layout.corner(ref);
      if (spec.moved) paint_movement(spec, ref, min, layout.tile, list);
      paint_head_frame(spec, ref, min, layout.tile, hovered == ref, list);
      paint_badge(spec, layout, ref, list);
      if (probe_enabled())
        probe("overview.head." + std::to_string(layer) + "." + std::to_string(head), min,
              {min.x + layout.tile, min.y + layout.tile});
    }
  }
}

/// Steps are whole pixels, so what stays under the mouse is reckoned with those before and after.
void turn_wheel(const OverviewSpec& spec, const TileLayout& layout, float notches, OverviewView& view) {
  const ImGuiIO& io = ImGui::GetIO();
  const ImVec2 away{std::max(0.0F, io.MousePos.x - layout.origin.x), std::max(0.0F, io.MousePos.y - layout.origin.y)};
  const float head = view.head + away.x / layout.step_x;
  const float layer = view.layer + away.y / layout.step_y;
  view.zoom = std::clamp(view.zoom * std::pow(kZoomStep, notches), 1.0F, layout.closest);
  const TileLayout after = tile_layout(spec, view.zoom);
  // Only whole thumbnails are shown: the one under the mouse must be among them.
  const auto first_shown = [](float under, float off, float step, float room) {
    const float last = std::max(0.0F, std::floor(room / step) - 1.0F);
    return std::max(0.0F, std::clamp(under - off / step, std::floor(under) - last, std::floor(under)));
  };
  const float gap = after.step_x - after.tile;
  view.head = first_shown(head, away.x, after.step_x, spec.size.x - after.label + gap);
  view.layer = first_shown(layer, away.y, after.step_y, spec.size.y - after.header + gap);
}

/// The wheel zooms, a drag moves; both keep what is under the mouse there.
void move_view(const OverviewSpec& spec, const TileLayout& layout, OverviewView& view) {
  const ImGuiIO& io = ImGui::GetIO();
  const float notches = layout.closest > 1.0F ? wheel_over_item() : 0.0F;
  if (notches != 0.0F) turn_wheel(spec, layout, notches, view);
  if (!ImGui::IsItemActive() || !was_dragged() || view.shows_all()) return;
  view.head -= io.MouseDelta.x / layout.step_x;
  view.layer -= io.MouseDelta.y / layout.step_y;
  ImGui::SetMouseCursor(ImGuiMouseCursor_ResizeAll);
}

/// In the corner between the numbers, while not all heads are shown.
void show_all_button(const TileLayout& layout, ImVec2 at, OverviewView& view) {
  if (view.shows_all()) return;
  const float side = std::floor(std::min(layout.label, layout.header));
  ImGui::SetCursorScreenPos(at);
  if (corners_button("all", side)) view.zoom = 1.0F;
  probe("overview.all", at, {at.x + side, at.y + side});
  if (!ImGui::IsItemHovered()) return;
  const ScopedTooltip tooltip;
  ImGui::TextUnformatted(tr("widgets.overview.all"));
}

}  // namespace

TileLayout tile_layout(const OverviewSpec& spec, float zoom) {
  const Face face = small_face();
  TileLayout layout;
  layout.size = overview_size(spec);
  if (layout.size.head == 0) return layout;
  const float heads = static_cast<float>(layout.size.head), layers = static_cast<float>(layout.size.layer);
  layout.label = std::ceil(text_width(face, std::to_string(layout.size.layer - 1)) + em(0.5F));
  layout.header = std::ceil(face.size + em(0.3F));
  const float badge = has_names(spec) ? std::round(face.size * 0.95F) : 0.0F;
  const auto step_with = [&](float under) {
    const float wide = (spec.size.x - layout.label) / heads, high = (spec.size.y - layout.header) / layers - under;
    return std::clamp(std::floor(std::min(wide, high)), kSmallestStep, std::floor(em(kLargestTile)));
  };
  const float fitted = step_with(badge);
  const bool small = fitted - gap_of(fitted) < em(kBadgeTile);
  layout.closest = small ? std::max(1.0F, em(kClosest) / fitted) : 1.0F;
  layout.step_x = std::floor(fitted * std::clamp(zoom, 1.0F, layout.closest));
  layout.tile = layout.step_x - gap_of(layout.step_x);
  layout.badge = layout.tile >= em(kBadgeTile) ? badge : 0.0F;
  layout.step_y = layout.step_x + layout.badge;
  return layout;
}

void zoom_overview(OverviewView& view, HeadRef about, float notches) {
  const float zoom = std::clamp(view.zoom * std::pow(kZoomStep, notches), 1.0F, view.closest);
  const auto keep = [&](float& from, std::size_t under) {
    const float at = static_cast<float>(under) + 0.5F;
    from = std::max(0.0F, at - (at - from) * view.zoom / zoom);
  };
  keep(view.layer, about.layer);
  keep(view.head, about.head);
  view.zoom = zoom;
}

void draw_tiles(const OverviewSpec& spec, OverviewView& view, OverviewResult& result) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const auto placed = [&] {
    TileLayout layout = tile_layout(spec, view.zoom);
    layout.origin = {std::floor(at.x + layout.label), std::floor(at.y + layout.header)};
    apply_view(spec, layout, view);
    return layout;
  };
  TileLayout layout = placed();
  view.zoom = std::clamp(view.zoom, 1.0F, layout.closest);
  follow(spec, layout, view);
  show_all_button(layout, at, view);
  layout = placed();
  ImGui::SetCursorScreenPos(layout.origin);
  ImGui::InvisibleButton("thumbnails",
                         {std::max(1.0F, layout.step_x * static_cast<float>(layout.end.head - layout.begin.head)),
                          std::max(1.0F, layout.step_y * static_cast<float>(layout.end.layer - layout.begin.layer))});
  if (ImGui::IsItemHovered()) result.hovered = head_at(spec, layout, ImGui::GetIO().MousePos);
  take_click(result);
  move_view(spec, layout, view);
  layout = placed();
  paint(spec, layout, result.hovered, *ImGui::GetWindowDrawList());
}

}  // namespace regard
