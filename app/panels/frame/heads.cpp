// SPDX-License-Identifier: Apache-2.0
#include "app/panels/frame/heads.h"

#include "app/base/head_place.h"
#include "app/panels/change/intervene.h"
#include "app/panels/common/compare_parts.h"
#include "app/panels/common/heads_state.h"
#include "app/panels/common/images.h"
#include "app/panels/common/parts.h"
#include "app/panels/heads/corpus_choice.h"
#include "app/session/action_kinds.h"
#include "app/session/look.h"
#include "app/session/preferences.h"
#include "app/session/selection.h"
#include "app/style/change_text.h"
#include "app/style/fonts.h"
#include "app/style/heads_text.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/viewmodel/snapshot.h"
#include "app/viewmodel/views.h"
#include "app/widgets/legend.h"
#include "app/widgets/overview.h"
#include "app/widgets/slider.h"
#include "core/analysis/difference.h"

#include <imgui.h>
#include <algorithm>
#include <cstddef>
#include <span>

namespace regard {
namespace {

const std::string& in_language(const Bilingual& text) {
  return language() == Language::ru ? text.ru : text.en;
}

std::size_t layers_of(const PanelContext& context) {
  return context.snapshot.model ? shown_config(context.snapshot, context.session).layers : 1;
}
/// Of the layer that is shown.
std::size_t heads_of(const PanelContext& context) {
  if (!context.snapshot.model) return 1;
  const std::size_t layer = shown_head(context.snapshot, context.session).layer;
  return shown_config(context.snapshot, context.session).heads(layer);
}

bool shows_movement(const PanelContext& context) {
  return context.shown == Shown::difference;
}

/// The measure that the workspace of heads is sorted by; null elsewhere, and while there is none of this model on the text chosen.
const MeasureMap* shown_measure(const PanelContext& context) {
  if (context.look().stage.workspace != "heads" || shows_movement(context)) return nullptr;
  const MeasureMap& map = context.state.of<HeadsState>().map;
  const Snapshot& snapshot = context.snapshot;
  if (map.heads.empty() || map.model.lock() != snapshot.model) return nullptr;
  const CorpusKind kind = corpus_kind(context);
  if (map.corpus != corpus_path(context, kind) || map.reading != corpus_reading(context, kind)) return nullptr;
  if (has_two_texts(snapshot) && shown_kind(snapshot, context.session) != AttentionKind::encoder) return nullptr;
  if (map.run && map.run->lock() != measured_run(snapshot)) return nullptr;
  return &map;
}

/// The colours of the map, from nothing to the head that has most.
void draw_map_legend(const PanelContext& context, std::span<const HeadMovement> heads, float largest) {
  LegendSpec spec;
  spec.id = "legend.movement";
  spec.map = &gfx::colour_map(context.look().weight_map, context.preferences.theme);
  spec.high = largest;
  const HeadRef head = context.hover.head ? *context.hover.head : shown_head(context.snapshot, context.session);
  for (const HeadMovement& each : heads)
    if (each.head == head) spec.current = static_cast<float>(each.movement);
  legend(spec);
}

OverviewSpec overview_spec(const PanelContext& context, ImVec2 size) {
  OverviewSpec spec;
  spec.size = size;
  spec.snapshot = &context.snapshot;
  spec.kind = shown_kind(context.snapshot, context.session);
  spec.selected = shown_head(context.snapshot, context.session);
  spec.compared = context.selection().compared_heads;
  spec.language = context.preferences.language;
  spec.map = &gfx::colour_map(context.look().weight_map, context.preferences.theme);
  spec.atlas = context.images != nullptr ? &context.images->atlas : nullptr;
  return spec;
}

float legend_room(const PanelContext& context) {
  return shows_movement(context) || shown_measure(context) != nullptr
             ? legend_height() + ImGui::GetStyle().ItemSpacing.y
             : 0.0F;
}

void draw_overview(PanelContext& context, float height) {
  OverviewSpec spec =
      overview_spec(context, {ImGui::GetContentRegionAvail().x, std::max(em(2.0F), height - legend_room(context))});
  Movements movements;
  if (shows_movement(context)) {
    movements = movements_of(context);
    spec.moved = true;
    spec.movements = movements.heads;
    spec.most_moved = movements.largest;
  } else if (const MeasureMap* map = shown_measure(context)) {
    spec.moved = true;
    spec.measure = map->measure;
    spec.movements = map->heads;
    spec.most_moved = map->largest;
  }
  const OverviewResult result = overview(spec, context.state.of<OverviewView>());
  if (result.hovered) context.next_hover.head = result.hovered;
  if (result.clicked) context.act(SelectHead{*result.clicked});
  if (result.compared) context.act(ToggleComparedHead{*result.compared});
  head_menu(context, result.hovered);
  if (spec.moved) draw_map_legend(context, spec.movements, spec.most_moved);
}

std::string caption_of(const PanelContext& context) {
  const OverviewView& view = context.state.of<OverviewView>();
  if (!view.shows_all())
    return tr("heads.part", {{"first_layer", view.begin.layer},
                             {"last_layer", view.end.layer - 1},
                             {"first_head", view.begin.head},
                             {"last_head", view.end.head - 1}});
  if (const MeasureMap* map = shown_measure(context))
    return tr("heads.measured", {{"measure", map->measure}, {"text", map->text}});
  if (!shows_movement(context)) return tr(view.lines ? "heads.by_layer" : "heads.caption");
  const ComparedNames names = compared_names(context.session);
  const Movements movements = movements_of(context);
  constexpr float kSeen = 0.0005F;  // the numbers on the tiles are rounded
  if (movements.pending) return tr("heads.moved_pending");
  if (const std::string small = small_change_note(movements.largest, kSeen); !small.empty()) return small;
  return tr("heads.moved", {{"first", names.baseline}, {"second", names.live}});
}

/// Where not all heads have a picture.
std::string pictured_note(const PanelContext& context) {
  const std::size_t heads = context.snapshot.model ? most_heads(shown_config(context.snapshot, context.session)) : 0;
  if (heads <= most_pictured_heads) return {};
  return tr("heads.first_pictured", {{"count", most_pictured_heads}, {"heads", heads}}) + " · ";
}

void draw_sliders(PanelContext& context) {
  const HeadRef head = shown_head(context.snapshot, context.session);
  int layer = static_cast<int>(head.layer);
  int index = static_cast<int>(head.head);
  const int last_layer = static_cast<int>(layers_of(context)) - 1;
  const int last_head = static_cast<int>(heads_of(context)) - 1;
  const float label_width =
      std::max(ImGui::CalcTextSize(tr("heads.layer")).x, ImGui::CalcTextSize(tr("heads.head")).x) + em(0.75F);
  SliderSpec spec;
  spec.label_width = label_width;
  spec.id = "slider.layer";
  spec.label = tr("heads.layer");
  if (slider(spec, layer, 0, last_layer)) context.act(SelectHead{{static_cast<std::size_t>(layer), head.head}});
  spec.id = "slider.head";
  spec.label = tr("heads.head");
  if (slider(spec, index, 0, last_head)) context.act(SelectHead{{head.layer, static_cast<std::size_t>(index)}});
}

void draw_role(PanelContext& context) {
  const Snapshot& snapshot = context.snapshot;
  if (!snapshot.model || snapshot.model->roles.empty()) {
    coloured(theme().text_muted, head_label(shown_head(context.snapshot, context.session)));
    return;
  }
  const HeadRole* role = role_of(*snapshot.model, shown_head(snapshot, context.session));
  coloured(theme().text, role != nullptr ? in_language(role->name) : tr("heads.free"));
  wrapped_caption(role != nullptr ? in_language(role->asks) : tr("heads.free_about"));
}

constexpr float kLeastOverview = 10.0F;  ///< ems

/// Closer and back, at the right of the heading, where thumbnails are small.
void draw_zoom_buttons(PanelContext& context, float width) {
  OverviewView& view = context.state.of<OverviewView>();
  align_right(width);
  const HeadRef about = shown_head(context.snapshot, context.session);
  const auto button = [&](const char* id, const char* sign, float notches, bool of_use) {
    const ScopedTextColour ink(of_use ? theme().text : theme().grid);
    if (quiet_button(id, sign) && of_use) zoom_overview(view, about, notches);
    hint(tr("heads.zoom"));
  };
  button("heads.back", "−", -2.0F, !view.shows_all());
  ImGui::SameLine(0.0F, 0.0F);
  button("heads.closer", "+", 2.0F, view.zoom < view.closest);
}

/// Two sliders, the name and two lines about it.
float controls_height() {
  const float space = ImGui::GetStyle().ItemSpacing.y;
  return 2.0F * (ImGui::GetFrameHeight() + space) + em(1.0F) + 2.0F * em(0.85F) + 3.0F * space + em(0.5F);
}

}  // namespace

std::string head_label(HeadRef head) {
  return tr("heads.label", {{"layer", head.layer}, {"head", head.head}});
}

std::string head_name(const Snapshot& snapshot, HeadRef head) {
  const HeadRole* role = snapshot.model ? role_of(*snapshot.model, head) : nullptr;
  return role != nullptr ? in_language(role->name) : head_label(head);
}

std::string head_name_and_place(const Snapshot& snapshot, HeadRef head) {
  return snapshot.model ? numbered_head(*snapshot.model, head) : head_place(head);
}

float heads_height(const PanelContext& context, float width) {
  const float title = em(1.15F) + ImGui::GetStyle().ItemSpacing.y;
  return title + overview_height(overview_spec(context, {width, 0.0F})) + legend_room(context) + controls_height();
}

void draw_heads(PanelContext& context) {
  const bool zooms = context.state.of<OverviewView>().closest > 1.0F;
  const float buttons = zooms ? quiet_button_width("−") + quiet_button_width("+") : 0.0F;
  heading(tr("heads.title"));
  heading_note(pictured_note(context) + caption_of(context), buttons + (zooms ? em(0.5F) : 0.0F));
  if (zooms) draw_zoom_buttons(context, buttons);
  // In a low window the panel scrolls rather than the overview, unless that is very long.
  const ImVec2 room = ImGui::GetContentRegionAvail();
  const float wanted = overview_height(overview_spec(context, {room.x, 0.0F})) + legend_room(context);
  const float least = std::min({wanted, em(kLeastOverview), std::max(room.y, em(3.0F))});  // never beyond the panel
  draw_overview(context, std::max(room.y - controls_height(), least));
  gap(0.5F);
  draw_sliders(context);
  gap(0.25F);
  draw_role(context);
}

void choose_head(const PanelContext& context, HeadRef head) {
  if (ImGui::GetIO().KeyCtrl)
    context.act(ToggleComparedHead{head});
  else
    context.act(SelectHead{head});
}

}  // namespace regard
