// SPDX-License-Identifier: Apache-2.0
#include "app/widgets/matrix_picture.h"

#include "app/gfx/heat_map_image.h"
#include "app/style/theme.h"
#include "app/widgets/axis_labels.h"
#include "app/widgets/mouse.h"
#include "app/widgets/paint.h"
#include "app/widgets/probe.h"
#include "app/widgets/scope.h"

#include <algorithm>
#include <cmath>

namespace regard {
namespace {

constexpr float kLongestRowLabel = 6.5F;  ///< ems
constexpr float kMostOfWidth = 0.3F;
constexpr float kTallestRow = 3.0F;  ///< ems: one token does not fill the panel

struct MatrixLayout {
  ImVec2 min{}, max{};  ///< cells
  float row = 1.0F, col = 1.0F;
};

float label_room(const MatrixPictureSpec& spec) {
  if (spec.rows == nullptr) return 0.0F;
  float widest = 0.0F;
  for (const Unit& unit : spec.rows->units)
    widest = std::max(widest, text_width(small_face(), unit.label));
  return std::ceil(std::min({widest, em(kLongestRowLabel), kMostOfWidth * spec.size.x}) + em(0.4F));
}

MatrixLayout layout_of(const MatrixPictureSpec& spec, ImVec2 at) {
  const float edge = outline_room();
  MatrixLayout layout;
  layout.min = {std::ceil(at.x + label_room(spec) + edge), std::ceil(at.y + room_over_matrix(spec.numbered) + edge)};
  layout.max = {std::max(layout.min.x + 1.0F, std::floor(at.x + spec.size.x - edge)),
                std::max(layout.min.y + 1.0F, std::floor(at.y + spec.size.y - edge))};
  const auto rows = static_cast<float>(spec.values->rows), cols = static_cast<float>(spec.values->cols);
  layout.max.y = std::min(layout.max.y, layout.min.y + std::ceil(rows * em(kTallestRow)));
  layout.row = (layout.max.y - layout.min.y) / rows;
  layout.col = (layout.max.x - layout.min.x) / cols;
  return layout;
}

void paint_cells(const MatrixPictureSpec& spec, const MatrixLayout& layout, ImDrawList& list) {
  if (spec.image == nullptr || spec.map == nullptr) return;
  const ImVec2 scale = ImGui::GetIO().DisplayFramebufferScale;
  const std::array<float, 3> ground = to_rgb(theme().panel);
  spec.image->upload(*spec.values, nullptr, spec.revision);
  spec.image->render({.cols = static_cast<float>(spec.values->cols),
                      .rows = static_cast<float>(spec.values->rows),
                      .width = std::max(1, static_cast<int>(std::lround((layout.max.x - layout.min.x) * scale.x))),
                      .height = std::max(1, static_cast<int>(std::lround((layout.max.y - layout.min.y) * scale.y))),
                      .map = spec.map,
                      .low = spec.low,
                      .high = spec.high,
                      .background = ground,
                      .hatch = ground});
  spec.image->paint(list, layout.min, layout.max);
}

/// A line with seams, so that it is seen on cells of its own colour.
void frame(ImDrawList& list, ImVec2 min, ImVec2 max, const ImVec4& colour, float thickness) {
  const ImU32 seam = colour_u32(theme().panel, 0.8F);
  const auto ring = [&](float away, ImU32 ink, float line) {
    paint_outline(list, {min.x - away, min.y - away}, {max.x + away, max.y + away}, ink, line);
  };
  ring(thickness + 1.0F, seam, 1.0F);
  ring(thickness, colour_u32(colour), thickness);
  ring(0.0F, seam, 1.0F);
}

void paint_row_frame(const MatrixPictureSpec& spec, const MatrixLayout& layout, std::size_t row, const ImVec4& colour,
                     float thickness, ImDrawList& list) {
  if (row >= spec.values->rows) return;
  const float top = std::floor(layout.min.y + static_cast<float>(row) * layout.row);
  const float bottom = std::max(std::floor(layout.min.y + static_cast<float>(row + 1) * layout.row), top + 2.0F);
  frame(list, {layout.min.x, top}, {layout.max.x, bottom}, colour, thickness);
}

void paint_bracket(ImDrawList& list, float left, float right, float y, ImU32 colour) {
  const float tick = std::round(em(0.25F)), line = std::round(stroke(0.06F, 1.0F));
  list.AddRectFilled({left, y - line}, {right, y}, colour);
  list.AddRectFilled({left, y}, {left + line, y + tick}, colour);
  list.AddRectFilled({right - line, y}, {right, y + tick}, colour);
}

void paint_pieces(const MatrixPictureSpec& spec, const MatrixLayout& layout, ImDrawList& list) {
  const Face face = number_face();
  float right = layout.min.x - em();
  const auto x_of = [&](std::size_t column) {
    return std::floor(layout.min.x + static_cast<float>(column) * layout.col);
  };
  for (const MatrixPiece& piece : spec.pieces) {
    const float left = x_of(piece.columns.begin), end = std::max(x_of(piece.columns.end), left + 2.0F);
    if (piece.lit)
      frame(list, {left, layout.min.y}, {end, layout.max.y}, theme().accent, std::round(stroke(0.1F, 2.0F)));
    if (piece.bracket.size() > piece.columns.size())
      paint_bracket(list, x_of(piece.bracket.begin), x_of(piece.bracket.end) - 1.0F, layout.min.y - outline_room(),
                    colour_u32(piece.lit ? theme().accent : theme().text_muted));
    const float wide = text_width(face, piece.label);
    const float from = 0.5F * (left + end) - 0.5F * wide;
    if (!piece.lit && from < right + em(0.3F)) continue;
    paint_text(list, face, {from, layout.min.y - outline_room() - face.size},
               colour_u32(piece.lit ? theme().accent : theme().text_muted), piece.label);
    right = from + wide;
  }
}

void paint_labels(const MatrixPictureSpec& spec, const MatrixLayout& layout, float left, ImDrawList& list) {
  if (spec.rows == nullptr || spec.rows->size() == 0) return;
  AxisPicture picture{spec.rows, layout.min, layout.max, layout.row, 0.0F, spec.lit_row, spec.linked_row};
  picture.min.x -= outline_room();
  paint_row_labels(list, picture, left);
}

std::optional<Cell> cell_under(const MatrixPictureSpec& spec, const MatrixLayout& layout, ImVec2 point) {
  if (!inside(point, layout.min, layout.max)) return std::nullopt;
  const auto row = static_cast<std::size_t>((point.y - layout.min.y) / layout.row);
  const auto col = static_cast<std::size_t>((point.x - layout.min.x) / layout.col);
  if (row >= spec.values->rows || col >= spec.values->cols) return std::nullopt;
  return Cell{row, col};
}

}  // namespace

float room_over_matrix(bool numbered) {
  return numbered ? number_face().size + em(0.2F) : 0.0F;
}

MatrixPictureResult matrix_picture(const MatrixPictureSpec& spec) {
  const ScopedId id(spec.id);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  MatrixPictureResult result;
  if (spec.values == nullptr || spec.values->empty() || spec.size.x < em() || spec.size.y < em()) {
    ImGui::Dummy({std::max(1.0F, spec.size.x), std::max(1.0F, spec.size.y)});
    return result;
  }
  const MatrixLayout layout = layout_of(spec, at);
  ImDrawList& list = *ImGui::GetWindowDrawList();
  ImGui::SetCursorScreenPos(layout.min);
  ImGui::InvisibleButton("cells", {layout.max.x - layout.min.x, layout.max.y - layout.min.y});
  if (ImGui::IsItemHovered()) result.hovered = cell_under(spec, layout, ImGui::GetIO().MousePos);
  if (ImGui::IsItemDeactivated() && result.hovered && !was_dragged()) result.clicked = result.hovered;
  paint_cells(spec, layout, list);
  paint_row_frame(spec, layout, spec.linked_row, theme().text, 1.0F, list);
  paint_pieces(spec, layout, list);
  paint_row_frame(spec, layout, spec.lit_row, spec.key_rows ? theme().key : theme().query,
                  std::round(stroke(0.125F, 2.0F)), list);
  paint_labels(spec, layout, at.x, list);
  probe(std::string(spec.id) + ".cells", layout.min, layout.max,
        {0.0F, 0.0F, static_cast<float>(spec.values->cols), static_cast<float>(spec.values->rows)});
  result.cells_min = layout.min;
  result.cells_max = layout.max;
  ImGui::SetCursorScreenPos(at);
  ImGui::Dummy(spec.size);
  return result;
}

}  // namespace regard
