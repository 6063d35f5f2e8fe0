// SPDX-License-Identifier: Apache-2.0
#include "app/widgets/overview.h"

#include "app/gfx/screen.h"
#include "app/gfx/thumbnail_atlas.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/widgets/paint.h"
#include "app/widgets/probe.h"
#include "app/widgets/scope.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <tuple>
#include <vector>

namespace regard {
namespace {

constexpr float kSmallestTile = 0.9F;  // ems; more layers scroll
constexpr float kLargestTile = 7.0F;
constexpr float kFramedTile = 1.5F;  // smaller ones need no frame: the gap tells them apart
constexpr float kBadgeTile = 1.9F;   // badges need at least such a thumbnail

struct Layout {
  std::size_t layers = 0, heads = 0;
  float label = 0.0F;   ///< width of the layer labels
  float header = 0.0F;  ///< height of the head labels
  float tile = 1.0F;    ///< side of a thumbnail, whole pixels
  float step_x = 1.0F, step_y = 1.0F;
  float badge = 0.0F;  ///< height under a thumbnail for the role, 0 = none
  ImVec2 origin{};     ///< corner of thumbnail 0.0
};

const Bilingual* badge_of(const OverviewSpec& spec, HeadRef head) {
  if (spec.snapshot->model == nullptr) return nullptr;
  const HeadRole* role = role_of(*spec.snapshot->model, head);
  return role == nullptr ? nullptr : &role->badge;
}

const std::string& in(Language language, const Bilingual& text) {
  return language == Language::ru ? text.ru : text.en;
}

Layout measure(const OverviewSpec& spec) {
  const Face face = small_face();
  const std::vector<std::vector<Thumbnail>>& thumbnails = thumbnails_of(*spec.snapshot, spec.kind);
  Layout layout;
  layout.layers = thumbnails.size();
  layout.heads = thumbnails.empty() ? 0 : thumbnails.front().size();
  if (layout.heads == 0) return layout;
  layout.label = text_width(face, std::to_string(layout.layers - 1)) + em(0.5F);
  layout.header = face.size + em(0.3F);
  const float heads = static_cast<float>(layout.heads), layers = static_cast<float>(layout.layers);
  const bool roles = spec.snapshot->model != nullptr && !spec.snapshot->model->roles.empty();
  const auto fit = [&](float badge) {
    const float gap = std::max(2.0F, std::round(em(0.25F)));
    const float wide = (spec.size.x - layout.label) / heads - gap;
    const float high = (spec.size.y - layout.header) / layers - gap - badge;
    layout.tile = std::floor(
        std::clamp(std::min(wide, high), std::min(em(kSmallestTile), std::max(3.0F, wide)), em(kLargestTile)));
    layout.badge = badge;
    layout.step_x = layout.tile + gap;
    layout.step_y = layout.tile + gap + badge;
  };
  fit(roles ? std::round(face.size * 0.95F) : 0.0F);
  if (roles && layout.tile < em(kBadgeTile)) fit(0.0F);
  return layout;
}

ImVec2 corner(const Layout& layout, HeadRef head) {
  return {layout.origin.x + static_cast<float>(head.head) * layout.step_x,
          layout.origin.y + static_cast<float>(head.layer) * layout.step_y};
}

/// The head whose thumbnail, gap and badge hold the point.
std::optional<HeadRef> head_at(const Layout& layout, ImVec2 point) {
  if (point.x < layout.origin.x || point.y < layout.origin.y) return std::nullopt;
  const HeadRef head{static_cast<std::size_t>((point.y - layout.origin.y) / layout.step_y),
                     static_cast<std::size_t>((point.x - layout.origin.x) / layout.step_x)};
  if (head.layer >= layout.layers || head.head >= layout.heads) return std::nullopt;
  return head;
}

/// The thumbnails' gap, halved: bands reach so far beyond them.
float inset(const Layout& layout) {
  return std::floor(0.5F * (layout.step_x - layout.tile));
}

const HeadMovement* movement_of(const OverviewSpec& spec, HeadRef head) {
  const auto found = std::lower_bound(
      spec.movements.begin(), spec.movements.end(), head, [](const HeadMovement& each, HeadRef wanted) {
        return std::tie(each.head.layer, each.head.head) < std::tie(wanted.layer, wanted.head);
      });
  return found == spec.movements.end() || found->head != head ? nullptr : &*found;
}

/// As many decimals as the largest movement needs.
int tile_decimals(float largest) {
  return largest >= 0.1F ? 2 : largest >= 0.01F ? 3 : 4;
}

/// What a tile says, in four or five characters; "0" only for what is exactly zero. Empty where not every number has room.
std::string tile_text(const OverviewSpec& spec, const Layout& layout, double movement) {
  if (movement == 0.0) return "0";
  const int decimals = tile_decimals(spec.most_moved);
  const std::size_t longest = decimals == 2 ? 4 : static_cast<std::size_t>(decimals) + 1;
  if (text_width(number_face(), std::string(longest, '0')) + 2.0F > layout.tile) return {};
  const std::string text = number(static_cast<float>(movement), decimals);
  if (text.find_first_of("123456789") == std::string::npos) return "~0";
  return decimals > 2 && text.front() == '0' ? text.substr(1) : text;
}

void paint_tile(const OverviewSpec& spec, const Layout& layout, HeadRef head, ImDrawList& list) {
  const ImVec2 min = corner(layout, head), max(min.x + layout.tile, min.y + layout.tile);
  const HeadMovement* moved = movement_of(spec, head);
  if (moved == nullptr || spec.map == nullptr) {
    gfx::fill(list, min, max, colour_u32(theme().panel));
    if (!spec.movements.empty()) paint_hatching(list, min, max);
    return;
  }
  const ImU32 colour =
      to_u32(spec.map->at(static_cast<float>(moved->movement), 0.0F, std::max(spec.most_moved, 1e-9F)));
  gfx::fill(list, min, max, colour);
  const Face face = number_face();
  const std::string text = tile_text(spec, layout, moved->movement);
  const float wide = text_width(face, text);
  if (wide + 2.0F > layout.tile) return;
  paint_text(list, face, {0.5F * (min.x + max.x - wide), 0.5F * (min.y + max.y - face.size)},
             colour_u32(readable_on(ImGui::ColorConvertU32ToFloat4(colour))), text);
}

void paint_movements(const OverviewSpec& spec, const Layout& layout, const ImVec4& band, ImDrawList& list) {
  const float before = inset(layout);
  const ImVec2 at = corner(layout, spec.selected);
  const ImVec2 start(layout.origin.x - before, layout.origin.y - before);
  gfx::fill(list, {start.x, at.y - before},
            {start.x + layout.step_x * static_cast<float>(layout.heads), at.y - before + layout.step_y},
            colour_u32(band));
  gfx::fill(list, {at.x - before, start.y},
            {at.x + layout.tile + before, start.y + layout.step_y * static_cast<float>(layout.layers)},
            colour_u32(band));
  for (std::size_t layer = 0; layer < layout.layers; ++layer)
    for (std::size_t head = 0; head < layout.heads; ++head) {
      const ImVec2 min = corner(layout, {layer, head});
      if (ImGui::IsRectVisible(min, {min.x + layout.tile, min.y + layout.tile}))
        paint_tile(spec, layout, {layer, head}, list);
    }
}

/// Thumbnails on the bands of the selected row and column, as one picture; then the bands go on under the numbers.
void paint_thumbnails(const OverviewSpec& spec, const Layout& layout, ImDrawList& list) {
  const Theme& now = theme();
  const ImVec4 band = mix(now.panel, now.selection, 0.55F);
  const float before = inset(layout);
  const ImVec2 start(layout.origin.x - before, layout.origin.y - before);
  const ImVec2 size(layout.step_x * static_cast<float>(layout.heads),
                    layout.step_y * static_cast<float>(layout.layers));
  const ImVec2 at = corner(layout, spec.selected);
  gfx::fill(list, {start.x - layout.label + before, at.y - before}, {start.x, at.y - before + layout.step_y},
            colour_u32(band));
  gfx::fill(list, {at.x - before, start.y - layout.header + before}, {at.x + layout.tile + before, start.y},
            colour_u32(band));
  if (spec.moved) return paint_movements(spec, layout, band, list);
  if (spec.atlas == nullptr || spec.map == nullptr) return;

  std::vector<gfx::ThumbnailPixels> tiles;
  tiles.reserve(layout.layers * layout.heads);
  for (const std::vector<Thumbnail>& layer : thumbnails_of(*spec.snapshot, spec.kind))
    for (const Thumbnail& head : layer)
      tiles.push_back({head.rows, head.cols, head.pixels});
  const std::uint64_t revision = spec.snapshot->number * 3 + static_cast<std::uint64_t>(spec.kind);
  spec.atlas->upload(tiles, layout.layers, layout.heads, revision);
  const ImVec2 scale = ImGui::GetIO().DisplayFramebufferScale;
  spec.atlas->render({.width = static_cast<int>(std::lround(size.x * scale.x)),
                      .height = static_cast<int>(std::lround(size.y * scale.y)),
                      .step_x = layout.step_x * scale.x,
                      .step_y = layout.step_y * scale.y,
                      .tile = layout.tile * scale.x,
                      .inset = before * scale.x,
                      .layer = spec.selected.layer,
                      .head = spec.selected.head,
                      .map = spec.map,
                      .background = to_rgb(now.panel),
                      .band = to_rgb(band)});
  spec.atlas->paint(list, start, {start.x + size.x, start.y + size.y});
}

/// Numbers of every layer or head, every n-th where they would touch.
void paint_numbers(const OverviewSpec& spec, const Layout& layout, ImDrawList& list) {
  const Face face = small_face();
  const auto every = [](float least, float step) {
    return static_cast<std::size_t>(std::max(1.0F, std::ceil(least / step)));
  };
  const auto colour = [](bool selected) { return colour_u32(selected ? theme().text : theme().text_muted); };
  const std::size_t layer_step = every(face.size, layout.step_y);
  const std::size_t head_step = every(text_width(face, "00") + em(0.2F), layout.step_x);
  for (std::size_t layer = 0; layer < layout.layers; ++layer) {
    const bool selected = layer == spec.selected.layer;
    if (layer % layer_step != 0 && !selected) continue;
    const std::string text = std::to_string(layer);
    const float y = corner(layout, {layer, 0}).y + 0.5F * (layout.tile - face.size);
    paint_text(list, face, {layout.origin.x - em(0.35F) - text_width(face, text), y}, colour(selected), text);
  }
  for (std::size_t head = 0; head < layout.heads; ++head) {
    const bool selected = head == spec.selected.head;
    if (head % head_step != 0 && !selected) continue;
    const std::string text = std::to_string(head);
    const float x = corner(layout, {0, head}).x + 0.5F * (layout.tile - text_width(face, text));
    paint_text(list, face, {x, layout.origin.y - layout.header}, colour(selected), text);
  }
}

/// The badge as it is, or its first word, or what fits of it.
std::string badge_text(const Face& face, const std::string& badge, float room) {
  if (text_width(face, badge) <= room) return badge;
  const std::string first = badge.substr(0, badge.find_first_of(" ,"));
  if (first.size() < badge.size() && text_width(face, first + "…") <= room) return first + "…";
  return shortened(face, badge, room);
}

void paint_badge(const OverviewSpec& spec, const Layout& layout, HeadRef head, ImDrawList& list) {
  const Bilingual* badge = layout.badge > 0.0F ? badge_of(spec, head) : nullptr;
  if (badge == nullptr) return;
  Face face = small_face();
  face.size = std::round(0.82F * face.size);
  const std::string shown = badge_text(face, in(spec.language, *badge), layout.step_x - 2.0F);
  const ImVec2 at = corner(layout, head);
  paint_text(list, face, {at.x + 0.5F * (layout.tile - text_width(face, shown)), at.y + layout.tile},
             colour_u32(head == spec.selected ? theme().text : theme().text_muted), shown);
}

void paint_frame(const OverviewSpec& spec, const Layout& layout, HeadRef head, bool hovered, ImDrawList& list) {
  const ImVec2 min = corner(layout, head), max(min.x + layout.tile, min.y + layout.tile);
  const float thick = std::max(2.0F, std::round(em(0.125F)));
  const auto ring = [&](const ImVec4& colour) {
    paint_outline(list, {min.x - thick, min.y - thick}, {max.x + thick, max.y + thick}, colour_u32(colour), thick);
  };
  const auto compared = std::find(spec.compared.begin(), spec.compared.end(), head);
  if (head == spec.selected)
    ring(head_colour(0));
  else if (compared != spec.compared.end())
    ring(head_colour(static_cast<std::size_t>(compared - spec.compared.begin()) + 1));
  else if (hovered || layout.tile >= em(kFramedTile))
    paint_outline(list, min, max, colour_u32(hovered ? theme().text : theme().grid));
}

void tell_movement(const OverviewSpec& spec, HeadRef head) {
  const HeadMovement* moved = movement_of(spec, head);
  if (moved == nullptr) {
    if (!spec.movements.empty()) ImGui::TextUnformatted(tr("widgets.overview.not_compared"));
    return;
  }
  const auto above = std::count_if(spec.movements.begin(), spec.movements.end(),
                                   [moved](const HeadMovement& each) { return each.movement > moved->movement; });
  ImGui::TextUnformatted(tr("widgets.overview.moved", {{"movement", number(static_cast<float>(moved->movement), 6)},
                                                       {"rank", above + 1},
                                                       {"heads", spec.movements.size()}})
                             .c_str());
}

void tooltip(const OverviewSpec& spec, HeadRef head) {
  const ScopedTooltip scope;
  ImGui::TextUnformatted(tr("widgets.overview.head", {{"layer", head.layer}, {"head", head.head}}).c_str());
  const HeadRole* role = spec.snapshot->model != nullptr ? role_of(*spec.snapshot->model, head) : nullptr;
  if (role != nullptr) ImGui::TextUnformatted(in(spec.language, role->name).c_str());
  ImGui::PushStyleColor(ImGuiCol_Text, theme().text_muted);
  if (role != nullptr && !in(spec.language, role->asks).empty()) {
    ImGui::PushTextWrapPos(em(22.0F));
    ImGui::TextUnformatted(in(spec.language, role->asks).c_str());
    ImGui::PopTextWrapPos();
  }
  if (role != nullptr && !role->guided) ImGui::TextUnformatted(tr("widgets.overview.found"));
  if (spec.moved) tell_movement(spec, head);
  ImGui::TextUnformatted(tr("widgets.overview.compare"));
  ImGui::PopStyleColor();
}

void paint(const OverviewSpec& spec, const Layout& layout, const std::optional<HeadRef>& hovered, ImDrawList& list) {
  paint_thumbnails(spec, layout, list);
  paint_numbers(spec, layout, list);
  for (std::size_t layer = 0; layer < layout.layers; ++layer)
    for (std::size_t head = 0; head < layout.heads; ++head) {
      const HeadRef ref{layer, head};
      const ImVec2 min = corner(layout, ref);
      if (!ImGui::IsRectVisible(min, {min.x + layout.step_x, min.y + layout.step_y})) continue;
      paint_frame(spec, layout, ref, hovered == ref, list);
      paint_badge(spec, layout, ref, list);
      probe("overview.head." + std::to_string(layer) + "." + std::to_string(head), min,
            {min.x + layout.tile, min.y + layout.tile});
    }
}

}  // namespace

OverviewResult overview(const OverviewSpec& spec) {
  OverviewResult result;
  const ScopedId id(spec.id);
  if (spec.snapshot == nullptr || spec.size.x < em() || spec.size.y < em()) {
    ImGui::Dummy(spec.size);
    return result;
  }
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {0.0F, 0.0F});
  ImGui::PushStyleColor(ImGuiCol_ChildBg, ImVec4(0.0F, 0.0F, 0.0F, 0.0F));
  const bool open = ImGui::BeginChild("heads", spec.size, false, ImGuiWindowFlags_NoNav);
  ImGui::PopStyleColor();
  ImGui::PopStyleVar();
  Layout layout = measure(spec);
  if (open && layout.heads > 0) {
    const ImVec2 at = ImGui::GetCursorScreenPos();
    layout.origin = {std::floor(at.x + layout.label), std::floor(at.y + layout.header)};
    const ImVec2 end(layout.origin.x + layout.step_x * static_cast<float>(layout.heads),
                     layout.origin.y + layout.step_y * static_cast<float>(layout.layers));
    ImGui::InvisibleButton("thumbnails", {end.x - at.x, end.y - at.y});
    if (ImGui::IsItemHovered()) result.hovered = head_at(layout, ImGui::GetIO().MousePos);
    if (result.hovered && ImGui::IsMouseClicked(ImGuiMouseButton_Left))
      (ImGui::GetIO().KeyCtrl ? result.compared : result.clicked) = result.hovered;
    paint(spec, layout, result.hovered, *ImGui::GetWindowDrawList());
    if (result.hovered && !ImGui::IsMouseDown(ImGuiMouseButton_Left)) tooltip(spec, *result.hovered);
  }
  ImGui::EndChild();
  return result;
}

}  // namespace regard
