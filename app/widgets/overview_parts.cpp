// SPDX-License-Identifier: Apache-2.0
#include "app/widgets/overview_parts.h"

#include "app/gfx/screen.h"
#include "app/gfx/thumbnail_atlas.h"
#include "app/style/theme.h"
#include "app/widgets/mouse.h"
#include "app/widgets/scope.h"

#include <algorithm>
#include <cmath>
#include <tuple>
#include <vector>

namespace regard {
namespace {

constexpr float kFramedTile = 1.0F;  // ems: smaller ones need no frame, the gap tells them apart

/// As many decimals as the largest movement needs.
int tile_decimals(float largest) {
  return largest >= 0.1F ? 2 : largest >= 0.01F ? 3 : 4;
}

/// What a tile says, in four or five characters; "0" only for what is exactly zero. Empty where not every number has room.
std::string tile_text(const OverviewSpec& spec, float side, double movement) {
  if (movement == 0.0) return "0";
  const int decimals = tile_decimals(spec.most_moved);
  const std::size_t longest = decimals == 2 ? 4 : static_cast<std::size_t>(decimals) + 1;
  if (text_width(number_face(), std::string(longest, '0')) + 2.0F > side) return {};
  const std::string text = number(static_cast<float>(movement), decimals);
  if (text.find_first_of("123456789") == std::string::npos) return "~0";
  return decimals > 2 && text.front() == '0' ? text.substr(1) : text;
}

}  // namespace

HeadRef overview_size(const OverviewSpec& spec) {
  const std::vector<std::vector<Thumbnail>>& thumbnails = thumbnails_of(*spec.snapshot, spec.kind);
  HeadRef size{thumbnails.size(), 0};
  for (const std::vector<Thumbnail>& layer : thumbnails)
    size.head = std::max(size.head, layer.size());
  return size;
}

std::size_t heads_in_layer(const OverviewSpec& spec, std::size_t layer) {
  return thumbnails_of(*spec.snapshot, spec.kind)[layer].size();
}

bool has_names(const OverviewSpec& spec) {
  return spec.snapshot->model != nullptr && !spec.snapshot->model->roles.empty();
}

std::string badge_of(const OverviewSpec& spec, HeadRef head) {
  if (spec.snapshot->model == nullptr) return {};
  const HeadRole* role = role_of(*spec.snapshot->model, head);
  if (role == nullptr) return {};
  const std::string& badge = in(spec.language, role->badge);
  return badge.empty() ? in(spec.language, role->name) : badge;
}

const HeadMovement* movement_of(const OverviewSpec& spec, HeadRef head) {
  const auto found = std::lower_bound(
      spec.movements.begin(), spec.movements.end(), head, [](const HeadMovement& each, HeadRef wanted) {
        return std::tie(each.head.layer, each.head.head) < std::tie(wanted.layer, wanted.head);
      });
  return found == spec.movements.end() || found->head != head ? nullptr : &*found;
}

void paint_movement(const OverviewSpec& spec, HeadRef head, ImVec2 min, float side, ImDrawList& list) {
  const ImVec2 max(min.x + side, min.y + side);
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
  const std::string text = tile_text(spec, side, moved->movement);
  const float wide = text_width(face, text);
  if (wide + 2.0F > side) return;
  paint_text(list, face, {0.5F * (min.x + max.x - wide), 0.5F * (min.y + max.y - face.size)},
             colour_u32(readable_on(ImGui::ColorConvertU32ToFloat4(colour))), text);
}

void paint_head_frame(const OverviewSpec& spec, HeadRef head, ImVec2 min, float side, bool hovered, ImDrawList& list) {
  const ImVec2 max(min.x + side, min.y + side);
  const float thick = std::round(stroke(0.125F, 2.0F));
  const auto ring = [&](const ImVec4& colour) {
    paint_outline(list, {min.x - thick, min.y - thick}, {max.x + thick, max.y + thick}, colour_u32(colour), thick);
  };
  const auto compared = std::find(spec.compared.begin(), spec.compared.end(), head);
  if (head == spec.selected)
    ring(head_colour(0));
  else if (compared != spec.compared.end())
    ring(head_colour(static_cast<std::size_t>(compared - spec.compared.begin()) + 1));
  else if (hovered || side >= em(kFramedTile))
    paint_outline(list, min, max, colour_u32(hovered ? theme().text : theme().grid));
}

void upload_thumbnails(const OverviewSpec& spec) {
  const HeadRef size = overview_size(spec);
  std::vector<gfx::ThumbnailPixels> tiles;
  tiles.reserve(size.layer * size.head);
  for (const std::vector<Thumbnail>& layer : thumbnails_of(*spec.snapshot, spec.kind)) {
    for (const Thumbnail& head : layer)
      tiles.push_back({head.rows, head.cols, head.pixels});
    tiles.resize(tiles.size() + size.head - layer.size());  // nothing where a layer has fewer heads
  }
  const std::uint64_t revision = spec.snapshot->number * 3 + static_cast<std::uint64_t>(spec.kind);
  spec.atlas->upload(tiles, size.layer, size.head, revision);
}

void take_click(OverviewResult& result) {
  if (!result.hovered || !ImGui::IsItemDeactivated() || was_dragged()) return;
  (ImGui::GetIO().KeyCtrl ? result.compared : result.clicked) = result.hovered;
}

}  // namespace regard
