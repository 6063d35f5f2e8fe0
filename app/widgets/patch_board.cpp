// SPDX-License-Identifier: Apache-2.0
#include "app/widgets/patch_board.h"

#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/widgets/paint.h"
#include "app/widgets/probe.h"
#include "app/widgets/scope.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace regard {
namespace {

constexpr float kDarkest = 0.82F;  // cover of a patch without weight

/// Patches are cut from the picture's left upper part: [rows · patch height, cols · patch width] pixels.
struct Cut {
  float width = 1.0F;  ///< pixels of a patch
  float height = 1.0F;
};

Cut cut_of(const StripView& view) {
  const RgbImage& picture = view.image->picture;
  return {std::floor(static_cast<float>(picture.width) / static_cast<float>(view.patch_cols)),
          std::floor(static_cast<float>(picture.height) / static_cast<float>(view.patch_rows))};
}

/// Where the chips lie on the screen. Whole pixels: a seam between chips must not flicker.
struct Places {
  ImVec2 min{};
  float width = 1.0F, height = 1.0F;  ///< of a chip, seam included

  [[nodiscard]] ImVec2 corner(std::size_t row, std::size_t col) const {
    return {min.x + std::round(static_cast<float>(col) * width), min.y + std::round(static_cast<float>(row) * height)};
  }
};

Places places_of(const StripView& view, ImVec2 min, ImVec2 size) {
  return {min, size.x / static_cast<float>(view.patch_cols), size.y / static_cast<float>(view.patch_rows)};
}

/// Mean colour of a patch, for places without OpenGL.
ImU32 mean_colour(const StripView& view, std::size_t row, std::size_t col) {
  const Cut cut = cut_of(view);
  const auto width = static_cast<std::size_t>(cut.width), height = static_cast<std::size_t>(cut.height);
  std::array<std::size_t, 3> sums{};
  for (std::size_t y = 0; y < height; ++y)
    for (std::size_t x = 0; x < width; ++x)
      for (std::size_t channel = 0; channel < 3; ++channel)
        sums[channel] += view.image->picture.pixel(row * height + y, col * width + x)[channel];
  const std::size_t count = std::max<std::size_t>(1, width * height);
  return IM_COL32(sums[0] / count, sums[1] / count, sums[2] / count, 255);
}

void paint_pixels(ImDrawList& list, const StripView& view, std::size_t patch, ImTextureID texture, ImVec2 min,
                  ImVec2 max) {
  const std::size_t row = patch / view.patch_cols, col = patch % view.patch_cols;
  if (texture == nullptr) return list.AddRectFilled(min, max, mean_colour(view, row, col));
  const Cut cut = cut_of(view);
  const auto width = static_cast<float>(view.image->picture.width);
  const auto height = static_cast<float>(view.image->picture.height);
  // Half a pixel inside, so that smoothing takes nothing from the neighbours.
  const ImVec2 from((static_cast<float>(col) * cut.width + 0.5F) / width,
                    (static_cast<float>(row) * cut.height + 0.5F) / height);
  const ImVec2 to((static_cast<float>(col + 1) * cut.width - 0.5F) / width,
                  (static_cast<float>(row + 1) * cut.height - 0.5F) / height);
  list.AddImage(texture, min, max, from, to);
}

void paint_chip(const PatchBoardSpec& spec, std::size_t token, ImVec2 min, ImVec2 max, ImDrawList& list) {
  const StripView& view = *spec.view;
  const Chip& chip = view.chips[token];
  const std::size_t patch = token - view.specials;
  const float side = std::min(max.x - min.x, max.y - min.y);
  const float seam = side >= 5.0F ? 1.0F : 0.0F;
  max = {max.x - seam, max.y - seam};
  if (spec.map == nullptr) return paint_pixels(list, view, patch, spec.texture, min, max);
  const float frame = side < 8.0F ? 0.0F : std::max(1.0F, std::round(side * 0.07F));
  const ImVec2 inner_min(min.x + frame, min.y + frame), inner_max(max.x - frame, max.y - frame);
  if (frame > 0.0F && !chip.masked)
    list.AddRectFilled(min, max, to_u32(spec.map->at(chip.weight, view.least_weight(), view.weight_limit)));
  paint_pixels(list, view, patch, spec.texture, inner_min, inner_max);
  const float share = chip.masked ? 0.0F : std::clamp(chip.weight / view.weight_limit, 0.0F, 1.0F);
  list.AddRectFilled(inner_min, inner_max, colour_u32(theme().panel, kDarkest * (1.0F - share)));
  if (chip.masked) paint_hatching(list, min, max);
}

void paint_ring(ImDrawList& list, const Places& places, const StripView& view, std::size_t token, const ImVec4& colour,
                float thickness, float away) {
  if (token < view.specials || token >= view.chips.size()) return;
  const std::size_t patch = token - view.specials, row = patch / view.patch_cols, col = patch % view.patch_cols;
  const ImVec2 min = places.corner(row, col), max = places.corner(row + 1, col + 1);
  paint_outline(list, {min.x - away, min.y - away}, {max.x + away - 1.0F, max.y + away - 1.0F}, colour_u32(colour),
                thickness);
}

std::optional<std::size_t> token_under_mouse(const Places& places, const StripView& view) {
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  const auto row = static_cast<std::ptrdiff_t>(std::floor((mouse.y - places.min.y) / places.height));
  const auto col = static_cast<std::ptrdiff_t>(std::floor((mouse.x - places.min.x) / places.width));
  if (row < 0 || col < 0) return std::nullopt;
  if (row >= static_cast<std::ptrdiff_t>(view.patch_rows) || col >= static_cast<std::ptrdiff_t>(view.patch_cols))
    return std::nullopt;
  return view.specials + static_cast<std::size_t>(row) * view.patch_cols + static_cast<std::size_t>(col);
}

void report(const PatchBoardSpec& spec, const Places& places, ImVec2 min, ImVec2 max) {
  if (!probe_enabled()) return;
  const std::string id(spec.id);
  probe(id, min, max);
  for (std::size_t token = spec.view->specials; token < spec.view->chips.size(); ++token) {
    const std::size_t patch = token - spec.view->specials;
    const std::size_t row = patch / spec.view->patch_cols, col = patch % spec.view->patch_cols;
    probe(id + "." + std::to_string(token), places.corner(row, col), places.corner(row + 1, col + 1));
  }
}

}  // namespace

ImVec2 patch_board_size(const StripView& view, ImVec2 room) {
  if (!view.image) return {};
  const Cut cut = cut_of(view);
  const float wide = cut.width * static_cast<float>(view.patch_cols);
  const float high = cut.height * static_cast<float>(view.patch_rows);
  const float scale = std::min(room.x / wide, room.y / high);
  return {std::max(1.0F, std::floor(wide * scale)), std::max(1.0F, std::floor(high * scale))};
}

void paint_patch(ImDrawList& list, const StripView& view, std::size_t token, ImTextureID texture, ImVec2 min,
                 ImVec2 max) {
  if (token >= view.specials && token < view.chips.size())
    return paint_pixels(list, view, token - view.specials, texture, min, max);
  list.AddRectFilled(min, max, colour_u32(theme().frame), em(0.2F));
  if (token >= view.chips.size()) return;
  const Face face = small_face();
  const std::string text = shortened(face, view.chips[token].token.text, max.x - min.x);
  paint_text(list, face, {0.5F * (min.x + max.x - text_width(face, text)), 0.5F * (min.y + max.y - face.size)},
             colour_u32(theme().text), text);
}

void patch_tooltip(const StripView& view, std::size_t token, bool weight_told) {
  const ScopedTooltip scope;
  const Chip& chip = view.chips[token];
  ImGui::TextUnformatted(chip.token.text.c_str());
  ImGui::PushStyleColor(ImGuiCol_Text, theme().text_muted);
  if (token < view.specials) {
    ImGui::TextUnformatted(tr("image.special"));
  } else {
    const std::size_t patch = token - view.specials;
    ImGui::TextUnformatted(
        tr("image.patch", {{"row", patch / view.patch_cols}, {"column", patch % view.patch_cols}}).c_str());
  }
  if (weight_told) {
    const std::string weight =
        chip.masked ? std::string(tr("image.masked")) : tr("image.weight", {{"weight", number(chip.weight, 4)}});
    ImGui::TextUnformatted(weight.c_str());
  }
  ImGui::PopStyleColor();
}

PatchBoardResult patch_board(const PatchBoardSpec& spec) {
  PatchBoardResult result;
  if (spec.view == nullptr || !spec.view->image || spec.view->patch_cols == 0) return result;
  const StripView& view = *spec.view;
  const ScopedId id(spec.id);
  const ImVec2 size = patch_board_size(view, spec.size), min = ImGui::GetCursorScreenPos();
  const ImVec2 max(min.x + size.x, min.y + size.y);
  ImGui::InvisibleButton("board", size);
  const Places places = places_of(view, min, size);
  if (ImGui::IsItemHovered()) result.hovered = token_under_mouse(places, view);

  ImDrawList& list = *ImGui::GetWindowDrawList();
  for (std::size_t token = view.specials; token < view.chips.size(); ++token) {
    const std::size_t patch = token - view.specials, row = patch / view.patch_cols, col = patch % view.patch_cols;
    paint_chip(spec, token, places.corner(row, col), places.corner(row + 1, col + 1), list);
  }
  const float thick = std::round(stroke(0.125F, 2.0F));
  if (spec.linked != kNone) paint_ring(list, places, view, spec.linked, theme().text, 1.0F, 0.0F);
  if (result.hovered) paint_ring(list, places, view, *result.hovered, theme().text, 1.0F, 0.0F);
  paint_ring(list, places, view, view.key, theme().key, thick, view.key == view.query ? thick : 1.0F);
  paint_ring(list, places, view, view.query, theme().query, thick, 1.0F);
  report(spec, places, min, max);

  if (!result.hovered) return result;
  if (ImGui::IsMouseClicked(ImGuiMouseButton_Left))
    (ImGui::GetIO().KeyShift ? result.key : result.query) = result.hovered;
  if (!ImGui::IsMouseDown(ImGuiMouseButton_Left)) patch_tooltip(view, *result.hovered, spec.weights_told);
  return result;
}

}  // namespace regard
