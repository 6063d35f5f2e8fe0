// SPDX-License-Identifier: Apache-2.0
#include "app/widgets/axis_labels.h"

#include "app/style/theme.h"
#include "app/widgets/paint.h"
#include "app/widgets/scope.h"

#include <algorithm>
#include <cmath>
#include <string>

namespace regard {
namespace {

constexpr float kSlant = -1.05F;             // radians: rises to the right, steep enough to stay near its column
constexpr float kLongestLabel = 7.0F;        // ems; longer ones are cut
constexpr std::size_t kMostMeasured = 1024;  // labels
constexpr float kPad = 0.4F;                 // ems between labels and cells

float label_limit(float share) {
  return std::min(em(kLongestLabel), share);
}

std::string shown(const Unit& unit) {
  const std::size_t start = unit.label.find_first_not_of(' ');
  return start == std::string::npos ? std::string("·") : unit.label.substr(start);
}

/// Of a long axis some labels stand for all.
float longest(const Axis& axis, const Face& face) {
  const std::size_t step = axis.size() / kMostMeasured + 1;
  float width = 0.0F;
  for (std::size_t unit = 0; unit < axis.size(); unit += step)
    width = std::max(width, text_width(face, axis.units[unit].label));
  return width;
}

/// Labels that are written: the hovered one, the selected one unless it would touch that, and every n-th of the others that
/// touches neither.
bool is_written(const AxisPicture& picture, std::size_t index, std::size_t every, float pitch, float least) {
  const auto touches = [&](std::size_t marked) {
    if (marked >= picture.axis->size()) return false;
    return std::abs(static_cast<float>(index) - static_cast<float>(marked)) * pitch < least;
  };
  if (index == picture.hovered) return true;
  if (touches(picture.hovered)) return false;
  if (index == picture.selected) return true;
  return index % every == 0 && !touches(picture.selected);
}

ImU32 label_colour(const AxisPicture& picture, std::size_t index, const ImVec4& selected) {
  if (index == picture.selected) return colour_u32(selected);
  if (index == picture.hovered) return colour_u32(theme().text);
  return colour_u32(theme().text_muted, picture.axis->units[index].special ? 0.7F : 1.0F);
}

struct Visible {
  std::size_t begin, end;
};
Visible visible(const AxisPicture& picture, float pixels) {
  const float last = picture.first + pixels / picture.cell;
  return {static_cast<std::size_t>(std::max(0.0F, std::floor(picture.first))),
          std::min(picture.axis->size(), static_cast<std::size_t>(std::ceil(std::max(0.0F, last))))};
}

}  // namespace

AxisRoom axis_room(const Axis* rows, const Axis* cols, float cell, ImVec2 size) {
  const Face face = small_face();
  AxisRoom room;
  if (rows != nullptr) room.left = std::min(longest(*rows, face), label_limit(0.3F * size.x)) + em(kPad);
  if (cols == nullptr) return room;
  const float widest = longest(*cols, face);
  room.slanted = widest > cell - em(0.3F);
  if (!room.slanted) {
    room.top = face.size + em(kPad);
    return room;
  }
  const float limit = label_limit(0.3F * size.y);
  const float cosine = std::cos(kSlant), sine = -std::sin(kSlant);
  room.top = std::min(widest, limit) * sine + 0.5F * face.size * cosine + em(kPad);
  const auto reaching = static_cast<std::size_t>((limit + face.size) / cell) + 1;  // columns near enough to the edge
  for (std::size_t col = cols->size() - std::min(cols->size(), reaching); col < cols->size(); ++col) {
    const float to_edge = (static_cast<float>(cols->size() - col) - 0.5F) * cell;
    const float reach = std::min(text_width(face, cols->units[col].label), limit) * cosine + 0.5F * face.size;
    room.right = std::max(room.right, reach - to_edge);
  }
  room.right = std::min(room.right, 0.1F * size.x);
  return room;
}

void paint_row_labels(ImDrawList& list, const AxisPicture& picture, float left) {
  const Face face = small_face();
  const float least = face.size * 0.95F;
  const auto every = static_cast<std::size_t>(std::max(1.0F, std::ceil(least / picture.cell - 0.05F)));
  const auto [begin, end] = visible(picture, picture.max.y - picture.min.y);
  for (std::size_t row = begin; row < end; ++row) {
    if (!is_written(picture, row, every, picture.cell, least)) continue;
    const float middle = picture.min.y + (static_cast<float>(row) + 0.5F - picture.first) * picture.cell;
    if (middle < picture.min.y || middle > picture.max.y) continue;
    const float right = picture.min.x - em(kPad);
    const std::string text = shortened(face, shown(picture.axis->units[row]), right - left);
    const float y = std::min(middle - 0.5F * face.size, picture.max.y - face.size + em(0.1F));
    paint_text(list, face, {right - text_width(face, text), y}, label_colour(picture, row, theme().query), text);
  }
}

void paint_column_labels(ImDrawList& list, const AxisPicture& picture, const AxisRoom& room, float right) {
  const Face face = small_face();
  const float cosine = std::cos(kSlant), sine = -std::sin(kSlant);
  const float pitch = room.slanted ? picture.cell * sine : picture.cell;  // distance between neighbouring lines of text
  const float least = room.slanted ? face.size * 0.82F : 0.0F;
  const auto every = static_cast<std::size_t>(std::max(1.0F, std::ceil(least / pitch - 0.05F)));
  const float limit = room.slanted ? (room.top - em(kPad) - 0.5F * face.size * cosine) / sine + 1.0F : picture.cell;
  const auto [begin, end] = visible(picture, picture.max.x - picture.min.x);
  for (std::size_t col = begin; col < end; ++col) {
    if (!is_written(picture, col, every, pitch, least)) continue;
    const float middle = picture.min.x + (static_cast<float>(col) + 0.5F - picture.first) * picture.cell;
    if (middle < picture.min.x || middle > picture.max.x) continue;
    const ImU32 colour = label_colour(picture, col, theme().key);
    const float bottom = picture.min.y - em(kPad);
    if (room.slanted) {
      const float to_side = (right - middle - 0.5F * face.size) / cosine;
      const std::string text = shortened(face, shown(picture.axis->units[col]), std::min(limit, to_side));
      paint_text_turned(list, face, {middle, bottom}, kSlant, colour, text);
    } else {
      const std::string text = shown(picture.axis->units[col]);
      paint_text(list, face, {middle - 0.5F * text_width(face, text), bottom - face.size}, colour, text);
    }
  }
}

}  // namespace regard
