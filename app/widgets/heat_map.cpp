// SPDX-License-Identifier: Apache-2.0
#include "app/widgets/heat_map.h"

#include "app/gfx/heat_map_image.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/widgets/axis_labels.h"
#include "app/widgets/mouse.h"
#include "app/widgets/paint.h"
#include "app/widgets/probe.h"
#include "app/widgets/scope.h"

#include <imgui_internal.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

namespace regard {
namespace {

constexpr float kFewestCells = 4.0F;  // as far as one can zoom in
constexpr float kWheelStep = 1.2F;
constexpr float kBesideGap = 0.6F;    // ems, between the cells and the column beside them
constexpr float kBesideWidth = 2.2F;  // ems

/// Where everything stands, pixels.
struct HeatMapLayout {
  AxisRoom labels{};
  float beside = 0.0F;  ///< width of the column beside the cells, the space before it included; 0: there is none
  ImVec2 space{};       ///< what is left for cells
  ImVec2 min{}, max{};  ///< cells
  float cell = 1.0F;    ///< side of a cell now
  float cols = 1.0F;    ///< visible, in cells
  float rows = 1.0F;
};

/// Units of the axes.
std::size_t row_units(const HeatMapSpec& spec) {
  return spec.part.rows > 0 ? spec.part.rows : spec.values->rows;
}
std::size_t col_units(const HeatMapSpec& spec) {
  return spec.part.cols > 0 ? spec.part.cols : spec.values->cols;
}

bool has_beside(const HeatMapSpec& spec) {
  return spec.beside != nullptr && !spec.beside->empty() && spec.part.rows == 0;
}

/// Labels take their part of the size, the cells are squares in the rest.
HeatMapLayout measure(const HeatMapSpec& spec, ImVec2 at) {
  HeatMapLayout layout;
  if (has_beside(spec)) layout.beside = std::round(em(kBesideGap + kBesideWidth));
  const ImVec2 size{std::max(1.0F, spec.size.x - layout.beside), spec.size.y};
  layout.labels = axis_room({spec.rows, row_units(spec)}, {spec.cols, col_units(spec)}, size);
  layout.min = {std::ceil(at.x + layout.labels.left), std::ceil(at.y + layout.labels.top)};
  const float right = std::max(layout.labels.right, outline_room());
  layout.space = {std::max(1.0F, std::floor(at.x + size.x - right) - layout.min.x),
                  std::max(1.0F, std::floor(at.y + spec.size.y - outline_room()) - layout.min.y)};
  return layout;
}

/// Puts zoom and position inside their limits and derives what is visible.
void apply_view(const HeatMapSpec& spec, HeatMapLayout& layout, HeatMapView& view) {
  const float cols = static_cast<float>(col_units(spec)), rows = static_cast<float>(row_units(spec));
  const float most = std::max(1.0F, std::min(layout.space.x, layout.space.y) / (kFewestCells * layout.labels.cell));
  view.zoom = std::clamp(view.zoom, 1.0F, most);
  layout.cell = layout.labels.cell * view.zoom;
  const auto end = [](float room, float cells) { return std::max(1.0F, std::ceil(std::min(room, cells) - 0.01F)); };
  layout.max = {layout.min.x + end(layout.space.x, layout.cell * cols),
                layout.min.y + end(layout.space.y, layout.cell * rows)};
  layout.cols = (layout.max.x - layout.min.x) / layout.cell;
  layout.rows = (layout.max.y - layout.min.y) / layout.cell;
  view.left = std::clamp(view.left, 0.0F, std::max(0.0F, cols - layout.cols));
  view.top = std::clamp(view.top, 0.0F, std::max(0.0F, rows - layout.rows));
}

std::optional<Cell> cell_at(const HeatMapSpec& spec, const HeatMapLayout& layout, const HeatMapView& view,
                            ImVec2 point) {
  if (!inside(point, layout.min, layout.max)) return std::nullopt;
  const auto row = static_cast<std::size_t>(view.top + (point.y - layout.min.y) / layout.cell);
  const auto col = static_cast<std::size_t>(view.left + (point.x - layout.min.x) / layout.cell);
  if (row >= row_units(spec) || col >= col_units(spec)) return std::nullopt;
  return Cell{row, col};
}

/// Zooms so that what is under the cursor stays there.
void turn_wheel(const HeatMapLayout& layout, float notches, HeatMapView& view) {
  const ImGuiIO& io = ImGui::GetIO();
  const ImVec2 offset(io.MousePos.x - layout.min.x, io.MousePos.y - layout.min.y);
  const float zoom = std::max(1.0F, view.zoom * std::pow(kWheelStep, notches));
  view.left += offset.x / layout.cell - offset.x / (layout.labels.cell * zoom);
  view.top += offset.y / layout.cell - offset.y / (layout.labels.cell * zoom);
  view.zoom = zoom;
}

/// Wheel, drag, double-click and click on the cells.
HeatMapResult interact(const HeatMapSpec& spec, HeatMapLayout& layout, HeatMapView& view) {
  const ImGuiIO& io = ImGui::GetIO();
  HeatMapResult result;
  ImGui::SetCursorScreenPos(layout.min);
  ImGui::InvisibleButton("cells", {layout.max.x - layout.min.x, layout.max.y - layout.min.y});
  const bool hovered = ImGui::IsItemHovered();
  if (const float notches = wheel_over_item(); notches != 0.0F) turn_wheel(layout, notches, view);
  if (hovered && ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left) && !spec.paints) view = {};
  const bool by_middle = hovered && spec.paints && ImGui::IsMouseDown(ImGuiMouseButton_Middle);
  const bool by_left = ImGui::IsItemActive() && !spec.paints && was_dragged();
  if ((by_left || by_middle) && view.zoom > 1.0F) {
    view.left -= io.MouseDelta.x / layout.cell;
    view.top -= io.MouseDelta.y / layout.cell;
    ImGui::SetMouseCursor(ImGuiMouseCursor_ResizeAll);
  }
  const bool released = ImGui::IsItemDeactivated() && hovered && !spec.paints && !was_dragged();
  const bool painting = ImGui::IsItemActive() && spec.paints;
  apply_view(spec, layout, view);
  if (hovered) result.hovered = cell_at(spec, layout, view, io.MousePos);
  if (released) result.clicked = result.hovered;
  if (painting) result.pressed = result.hovered;
  return result;
}

void paint_cells(const HeatMapSpec& spec, const HeatMapLayout& layout, const HeatMapView& view, ImDrawList& list) {
  const Theme& now = theme();
  if (spec.image == nullptr || spec.map == nullptr) return;
  const ImVec2 scale = ImGui::GetIO().DisplayFramebufferScale;
  spec.image->upload(*spec.values, spec.masked, spec.revision);
  const float block = static_cast<float>(spec.part.block);
  const gfx::HeatMapLook look{.left = (view.left - static_cast<float>(spec.part.first_col)) / block,
                              .top = (view.top - static_cast<float>(spec.part.first_row)) / block,
                              .cols = layout.cols / block,
                              .rows = layout.rows / block,
                              .width = static_cast<int>(std::lround((layout.max.x - layout.min.x) * scale.x)),
                              .height = static_cast<int>(std::lround((layout.max.y - layout.min.y) * scale.y)),
                              .map = spec.map,
                              .low = spec.low,
                              .high = spec.high,
                              .hatch_period = std::round(em(0.5F) * scale.x),
                              .background = to_rgb(now.panel),
                              .hatch = to_rgb(now.masked)};
  spec.image->render(look);
  spec.image->paint(list, layout.min, layout.max);
}

/// Numbers in the cells, once these are large enough to hold them.
void paint_numbers(const HeatMapSpec& spec, const HeatMapLayout& layout, const HeatMapView& view, ImDrawList& list) {
  const Face face = number_face();
  const int decimals = spec.high > 1.0F ? 1 : 2;
  if (spec.map == nullptr || spec.part.block > 1) return;
  if (layout.cell < text_width(face, spec.low < 0.0F ? "−00.0" : "0.00") + em(0.4F)) return;
  const std::size_t first_row = spec.part.first_row, first_col = spec.part.first_col;
  const auto last = [](float end, std::size_t size) {
    return std::min(size, static_cast<std::size_t>(std::ceil(end)));
  };
  const std::size_t row_end = last(view.top + layout.rows, first_row + spec.values->rows);
  const std::size_t col_end = last(view.left + layout.cols, first_col + spec.values->cols);
  for (auto row = std::max(first_row, static_cast<std::size_t>(view.top)); row < row_end; ++row)
    for (auto col = std::max(first_col, static_cast<std::size_t>(view.left)); col < col_end; ++col) {
      if (spec.masked != nullptr && (*spec.masked)[row * spec.values->cols + col]) continue;
      const float value = (*spec.values)(row - first_row, col - first_col);
      if (std::isnan(value)) continue;
      const std::string text = number(value, decimals);
      const gfx::Rgb ground = spec.map->at(value, spec.low, spec.high);
      const ImVec4 ink = readable_on(ImGui::ColorConvertU32ToFloat4(to_u32(ground)));
      const ImVec2 middle(layout.min.x + (static_cast<float>(col) + 0.5F - view.left) * layout.cell,
                          layout.min.y + (static_cast<float>(row) + 0.5F - view.top) * layout.cell);
      paint_text(list, face, {middle.x - 0.5F * text_width(face, text), middle.y - 0.5F * face.size}, colour_u32(ink),
                 text);
    }
}

struct Lines {
  ImVec2 min, max;
};
/// The rectangle of cells [row, row + rows) × [col, col + cols) on the screen.
Lines rectangle(const HeatMapLayout& layout, const HeatMapView& view, float row, float col, float rows, float cols) {
  const auto x = [&](float at) { return layout.min.x + std::floor((at - view.left) * layout.cell + 0.5F); };
  const auto y = [&](float at) { return layout.min.y + std::floor((at - view.top) * layout.cell + 0.5F); };
  return {{x(col), y(row)},
          {std::max(x(col + cols) + 1.0F, x(col) + 3.0F), std::max(y(row + rows) + 1.0F, y(row) + 3.0F)}};
}

/// A line around cells; dark or light seams at its sides keep it visible on cells of its own colour.
void outline(ImDrawList& list, const Lines& box, const ImVec4& colour, float opacity, float thickness) {
  const auto ring = [&](float away, ImU32 ink, float line) {
    paint_outline(list, {box.min.x - away, box.min.y - away}, {box.max.x + away, box.max.y + away}, ink, line);
  };
  const ImU32 seam = colour_u32(theme().panel, 0.8F * opacity);
  ring(thickness + 1.0F, seam, 1.0F);
  ring(thickness, colour_u32(colour, opacity), thickness);
  ring(0.0F, seam, 1.0F);
}

bool stands_before(const CellMark& one, const CellMark& other) {
  return one.cell.row != other.cell.row ? one.cell.row < other.cell.row : one.cell.col < other.cell.col;
}

/// Marks of one colour that touch are framed together: a mark draws the sides on which its neighbour is another.
struct FramedCell {
  const std::vector<CellMark>& marks;  // by row, then column
  const CellMark& mark;
  /// Is there such a mark so many rows and columns away?
  [[nodiscard]] bool goes_on(int rows, int cols) const {
    const Cell wanted{mark.cell.row + static_cast<std::size_t>(rows), mark.cell.col + static_cast<std::size_t>(cols)};
    const auto found = std::lower_bound(marks.begin(), marks.end(), CellMark{wanted}, stands_before);
    return found != marks.end() && found->cell == wanted && found->colour == mark.colour;
  }
};

void paint_frame(const FramedCell& cell, const Lines& box, float line, ImDrawList& list) {
  const bool up = cell.goes_on(-1, 0), down = cell.goes_on(1, 0), left = cell.goes_on(0, -1),
             right = cell.goes_on(0, 1);
  const ImVec2 outer_min{box.min.x + (left ? 0.0F : line), box.min.y + (up ? 0.0F : line)};
  const ImVec2 outer_max{box.max.x - (right ? 0.0F : line), box.max.y - (down ? 0.0F : line)};
  const auto fill = [&](float x0, float y0, float x1, float y1) {
    list.AddRectFilled({x0, y0}, {x1, y1}, cell.mark.colour);
  };
  if (!up) fill(outer_min.x, outer_min.y, outer_max.x, outer_min.y + line);
  if (!down) fill(outer_min.x, outer_max.y - line, outer_max.x, outer_max.y);
  if (!left) fill(outer_min.x, outer_min.y, outer_min.x + line, outer_max.y);
  if (!right) fill(outer_max.x - line, outer_min.y, outer_max.x, outer_max.y);
  const float corner = 2.0F * line;  // where the frame turns inwards
  if (up && left && !cell.goes_on(-1, -1)) fill(box.min.x, box.min.y, box.min.x + corner, box.min.y + corner);
  if (up && right && !cell.goes_on(-1, 1)) fill(box.max.x - corner, box.min.y, box.max.x, box.min.y + corner);
  if (down && left && !cell.goes_on(1, -1)) fill(box.min.x, box.max.y - corner, box.min.x + corner, box.max.y);
  if (down && right && !cell.goes_on(1, 1)) fill(box.max.x - corner, box.max.y - corner, box.max.x, box.max.y);
}

/// Frames inside the cells that something was done to by hand.
void paint_cell_marks(const HeatMapSpec& spec, const HeatMapLayout& layout, const HeatMapView& view, ImDrawList& list) {
  const float thick = std::round(stroke(0.11F, 2.0F));
  std::vector<CellMark> marks(spec.marks.begin(), spec.marks.end());
  std::sort(marks.begin(), marks.end(), stands_before);
  for (const CellMark& mark : marks) {
    const Lines box =
        rectangle(layout, view, static_cast<float>(mark.cell.row), static_cast<float>(mark.cell.col), 1.0F, 1.0F);
    if (box.max.x < layout.min.x || box.min.x > layout.max.x || box.max.y < layout.min.y || box.min.y > layout.max.y)
      continue;
    paint_frame({marks, mark}, box, std::min(thick, layout.cell * 0.25F), list);
  }
}

void paint_marks(const HeatMapSpec& spec, const HeatMapLayout& layout, const HeatMapView& view, std::size_t row,
                 std::size_t col, ImDrawList& list) {
  const Theme& now = theme();
  const float rows = static_cast<float>(row_units(spec)), cols = static_cast<float>(col_units(spec));
  const float thin = std::round(stroke(0.07F, 1.0F)), thick = std::round(stroke(0.125F, 2.0F));
  const auto in_row = [&](std::size_t at) { return rectangle(layout, view, static_cast<float>(at), 0.0F, 1.0F, cols); };
  const auto in_col = [&](std::size_t at) { return rectangle(layout, view, 0.0F, static_cast<float>(at), rows, 1.0F); };
  if (row < row_units(spec) && row != spec.selected_row) outline(list, in_row(row), now.text, 0.55F, thin);
  if (col < col_units(spec) && col != spec.selected_col) outline(list, in_col(col), now.text, 0.55F, thin);
  if (spec.selected_row < row_units(spec)) outline(list, in_row(spec.selected_row), now.query, 1.0F, thick);
  if (spec.selected_col >= col_units(spec)) return;
  outline(list, in_col(spec.selected_col), now.key, 0.55F, thin);
  if (spec.selected_row >= row_units(spec)) return;
  const Lines chosen =
      rectangle(layout, view, static_cast<float>(spec.selected_row), static_cast<float>(spec.selected_col), 1.0F, 1.0F);
  outline(list, chosen, now.key, 1.0F, thick);
}

/// The column beside the cells: as many rows as are visible, in the colours of the cells. Returns the row under the mouse.
std::optional<std::size_t> paint_beside(const HeatMapSpec& spec, const HeatMapLayout& layout, const HeatMapView& view,
                                        ImDrawList& list) {
  const ImVec2 min{layout.max.x + std::round(em(kBesideGap)), layout.min.y};
  const ImVec2 max{min.x + std::round(em(kBesideWidth)), layout.max.y};
  const Face face = number_face();
  const int decimals = spec.high > 1.0F ? 1 : 2;
  const bool numbers = layout.cell >= face.size + 2.0F;
  const auto last = std::min(spec.beside->size(), static_cast<std::size_t>(std::ceil(view.top + layout.rows)));
  list.PushClipRect(min, max, true);
  for (auto row = static_cast<std::size_t>(view.top); row < last && spec.map != nullptr; ++row) {
    const Lines box = rectangle(layout, view, static_cast<float>(row), 0.0F, 1.0F, 1.0F);
    const float value = (*spec.beside)[row];
    const gfx::Rgb ground = spec.map->at(value, spec.low, spec.high);
    list.AddRectFilled({min.x, box.min.y}, {max.x, box.max.y - 1.0F}, to_u32(ground));
    if (!numbers) continue;
    const std::string text = number(value, decimals);
    const ImVec4 ink = readable_on(ImGui::ColorConvertU32ToFloat4(to_u32(ground)));
    paint_text(list, face,
               {0.5F * (min.x + max.x - text_width(face, text)), 0.5F * (box.min.y + box.max.y - 1.0F - face.size)},
               colour_u32(ink), text);
  }
  if (spec.selected_row < spec.beside->size()) {
    const Lines box = rectangle(layout, view, static_cast<float>(spec.selected_row), 0.0F, 1.0F, 1.0F);
    paint_outline(list, {min.x, box.min.y}, {max.x, box.max.y}, colour_u32(theme().query),
                  std::round(stroke(0.125F, 2.0F)));
  }
  list.PopClipRect();
  if (spec.beside_label != nullptr)
    paint_column_labels(list, {spec.beside_label, min, max, max.x - min.x, 0.0F, kNone, kNone}, layout.labels,
                        max.x + layout.labels.right);
  probe(std::string(spec.id) + ".beside", min, max);
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  if (!inside(mouse, min, max) || !ImGui::IsWindowHovered()) return std::nullopt;
  const auto row = static_cast<std::size_t>(view.top + (mouse.y - min.y) / layout.cell);
  return row < spec.beside->size() ? std::optional(row) : std::nullopt;
}

/// In the corner that no label uses, while something is out of sight.
void show_all_button(const HeatMapSpec& spec, const HeatMapLayout& layout, ImVec2 at, HeatMapView& view) {
  if (view.shows_all()) return;
  const float side = std::round(em(1.2F)), away = em(0.2F);
  const ImVec2 min(std::max(at.x, layout.min.x - away - side), std::max(at.y, layout.min.y - away - side));
  ImGui::SetCursorScreenPos(min);
  if (corners_button("all", side)) view = {};
  probe(std::string(spec.id) + ".all", min, {min.x + side, min.y + side});
  if (!ImGui::IsItemHovered()) return;
  const ScopedTooltip tooltip;
  ImGui::TextUnformatted(tr("widgets.show_all"));
}

}  // namespace

ImVec2 heat_map_cells(const Axis& rows, const Axis& cols, ImVec2 size) {
  const float cell = axis_room({&rows, rows.size()}, {&cols, cols.size()}, size).cell;
  return {cell * static_cast<float>(cols.size()), cell * static_cast<float>(rows.size())};
}

HeatMapResult heat_map(const HeatMapSpec& spec, HeatMapView& view) {
  const ScopedId id(spec.id);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  ImDrawList& list = *ImGui::GetWindowDrawList();
  if (spec.values == nullptr || spec.values->empty() || spec.size.x < 2.0F || spec.size.y < 2.0F) {
    ImGui::Dummy(spec.size);
    return {};
  }
  HeatMapLayout layout = measure(spec, at);
  apply_view(spec, layout, view);
  show_all_button(spec, layout, at, view);
  HeatMapResult result = interact(spec, layout, view);
  result.cells_min = layout.min;
  result.cells_max = layout.max;
  result.cell = layout.cell;
  result.cols = layout.cols;
  result.rows = layout.rows;
  const std::size_t row = result.hovered ? result.hovered->row : spec.linked_row;
  const std::size_t col = result.hovered ? result.hovered->col : spec.linked_col;

  paint_cells(spec, layout, view, list);
  list.PushClipRect(layout.min, layout.max, true);
  paint_cell_marks(spec, layout, view, list);
  paint_numbers(spec, layout, view, list);
  list.PopClipRect();
  list.PushClipRect({layout.min.x - outline_room(), layout.min.y - outline_room()},
                    {layout.max.x + outline_room(), layout.max.y + outline_room()}, true);
  paint_marks(spec, layout, view, row, col, list);
  list.PopClipRect();
  if (has_beside(spec)) result.beside = paint_beside(spec, layout, view, list);
  if (spec.rows != nullptr)
    paint_row_labels(list, {spec.rows, layout.min, layout.max, layout.cell, view.top, spec.selected_row, row}, at.x);
  if (spec.cols != nullptr)
    paint_column_labels(list, {spec.cols, layout.min, layout.max, layout.cell, view.left, spec.selected_col, col},
                        layout.labels, at.x + spec.size.x);

  probe(std::string(spec.id) + ".cells", layout.min, layout.max, {view.left, view.top, layout.cols, layout.rows});
  ImGui::SetCursorScreenPos(at);
  ImGui::Dummy(spec.size);
  return result;
}

}  // namespace regard
