// SPDX-License-Identifier: Apache-2.0
// The same matrices of a layer as 1, 2, 4, 8… heads: a row of grids for each number.
#include "app/panels/common/images.h"
#include "app/panels/common/job_line.h"
#include "app/panels/common/parts.h"
#include "app/panels/common/quantities.h"
#include "app/panels/kinds/kinds.h"
#include "app/session/action_kinds.h"
#include "app/session/look.h"
#include "app/session/preferences.h"
#include "app/style/fonts.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/viewmodel/all_views.h"
#include "app/viewmodel/head_cuts_view.h"
#include "app/viewmodel/snapshot.h"
#include "app/widgets/heat_map.h"
#include "app/widgets/legend.h"
#include "app/widgets/probe.h"

#include <imgui.h>

#include <algorithm>
#include <cmath>
#include <string>

namespace regard {
namespace {

constexpr float kLargestCut = 13.0F, kLeastCut = 2.5F;  ///< ems of a grid's side
constexpr float kCutSpace = 0.5F;                       ///< ems between grids
constexpr float kCutLegend = 14.0F;                     ///< ems

struct HeadCutsSlot {
  using Asked = HeadCutsQuestion;
  using Answer = HeadCuts;
  static std::shared_ptr<const Answer> answer(const Asked& asked, const Job<Answer>& job) {
    job.give_way();
    return make_head_cuts(asked, job.stop);
  }
};

/// Kept between frames.
struct HeadCutsState {
  std::shared_ptr<const HeadCuts> answer{};
  Axis rows{}, cols{};                         ///< tokens, without names: the grids are small
  std::vector<std::string> queries{}, keys{};  ///< their names
  std::vector<bool> masked{};                  ///< of the layer: the same in every head
  float largest = 1.0F;
  std::uint64_t revision = 0;
  HeatMapView zoom{};
};

Axis nameless(std::size_t tokens) {
  Axis axis{.units = {}, .window = {0, tokens}, .total = tokens};
  for (std::size_t token = 0; token < tokens; ++token)
    axis.units.push_back({.tokens = {token}});
  return axis;
}

std::vector<std::string> labels_of_tokens(const Encoding& encoding) {
  std::vector<std::string> labels;
  for (const Token& token : encoding.tokens)
    labels.push_back(label_of(token));
  return labels;
}

std::vector<bool> closed_cells(const Trace& trace, std::size_t layer) {
  std::vector<bool> closed(trace.tokens() * trace.keys());
  for (std::size_t query = 0; query < trace.tokens(); ++query)
    for (std::size_t key = 0; key < trace.keys(); ++key)
      closed[query * trace.keys() + key] = !allowed(trace, layer, query, key);
  return closed;
}

void take_cuts(PanelContext& context, HeadCutsState& state, const Outcome<HeadCuts>& made) {
  if (!made.value || !made.fresh || state.answer == made.value) return;
  state.answer = made.value;
  const Trace& trace = attention_of(*made.value->of.trace, made.value->of.attention);
  state.rows = nameless(trace.tokens());
  state.cols = nameless(trace.keys());
  state.queries = labels_of_tokens(asking_encoding(context.snapshot, context.session));
  state.keys = labels_of_tokens(asked_encoding(context.snapshot, context.session));
  state.masked = closed_cells(trace, made.value->of.layer);
  state.largest = 0.0F;
  for (const HeadCut& cut : made.value->cuts)
    for (const CutHead& head : cut.each)
      for (const float weight : head.weights.values)
        state.largest = std::max(state.largest, weight);
  if (state.largest <= 0.0F) state.largest = 1.0F;
  ++state.revision;
}

/// "previous 71 %", or how far and how widely it looks.
std::string told_look(const CutHead& head) {
  const std::size_t place = head.strongest();
  if (place < looked_places)
    return tr("head_cuts.look",
              {{"place", tr("head_cuts.place." + std::string(name_of(static_cast<LookedPlace>(place))))},
               {"share", percent(static_cast<float>(head.places[place]))}});
  return tr("head_cuts.wide", {{"entropy", number(static_cast<float>(head.entropy), 2)}});
}

std::string all_of_head(const CutHead& head) {
  std::string text;
  for (std::size_t place = 0; place < looked_places; ++place)
    text += tr("labelled", {{"name", tr("head_cuts.place." + std::string(name_of(static_cast<LookedPlace>(place))))},
                            {"value", percent(static_cast<float>(head.places[place]))}}) +
            "\n";
  return text + tr("kinds.entropy", {{"value", number(static_cast<float>(head.entropy), 2)}}) + "\n" +
         tr("kinds.distance", {{"value", number(static_cast<float>(head.distance), 2)}});
}

void tell_cut_cell(const HeadCutsState& state, const CutHead& head, const Cell& cell) {
  const ScopedTooltip tooltip;
  coloured(theme().query, state.queries[cell.row]);
  ImGui::SameLine(0.0F, em(0.4F));
  coloured(theme().text_muted, "→");
  ImGui::SameLine(0.0F, em(0.4F));
  coloured(theme().key, state.keys[cell.col]);
  const bool closed = state.masked[cell.row * state.cols.size() + cell.col];
  {
    const ScopedFont font(fonts().mono);
    coloured(theme().text, closed ? tr("grids.masked") : exact_number(head.weights(cell.row, cell.col)));
  }
  coloured(theme().text_muted, all_of_head(head));
}

void draw_cut_grid(PanelContext& context, HeadCutsState& state, const std::string& id, const CutHead& head,
                   float side) {
  HeatMapSpec spec;
  spec.id = id;
  spec.size = {side, side};
  spec.values = &head.weights;
  spec.masked = &state.masked;
  spec.revision = state.revision;
  spec.rows = &state.rows;
  spec.cols = &state.cols;
  spec.map = &gfx::colour_map(context.look().weight_map, context.preferences.theme);
  spec.high = state.largest;
  spec.linked_row = context.hover.query.value_or(kNone);
  spec.linked_col = context.hover.key.value_or(kNone);
  if (context.images != nullptr) spec.image = &context.images->maps[id];
  const HeatMapResult grid = heat_map(spec, state.zoom);
  if (grid.hovered) {
    context.next_hover.query = grid.hovered->row;
    context.next_hover.key = grid.hovered->col;
    tell_cut_cell(state, head, *grid.hovered);
  }
  if (!grid.clicked) return;
  context.act(SelectQuery{grid.clicked->row});
  context.act(SelectKey{grid.clicked->col});
}

/// "4 heads of 32 numbers · scores × 0.1768", and whether the model has them so.
std::string told_cut(const HeadCut& cut, bool own) {
  std::string text = tr_plural("head_cuts.heads", cut.heads, {{"width", cut.width}}) + " · " +
                     tr("head_cuts.scale", {{"scale", number(cut.scale, 4)}});
  return own ? text + " · " + tr("kinds.trained") : text;
}

/// One number of heads: its line, its grids and what each looks at below.
void draw_cut(PanelContext& context, HeadCutsState& state, const HeadCut& cut, bool own) {
  wrapped(own ? theme().text : theme().warning, told_cut(cut, own));
  const ImVec2 start = ImGui::GetCursorScreenPos();
  const float room = ImGui::GetContentRegionAvail().x, space = em(kCutSpace);
  const float wished = (room + space) / static_cast<float>(cut.heads) - space;
  const float side = std::floor(std::clamp(wished, em(kLeastCut), em(kLargestCut)));
  const auto in_line = std::max<std::size_t>(1, static_cast<std::size_t>((room + space) / (side + space)));
  float line = 0.0F;
  {
    const ScopedFont font(fonts().small);
    line = ImGui::GetTextLineHeightWithSpacing();
  }
  for (std::size_t head = 0; head < cut.each.size(); ++head) {
    const float x = start.x + static_cast<float>(head % in_line) * (side + space),
                y = start.y + static_cast<float>(head / in_line) * (side + line);
    ImGui::SetCursorScreenPos({x, y});
    const std::string id = "head_cuts.grid." + std::to_string(cut.heads) + "." + std::to_string(head);
    draw_cut_grid(context, state, id, cut.each[head], side);
    ImGui::SetCursorScreenPos({x, y + side});
    const ScopedFont font(fonts().small);
    coloured(theme().text_muted, fitted(told_look(cut.each[head]), side));
    hint(all_of_head(cut.each[head]));
  }
  const std::size_t lines = (cut.each.size() + in_line - 1) / in_line;
  ImGui::SetCursorScreenPos(start);
  ImGui::Dummy({1.0F, static_cast<float>(lines) * (side + line) + em(0.5F)});
}

/// Why nothing can be seen; empty where it can.
std::string why_no_cuts(const PanelContext& context) {
  const Snapshot& snapshot = context.snapshot;
  if (!snapshot.trace || snapshot.trace->tokens() == 0 || context.background == nullptr) return tr("grids.empty");
  const Trace& trace = shown_trace(snapshot, context.session);
  const std::size_t longest = std::max(trace.tokens(), trace.keys());
  if (longest > longest_kinds) return tr("kinds.too_long", {{"tokens", longest}, {"most", longest_kinds}});
  return {};
}

}  // namespace

void draw_head_cuts(PanelContext& context) {
  if (!context.tabbed) heading(tr("head_cuts.title"));
  if (const std::string why = why_no_cuts(context); !why.empty()) return wrapped_caption(why);
  HeadCutsState& state = context.state.of<HeadCutsState>();
  const HeadRef head = shown_head(context.snapshot, context.session);
  const Outcome<HeadCuts> made = context.background->ask<HeadCutsSlot>(
      {context.snapshot.trace, shown_kind(context.snapshot, context.session), head.layer});
  take_cuts(context, state, made);
  wrapped_caption(tr("head_cuts.about", {{"layer", head.layer}}));
  if (made.error) draw_job_line(context, "head_cuts.job", slot_id<HeadCutsSlot>(), made);
  if (state.answer == nullptr) return;
  if (state.answer->obstacle != HeadCutObstacle::none)
    wrapped(theme().warning, tr("head_cuts.obstacle." + std::string(name_of(state.answer->obstacle))));
  if (state.answer->edits_left_out) wrapped(theme().warning, tr("head_cuts.edits_left_out"));
  if (state.answer->cuts.empty()) return;
  LegendSpec spec;
  spec.id = "legend.head_cuts";
  spec.map = &gfx::colour_map(context.look().weight_map, context.preferences.theme);
  spec.high = state.largest;
  spec.width = std::min(em(kCutLegend), ImGui::GetContentRegionAvail().x);
  legend(spec);
  const LayerOf of{*state.answer->of.trace, state.answer->of.attention, state.answer->of.layer};
  for (const HeadCut& cut : state.answer->cuts)
    draw_cut(context, state, cut, cut.heads == of.config().heads(of.layer));
}

}  // namespace regard
