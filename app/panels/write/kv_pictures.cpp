// SPDX-License-Identifier: Apache-2.0
#include "app/panels/write/kv_pictures.h"

#include "app/panels/common/parts.h"
#include "app/style/fonts.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/widgets/probe.h"

#include <imgui.h>
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>

namespace regard {
namespace {

constexpr float kDim = 0.36F;  ///< how much of its colour a row that was taken over keeps

ImVec4 dim(const ImVec4& colour) {
  return mix(theme().panel, colour, kDim);
}
ImVec4 faint(const ImVec4& colour) {
  return mix(theme().panel, colour, kDim * 0.35F);
}

/// A picture of `cols` × `rows` cells with numbers at the left of some rows.
struct Frame {
  ImVec2 min{};
  ImVec2 size{};
  std::size_t cols = 1, rows = 1;
  [[nodiscard]] float x(std::size_t col) const {
    return min.x + std::round(size.x * static_cast<float>(col) / static_cast<float>(cols));
  }
  [[nodiscard]] float y(std::size_t row) const {
    return min.y + std::round(size.y * static_cast<float>(row) / static_cast<float>(rows));
  }
  [[nodiscard]] float step() const { return size.y / static_cast<float>(rows); }
};

/// Numbers of the rows, every n-th where they would touch; then the room that is left is the picture.
Frame begin_picture(const char* id, std::size_t cols, std::size_t rows, float height) {
  const ScopedFont font(fonts().small);
  const float label = ImGui::CalcTextSize(std::to_string(rows > 0 ? rows - 1 : 0).c_str()).x + em(0.5F);
  const ImVec2 start = ImGui::GetCursorScreenPos();
  Frame frame{
      {start.x + label, start.y}, {std::max(em(4.0F), ImGui::GetContentRegionAvail().x - label), height}, cols, rows};
  ImGui::InvisibleButton(id, {ImGui::GetContentRegionAvail().x, height});
  probe(id, frame.min, {frame.min.x + frame.size.x, frame.min.y + height});
  const auto every = std::max<std::size_t>(1, static_cast<std::size_t>(std::ceil(ImGui::GetFontSize() / frame.step())));
  ImDrawList& list = *ImGui::GetWindowDrawList();
  for (std::size_t row = 0; row < rows; row += every) {
    const std::string text = std::to_string(row);
    const float middle = frame.y(row) + (frame.step() - ImGui::GetFontSize()) * 0.5F;
    const float top = std::clamp(middle, start.y, std::max(start.y, start.y + height - ImGui::GetFontSize()));
    list.AddText({start.x + label - em(0.35F) - ImGui::CalcTextSize(text.c_str()).x, top},
                 colour_u32(theme().text_muted), text.c_str());
  }
  return frame;
}

std::optional<std::pair<std::size_t, std::size_t>> hovered_cell(const Frame& frame) {
  if (!ImGui::IsItemHovered()) return std::nullopt;
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  const float col = (mouse.x - frame.min.x) / frame.size.x * static_cast<float>(frame.cols);
  const float row = (mouse.y - frame.min.y) / frame.step();
  if (col < 0.0F || row < 0.0F) return std::nullopt;
  return std::pair{std::min(static_cast<std::size_t>(col), frame.cols - 1),
                   std::min(static_cast<std::size_t>(row), frame.rows - 1)};
}

void tell(const std::string& text) {
  const ScopedTooltip tooltip;
  const ScopedFont font(fonts().small);
  coloured(theme().text, text);
}

/// A coloured square and what it stands for, on the current line.
void legend_entry(const ImVec4& first, const ImVec4& second, const std::string& text, bool same_line) {
  const ScopedFont font(fonts().small);
  const float side = em(0.75F);
  const float width = side + em(0.4F) + ImGui::CalcTextSize(text.c_str()).x;
  if (same_line) {
    ImGui::SameLine(0.0F, em(1.2F));
    if (ImGui::GetContentRegionAvail().x < width) ImGui::NewLine();
  }
  const ImVec2 at = ImGui::GetCursorScreenPos();
  ImGui::Dummy({width, ImGui::GetTextLineHeight()});
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const float top = at.y + (ImGui::GetTextLineHeight() - side) * 0.5F;
  list.AddRectFilled({at.x, top}, {at.x + side, top + side * 0.5F}, colour_u32(first));
  list.AddRectFilled({at.x, top + side * 0.5F}, {at.x + side, top + side}, colour_u32(second));
  list.AddText({at.x + side + em(0.4F), at.y}, colour_u32(theme().text_muted), text.c_str());
}

/// [from, to) of one row, in one colour.
void run_of_cells(const Frame& frame, std::size_t from, std::size_t to, float top, float bottom, const ImVec4& colour) {
  if (from >= to) return;
  ImGui::GetWindowDrawList()->AddRectFilled({frame.x(from), top}, {frame.x(to), bottom}, colour_u32(colour));
}

void draw_layer(const Frame& frame, const KvCacheView& view, std::size_t layer) {
  const CacheStep& step = view.last;
  const float gap = frame.step() >= 6.0F ? 1.0F : 0.0F;
  const float top = frame.y(layer);
  const float bottom = frame.y(layer + 1) - gap;
  const float middle = std::round((top + bottom) * 0.5F);
  const Range lost = view.forgotten(layer);
  const auto row = [&](float from, float to, const ImVec4& colour) {
    run_of_cells(frame, lost.begin, lost.end, from, to, faint(colour));
    for (const Range& kept : {Range{0, lost.begin}, Range{lost.end, step.tokens}}) {
      run_of_cells(frame, kept.begin, std::min(kept.end, step.reused), from, to, dim(colour));
      run_of_cells(frame, std::max(kept.begin, step.reused), kept.end, from, to, colour);
    }
  };
  row(top, middle, theme().key);
  row(middle, bottom, theme().value);
}

/// A layer without softmax has no rows of tokens: its state is one piece.
void draw_state(const Frame& frame, std::size_t layer) {
  const float gap = frame.step() >= 6.0F ? 1.0F : 0.0F;
  run_of_cells(frame, 0, frame.cols, frame.y(layer), frame.y(layer + 1) - gap, dim(theme().accent));
}

/// Lines between tokens where there is room for them.
void draw_columns(const Frame& frame) {
  if (frame.size.x / static_cast<float>(frame.cols) < 6.0F) return;
  ImDrawList& list = *ImGui::GetWindowDrawList();
  for (std::size_t col = 1; col < frame.cols; ++col)
    list.AddLine({frame.x(col), frame.min.y}, {frame.x(col), frame.min.y + frame.size.y}, colour_u32(theme().panel));
}

const char* what_happened(const KvCacheView& view, std::size_t layer, std::size_t token) {
  if (token >= view.last.reused) return "kv_cache.computed_row";
  return view.forgotten(layer).contains(token) ? "kv_cache.forgotten_row" : "kv_cache.reused_row";
}

const char* why_key(CacheStep::Why why) {
  switch (why) {
    case CacheStep::Why::prompt:
      return "kv_cache.why_prompt";
    case CacheStep::Why::token:
      return "kv_cache.why_token";
    case CacheStep::Why::text:
      break;
  }
  return "kv_cache.why_text";
}

std::string step_text(const KvCacheView& view, std::size_t index) {
  const CacheStep& step = view.steps[index];
  std::string text = tr(why_key(step.why), {{"number", index}}) + "\n" +
                     tr("kv_cache.step", {{"reused", step.reused},
                                          {"computed", step.computed()},
                                          {"ms", number(static_cast<float>(step.milliseconds), 1)}});
  if (step.dropped > 0) text += "\n" + tr_plural("kv_cache.dropped", step.dropped);
  return text;
}

}  // namespace

void draw_cache_rows(PanelContext& context, const KvCacheView& view) {
  const float wanted = em(1.15F) * static_cast<float>(view.layers);
  const Frame frame = begin_picture("kv_cache.rows", std::max<std::size_t>(view.last.tokens, 1), view.layers,
                                    std::clamp(wanted, em(3.0F), em(10.0F)));
  for (std::size_t layer = 0; layer < view.layers; ++layer)
    if (view.states[layer] == 0 && !view.keys_of[layer]) draw_layer(frame, view, layer);
  draw_columns(frame);
  for (std::size_t layer = 0; layer < view.layers; ++layer)
    if (view.states[layer] > 0) draw_state(frame, layer);
  if (const auto cell = hovered_cell(frame)) {
    const auto [token, layer] = *cell;
    context.next_hover.key = token;
    const std::string label = token < view.labels.size() ? view.labels[token] : "";
    if (view.states[layer] > 0)
      tell(tr("kv_cache.state_row", {{"layer", layer}, {"count", view.states[layer]}}));
    else if (const auto& from = view.keys_of[layer])
      tell(tr("kv_cache.shared_row", {{"layer", layer}, {"from", *from}}));
    else
      tell(tr("kv_cache.row", {{"layer", layer}, {"token", label}}) + "\n" + tr(what_happened(view, layer, token)));
  }
  const CacheStep& step = view.last;
  legend_entry(theme().key, theme().value, tr_plural("kv_cache.computed", step.computed()), false);
  legend_entry(dim(theme().key), dim(theme().value), tr_plural("kv_cache.reused", step.reused), true);
  if (!view.windows.empty()) legend_entry(faint(theme().key), faint(theme().value), tr("kv_cache.forgotten"), true);
  if (view.state_numbers > 0) legend_entry(dim(theme().accent), dim(theme().accent), tr("kv_cache.state"), true);
}

void draw_cache_steps(const KvCacheView& view) {
  const float wanted = em(0.5F) * static_cast<float>(view.steps.size());
  const Frame frame = begin_picture("kv_cache.history", std::max<std::size_t>(view.widest_step, 1), view.steps.size(),
                                    std::clamp(wanted, em(3.0F), em(10.0F)));
  for (std::size_t index = 0; index < view.steps.size(); ++index) {
    const CacheStep& step = view.steps[index];
    const float top = frame.y(index);
    const float bottom = std::max(top + 1.0F, frame.y(index + 1) - (frame.step() >= 5.0F ? 1.0F : 0.0F));
    run_of_cells(frame, 0, step.reused, top, bottom, dim(theme().accent));
    run_of_cells(frame, step.reused, step.tokens, top, bottom, theme().accent);
  }
  if (const auto cell = hovered_cell(frame)) tell(step_text(view, cell->second));
}

}  // namespace regard
