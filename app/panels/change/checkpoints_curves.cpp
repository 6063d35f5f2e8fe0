// SPDX-License-Identifier: Apache-2.0
// What the heads do from step to step.
#include "app/panels/change/checkpoints_parts.h"
#include "app/panels/common/parts.h"
#include "app/panels/frame/head_row.h"
#include "app/panels/frame/heads.h"
#include "app/panels/heads/corpus_choice.h"
#include "app/panels/heads/curve_chart.h"
#include "app/style/curve_text.h"
#include "app/style/fonts.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/viewmodel/effect_view.h"
#include "app/viewmodel/snapshot.h"
#include "app/viewmodel/views.h"
#include "app/widgets/paint.h"
#include "app/widgets/probe.h"

#include <imgui.h>
#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace regard {
namespace {

constexpr std::size_t kColoured = 6;          // heads
constexpr std::size_t kMostCurves = 512;      // heads that are drawn at all
constexpr std::size_t kCurveSentences = 300;  // of ours
constexpr std::size_t kMostPoints = 240;      // of a curve
constexpr std::size_t kMostDrawn = 30'000;    // points of all curves in grey
constexpr double kQuickTimeline = 20.0;       // of quick_cost: some seconds in the background
constexpr std::size_t kProbeTokens = 8 * 80;  // of probe_induction()
constexpr std::array kMeasures{CurveMeasure::induction, CurveMeasure::previous, CurveMeasure::distance,
                               CurveMeasure::entropy};

CurvesQuestion asked_curves(const PanelContext& context, const TimelineState& state,
                            const std::shared_ptr<const CheckpointSeries>& series) {
  CurvesQuestion question = curves_question(context.snapshot, series, state.measure);
  if (question.induction) return question;
  const CorpusKind kind = chosen_or_sentence(context.state);
  if (kind == CorpusKind::sentence) return question;
  question.text = {};
  question.corpus = corpus_path(context, kind);
  question.reading = corpus_reading(context, kind);
  return question;
}

double cost_of(const PanelContext& context, const CurvesQuestion& question) {
  const std::size_t steps = question.series->steps.size();
  const Trace& trace = *context.snapshot.trace;
  if (question.induction)
    return cost_of_runs(trace, 2 * steps * kProbeTokens / std::max<std::size_t>(1, trace.tokens()));
  return question.corpus.empty() ? cost_of_runs(trace, 2 * steps)
                                 : cost_of_reading(*context.snapshot.model, kCurveSentences * steps);
}

/// At most so many points, evenly taken, the first and the last among them: a chart has few more pixels.
std::shared_ptr<const CheckpointCurves> thinned(std::shared_ptr<const CheckpointCurves> curves) {
  if (!curves || curves->points.size() <= kMostPoints) return curves;
  auto fewer = std::make_shared<CheckpointCurves>();
  fewer->heads = curves->heads;
  fewer->gaps = curves->gaps;
  fewer->checkpoints = curves->checkpoints;
  for (std::size_t point = 0; point < kMostPoints; ++point)
    fewer->points.push_back(curves->points[point * (curves->points.size() - 1) / (kMostPoints - 1)]);
  return fewer;
}

/// What there is, and how far it is.
struct CurvesShown {
  std::shared_ptr<const CheckpointCurves> curves{};
  LongMapProgress progress{};
  bool quick = false;
};

/// What was measured to its end is not measured again; what goes on follows no run, so typing does not end it.
template <bool induction>
CurvesShown ask_curves(PanelContext& context, TimelineState& state, const CurvesQuestion& question) {
  KnownCurves& known = state.known[induction ? 1 : 0];
  LongMapState& run = state.runs[induction ? 1 : 0];
  if (known.curves && known.question == question) return {known.curves, {.fresh = true}, true};
  using Slot = CurvesSlot<induction>;
  const bool quick = cost_of(context, question) < kQuickTimeline * quick_cost;
  Outcome<CheckpointCurves> outcome;
  if (long_map_runs(context, slot_id<Slot>(), run, quick, false)) {
    outcome = context.background->template ask<Slot>(question);
    state.asked[induction ? 1 : 0] = question;
  } else {
    outcome = context.background->template look<Slot>();
    outcome.fresh = outcome.fresh && state.asked[induction ? 1 : 0] == question;
  }
  if (outcome.fresh && outcome.state == TaskState::done) known = {question, thinned(outcome.value)};
  return {outcome.fresh ? thinned(outcome.value) : nullptr, progress_of(outcome), quick};
}

template <bool induction>
void draw_run_button(PanelContext& context, TimelineState& state, const CurvesShown& shown) {
  draw_long_map_button(context, slot_id<CurvesSlot<induction>>(), "checkpoints.curves", state.runs[induction ? 1 : 0],
                       shown.quick, shown.progress);
}

void draw_measure_choice(TimelineState& state) {
  std::vector<Segment> segments;
  for (std::size_t index = 0; index < kMeasures.size(); ++index)
    segments.push_back(
        {"checkpoints.measure." + std::to_string(index), curve_name(kMeasures[index]), curve_about(kMeasures[index])});
  const auto now = std::find(kMeasures.begin(), kMeasures.end(), state.measure) - kMeasures.begin();
  if (const auto chosen = draw_segments_in_lines(segments, static_cast<std::size_t>(now)))
    state.measure = kMeasures[*chosen];
}

/// The heads of the chart: those that change most, then the one on show.
std::vector<std::size_t> coloured_heads(const PanelContext& context, const CheckpointCurves& curves,
                                        CurveMeasure measure) {
  std::vector<std::size_t> heads = most_changing(curves, measure, kColoured);
  const auto shown = std::find(curves.heads.begin(), curves.heads.end(), shown_head(context.snapshot, context.session));
  const auto at = static_cast<std::size_t>(shown - curves.heads.begin());
  if (shown != curves.heads.end() && std::find(heads.begin(), heads.end(), at) == heads.end()) heads.push_back(at);
  return heads;
}

ImVec4 curve_colour(std::size_t place) {
  return place < kColoured ? head_colour(place) : theme().text;
}

void tell_place(const PanelContext& context, const CheckpointCurves& curves, CurveMeasure measure,
                const std::vector<std::size_t>& heads, std::size_t place) {
  const ScopedTooltip tooltip;
  coloured(theme().text, tr("checkpoints.step", {{"step", curves.points[place].step}}));
  const ScopedFont font(fonts().small);
  for (const std::size_t head : heads)
    coloured(theme().text_muted, head_name(context.snapshot, curves.heads[head]) + ": " +
                                     number(curve_of(curves, measure, head)[place], 4));
}

/// A curve's colour, the head's name, its number at the step on show; a click shows the head.
void draw_curve_of_head(PanelContext& context, const CheckpointCurves& curves, CurveMeasure measure, std::size_t index,
                        std::size_t place, const std::optional<std::size_t>& point) {
  const ScopedId scope(index);
  const float value = point ? curve_of(curves, measure, index)[*point] : std::nanf("");
  draw_curve_row(context, curves.heads[index], "checkpoints.head", curve_colour(place),
                 std::isfinite(value) ? number(value, 4) : std::string());
}

/// The numbers of a chart, which its lines look into.
struct ChartLines {
  std::vector<std::vector<float>> values{};
  std::vector<CurveLine> lines{};
  float most = 0.0F;
};

/// A head without a number at some step has no line.
ChartLines lines_of(const CheckpointCurves& curves, CurveMeasure measure, const std::vector<std::size_t>& coloured) {
  ChartLines chart;
  const std::size_t heads =
      std::min({curves.heads.size(), kMostCurves, kMostDrawn / std::max<std::size_t>(1, curves.points.size())});
  const auto add = [&](std::size_t head) {
    std::vector<float>& values = chart.values.emplace_back(curve_of(curves, measure, head));
    if (!std::all_of(values.begin(), values.end(), [](float value) { return std::isfinite(value); })) values.clear();
    for (const float value : values)
      chart.most = std::max(chart.most, value);
  };
  for (std::size_t head = 0; head < heads; ++head)
    add(head);
  for (const std::size_t head : coloured)
    add(head);
  for (std::size_t head = 0; head < heads; ++head)
    chart.lines.push_back({chart.values[head], mix(theme().panel, theme().text_muted, 0.45F), 0.6F, false});
  for (std::size_t place = coloured.size(); place-- > 0;)  // the first one on top
    chart.lines.push_back({chart.values[heads + place], curve_colour(place), 1.4F, curves.points.size() < 60});
  return chart;
}

void draw_chart(PanelContext& context, const TimelineState& state, const CheckpointSeries& series,
                const CheckpointCurves& curves, std::optional<std::size_t> now) {
  const std::vector<std::size_t> heads = coloured_heads(context, curves, state.measure);
  const ChartLines chart = lines_of(curves, state.measure, heads);
  std::vector<std::size_t> places;
  for (const CheckpointPoint& point : curves.points)
    places.push_back(static_cast<std::size_t>(point.step));
  CurveChartSpec spec;
  spec.id = "checkpoints.chart";
  spec.size = {ImGui::GetContentRegionAvail().x, em(12.0F)};
  spec.places = places;
  spec.from_zero = false;
  spec.high = chart.most > 0.0F ? 1.05F * chart.most : 1.0F;
  spec.lines = chart.lines;
  spec.across = uniform_of(curves, state.measure);
  if (now) spec.marked = static_cast<std::size_t>(series.steps[*now].step);
  spec.below = tr("checkpoints.axis");
  const std::optional<std::size_t> hovered = curve_chart(spec);
  const bool clicked = ImGui::IsItemClicked();
  if (hovered) {
    tell_place(context, curves, state.measure, heads, *hovered);
    if (const auto step = nearest_checkpoint(series, curves.points[*hovered].step); step && clicked)
      go_to_checkpoint(context, series.steps[*step], false);
  }
  std::optional<std::size_t> point;
  for (std::size_t at = 0; now && at < curves.points.size(); ++at)
    if (curves.points[at].step == series.steps[*now].step) point = at;
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {ImGui::GetStyle().ItemSpacing.x, em(0.05F)});
  for (std::size_t place = 0; place < heads.size(); ++place)
    draw_curve_of_head(context, curves, state.measure, heads[place], place, point);
  ImGui::PopStyleVar();
}

/// What is measured on what.
void draw_curves_about(const PanelContext& context, const TimelineState& state) {
  if (state.measure == CurveMeasure::induction) return wrapped_caption(tr("checkpoints.on_random"));
  wrapped_caption(tr("checkpoints.on_text", {{"text", corpus_name(context, chosen_or_sentence(context.state))}}));
}

}  // namespace

void draw_head_curves(PanelContext& context, TimelineState& state,
                      const std::shared_ptr<const CheckpointSeries>& series, std::optional<std::size_t> now) {
  heading(tr("checkpoints.curves"));
  if (!can_be_measured(context)) return wrapped_caption(tr("checkpoints.reads_pictures"));
  if (!context.snapshot.trace) return;
  draw_measure_choice(state);
  const bool induction = state.measure == CurveMeasure::induction;
  if (!induction) draw_corpus_choice_or_sentence(context, "checkpoints.corpus");
  if (!series->checked) return wrapped_caption(tr("checkpoints.looking"));
  const CurvesQuestion question = asked_curves(context, state, series);
  const CurvesShown shown =
      induction ? ask_curves<true>(context, state, question) : ask_curves<false>(context, state, question);
  induction ? draw_run_button<true>(context, state, shown) : draw_run_button<false>(context, state, shown);
  draw_progress_line(shown.progress);
  if (shown.progress.error) wrapped_caption(tr(*shown.progress.error));
  draw_curves_about(context, state);
  if (!shown.curves || shown.curves->points.empty()) return;
  if (!uniform_of(*shown.curves, state.measure)) return wrapped_caption(tr("checkpoints.undefined"));
  draw_chart(context, state, *series, *shown.curves, now);
}

}  // namespace regard
