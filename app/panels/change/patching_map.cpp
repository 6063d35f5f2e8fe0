// SPDX-License-Identifier: Apache-2.0
#include "app/panels/change/patching_parts.h"
#include "app/panels/common/images.h"
#include "app/panels/common/parts.h"
#include "app/panels/frame/heads.h"
#include "app/panels/look/grid_place.h"
#include "app/session/action_kinds.h"
#include "app/session/look.h"
#include "app/session/preferences.h"
#include "app/session/reading.h"
#include "app/style/fonts.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/viewmodel/snapshot.h"
#include "app/viewmodel/views.h"
#include "app/widgets/heat_map.h"
#include "app/widgets/legend.h"

#include <imgui.h>
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace regard {
namespace {

Axis axis_of(std::vector<std::string> labels) {
  Axis axis;
  for (std::size_t index = 0; index < labels.size(); ++index)
    axis.units.push_back({std::move(labels[index]), {index}});
  axis.window = {0, axis.units.size()};
  axis.total = axis.units.size();
  return axis;
}

Axis numbered(std::size_t count) {
  std::vector<std::string> labels;
  for (std::size_t index = 0; index < count; ++index)
    labels.push_back(std::to_string(index));
  return axis_of(std::move(labels));
}

Axis words(const Encoding& encoding) {
  std::vector<std::string> labels;
  for (const Token& token : encoding.tokens)
    labels.push_back(label_of(token));
  Axis axis = axis_of(std::move(labels));
  for (std::size_t token = 0; token < encoding.tokens.size(); ++token)
    axis.units[token].special = encoding.tokens[token].special;
  return axis;
}

/// Labels of the map; made again when it is another one.
void make_axes(PatchingState& state, const std::shared_ptr<const PatchingView>& view, const Encoding& encoding) {
  const std::string words_now = encoding.text + tr("patching.out");
  if (state.drawn == view && state.drawn_words == words_now) return;
  state.drawn = view;
  state.drawn_words = words_now;
  Axis rows = numbered(view->rows);
  if (view->what == PatchWhat::residual) rows.units.back().label = tr("patching.out");
  Axis cols = view->grid == PatchGrid::layers_heads ? numbered(view->cols) : words(encoding);
  if (rows.size() != state.rows.size() || !is_edited(state.cols, cols)) state.view = {};
  state.rows = std::move(rows);
  state.cols = std::move(cols);
}

/// Null where the layer has fewer heads than others.
const PatchResult* result_at(const PatchingView& view, Cell at) {
  const std::size_t index = view.result_of[at.row * view.cols + at.col];
  return index < view.map.results.size() ? &view.map.results[index] : nullptr;
}

/// Cells whose patch is in the list of interventions.
std::vector<CellMark> marks_of(const PanelContext& context, const PatchingView& view, const std::string& pin) {
  std::vector<CellMark> marks;
  const auto& list = context.reading().interventions;
  const bool any = std::any_of(list.begin(), list.end(),
                               [&](const PlacedIntervention& each) { return each.item.source_name == pin; });
  for (std::size_t place = 0; any && place < view.result_of.size(); ++place) {
    const Cell at{place / view.cols, place % view.cols};
    const PatchResult* result = result_at(view, at);
    if (result != nullptr && line_of_patch(context.session, result->cell, pin, context.snapshot.encoding))
      marks.push_back({at, colour_u32(theme().accent)});
  }
  return marks;
}

std::string sentence_of(const PanelContext& context, const PatchingQuestion& question, const PatchingView& view,
                        const PatchResult& result, Cell at) {
  const std::size_t index = at.row * view.cols + at.col;
  const std::string thing = patched_thing(result.cell, question.pair.corrupt->model->config);
  std::string token;
  if (result.cell.position) token = label_of(context.snapshot.encoding.tokens[*result.cell.position]);
  if (std::isnan(view.recovered.values[index]) && !result.aligned)
    return tr("patching.no_partner", {{"token", token}, {"name", question.pair.pin}});
  if (!view.known[index]) return tr("patching.not_yet", {{"what", thing}});
  if (std::isnan(result.recovered)) return tr("patching.nothing_lost");
  const std::string value = number(static_cast<float>(result.recovered), 4);
  if (token.empty())
    return tr("patching.sentence_all", {{"what", thing}, {"name", question.pair.pin}, {"value", value}});
  return tr("patching.sentence", {{"what", thing}, {"token", token}, {"name", question.pair.pin}, {"value", value}});
}

void tell_cell(const PanelContext& context, const PatchingQuestion& question, const PatchingView& view,
               const PatchResult& result, Cell at, bool added) {
  const ScopedTooltip tooltip;
  const float width = em(26.0F);
  coloured(theme().text, broken_at_spaces(sentence_of(context, question, view, result, at), width));
  const ScopedFont font(fonts().small);
  if (result.aligned && view.known[at.row * view.cols + at.col]) {
    const std::string numbers =
        tr("patching.tip_numbers", {{"difference", number(static_cast<float>(result.patched.logit_difference), 4)},
                                    {"probability", percent(static_cast<float>(result.patched.probability))},
                                    {"recovered", number(static_cast<float>(result.recovered_probability), 4)}});
    coloured(theme().text_muted, broken_at_spaces(numbers, width));
    coloured(theme().text_muted, broken_at_spaces(tr(added ? "patching.tip_remove" : "patching.tip_add"), width));
  }
}

/// A click adds the cell's patch to the list, or takes it out again.
void toggle(PanelContext& context, const PatchingQuestion& question, const PatchCell& cell) {
  const Encoding& encoding = context.snapshot.encoding;
  if (const auto line = line_of_patch(context.session, cell, question.pair.pin, encoding))
    context.act(RemoveIntervention{*line});
  else
    context.act(AddIntervention{patch_line(cell, question.pair.pin, encoding)});
}

float map_height(const PatchingView& view, float width) {
  const auto cols = static_cast<float>(std::max<std::size_t>(view.cols, 1));
  const float side = std::clamp(0.85F * width / cols, em(0.3F), em(2.6F));
  const float labels = em(view.grid == PatchGrid::layers_heads ? 2.0F : 5.0F);
  return std::clamp(side * static_cast<float>(view.rows) + labels, em(7.0F), em(34.0F));
}

HeatMapSpec spec_of(PanelContext& context, PatchingState& state, const PatchingView& view) {
  HeatMapSpec spec;
  spec.id = "patching.grid_of";
  const float width = ImGui::GetContentRegionAvail().x;
  spec.size = {width, map_height(view, width)};
  spec.values = &view.recovered;
  spec.revision = view.revision;
  spec.rows = &state.rows;
  spec.cols = &state.cols;
  spec.map = &gfx::colour_map(context.look().score_map, context.preferences.theme);
  spec.low = -1.0F;
  spec.high = 1.0F;
  if (view.grid == PatchGrid::heads_tokens) spec.selected_row = shown_head(context.snapshot, context.session).head;
  if (context.images != nullptr) spec.image = &context.images->maps["patching"];
  return spec;
}

void share_hover(PanelContext& context, const PatchingView& view, const PatchCell& cell) {
  if (cell.head) context.next_hover.head = HeadRef{cell.layer, *cell.head};
  if (view.grid != PatchGrid::layers_heads) context.next_hover.query = cell.position;
}

/// Keys of what is carried over: of one head, and of the whole layer.
struct Names {
  const char* of_head = "";
  const char* of_layer = "";
};

Names names_of(const PatchCell& cell) {
  if (cell.pattern) return {"patching.thing.pattern", "patching.thing.all_pattern"};
  switch (cell.site) {
    case PatchSite::residual:
      return {"", "patching.thing.residual"};
    case PatchSite::attention_output:
      return {"", "patching.thing.attention_output"};
    case PatchSite::feed_forward_output:
      return {"", "patching.thing.feed_forward_output"};
    case PatchSite::query:
      return {"patching.thing.query", "patching.thing.all_query"};
    case PatchSite::key:
      return {"patching.thing.key", "patching.thing.all_key"};
    case PatchSite::value:
      return {"patching.thing.value", "patching.thing.all_value"};
    case PatchSite::head_output:
      break;
  }
  return {"patching.thing.head_output", "patching.thing.all_head_output"};
}

}  // namespace

std::string patched_thing(const PatchCell& cell, const ModelConfig& config) {
  const std::size_t layer = cell.layer;
  if (!cell.pattern && cell.site == PatchSite::residual && layer == config.layers)
    return tr("patching.thing.residual_out");
  const Names names = names_of(cell);
  if (cell.head) return tr(names.of_head, {{"layer", layer}, {"head", *cell.head}});
  return tr(names.of_layer, {{"layer", layer}});
}

void draw_patching_map(PanelContext& context, PatchingState& state, const PatchingQuestion& question,
                       const std::shared_ptr<const PatchingView>& view) {
  const Encoding& encoding = context.snapshot.encoding;
  if (view->grid != PatchGrid::layers_heads && view->cols != encoding.tokens.size()) return;  // of the text before
  if (view->map.results.empty()) return;
  make_axes(state, view, encoding);
  HeatMapSpec spec = spec_of(context, state, *view);
  const std::vector<CellMark> marks = marks_of(context, *view, question.pair.pin);
  spec.marks = marks;
  const HeatMapResult result = heat_map(spec, state.view);
  std::optional<float> current;
  const PatchResult* under = result.hovered ? result_at(*view, *result.hovered) : nullptr;
  if (under != nullptr) {
    const PatchCell& cell = under->cell;
    current = view->recovered(result.hovered->row, result.hovered->col);
    share_hover(context, *view, cell);
    tell_cell(context, question, *view, *under, *result.hovered,
              line_of_patch(context.session, cell, question.pair.pin, encoding).has_value());
  }
  const PatchResult* clicked = result.clicked ? result_at(*view, *result.clicked) : nullptr;
  if (clicked != nullptr && clicked->aligned) toggle(context, question, clicked->cell);
  heat_map_legend("legend.patching", spec, current);
  if (view->grid != PatchGrid::heads_tokens) wrapped_caption(tr("patching.rows"));
  wrapped_caption(tr("patching.legend", {{"name", question.pair.pin}}));
}

}  // namespace regard
