// SPDX-License-Identifier: Apache-2.0
// How the head on show knows where tokens stand: its score against the distance, and one score as a sum.
#include "app/panels/common/images.h"
#include "app/panels/common/job_line.h"
#include "app/panels/common/parts.h"
#include "app/panels/common/two_columns.h"
#include "app/panels/kinds/distance_chart.h"
#include "app/panels/kinds/kinds.h"
#include "app/panels/kinds/positions_parts.h"
#include "app/session/look.h"
#include "app/session/preferences.h"
#include "app/style/fonts.h"
#include "app/style/locale.h"
#include "app/style/positions_text.h"
#include "app/style/theme.h"
#include "app/viewmodel/all_views.h"
#include "app/viewmodel/snapshot.h"
#include "app/widgets/legend.h"
#include "app/widgets/probe.h"

#include <imgui.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

namespace regard {
namespace {

constexpr float kDistanceChart = 15.0F;  ///< ems
constexpr float kBiasChart = 11.0F;
constexpr float kPlacesGrid = 16.0F;
constexpr int kTermDigits = 4;

ImVec4 others_colour() {
  return mix(theme().panel, theme().text_muted, 0.45F);
}

ImVec4 pair_colour() {
  return theme().value;
}

/// Query and key under the mouse in any view, else those selected.
struct AskedPair {
  std::size_t query = 0, key = 0;
};
AskedPair asked_pair(const PanelContext& context, const Trace& trace) {
  AskedPair pair{context.views.query, context.views.key};
  if (context.hover.query && context.hover.key) pair = {*context.hover.query, *context.hover.key};
  return {std::min(pair.query, trace.tokens() - 1), std::min(pair.key, trace.keys() - 1)};
}

std::string label_at(const Encoding& encoding, std::size_t token) {
  return token < encoding.tokens.size() ? label_of(encoding.tokens[token]) : std::to_string(token);
}

void take_distances(PositionsState& state, const Outcome<DistancesAnswer>& made) {
  if (!made.value || !made.fresh || state.answer == made.value) return;
  state.answer = made.value;
  state.places = {.units = {}, .window = {0, state.answer->curve.places}, .total = state.answer->curve.places};
  for (std::size_t place = 0; place < state.answer->curve.places; ++place)
    state.places.units.push_back({.tokens = {place}});
  ++state.revision;
}

/// A dash, a name and the number at a distance.
void draw_key_line(const ImVec4& colour, const std::string& name, std::span<const double> values, std::size_t at) {
  const ImVec2 start = ImGui::GetCursorScreenPos();
  const float room = ImGui::GetContentRegionAvail().x, middle = start.y + 0.5F * ImGui::GetTextLineHeight();
  ImGui::GetWindowDrawList()->AddLine({start.x, middle}, {start.x + em(1.0F), middle}, colour_u32(colour),
                                      stroke(0.2F, 2.0F));
  ImGui::Dummy({em(1.0F), 1.0F});
  ImGui::SameLine(0.0F, em(0.5F));
  coloured(theme().text_muted, fitted(name, room - em(7.0F)));
  if (at >= values.size() || !std::isfinite(values[at])) return;
  const std::string text = number(static_cast<float>(values[at]), kTermDigits);
  ImGui::SameLine(room - ImGui::CalcTextSize(text.c_str()).x);
  coloured(theme().text, text);
}

void draw_controls(PositionsState& state) {
  const float end = ImGui::GetCursorScreenPos().x + ImGui::GetContentRegionAvail().x;
  align_to_frame();
  caption(tr("positions.reach"));
  ImGui::SameLine();
  const std::string labels[] = {std::to_string(reaches[0]), std::to_string(reaches[1]), std::to_string(reaches[2])};
  state.reach = choose("positions.reach", {labels[0], labels[1], labels[2]}, state.reach);
  if (ImGui::GetItemRectMax().x + em() + check_width(tr("positions.others")) <= end) ImGui::SameLine(0.0F, em());
  check("positions.others", tr("positions.others"), state.others);
}

/// What the curve is of.
std::string told_curve(const DistancesAnswer& answer) {
  if (answer.obstacle != DistanceObstacle::none)
    return tr("positions.obstacle." + std::string(name_of(answer.obstacle)));
  if (answer.curve.places > 0)
    return tr_plural("positions.curve_of_places", answer.curve.tokens, {{"places", answer.curve.places}});
  return tr_plural("positions.curve_of_tokens", answer.curve.tokens);
}

std::size_t entry_of(const ScoreByDistance& curve, double distance) {
  const std::ptrdiff_t at = std::lround(distance) - curve.first;
  return at < 0 ? curve.mean.size() : static_cast<std::size_t>(at);
}

void draw_curve(PanelContext& context, const PositionsState& state, const DistancesAnswer& answer) {
  const ScoreByDistance& curve = answer.curve;
  std::vector<DistanceLine> lines;
  for (std::size_t head = 0; head < answer.others.size(); ++head)
    if (head != answer.of.head.head) lines.push_back({answer.others[head], others_colour(), 0.6F});
  std::span<const double> pair;
  if (state.terms && state.terms->pair.size() == curve.mean.size()) pair = state.terms->pair;
  lines.push_back({pair, pair_colour(), 1.0F});
  lines.push_back({curve.mean, head_colour(0), 1.5F});
  const std::string below = tr("positions.axis");
  DistanceChartSpec spec{.id = "positions.chart",
                         .size = {ImGui::GetContentRegionAvail().x, em(kDistanceChart)},
                         .first = curve.first,
                         .count = curve.mean.size(),
                         .low = curve.low,
                         .high = curve.high,
                         .band = head_colour(0),
                         .lines = lines,
                         .dots = curve.in_text,
                         .dot = theme().text,
                         .below = below};
  if (state.terms && state.terms->obstacle == DistanceObstacle::none) spec.marked = state.terms->terms.distance;
  const ModelConfig& config = attention_of(*answer.of.trace, answer.of.attention).model->config;
  const LayerPlan& plan = config.plans[answer.of.head.layer];
  if (plan.attention.window.width > 0) spec.closed = plan.attention.window.width;
  const std::optional<std::size_t> hovered = distance_chart(spec);
  const std::size_t at = hovered ? *hovered : spec.marked ? entry_of(curve, *spec.marked) : curve.mean.size();
  if (at < curve.mean.size()) coloured(theme().text, tr("positions.at", {{"distance", curve.distance(at)}}));
  if (answer.obstacle == DistanceObstacle::none) {
    draw_key_line(head_colour(0), tr("positions.mean"), curve.mean, at);
    if (!pair.empty())
      draw_key_line(pair_colour(),
                    tr("positions.this_pair",
                       {{"query", label_at(asking_encoding(context.snapshot, context.session), state.terms->of.query)},
                        {"key", label_at(asked_encoding(context.snapshot, context.session), state.terms->of.key)}}),
                    pair, at);
  }
  draw_key_line(theme().text, tr("positions.in_text"), curve.in_text, at);
}

void draw_distances(PanelContext& context, PositionsState& state, const Outcome<DistancesAnswer>& made) {
  const Trace& trace = shown_trace(context.snapshot, context.session);
  const HeadRef head = shown_head(context.snapshot, context.session);
  if (const DistanceObstacle obstacle = obstacle_to_planes(trace, head); obstacle != DistanceObstacle::none)
    return wrapped(theme().warning, tr("positions.obstacle." + std::string(name_of(obstacle))));
  wrapped_caption(told_positions(trace, head));
  draw_controls(state);
  if (made.error) draw_job_line(context, "positions.job", slot_id<DistancesSlot>(), made);
  if (state.answer == nullptr) return;
  const DistancesAnswer& answer = *state.answer;
  if (answer.obstacle != DistanceObstacle::none) wrapped(theme().warning, told_curve(answer));
  if (answer.curve.mean.empty()) return;
  draw_curve(context, state, answer);
  if (answer.obstacle == DistanceObstacle::none) wrapped_caption(told_curve(answer));
}

void draw_term(const std::string& name, double value, const ImVec4& colour) {
  const float room = ImGui::GetContentRegionAvail().x;
  const std::string text = number(static_cast<float>(value), kTermDigits);
  coloured(colour, fitted(name, room - em(6.0F)));
  const ScopedFont font(fonts().mono);
  ImGui::SameLine(std::min(room, em(22.0F)) - ImGui::CalcTextSize(text.c_str()).x);
  coloured(theme().text, text);
}

/// The pair's name, and its terms down to the score.
void draw_sum(const PanelContext& context, const TermsAnswer& answer) {
  coloured(theme().query, label_at(asking_encoding(context.snapshot, context.session), answer.of.query));
  ImGui::SameLine(0.0F, em(0.4F));
  coloured(theme().text_muted, "→");
  ImGui::SameLine(0.0F, em(0.4F));
  coloured(theme().key, label_at(asked_encoding(context.snapshot, context.session), answer.of.key));
  ImGui::SameLine(0.0F, em(0.8F));
  caption(tr("positions.at", {{"distance", std::lround(answer.terms.distance)}}));
  for (const auto& [name, value] : named_terms(answer.terms))
    draw_term(name, value, theme().text_muted);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float room = std::min(ImGui::GetContentRegionAvail().x, em(22.0F));
  ImGui::GetWindowDrawList()->AddLine(at, {at.x + room, at.y}, colour_u32(theme().grid));
  draw_term(tr("positions.sum"), answer.terms.sum(), theme().text);
  probe_last_item("positions.sum");
}

void draw_biases(const DistancesAnswer& answer) {
  std::vector<DistanceLine> lines;
  for (std::size_t head = 0; head < answer.biases.size(); ++head)
    if (head != answer.of.head.head) lines.push_back({answer.biases[head], others_colour(), 0.7F});
  lines.push_back({answer.biases[answer.of.head.head], head_colour(0), 1.5F});
  gap(0.5F);
  coloured(theme().text, tr("positions.biases"));
  const std::string below = tr("positions.axis");
  DistanceChartSpec spec{.id = "positions.biases",
                         .size = {ImGui::GetContentRegionAvail().x, em(kBiasChart)},
                         .first = answer.curve.first,
                         .count = answer.curve.mean.size(),
                         .lines = lines,
                         .below = below};
  const std::optional<std::size_t> hovered = distance_chart(spec);
  if (!hovered) return wrapped_caption(tr("positions.biases_about"));
  std::string told;
  for (std::size_t head = 0; head < answer.biases.size(); ++head)
    told += (head == 0 ? "" : " · ") + number(static_cast<float>(answer.biases[head][*hovered]), 3);
  wrapped_caption(
      tr("labelled", {{"name", tr("positions.at", {{"distance", answer.curve.distance(*hovered)}})}, {"value", told}}));
}

/// Places against places, where tokens were read at all of them.
void draw_places(PanelContext& context, PositionsState& state, const DistancesAnswer& answer) {
  const Matrix& grid = answer.curve.by_place;
  float most = 0.0F;
  for (const float value : grid.values)
    most = std::max(most, std::abs(value));
  gap(0.5F);
  coloured(theme().text, tr("positions.places"));
  const float side = std::min(ImGui::GetContentRegionAvail().x, em(kPlacesGrid));
  HeatMapSpec spec;
  spec.id = "positions.places";
  spec.size = {side, side};
  spec.values = &grid;
  spec.revision = state.revision;
  spec.rows = spec.cols = &state.places;
  spec.map = &gfx::colour_map(context.look().score_map, context.preferences.theme);
  spec.high = most > 0.0F ? most : 1.0F;
  spec.low = -spec.high;
  if (context.images != nullptr) spec.image = &context.images->maps["positions.places"];
  const HeatMapResult result = heat_map(spec, state.zoom);
  heat_map_legend("legend.positions", spec,
                  result.hovered ? std::optional(grid(result.hovered->row, result.hovered->col)) : std::nullopt);
  if (result.hovered) {
    const ScopedTooltip tooltip;
    coloured(theme().text_muted, tr("positions.place", {{"query", result.hovered->row}, {"key", result.hovered->col}}));
    coloured(theme().text, exact_number(grid(result.hovered->row, result.hovered->col)));
  }
  wrapped_caption(tr("positions.places_about"));
}

void draw_terms(PanelContext& context, PositionsState& state) {
  if (state.terms == nullptr) return;
  if (state.terms->obstacle == DistanceObstacle::none) draw_sum(context, *state.terms);
  if (state.answer != nullptr && !state.answer->biases.empty()) draw_biases(*state.answer);
  if (state.answer != nullptr && state.answer->curve.places > 0) draw_places(context, state, *state.answer);
  if (!state.terms->terms.planes.empty()) draw_plane_clocks(context, state, *state.terms);
}

}  // namespace

void draw_positions(PanelContext& context) {
  if (!context.tabbed) heading(tr("positions.title"));
  const Snapshot& snapshot = context.snapshot;
  if (!snapshot.trace || snapshot.trace->tokens() == 0 || context.background == nullptr)
    return wrapped_caption(tr("grids.empty"));
  PositionsState& state = context.state.of<PositionsState>();
  const Trace& trace = shown_trace(snapshot, context.session);
  DistancesQuestion question = distances_question(snapshot, context.session);
  question.reach = reaches[state.reach];
  question.others = state.others;
  const Outcome<DistancesAnswer> made = context.background->ask<DistancesSlot>(question);
  take_distances(state, made);
  const AskedPair pair = asked_pair(context, trace);
  const Outcome<TermsAnswer> terms = context.background->ask<TermsSlot>(
      {question.trace, question.attention, question.head, pair.query, pair.key, question.reach});
  if (terms.value && terms.fresh) state.terms = terms.value;
  two_columns(
      [&] {
        draw_distances(context, state, made);
        draw_position_switches(context, state);
        draw_stretch(context, state);
      },
      [&] { draw_terms(context, state); });
}

}  // namespace regard
