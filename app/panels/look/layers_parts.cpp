// SPDX-License-Identifier: Apache-2.0
#include "app/panels/look/layers_parts.h"

#include "app/panels/common/parts.h"
#include "app/panels/frame/heads.h"
#include "app/session/action_kinds.h"
#include "app/session/selection.h"
#include "app/style/fonts.h"
#include "app/style/line_layout.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/viewmodel/views.h"
#include "app/widgets/layer_chart.h"
#include "app/widgets/probe.h"
#include "core/text/visible_text.h"

#include <imgui.h>
#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <string_view>
#include <vector>

namespace regard {
namespace {

/// What a legend's sample looks like.
enum class Sample { dot, line, dashes, block };
struct LegendEntry {
  Sample sample = Sample::line;
  ImVec4 colour{};
  const char* label = "";
};

const ImVec4& attention_colour() {
  return theme().accent;
}
const ImVec4& cross_colour() {
  return head_colour(1);
}
const ImVec4& feed_forward_colour() {
  return head_colour(2);
}

void paint_sample(const LegendEntry& entry, ImVec2 at, float width, float height) {
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const float y = std::round(at.y + 0.5F * height);
  const ImU32 colour = colour_u32(entry.colour);
  const float thick = stroke(0.12F, 1.5F);
  switch (entry.sample) {
    case Sample::dot:
      list.AddCircleFilled({at.x + 0.5F * width, y}, em(0.25F), colour, 12);
      break;
    case Sample::line:
      list.AddLine({at.x, y}, {at.x + width, y}, colour, thick);
      break;
    case Sample::dashes:
      list.AddLine({at.x, y}, {at.x + 0.38F * width, y}, colour, thick);
      list.AddLine({at.x + 0.62F * width, y}, {at.x + width, y}, colour, thick);
      break;
    case Sample::block:
      list.AddRectFilled({at.x + 0.15F * width, at.y + 0.2F * height}, {at.x + 0.85F * width, at.y + 0.8F * height},
                         colour, em(0.1F));
      break;
  }
}

/// Samples with their names, wrapped at the column's right edge.
void draw_legend(float width, std::initializer_list<LegendEntry> entries) {
  const ScopedFont font(fonts().small);
  const float sample = em(1.1F);
  const float left = ImGui::GetCursorScreenPos().x;
  bool first = true;
  for (const LegendEntry& entry : entries) {
    const float wide = sample + em(0.35F) + ImGui::CalcTextSize(entry.label).x;
    if (!first) {
      ImGui::SameLine(0.0F, em(0.9F));
      if (ImGui::GetCursorScreenPos().x + wide > left + width) ImGui::NewLine();
    }
    first = false;
    const ImVec2 at = ImGui::GetCursorScreenPos();
    ImGui::Dummy({wide, ImGui::GetTextLineHeight()});
    paint_sample(entry, at, sample, ImGui::GetTextLineHeight());
    ImGui::GetWindowDrawList()->AddText({at.x + sample + em(0.35F), at.y}, colour_u32(theme().text_muted), entry.label);
  }
}

/// A formula and what it is, on one line; the hint tells more.
void draw_caption(const LayersFrame& frame, const char* formula, const char* text, const char* about) {
  const ScopedFont font(fonts().small);
  const float right = ImGui::GetCursorScreenPos().x + frame.width;
  coloured(theme().text, text);
  hint(tr(about));
  ImGui::SameLine(0.0F, em(0.6F));
  if (ImGui::GetCursorScreenPos().x + ImGui::CalcTextSize(formula).x > right)
    ImGui::NewLine();
  else
    coloured(theme().text_muted, formula);
}

/// "слой 3", or the embedding.
std::string place_name(std::size_t place) {
  return place == 0 ? tr("layers.embedding") : tr("layers.layer", {{"layer", place - 1}});
}

void tell(const char* name, const std::string& value) {
  coloured(theme().text_muted, name);
  ImGui::SameLine(em(12.0F));
  coloured(theme().text, value);
}

LayerChartSpec chart_spec(const LayersFrame& frame, std::string_view id, float height, std::size_t layers) {
  LayerChartSpec spec;
  spec.id = id;
  spec.size = {frame.width, height};
  spec.layers = layers;
  spec.embedding = tr("layers.embedding_short");
  spec.selected = shown_head(frame.context.snapshot, frame.context.session);
  spec.compared = frame.context.selection().compared_heads;
  spec.linked = frame.context.hover.head;
  spec.marked = frame.context.state.of<LayersState>().place;
  return spec;
}

/// A little air over the highest value.
float chart_top(float highest) {
  return highest > 0.0F ? highest * 1.06F : 1.0F;
}

// ------------------------------------------------------------------------------------------------------------- heads

void tell_head(const LayersFrame& frame, const HeadsByLayer& view, const HeadsChart& chart, std::size_t index) {
  const HeadRef head{index / view.heads, index % view.heads};
  const Measure& measure = chart.heads[index];
  const ScopedTooltip tooltip;
  coloured(theme().text, head_name(frame.context.snapshot, head));
  if (head_name(frame.context.snapshot, head) != head_label(head)) coloured(theme().text_muted, head_label(head));
  const ScopedFont font(fonts().mono);
  tell(tr("layers.value"), exact_number(measure.value));
  if (&chart == &view.entropy && view.normalised_entropy[index] >= 0.0F)
    tell(tr("layers.normalised"), exact_number(view.normalised_entropy[index]));
  tell(tr("layers.uniform"), exact_number(measure.uniform));
  tell(tr("layers.averaged"), std::to_string(measure.rows));
}

void tell_layer(const HeadsChart& chart, std::size_t place) {
  if (place == 0 || place > chart.mean.size()) return;
  const ScopedTooltip tooltip;
  coloured(theme().text, place_name(place));
  if (std::isnan(chart.mean[place - 1])) return coloured(theme().text_muted, tr("layers.no_softmax"));
  const ScopedFont font(fonts().mono);
  tell(tr("layers.mean"), exact_number(chart.mean[place - 1]));
  tell(tr("layers.uniform"), exact_number(chart.uniform[place - 1]));
}

void draw_heads_chart(const LayersFrame& frame, const HeadsByLayer& view, const HeadsChart& chart, std::string_view id,
                      float height) {
  std::vector<LayerDot> dots;
  for (std::size_t index = 0; index < chart.heads.size(); ++index)
    if (chart.heads[index].defined())  // a layer may have fewer heads than others
      dots.push_back({{index / view.heads, index % view.heads}, chart.heads[index].value});
  const std::array<LayerLine, 2> lines{LayerLine{chart.uniform, 1, theme().text_muted, LineStyle::dashed},
                                       LayerLine{chart.mean, 1, theme().text, LineStyle::solid}};
  LayerChartSpec spec = chart_spec(frame, id, height, view.layers);
  spec.high = chart_top(chart.highest);
  spec.dots = dots;
  spec.lines = lines;
  const LayerChartResult result = layer_chart(spec);
  if (result.place) frame.place = result.place;
  if (!result.dot) {
    if (result.place) tell_layer(chart, *result.place);
    return;
  }
  const HeadRef head = dots[*result.dot].head;
  frame.context.next_hover.head = head;
  if (result.clicked) frame.context.act(SelectHead{head});
  tell_head(frame, view, chart, head.layer * view.heads + head.head);
}

// ------------------------------------------------------------------------------------------------------------ stream

void tell_step(const ResidualPath& path, std::size_t place) {
  if (place >= path.steps.size()) return;
  const ResidualStep& step = path.steps[place];
  const ScopedTooltip tooltip;
  coloured(theme().text, place_name(place));
  const ScopedFont font(fonts().mono);
  tell(tr("layers.to_embedding"), exact_number(step.cosine_to_embedding));
  tell(tr("layers.to_final"), exact_number(step.cosine_to_final));
  tell(tr("layers.norm"), exact_number(step.norm));
  if (place > 0 && path.has_writers) {
    tell(tr("layers.attention"), number(step.attention_norm, 5) + "  " + percent(step.attention_share));
    if (path.has_cross) tell(tr("layers.cross"), number(step.cross_norm, 5) + "  " + percent(step.cross_share));
    tell(tr("layers.feed_forward"), number(step.feed_forward_norm, 5) + "  " + percent(step.feed_forward_share));
    tell(tr("layers.attention_part"), exact_number(step.attention_part));
    if (path.has_cross) tell(tr("layers.cross_part"), exact_number(step.cross_part));
    tell(tr("layers.feed_forward_part"), exact_number(step.feed_forward_part));
  }
}

std::vector<float> values_of(const ResidualPath& path, float ResidualStep::*member) {
  std::vector<float> values;
  values.reserve(path.steps.size());
  for (const ResidualStep& step : path.steps)
    values.push_back(step.*member);
  return values;
}

void finish_stream_chart(const LayersFrame& frame, const StreamByLayer& view, const LayerChartResult& result) {
  if (!result.place) return;
  frame.place = result.place;
  tell_step(view.path, *result.place);
}

void draw_norm(const LayersFrame& frame, const StreamByLayer& view, float height) {
  draw_caption(frame, "‖x‖", tr("layers.norm_title"), "layers.norm_about");
  const std::vector<float> norms = values_of(view.path, &ResidualStep::norm);
  const std::array<LayerLine, 1> lines{LayerLine{norms, 0, theme().text, LineStyle::solid}};
  LayerChartSpec spec = chart_spec(frame, "layers.norm", height, view.path.steps.size() - 1);
  spec.high = chart_top(*std::max_element(norms.begin(), norms.end()));
  spec.lines = lines;
  finish_stream_chart(frame, view, layer_chart(spec));
}

void draw_writers(const LayersFrame& frame, const StreamByLayer& view, float height) {
  draw_caption(frame, "‖a‖ / Σ‖·‖", tr("layers.writers"), "layers.writers_about");
  std::vector<LayerStack> stacks;
  for (std::size_t place = 1; place < view.path.steps.size(); ++place) {
    const ResidualStep& step = view.path.steps[place];
    stacks.push_back({step.attention_share, step.cross_share, step.feed_forward_share});
  }
  LayerChartSpec spec = chart_spec(frame, "layers.writers", height, stacks.size());
  spec.stacks = stacks;
  spec.stack_colours = {attention_colour(), cross_colour(), feed_forward_colour()};
  finish_stream_chart(frame, view, layer_chart(spec));
}

// -------------------------------------------------------------------------------------------------------------- lens

void draw_lens_row(const LayersFrame& frame, const StreamByLayer& view, std::size_t place) {
  const LensRow& row = view.lens[place];
  const bool settled = row.numbers.final_rank == 0;
  const float height = ImGui::GetTextLineHeight() + em(0.15F);
  const ImVec2 min = ImGui::GetCursorScreenPos();
  const ImVec2 max{min.x + frame.width, min.y + height};
  ImGui::Dummy({frame.width, height});
  ImDrawList& list = *ImGui::GetWindowDrawList();
  if (frame.context.state.of<LayersState>().place == place)
    list.AddRectFilled(min, max, colour_u32(theme().frame_hovered, 0.6F), em(0.15F));
  const float label = em(2.5F);
  const float number_width = em(4.0F);
  const float name_width = std::min(em(9.0F), (frame.width - label) * 0.42F);
  {
    const ScopedFont font(fonts().small);
    const std::string name = place == 0 ? tr("layers.embedding_short") : std::to_string(place - 1);
    list.AddText({min.x + label - em(0.6F) - ImGui::CalcTextSize(name.c_str()).x,
                  min.y + 0.5F * (height - ImGui::GetFontSize())},
                 colour_u32(theme().text_muted), name.c_str());
  }
  const std::string text = fitted(visible_text(row.text), name_width - em(0.5F));
  list.AddText({min.x + label, min.y + em(0.07F)}, colour_u32(settled ? theme().text : theme().text_muted),
               text.c_str());
  const float left = min.x + label + name_width;
  const float room = std::max(0.0F, max.x - number_width - left);
  const float inset = height * 0.28F;
  list.AddRectFilled({left, min.y + inset}, {left + room, max.y - inset}, colour_u32(theme().frame), em(0.15F));
  list.AddRectFilled({left, min.y + inset},
                     {left + std::max(1.0F, room * std::min(1.0F, row.numbers.top_probability)), max.y - inset},
                     colour_u32(settled ? theme().accent : theme().text_muted), em(0.15F));
  {
    const ScopedFont font(fonts().mono_small);
    const std::string share = percent(row.numbers.top_probability);
    const ImVec2 size = ImGui::CalcTextSize(share.c_str());
    list.AddText({max.x - size.x, min.y + 0.5F * (height - size.y)}, colour_u32(theme().text), share.c_str());
  }
  if (probe_enabled()) probe("layers.lens." + std::to_string(place), min, max);
  if (!ImGui::IsItemHovered()) return;
  frame.place = place;
  const ScopedTooltip tooltip;
  coloured(theme().text, place_name(place));
  const ScopedFont font(fonts().mono);
  tell(tr("layers.leads"), isolated(visible_text(row.text)) + "  № " + std::to_string(row.numbers.top_id));
  tell(tr("layers.probability"), exact_number(row.numbers.top_probability));
  tell(tr("layers.final_token"), visible_text(view.predicted));
  tell(tr("layers.probability"), exact_number(row.numbers.final_probability));
  tell(tr("layers.final_rank"), std::to_string(row.numbers.final_rank + 1));
}

}  // namespace

void draw_head_charts(const LayersFrame& frame, const HeadsByLayer& view, float height) {
  draw_legend(frame.width, {{Sample::dot, theme().text_muted, tr("layers.legend_head")},
                            {Sample::dot, head_colour(0), tr("layers.legend_selected")},
                            {Sample::line, theme().text, tr("layers.legend_mean")},
                            {Sample::dashes, theme().text_muted, tr("layers.legend_uniform")}});
  if (view.distance.defined) {
    draw_caption(frame, "Σ A·|i − j|", tr("layers.distance"), "layers.distance_about");
    draw_heads_chart(frame, view, view.distance, "layers.distance", height);
  } else {
    wrapped_caption(tr("layers.no_distance"));
  }
  draw_caption(frame, "−Σ A·ln A", tr("layers.entropy"), "layers.entropy_about");
  draw_heads_chart(frame, view, view.entropy, "layers.entropy", height);
}

void draw_cosines(const LayersFrame& frame, const StreamByLayer& view, float height) {
  gap(0.25F);
  draw_caption(frame, "cos(x, y)", tr("layers.cosines"), "layers.cosines_about");
  draw_legend(frame.width, {{Sample::dashes, feed_forward_colour(), tr("layers.to_embedding")},
                            {Sample::line, attention_colour(), tr("layers.to_final")}});
  const std::vector<float> to_embedding = values_of(view.path, &ResidualStep::cosine_to_embedding);
  const std::vector<float> to_final = values_of(view.path, &ResidualStep::cosine_to_final);
  const std::array<LayerLine, 2> lines{LayerLine{to_embedding, 0, feed_forward_colour(), LineStyle::dashed},
                                       LayerLine{to_final, 0, attention_colour(), LineStyle::solid}};
  LayerChartSpec spec = chart_spec(frame, "layers.cosines", height, view.path.steps.size() - 1);
  const float lowest = std::min(*std::min_element(to_embedding.begin(), to_embedding.end()),
                                *std::min_element(to_final.begin(), to_final.end()));
  spec.low = lowest < 0.0F ? std::max(-1.0F, lowest * 1.1F) : 0.0F;
  spec.lines = lines;
  finish_stream_chart(frame, view, layer_chart(spec));
}

void draw_norm_and_writers(const LayersFrame& frame, const StreamByLayer& view, float height) {
  if (!view.path.has_writers) {
    draw_norm(frame, view, height);
    if (view.path.is_joined) wrapped_caption(tr("layers.streams"));
    return;
  }
  const float space = em(1.0F);
  LayersFrame half = frame;
  half.width = std::floor((frame.width - space) * 0.5F);
  const ImVec2 start = ImGui::GetCursorScreenPos();
  ImGui::BeginGroup();
  draw_norm(half, view, height);
  ImGui::EndGroup();
  ImGui::SetCursorScreenPos({start.x + half.width + space, start.y});
  ImGui::BeginGroup();
  draw_writers(half, view, height);
  ImGui::EndGroup();
  if (view.path.has_cross)
    draw_legend(frame.width, {{Sample::block, attention_colour(), tr("layers.attention")},
                              {Sample::block, cross_colour(), tr("layers.cross")},
                              {Sample::block, feed_forward_colour(), tr("layers.feed_forward")}});
  else
    draw_legend(frame.width, {{Sample::block, attention_colour(), tr("layers.attention")},
                              {Sample::block, feed_forward_colour(), tr("layers.feed_forward")}});
}

void draw_lens(const LayersFrame& frame, const StreamByLayer& view) {
  gap(0.25F);
  draw_caption(frame, "", tr("layers.lens"), "layers.lens_about");
  if (view.lens.empty()) return wrapped_caption(tr("layers.no_lens"));
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {ImGui::GetStyle().ItemSpacing.x, 0.0F});
  for (std::size_t place = 0; place < view.lens.size(); ++place)
    draw_lens_row(frame, view, place);
  ImGui::PopStyleVar();
}

}  // namespace regard
