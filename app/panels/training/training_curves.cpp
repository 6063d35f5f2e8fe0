// SPDX-License-Identifier: Apache-2.0
// Loss, accuracy and what the heads do, over steps; a click or a drag moves the cursor.
#include "app/panels/common/parts.h"
#include "app/panels/heads/curve_chart.h"
#include "app/panels/training/training_parts.h"
#include "app/style/fonts.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/widgets/paint.h"
#include "app/widgets/probe.h"

#include <imgui.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace regard {
void curve_label(const ImVec4& colour, std::string_view text) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float middle = at.y + 0.55F * ImGui::GetTextLineHeight();
  ImGui::GetWindowDrawList()->AddLine({at.x, middle}, {at.x + em(0.8F), middle}, colour_u32(colour),
                                      stroke(0.2F, 2.0F));
  ImGui::Dummy({em(0.8F), ImGui::GetTextLineHeight()});
  ImGui::SameLine(0.0F, em(0.3F));
  coloured(theme().text, text);
}

namespace {

constexpr std::size_t kMostChartSteps = 240;
constexpr std::size_t kColouredCurves = 6;  // heads; the others are grey
constexpr float kChartHeight = 8.5F;        // ems
constexpr float kThreeInARow = 46.0F;       // ems of a panel that has room for them
constexpr float kHeadsColumn = 9.5F;        // ems of the heads' names beside their chart
constexpr float kBesideAmount = 0.5F;       // how pale the curves of the run beside are
constexpr float kBesideThickness = 0.75F;
constexpr std::array kMeasures{HeadCurve::previous, HeadCurve::induction, HeadCurve::contrast, HeadCurve::entropy};

/// A chart's numbers, which its lines look into.
struct RunChart {
  std::vector<std::size_t> steps{};
  std::vector<std::vector<float>> values{};
  std::vector<CurveLine> lines{};
  float least = 0.0F, most = 0.0F;

  void add(std::vector<float> curve, const ImVec4& colour, float thickness) {
    if (curve.empty()) return;
    for (const float value : curve)
      least = std::min(least, value), most = std::max(most, value);
    values.push_back(std::move(curve));
    lines.push_back({.colour = colour, .thickness = thickness});
  }
  /// Once all curves are there: they lie still from now on.
  void settle() {
    for (std::size_t line = 0; line < lines.size(); ++line)
      lines[line].values = values[line];
  }
};

ImVec4 paled(const ImVec4& colour) {
  return mix(colour, theme().panel, kBesideAmount);
}

std::size_t last_step_of_both(const TrainingRoom& room) {
  std::size_t last = 1;
  for (std::size_t place = 0; place < 2; ++place)
    if (const TrainingRun* run = run_in_sight(room, place)) last = std::max(last, run->last_step());
  return last;
}

RunChart chart_of_both(const TrainingRoom& room) {
  return {.steps = chart_steps(last_step_of_both(room), kMostChartSteps)};
}

/// Draws it and lets the mouse move the cursor there.
void draw_run_chart(TrainingRoom& room, RunChart& chart, std::string_view id, ImVec2 size, float high) {
  chart.settle();
  CurveChartSpec spec;
  spec.id = id;
  spec.size = size;
  spec.places = chart.steps;
  spec.from_zero = false;
  spec.low = std::min(0.0F, chart.least);
  spec.high = high > 0.0F ? high : std::max(chart.most, 1e-3F);
  spec.lines = chart.lines;
  spec.marked = step_in_sight(room, 0);
  spec.below = tr("training.axis");
  const std::optional<std::size_t> hovered = curve_chart(spec);
  const TrainingRun& run = *run_in_sight(room, 0);
  if (!hovered || run.checkpoints.empty()) return;
  const std::size_t kept = run.checkpoints[nearest_kept(run.checkpoints, chart.steps[*hovered])];
  if (ImGui::IsItemActive()) {
    room.playing = false;
    move_cursor(room, kept);
  }
}

/// Where a chart begins: below a line for its name and a small one for what its curves are, so that neighbours stand at one height.
void go_to_chart(ImVec2 top) {
  const float names = ImGui::GetFrameHeightWithSpacing();
  const ScopedFont font(fonts().small);
  const float at = top.y + names + ImGui::GetTextLineHeightWithSpacing();
  ImGui::SetCursorScreenPos({top.x, std::max(at, ImGui::GetCursorScreenPos().y)});
}

void draw_loss(TrainingRoom& room, ImVec2 size) {
  const ImVec4 &known = theme().key, &chance = theme().text_muted;
  const ImVec2 top = ImGui::GetCursorScreenPos();
  align_to_frame();
  coloured(theme().text, fitted(tr("training.loss"), size.x));
  ImGui::SetCursorScreenPos({top.x, top.y + ImGui::GetFrameHeightWithSpacing()});
  {
    const ScopedFont font(fonts().small);
    curve_label(known, tr("training.predictable"));
    ImGui::SameLine(0.0F, em(0.6F));
    curve_label(chance, tr("training.unpredictable"));
  }
  go_to_chart(top);
  RunChart chart = chart_of_both(room);
  for (const std::size_t place : {1U, 0U})
    if (const TrainingRun* run = run_in_sight(room, place))
      for (const auto& [curve, colour] :
           {std::pair(ScoreCurve::unpredictable, chance), std::pair(ScoreCurve::predictable, known)})
        chart.add(curve_of(*run, curve, chart.steps), place == 0 ? colour : paled(colour),
                  place == 0 ? 1.0F : kBesideThickness);
  draw_run_chart(room, chart, "training.loss", size, 0.0F);
}

void draw_accuracy(TrainingRoom& room, ImVec2 size) {
  const ImVec2 top = ImGui::GetCursorScreenPos();
  align_to_frame();
  coloured(theme().text, fitted(tr("training.accuracy"), size.x));
  go_to_chart(top);
  RunChart chart = chart_of_both(room);
  for (const std::size_t place : {1U, 0U})
    if (const TrainingRun* run = run_in_sight(room, place))
      chart.add(curve_of(*run, ScoreCurve::accuracy, chart.steps), place == 0 ? theme().query : paled(theme().query),
                place == 0 ? 1.0F : kBesideThickness);
  draw_run_chart(room, chart, "training.accuracy", size, 1.0F);
}

// ------------------------------------------------------------------------------------------------------------- of heads

/// A head's curve, by its place among those that change most.
ImVec4 colour_of_curve(const std::vector<std::size_t>& coloured_heads, std::size_t head) {
  const auto place = std::find(coloured_heads.begin(), coloured_heads.end(), head) - coloured_heads.begin();
  return static_cast<std::size_t>(place) < coloured_heads.size() ? head_colour(static_cast<std::size_t>(place))
                                                                 : mix(theme().text_muted, theme().panel, 0.5F);
}

void add_head_curves(const TrainingRoom& room, const std::vector<std::size_t>& heads, RunChart& chart) {
  const TrainingRun& run = *run_in_sight(room, 0);
  const auto add = [&](std::size_t head) {
    chart.add(curve_of(run, room.measure, head, chart.steps), colour_of_curve(heads, head),
              room.head == head ? 1.8F : 1.0F);
  };
  // Of the run beside, the heads that change most: its heads are others than those of the same number here.
  if (const TrainingRun* beside = run_in_sight(room, 1))
    for (const std::size_t head : most_changing(*beside, room.measure, 3))
      chart.add(curve_of(*beside, room.measure, head, chart.steps), paled(theme().text), kBesideThickness);
  for (std::size_t head = 0; head < run.heads(); ++head)
    if (std::find(heads.begin(), heads.end(), head) == heads.end()) add(head);
  for (auto head = heads.rbegin(); head != heads.rend(); ++head)
    add(*head);
}

void draw_measures(TrainingRoom& room) {
  std::vector<Segment> segments;
  for (std::size_t index = 0; index < kMeasures.size(); ++index)
    segments.push_back({"training.measure." + std::to_string(index), head_curve_name(kMeasures[index]),
                        head_curve_about(kMeasures[index])});
  const auto now = std::find(kMeasures.begin(), kMeasures.end(), room.measure) - kMeasures.begin();
  if (const auto chosen = draw_segments_in_lines(segments, static_cast<std::size_t>(now)))
    room.measure = kMeasures[*chosen];
}

/// The name of a curve with its number at the cursor; a click makes it thicker.
void draw_head_line(TrainingRoom& room, const TrainingRun& run, const std::vector<std::size_t>& heads, std::size_t head,
                    float width, const train::CurvePoint* point) {
  const ScopedId scope(head);
  const ImVec2 min = ImGui::GetCursorScreenPos();
  const ImVec2 size{width, ImGui::GetTextLineHeight() + em(0.15F)};
  const ImVec2 max{min.x + size.x, min.y + size.y};
  if (ImGui::InvisibleButton("head", size)) room.head = room.head == head ? std::nullopt : std::optional(head);
  ImDrawList& list = *ImGui::GetWindowDrawList();
  if (room.head == head || ImGui::IsItemHovered())
    list.AddRectFilled(min, max, colour_u32(room.head == head ? theme().selection : theme().frame_hovered), em(0.2F));
  const float middle = std::round(0.5F * (min.y + max.y));
  list.AddLine({min.x + em(0.2F), middle}, {min.x + em(1.0F), middle}, colour_u32(colour_of_curve(heads, head)),
               stroke(0.2F, 2.0F));
  list.AddText({min.x + em(1.3F), min.y}, colour_u32(theme().text), short_head_name(run, head).c_str());
  probe("training.head." + std::to_string(head), min, max);
  const std::optional<float> value = point == nullptr ? std::nullopt : measure_at(point->heads[head], room.measure);
  if (!value) return;
  const Face digits = number_face();
  const std::string text = number(*value, 2);
  paint_text(list, digits, {max.x - text_width(digits, text) - em(0.2F), min.y + 0.5F * (size.y - digits.size)},
             colour_u32(theme().text), text);
}

/// At which step the numbers beside the curves were measured, and which curves are of the run beside.
void draw_heads_legend(const TrainingRoom& room, const train::CurvePoint* point) {
  const ScopedFont font(fonts().small);
  if (point != nullptr) coloured(theme().text_muted, tr("training.measured_at", {{"step", point->step}}));
  if (run_in_sight(room, 1) == nullptr) return;
  if (point != nullptr) ImGui::SameLine(0.0F, em(0.8F));
  curve_label(paled(theme().text), tr("training.beside_heads"));
}

void draw_heads_chart(TrainingRoom& room, ImVec2 size) {
  const TrainingRun& run = *run_in_sight(room, 0);
  const ImVec2 start = ImGui::GetCursorScreenPos();
  draw_measures(room);
  if (run.measured.empty()) return;
  const std::vector<std::size_t> heads = most_changing(run, room.measure, kColouredCurves);
  if (heads.empty()) return wrapped_caption(tr("training.undefined"));
  const std::optional<std::size_t> step = step_in_sight(room, 0);
  const train::CurvePoint* point = step ? measured_at(run, *step) : nullptr;
  draw_heads_legend(room, point);
  go_to_chart(start);
  const ImVec2 top = ImGui::GetCursorScreenPos();
  RunChart chart = chart_of_both(room);
  add_head_curves(room, heads, chart);
  const float column = em(kHeadsColumn), high = room.measure == HeadCurve::contrast ? 0.0F : 1.0F;
  draw_run_chart(room, chart, "training.heads_chart", {size.x - column - em(0.5F), size.y}, high);
  const ImVec2 names{top.x + size.x - column, top.y};
  ImGui::PushClipRect(names, {names.x + column, names.y + size.y}, true);
  for (std::size_t line = 0; line < heads.size(); ++line) {
    ImGui::SetCursorScreenPos({names.x, names.y + static_cast<float>(line) * (ImGui::GetTextLineHeight() + em(0.3F))});
    draw_head_line(room, run, heads, heads[line], column, point);
  }
  ImGui::PopClipRect();
  ImGui::SetCursorScreenPos({top.x, top.y + size.y});
  ImGui::Dummy({1.0F, 1.0F});
}

}  // namespace

void draw_training_curves(PanelContext&, TrainingRoom& room) {
  const float width = ImGui::GetContentRegionAvail().x, height = em(kChartHeight), space = em(1.25F);
  gap(0.4F);
  if (width < em(kThreeInARow)) {
    draw_loss(room, {width, height});
    draw_accuracy(room, {width, height});
    draw_heads_chart(room, {width, height});
    return;
  }
  const float narrow = std::floor(0.28F * (width - 2.0F * space)), wide = width - 2.0F * (narrow + space);
  const auto part = [&](float of, const auto& draw) {
    ImGui::BeginGroup();
    ImGui::PushItemWidth(of);
    draw();
    ImGui::PopItemWidth();
    ImGui::EndGroup();
  };
  const ImVec2 at = ImGui::GetCursorScreenPos();
  part(narrow, [&] { draw_loss(room, {narrow, height}); });
  float bottom = ImGui::GetItemRectMax().y;
  ImGui::SetCursorScreenPos({at.x + narrow + space, at.y});
  part(narrow, [&] { draw_accuracy(room, {narrow, height}); });
  bottom = std::max(bottom, ImGui::GetItemRectMax().y);
  ImGui::SetCursorScreenPos({at.x + 2.0F * (narrow + space), at.y});
  part(wide, [&] { draw_heads_chart(room, {wide, height}); });
  bottom = std::max(bottom, ImGui::GetItemRectMax().y);
  ImGui::SetCursorScreenPos({at.x, bottom});
  gap(0.4F);
}

}  // namespace regard
