// SPDX-License-Identifier: Apache-2.0
// Where the pictures of a step stand, and how each is drawn.
#include "app/viewmodel/steps_pictures.h"

#include "app/panels/common/images.h"
#include "app/panels/common/parts.h"
#include "app/panels/steps/steps_parts.h"
#include "app/session/action_kinds.h"
#include "app/session/look.h"
#include "app/session/preferences.h"
#include "app/style/fonts.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/viewmodel/all_views.h"
#include "app/widgets/legend.h"
#include "app/widgets/matrix_picture.h"
#include "app/widgets/probe.h"

#include <imgui.h>
#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

namespace regard {
namespace {

constexpr float kLeastWidth = 9.5F, kLeastHeight = 8.0F,
                kLeastGrid = 13.0F;                         ///< ems of a picture, so that all are shown
constexpr float kAloneWidth = 17.0F, kAloneHeight = 13.0F;  ///< where not all are
constexpr float kGridShare = 2.0F;                          ///< height of a band of grids beside one of rows
constexpr float kWithLegend = 13.0F;  ///< ems of height from which on a picture has its colours explained
constexpr float kLeastRoom = 10.0F;   ///< ems of height; lower panels scroll
constexpr float kSpace = 0.9F;        ///< ems between pictures

/// A picture's place; none: the bars of the norms.
struct StepSlot {
  const StepPicture* picture = nullptr;
  std::size_t index = 0;
  std::size_t band = 0;
  ImVec2 min{}, size{};
  bool named = true;  ///< its rows: the first picture of a line names them for those beside it
};

std::vector<StepSlot> slots_of(const StepsFrame& frame) {
  std::vector<StepSlot> slots;
  for (const StepPicture& picture : frame.state.made.pictures)
    slots.push_back({&picture, slots.size(), picture.band});
  if (frame.step == count_of_steps) slots.push_back({nullptr, slots.size(), 0});
  return slots;
}

std::size_t band_count(const std::vector<StepSlot>& slots) {
  std::size_t bands = 1;
  for (const StepSlot& slot : slots)
    bands = std::max(bands, slot.band + 1);
  return bands;
}

bool is_grid(const StepSlot& slot) {
  return slot.picture != nullptr && slot.picture->cols == StepCols::keys;
}

/// Do rows at the same height stand for the same tokens?
bool share_rows(const StepSlot& one, const StepSlot& other, bool crosses) {
  if (one.picture == nullptr || other.picture == nullptr || is_grid(one) || is_grid(other)) return false;
  const StepRows first = one.picture->rows, second = other.picture->rows;
  const auto of_tokens = [](StepRows rows) { return rows == StepRows::queries || rows == StepRows::keys; };
  return first == second || (!crosses && of_tokens(first) && of_tokens(second));
}

/// Of neighbours in a line with the same rows only the first names them.
void name_rows(std::vector<StepSlot>& slots, bool crosses) {
  for (StepSlot& slot : slots) {
    const StepSlot* neighbour = nullptr;
    for (const StepSlot& other : slots)
      if (other.size.x > 0.0F && other.min.y == slot.min.y && other.min.x < slot.min.x &&
          (neighbour == nullptr || other.min.x > neighbour->min.x))
        neighbour = &other;
    slot.named = neighbour == nullptr || !share_rows(*neighbour, slot, crosses);
  }
}

struct StepBand {
  std::vector<StepSlot*> slots{};
  float share = 1.0F, least = kLeastHeight;
};

/// Every picture in its band. False where one of them would be too small.
bool place_bands(std::vector<StepSlot>& slots, ImVec2 at, ImVec2 room) {
  std::vector<StepBand> bands(band_count(slots));
  for (StepSlot& slot : slots) {
    bands[slot.band].slots.push_back(&slot);
    if (is_grid(slot)) bands[slot.band].share = kGridShare, bands[slot.band].least = kLeastGrid;
  }
  const float space = em(kSpace);
  float shares = 0.0F;
  for (const StepBand& band : bands)
    shares += band.share;
  const float height = room.y - space * (static_cast<float>(bands.size()) - 1.0F);
  float top = at.y;
  for (const StepBand& band : bands) {
    const auto count = static_cast<float>(band.slots.size());
    const float width = std::floor((room.x - space * (count - 1.0F)) / count);
    const float own = std::floor(height * band.share / shares);
    if (width < em(kLeastWidth) || own < em(band.least)) return false;
    float left = at.x;
    for (StepSlot* slot : band.slots) {
      slot->min = {left, top};
      slot->size = {width, own};
      left += width + space;
    }
    top += own + space;
  }
  return true;
}

/// As many as fit beside and below each other, the newest last.
void place_some(const PanelContext& context, std::vector<StepSlot>& slots, StepsPace& pace, ImVec2 at, ImVec2 room) {
  const float space = em(kSpace);
  const auto fits = [space](float length, float least) {
    return static_cast<std::size_t>(std::max(1.0F, std::floor((length + space) / (em(least) + space))));
  };
  const std::size_t columns = std::min(fits(room.x, kAloneWidth), slots.size());
  const std::size_t most = columns * fits(room.y, kAloneHeight);
  pace.room = std::min(most, slots.size());
  begin_pictures(context, pace);
  const std::size_t newest = std::min(pace.last, slots.size() - 1);
  const std::size_t first = newest + 1 > pace.room ? newest + 1 - pace.room : 0;
  const std::size_t rows = (pace.room + columns - 1) / columns;
  const ImVec2 size{std::floor((room.x - space * static_cast<float>(columns - 1)) / static_cast<float>(columns)),
                    std::floor((room.y - space * static_cast<float>(rows - 1)) / static_cast<float>(rows))};
  for (StepSlot& slot : slots) {
    slot.size = {};
    if (slot.index < first || slot.index >= first + pace.room) continue;
    const std::size_t place = slot.index - first;
    slot.min = {at.x + static_cast<float>(place % columns) * (size.x + space),
                at.y + static_cast<float>(place / columns) * (size.y + space)};
    slot.size = size;
  }
}

std::size_t row_in(Range window, std::size_t token) {
  return window.contains(token) ? token - window.begin : kNone;
}
std::size_t linked_in(Range window, const std::optional<std::size_t>& token) {
  return token ? row_in(window, *token) : kNone;
}

const gfx::ColourMap& colours_of(const StepsFrame& frame, const StepPicture& picture) {
  const ThemeChoice theme = frame.context.preferences.theme;
  return picture.weights ? gfx::colour_map(frame.context.look().weight_map, theme)
                         : gfx::colour_map(frame.context.look().score_map, theme);
}

gfx::HeatMapImage* image_of(const StepsFrame& frame, const std::string& id) {
  return frame.context.images != nullptr ? &frame.context.images->maps[id] : nullptr;
}

std::vector<MatrixPiece> pieces_of(const StepsFrame& frame, const StepPicture& picture) {
  std::vector<MatrixPiece> pieces;
  if (picture.parted == nullptr) {
    if (picture.lit.size() > 0) pieces.push_back({picture.lit, {}, true});
    return pieces;
  }
  const std::size_t count = picture.parted->pieces.size(), group = frame.view.shown_heads / count;
  for (std::size_t head = 0; head < count; ++head) {
    MatrixPiece piece{picture.parted->pieces[head], head_span(frame.view.shown_heads, count, head), false};
    piece.lit = piece.columns == picture.lit;
    if (group > 1) {
      const std::vector<Range>& queries = frame.view.parted_queries.pieces;
      piece.bracket = {queries[head * group].begin, queries[head * group + group - 1].end};
    }
    pieces.push_back(std::move(piece));
  }
  return pieces;
}

/// What the mouse points at is known to the other panels; a click chooses it.
void link_rows(const StepsFrame& frame, const StepPicture& picture, const MatrixPictureResult& result) {
  PanelContext& context = frame.context;
  const bool queries = picture.rows == StepRows::queries, keys = picture.rows == StepRows::keys;
  if (result.hovered) {
    if (queries) context.next_hover.query = result.hovered->row + frame.view.numbers.queries.begin;
    if (keys) context.next_hover.key = result.hovered->row + frame.view.numbers.keys.begin;
    tell_step_cell(frame, picture, *result.hovered);
  }
  if (!result.clicked) return;
  if (queries) context.act(SelectQuery{result.clicked->row + frame.view.numbers.queries.begin});
  if (keys) context.act(SelectKey{result.clicked->row + frame.view.numbers.keys.begin});
  const bool of_head = picture.rows == StepRows::contributions && frame.view.shown_heads == frame.view.heads;
  if (of_head && result.clicked->row < frame.view.heads)
    context.act(SelectHead{{frame.view.of.head.layer, result.clicked->row}});
  if (picture.parted == nullptr || frame.view.shown_heads != frame.view.heads) return;
  const PartedColumn column = head_column(*picture.parted, result.clicked->col);
  const std::size_t group = frame.view.heads / picture.parted->pieces.size();
  if (column.exists) context.act(SelectHead{{frame.view.of.head.layer, column.head * group}});
}

const Axis& names_of(const StepsState& state, StepRows rows) {
  switch (rows) {
    case StepRows::keys:
      return state.keys;
    case StepRows::contributions:
      return state.made.contributions;
    case StepRows::movers:
      return state.made.movers;
    case StepRows::queries:
      break;
  }
  return state.queries;
}

void draw_rows(const StepsFrame& frame, const StepPicture& picture, ImVec2 size, bool with_names) {
  const PanelContext& context = frame.context;
  const std::string id = std::string("steps.") + picture.id;
  const std::vector<MatrixPiece> pieces = pieces_of(frame, picture);
  MatrixPictureSpec spec;
  spec.id = id;
  spec.size = size;
  spec.values = picture.values;
  const bool of_token = picture.rows == StepRows::contributions || picture.rows == StepRows::movers;
  spec.revision = of_token ? frame.state.token_revision : frame.state.view_revision;
  spec.rows = with_names ? &names_of(frame.state, picture.rows) : nullptr;
  spec.map = &colours_of(frame, picture);
  spec.low = picture.low();
  spec.high = picture.limit;
  spec.pieces = pieces;
  spec.numbered = has_numbered_columns(frame.state);
  spec.image = image_of(frame, id);
  spec.lit_row = lit_row_of(frame.view, picture, context.views.query, context.views.key).value_or(kNone);
  if (picture.rows == StepRows::queries) spec.linked_row = linked_in(frame.view.numbers.queries, context.hover.query);
  if (picture.rows == StepRows::keys) spec.linked_row = linked_in(frame.view.numbers.keys, context.hover.key);
  spec.key_rows = picture.rows == StepRows::keys && frame.view.crosses;
  link_rows(frame, picture, matrix_picture(spec));
}

void draw_grid_of(const StepsFrame& frame, const StepPicture& picture, ImVec2 size) {
  PanelContext& context = frame.context;
  const std::string id = std::string("steps.") + picture.id;
  const Range queries = frame.view.numbers.queries, keys = frame.view.numbers.keys;
  HeatMapSpec spec;
  spec.id = id;
  spec.size = size;
  spec.values = picture.values;
  spec.masked = picture.masked;
  spec.revision = frame.state.view_revision;
  spec.rows = &frame.state.queries;
  spec.cols = &frame.state.keys;
  spec.map = &colours_of(frame, picture);
  spec.low = picture.low();
  spec.high = picture.limit;
  spec.selected_row = row_in(queries, context.views.query);
  spec.selected_col = row_in(keys, context.views.key);
  spec.linked_row = linked_in(queries, context.hover.query);
  spec.linked_col = linked_in(keys, context.hover.key);
  spec.image = image_of(frame, id);
  const HeatMapResult result = heat_map(spec, frame.state.grids);
  if (result.hovered) {
    context.next_hover.query = result.hovered->row + queries.begin;
    context.next_hover.key = result.hovered->col + keys.begin;
    tell_step_cell(frame, picture, *result.hovered);
  }
  if (!result.clicked) return;
  context.act(SelectQuery{result.clicked->row + queries.begin});
  context.act(SelectKey{result.clicked->col + keys.begin});
}

/// "Q  14 × 128" and, below it or in a low panel behind it, what that is.
void draw_caption(const StepPicture& picture, float width) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {ImGui::GetStyle().ItemSpacing.x, em(kCaptionSpacing)});
  {
    const ScopedFont font(fonts().mono);
    coloured(theme().text, fitted(picture.symbol, width));
  }
  const ScopedFont font(fonts().small);
  const std::string shape = picture.shape();
  ImGui::SameLine(0.0F, em(0.7F));
  const auto left = [&] { return at.x + width - ImGui::GetCursorScreenPos().x; };
  const bool fits = left() > ImGui::CalcTextSize(shape.c_str()).x;
  if (fits) coloured(theme().text_muted, shape);
  if (is_low_panel() && fits)
    ImGui::SameLine(0.0F, em(0.7F));
  else if (!fits)
    ImGui::NewLine();
  coloured(theme().text_muted, fitted(tr(picture.about), std::max(0.0F, left())));
  hint(picture.beyond > 0 ? tr("steps.beyond", {{"about", std::string(tr(picture.about))}, {"count", picture.beyond}})
                          : std::string(tr(picture.about)));
  ImGui::PopStyleVar();
}

void draw_legend_of(const StepsFrame& frame, const StepPicture& picture, float width) {
  const std::string id = std::string("legend.steps.") + picture.id;
  LegendSpec spec;
  spec.id = id;
  spec.width = std::min(width, em(12.0F));
  spec.map = &colours_of(frame, picture);
  spec.low = picture.low();
  spec.high = picture.limit;
  legend(spec);
}

void draw_slot(const StepsFrame& frame, const StepSlot& slot, float presence) {
  const ImVec2 max{slot.min.x + slot.size.x, slot.min.y + slot.size.y};
  ImGui::SetCursorScreenPos(slot.min);
  ImGui::BeginGroup();
  if (slot.picture == nullptr) {
    draw_step_norms(frame, slot.size);
  } else {
    const StepPicture& picture = *slot.picture;
    draw_caption(picture, slot.size.x);
    const bool with_legend = slot.size.y >= em(kWithLegend);
    const float below = with_legend ? legend_height() + ImGui::GetStyle().ItemSpacing.y : 0.0F;
    const ImVec2 size{slot.size.x, max.y - ImGui::GetCursorScreenPos().y - below};
    if (is_grid(slot))
      draw_grid_of(frame, picture, size);
    else
      draw_rows(frame, picture, size, slot.named);
    if (with_legend) {
      ImGui::SetCursorScreenPos({slot.min.x, max.y - legend_height()});
      draw_legend_of(frame, picture, slot.size.x);
    }
  }
  ImGui::EndGroup();
  if (presence < 1.0F)
    ImGui::GetWindowDrawList()->AddRectFilled({slot.min.x - em(0.3F), slot.min.y}, {max.x + em(0.3F), max.y},
                                              colour_u32(theme().panel, 1.0F - presence));
}

}  // namespace

bool has_numbered_columns(const StepsState& state) {
  const std::vector<StepPicture>& pictures = state.made.pictures;
  return std::any_of(pictures.begin(), pictures.end(),
                     [](const StepPicture& picture) { return picture.parted != nullptr; });
}

void draw_steps_pictures(const StepsFrame& frame) {
  std::vector<StepSlot> slots = slots_of(frame);
  StepsPace& pace = frame.state.pace;
  pace.count = slots.size();
  const ImVec2 at = ImGui::GetCursorScreenPos(), left = ImGui::GetContentRegionAvail();
  const ImVec2 room{std::floor(std::max(left.x, em())), std::floor(std::max(left.y, em(kLeastRoom)))};
  if (place_bands(slots, at, room))
    pace.room = slots.size();
  else
    place_some(frame.context, slots, pace, at, room);
  begin_pictures(frame.context, pace);
  name_rows(slots, frame.view.crosses);
  for (const StepSlot& slot : slots) {
    const float presence = step_presence(frame.context, frame.state, slot.index);
    if (presence > 0.0F && slot.size.x > 0.0F) draw_slot(frame, slot, presence);
  }
  ImGui::SetCursorScreenPos(at);
  ImGui::Dummy(room);
}

}  // namespace regard
