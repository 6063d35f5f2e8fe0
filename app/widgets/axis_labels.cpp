// SPDX-License-Identifier: Apache-2.0
#include "app/widgets/axis_labels.h"

#include "app/style/theme.h"
#include "app/widgets/paint.h"
#include "app/widgets/scope.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <string_view>

namespace regard {
namespace {

constexpr std::array kLimits{12.0F, 9.0F, 7.0F, 5.0F};  // ems; longer labels are cut, in a narrow grid shorter ones too
constexpr float kMostShare = 0.25F;                     // of the grid, that labels may take where they cost cells
constexpr float kWorth = 0.97F;                         // of the largest cell: whole labels may cost so much
constexpr float kLargestCell = 5.0F;                    // ems: two tokens do not fill the panel
constexpr float kLeastCorner = 1.4F;                    // ems: a button has room between row and column labels
constexpr std::size_t kMostMeasured = 1024;             // labels
constexpr float kLeastPitch = 0.82F;                    // of a line's height, between lines that can still be read
constexpr float kSlack = 0.05F;                         // of the distance between two, that may be missing
constexpr float kPad = 0.4F;                            // ems between labels and cells
constexpr float kSmallestLabel = 14.0F;  // pixels: so small a large one may become before any is left out

std::string_view shown(const Unit& unit) {
  return unit.label;
}

/// Of a long axis some labels stand for all.
float longest(const Axis& axis, const Face& face) {
  const std::size_t step = axis.size() / kMostMeasured + 1;
  float width = 0.0F;
  for (std::size_t unit = 0; unit < axis.size(); unit += step)
    width = std::max(width, text_width(face, shown(axis.units[unit])));
  return width;
}

/// What the choice of room is made from; widths in pixels.
struct Measured {
  LabelledAxis rows{}, cols{};
  ImVec2 size{};
  float widest_row = 0.0F, widest_col = 0.0F;
};

/// The largest cell that fits beside labels. Below some pixels a fraction of one is worth more than equally large cells.
float cell_beside(const Measured& grid, const AxisRoom& room) {
  constexpr float kWholePixels = 16.0F;
  const ImVec2 space{std::floor(grid.size.x - room.left - std::max(room.right, outline_room())),
                     std::floor(grid.size.y - room.top - outline_room())};
  const float cell = std::min({space.x / static_cast<float>(grid.cols.units),
                               space.y / static_cast<float>(grid.rows.units), std::floor(em(kLargestCell))});
  if (cell <= 0.0F) return 1e-3F;
  return cell > kWholePixels ? std::floor(cell) : cell;
}

/// How far the last slanted labels reach beyond the cells.
float lean_of(const Measured& grid, float limit, float cell) {
  const Face face = small_face();
  const Axis& axis = *grid.cols.labels;
  const std::size_t reaching =  // near enough to the edge
      std::min(axis.size(), static_cast<std::size_t>((limit + face.size) / std::max(cell, 1.0F)) + 1);
  constexpr std::size_t kEnough = 32;  // of many narrow columns some stand for all
  float lean = 0.0F;
  for (std::size_t col = axis.size() - reaching; col < axis.size(); col += reaching / kEnough + 1) {
    const float to_edge = (static_cast<float>(axis.size() - col) - 0.5F) * cell;
    const float width = std::min(text_width(face, shown(axis.units[col])), limit);
    lean = std::max(lean, width * std::cos(label_slant) + 0.5F * face.size - to_edge);
  }
  return std::ceil(std::min(lean, 0.1F * grid.size.x));
}

/// The room with labels of at most so many pixels.
AxisRoom room_for(const Measured& grid, float row_limit, float col_limit) {
  const Face face = small_face();
  AxisRoom room;
  if (grid.rows.labels != nullptr)
    room.left = std::ceil(std::max(std::min(grid.widest_row, row_limit) + em(kPad), em(kLeastCorner)));
  if (grid.cols.labels == nullptr) {
    room.cell = cell_beside(grid, room);
    return room;
  }
  room.top = std::ceil(face.size + em(kPad));
  room.cell = cell_beside(grid, room);
  room.slanted = grid.widest_col > room.cell - em(0.3F);
  if (!room.slanted) return room;
  const float sine = -std::sin(label_slant), cosine = std::cos(label_slant);
  room.top = std::ceil(std::min(grid.widest_col, col_limit) * sine + 0.5F * face.size * cosine + em(kPad));
  room.cell = cell_beside(grid, room);
  room.right = lean_of(grid, col_limit, room.cell);
  room.cell = cell_beside(grid, room);
  return room;
}

/// Labels that are written: the hovered one, the selected one unless it would touch that, and every n-th of the others that
/// touches neither.
bool is_written(const AxisPicture& picture, std::size_t index, std::size_t every, float pitch, float least) {
  const auto touches = [&](std::size_t marked) {
    if (marked >= picture.axis->size()) return false;
    return std::abs(static_cast<float>(index) - static_cast<float>(marked)) * pitch < least - kSlack * pitch;
  };
  if (index == picture.hovered) return true;
  if (touches(picture.hovered)) return false;
  if (index == picture.selected) return true;
  return index % every == 0 && !touches(picture.selected);
}

/// Where text is large, labels are as much smaller as lets each cell have its own.
Face label_face(float pitch) {
  Face face = small_face();
  face.size = std::clamp(pitch / kLeastPitch, std::min(kSmallestLabel, face.size), face.size);
  return face;
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

float outline_room() {
  return std::ceil(stroke(0.125F, 2.0F)) + 3.0F;
}

AxisRoom axis_room(const LabelledAxis& rows, const LabelledAxis& cols, ImVec2 size) {
  Measured grid{rows, cols, size};
  if (rows.labels != nullptr) grid.widest_row = longest(*rows.labels, small_face());
  if (cols.labels != nullptr) grid.widest_col = longest(*cols.labels, small_face());
  const auto limit = [](float ems, float side) { return std::min(em(ems), kMostShare * side); };
  const AxisRoom tight = room_for(grid, limit(kLimits.back(), size.x), limit(kLimits.back(), size.y));
  // From the longest labels on; one direction often has room to spare.
  for (std::size_t sum = 0; sum <= 2 * (kLimits.size() - 1); ++sum)
    for (std::size_t row = sum < kLimits.size() ? 0 : sum - kLimits.size() + 1; row < kLimits.size() && row <= sum;
         ++row) {
      const AxisRoom room = room_for(grid, em(kLimits[row]), em(kLimits[sum - row]));
      if (room.cell >= kWorth * tight.cell) return room;
    }
  return tight;
}

void paint_row_labels(ImDrawList& list, const AxisPicture& picture, float left) {
  const Face face = label_face(picture.cell);
  const float least = face.size * kLeastPitch;
  const auto every = static_cast<std::size_t>(std::max(1.0F, std::ceil(least / picture.cell - kSlack)));
  const auto [begin, end] = visible(picture, picture.max.y - picture.min.y);
  for (std::size_t row = begin; row < end; ++row) {
    if (!is_written(picture, row, every, picture.cell, least)) continue;
    const float middle = picture.min.y + (static_cast<float>(row) + 0.5F - picture.first) * picture.cell;
    if (middle < picture.min.y || middle > picture.max.y) continue;
    const float right = picture.min.x - em(kPad);
    const std::string text = shortened(face, shown(picture.axis->units[row]), right - left);
    const float y = std::min(middle - 0.5F * face.size, picture.max.y + outline_room() - face.size);
    paint_text(list, face, {right - text_width(face, text), y}, label_colour(picture, row, theme().query), text);
  }
}

void paint_column_labels(ImDrawList& list, const AxisPicture& picture, const AxisRoom& room, float right) {
  const float cosine = std::cos(label_slant), sine = -std::sin(label_slant);
  const float pitch = room.slanted ? picture.cell * sine : picture.cell;  // distance between neighbouring lines of text
  const Face face = room.slanted ? label_face(pitch) : small_face();
  const float least = room.slanted ? face.size * kLeastPitch : 0.0F;
  const auto every = static_cast<std::size_t>(std::max(1.0F, std::ceil(least / pitch - kSlack)));
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
      paint_text_turned(list, face, {middle, bottom}, label_slant, colour, text);
    } else {
      const std::string_view text = shown(picture.axis->units[col]);
      paint_text(list, face, {middle - 0.5F * text_width(face, text), bottom - face.size}, colour, text);
    }
  }
}

}  // namespace regard
