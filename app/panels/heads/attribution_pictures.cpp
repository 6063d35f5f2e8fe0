// SPDX-License-Identifier: Apache-2.0
#include "app/base/head_place.h"
#include "app/panels/common/parts.h"
#include "app/panels/frame/heads.h"
#include "app/panels/heads/attribution_parts.h"
#include "app/style/fonts.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/viewmodel/snapshot.h"
#include "app/viewmodel/views.h"
#include "app/widgets/changes.h"
#include "app/widgets/probe.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <utility>

namespace regard {
namespace {

/// The chart's frame: what values mean in pixels.
struct DepthPlot {
  ImVec2 min{}, max{};
  double low = 0.0, high = 1.0;
  float slot = 1.0F;
  [[nodiscard]] float y(double value) const {
    return max.y - static_cast<float>((value - low) / (high - low)) * (max.y - min.y);
  }
  [[nodiscard]] float x(std::size_t layer) const { return min.x + slot * static_cast<float>(layer); }
};

/// What the blocks of a layer wrote.
struct DepthColumn {
  double attention = 0.0, cross = 0.0, feed_forward = 0.0;
};

DepthColumn depth_column(const LayerAttribution& layer) {
  return {layer.self_attention() + layer.attention_bias, layer.cross_attention(), layer.feed_forward};
}

DepthPlot depth_plot(const AttributionView& view, ImVec2 min, ImVec2 max) {
  DepthPlot plot{min, max, 0.0, 1e-9};
  for (const LayerAttribution& layer : view.numbers.layers) {
    const DepthColumn column = depth_column(layer);
    plot.low = std::min({plot.low, column.attention, column.cross, column.feed_forward});
    plot.high = std::max({plot.high, column.attention, column.cross, column.feed_forward});
  }
  for (const double logit : view.running) {
    plot.low = std::min(plot.low, logit);
    plot.high = std::max(plot.high, logit);
  }
  plot.slot = (max.x - min.x) / static_cast<float>(view.numbers.layers.size());
  return plot;
}

void paint_depth_scale(ImDrawList& list, const DepthPlot& plot) {
  const Face face = number_face();
  for (const double value : {plot.low, 0.0, plot.high}) {
    if (value != 0.0 && std::abs(plot.y(value) - plot.y(0.0)) < 1.2F * face.size) continue;
    const std::string text = number(static_cast<float>(value), 1);
    paint_text(list, face, {plot.min.x - em(0.3F) - text_width(face, text), plot.y(value) - 0.5F * face.size},
               colour_u32(theme().text_muted), text);
  }
  list.AddLine({plot.min.x, plot.y(0.0)}, {plot.max.x, plot.y(0.0)}, colour_u32(theme().grid), theme().stroke);
}

void paint_depth_columns(ImDrawList& list, const DepthPlot& plot, const AttributionView& view, std::size_t hovered) {
  const bool crosses = !view.numbers.layers.front().cross_heads.empty();
  const float count = crosses ? 3.0F : 2.0F, width = std::max(1.0F, std::floor(0.72F * plot.slot / count));
  const Face face = small_face();
  const auto every = static_cast<std::size_t>(std::max(1.0F, std::ceil(em(1.6F) / plot.slot)));
  for (std::size_t layer = 0; layer < view.numbers.layers.size(); ++layer) {
    const DepthColumn column = depth_column(view.numbers.layers[layer]);
    std::vector<std::pair<double, ImVec4>> bars{{column.attention, theme().query}};
    if (crosses) bars.emplace_back(column.cross, theme().key);
    bars.emplace_back(column.feed_forward, theme().value);
    float x = plot.x(layer) + 0.5F * (plot.slot - count * width);
    for (const auto& [value, colour] : bars) {
      const float end = plot.y(value), zero = plot.y(0.0);
      list.AddRectFilled({x, std::min(end, zero)},
                         {x + width - 1.0F, std::max({end, zero, std::min(end, zero) + 1.0F})},
                         colour_u32(colour, layer == hovered ? 1.0F : 0.85F));
      x += width;
    }
    if (layer % every != 0) continue;
    const std::string text = std::to_string(layer);
    paint_text(list, face, {plot.x(layer) + 0.5F * (plot.slot - text_width(face, text)), plot.max.y + em(0.15F)},
               colour_u32(layer == hovered ? theme().text : theme().text_muted), text);
  }
}

void paint_running(ImDrawList& list, const DepthPlot& plot, const AttributionView& view) {
  std::vector<ImVec2> points;
  for (std::size_t place = 0; place < view.running.size(); ++place)  // between the layers, as they leave it
    points.emplace_back(plot.min.x + plot.slot * static_cast<float>(place), plot.y(view.running[place]));
  list.AddPolyline(points.data(), static_cast<int>(points.size()), colour_u32(theme().text, 0.75F), 0,
                   stroke(0.12F, 1.5F));
}

void depth_legend_entry(const ImVec4& colour, const char* text, bool line) {
  const ScopedFont font(fonts().small);
  const float height = ImGui::GetTextLineHeight(), width = em(0.9F);
  if (ImGui::GetContentRegionAvail().x < width + em(0.9F) + ImGui::CalcTextSize(text).x) ImGui::NewLine();
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float half = line ? stroke(0.06F, 1.0F) : 0.3F * height;
  ImGui::GetWindowDrawList()->AddRectFilled({at.x, at.y + 0.5F * height - half},
                                            {at.x + width, at.y + 0.5F * height + half}, colour_u32(colour));
  ImGui::Dummy({width, height});
  ImGui::SameLine(0.0F, em(0.3F));
  coloured(theme().text_muted, text);
  ImGui::SameLine(0.0F, em(0.9F));
}

void tell_layer(const AttributionView& view, std::size_t layer) {
  const ScopedTooltip tooltip;
  coloured(theme().text, tr("attribution.layer", {{"layer", layer}}));
  const ScopedFont font(fonts().small);
  const DepthColumn column = depth_column(view.numbers.layers[layer]);
  const auto line = [](const char* name, double value) {
    coloured(theme().text,
             tr("attribution.tip", {{"name", tr(name)}, {"value", signed_number(static_cast<float>(value), 6)}}));
  };
  line("attribution.attention", column.attention);
  if (!view.numbers.layers[layer].cross_heads.empty()) line("attribution.cross", column.cross);
  line("attribution.feed_forward", column.feed_forward);
  line("attribution.running", view.running[layer + 1]);
}

ImVec4 share_colour(double value, double largest) {
  const auto share = static_cast<float>(std::min(1.0, std::abs(value) / std::max(largest, 1e-12)));
  return mix(theme().frame, value < 0.0 ? theme().negative : theme().positive, share);
}

void draw_share_tiles(PanelContext& context, const AttributionView& view, bool cross) {
  const std::vector<LayerAttribution>& layers = view.numbers.layers;
  const auto values_of = [&](std::size_t layer) -> const std::vector<double>& {
    return cross ? layers[layer].cross_heads : layers[layer].heads;
  };
  std::size_t heads = 1;  // of the layer that has most
  for (std::size_t layer = 0; layer < layers.size(); ++layer)
    heads = std::max(heads, values_of(layer).size());
  const Face face = small_face(), figures = number_face();
  const float names = text_width(face, std::to_string(layers.size() - 1)) + em(0.6F);
  const float room = (ImGui::GetContentRegionAvail().x - names) / static_cast<float>(heads);
  const float step = std::clamp(std::floor(room), 4.0F, std::floor(em(3.25F)));
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const ImVec2 origin{at.x + names, at.y + face.size + em(0.2F)};
  ImGui::InvisibleButton(
      cross ? "cross.tiles" : "tiles",
      {names + step * static_cast<float>(heads), face.size + em(0.3F) + step * static_cast<float>(layers.size())});
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const HeadRef selected = shown_head(context.snapshot, context.session);
  const auto every = static_cast<std::size_t>(std::max(1.0F, std::ceil(face.size * 1.25F / step)));
  std::optional<HeadRef> hovered;
  for (std::size_t layer = 0; layer < layers.size(); ++layer) {
    if (layer % every == 0) {
      const std::string text = std::to_string(layer);
      paint_text(list, face,
                 {origin.x - em(0.4F) - text_width(face, text),
                  origin.y + step * static_cast<float>(layer) + 0.5F * (step - face.size)},
                 colour_u32(layer == selected.layer ? theme().text : theme().text_muted), text);
    }
    for (std::size_t head = 0; head < values_of(layer).size(); ++head) {
      const ImVec2 min{origin.x + step * static_cast<float>(head), origin.y + step * static_cast<float>(layer)};
      const ImVec2 max{min.x + step - 1.0F, min.y + step - 1.0F};
      const double value = values_of(layer)[head];
      const ImVec4 ground = share_colour(value, view.largest_head);
      list.AddRectFilled(min, max, colour_u32(ground));
      const std::string digits = number(static_cast<float>(value), 2);
      const float wide = text_width(figures, digits);
      if (wide + em(0.15F) <= max.x - min.x && figures.size <= max.y - min.y)
        paint_text(list, figures,
                   {std::round(0.5F * (min.x + max.x - wide)), std::round(0.5F * (min.y + max.y - figures.size))},
                   colour_u32(readable_on(ground)), digits);
      if (ImGui::IsItemHovered() && inside(ImGui::GetIO().MousePos, min, {min.x + step, min.y + step}))
        hovered = HeadRef{layer, head};
      const bool linked = context.hover.head == HeadRef{layer, head};
      if (!cross && (HeadRef{layer, head} == selected || linked))
        paint_outline(list, {min.x - 1.0F, min.y - 1.0F}, {max.x + 1.0F, max.y + 1.0F},
                      colour_u32(linked ? theme().text_muted : head_colour(0)), std::round(stroke(0.125F, 2.0F)));
      if (probe_enabled() && !cross)
        probe("attribution.head." + std::to_string(layer) + "." + std::to_string(head), min, max);
    }
  }
  for (std::size_t head = 0; head < heads; head += every) {
    const std::string text = std::to_string(head);
    const float left = origin.x + step * static_cast<float>(head);
    paint_text(list, face, {left + 0.5F * (step - text_width(face, text)), at.y},
               colour_u32(head == selected.head ? theme().text : theme().text_muted), text);
  }
  if (!hovered) return;
  const double value = values_of(hovered->layer)[hovered->head];
  if (!cross) context.next_hover.head = hovered;
  if (!cross && ImGui::IsMouseClicked(ImGuiMouseButton_Left)) choose_head(context, *hovered);
  if (ImGui::IsMouseDown(ImGuiMouseButton_Left)) return;
  const ScopedTooltip tooltip;
  coloured(theme().text, tr("attribution.tip",
                            {{"name", cross ? head_place(*hovered) : head_name_and_place(context.snapshot, *hovered)},
                             {"value", signed_number(static_cast<float>(value), 6)}}));
}

/// "−0.33 [blue … ground … orange] +0.33"
void draw_share_legend(double largest) {
  const ScopedFont font(fonts().mono_small);
  const float height = ImGui::GetTextLineHeight(), half = em(4.0F);
  coloured(theme().text_muted, signed_number(static_cast<float>(-largest), 3));
  ImGui::SameLine(0.0F, em(0.5F));
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float top = at.y + 0.2F * height, bottom = at.y + 0.8F * height;
  const ImU32 low = colour_u32(share_colour(-1.0, 1.0)), middle = colour_u32(theme().frame),
              high = colour_u32(share_colour(1.0, 1.0));
  ImDrawList& list = *ImGui::GetWindowDrawList();
  list.AddRectFilledMultiColor({at.x, top}, {at.x + half, bottom}, low, middle, middle, low);
  list.AddRectFilledMultiColor({at.x + half, top}, {at.x + 2.0F * half, bottom}, middle, high, high, middle);
  ImGui::Dummy({2.0F * half, height});
  ImGui::SameLine(0.0F, em(0.5F));
  coloured(theme().text_muted, signed_number(static_cast<float>(largest), 3));
}

}  // namespace

void draw_depth_chart(PanelContext& /*context*/, const AttributionView& view) {
  heading(tr("attribution.depth"));
  const bool crosses = !view.numbers.layers.front().cross_heads.empty();
  depth_legend_entry(theme().query, tr("attribution.attention"), false);
  if (crosses) depth_legend_entry(theme().key, tr("attribution.cross"), false);
  depth_legend_entry(theme().value, tr("attribution.feed_forward"), false);
  depth_legend_entry(theme().text, tr("attribution.running"), true);
  ImGui::NewLine();
  const float width = ImGui::GetContentRegionAvail().x, height = em(10.0F);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  ImGui::InvisibleButton("depth", {std::max(1.0F, width), height});
  const DepthPlot plot = depth_plot(view, {at.x + em(2.6F), at.y + em(0.5F)},
                                    {at.x + std::max(width, em(4.0F)), at.y + height - em(1.3F)});
  std::size_t hovered = view.numbers.layers.size();
  if (const float x = ImGui::GetIO().MousePos.x; ImGui::IsItemHovered() && x >= plot.min.x && x < plot.max.x)
    hovered = std::min(static_cast<std::size_t>((x - plot.min.x) / plot.slot), view.numbers.layers.size() - 1);
  ImDrawList& list = *ImGui::GetWindowDrawList();
  paint_depth_scale(list, plot);
  paint_depth_columns(list, plot, view, hovered);
  paint_running(list, plot, view);
  if (probe_enabled()) probe("attribution.depth", plot.min, plot.max);
  if (hovered < view.numbers.layers.size()) tell_layer(view, hovered);
}

void draw_head_shares(PanelContext& context, const AttributionView& view, bool cross) {
  heading(tr(cross ? "attribution.cross_heads" : "attribution.heads"));
  draw_share_tiles(context, view, cross);
  draw_share_legend(view.largest_head);
  wrapped_caption(tr("attribution.heads_caption"));
}

}  // namespace regard
