// SPDX-License-Identifier: Apache-2.0
#include "app/panels/change/intervene_state.h"

#include "app/session/kept.h"
#include "app/session/reading.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/viewmodel/snapshot.h"
#include "app/viewmodel/views.h"

#include <algorithm>
#include <utility>

namespace regard {
namespace {

TextSide intervened_side(const PanelContext& context) {
  return has_two_texts(context.snapshot) ? TextSide::decoder : TextSide::encoder;
}

const std::string& intervened_text(const PanelContext& context) {
  return text_of(context.session, intervened_side(context), &context.snapshot.encoding);
}

}  // namespace

InterveneState& intervene_state(const PanelContext& context) {
  return context.state.of<InterveneState>();
}

const Encoding& intervened_encoding(const PanelContext& context) {
  return context.snapshot.encoding;
}

PlacedIntervention place_item(const PanelContext& context, Intervention item) {
  const Encoding& encoding = intervened_encoding(context);
  PlacedIntervention result = placed(std::move(item), encoding);
  move_along(result, edit_between(encoding.text, intervened_text(context)));
  return result;
}

Intervention on_tokens(const PanelContext& context, PlacedIntervention intervention) {
  const Encoding& encoding = intervened_encoding(context);
  move_along(intervention, edit_between(intervened_text(context), encoding.text));
  return resolved(intervention, encoding);
}

const ResolvedList& resolved_list(const PanelContext& context) {
  ResolvedList& list = intervene_state(context).resolved;
  const std::vector<PlacedIntervention>& wanted = context.reading().interventions;
  const std::string& text = intervened_text(context);
  if (list.snapshot == context.snapshot.number && list.of == wanted && list.text == text) return list;
  list.snapshot = context.snapshot.number;
  list.of = wanted;
  list.text = text;
  list.items.clear();
  list.acts.clear();
  for (const PlacedIntervention& each : wanted) {
    list.items.push_back(on_tokens(context, each));
    list.acts.push_back(each.on);
  }
  for (const LeftOut& each : context.snapshot.left_out)
    if (each.index < list.acts.size()) list.acts[each.index] = false;
  return list;
}

HeadScope scope_of(Reach reach, HeadRef head) {
  HeadScope scope;
  if (reach != Reach::everywhere) scope.layer = head.layer;
  if (reach == Reach::head) scope.head = head.head;
  return scope;
}

std::string chosen_pin(const PanelContext& context) {
  const Kept& kept = context.kept();
  if (kept.pins.empty()) return "";
  const std::string& wanted = intervene_state(context).pin;
  return pin_named(kept, wanted) != nullptr ? wanted : kept.pins.back().name;
}

std::size_t acting_items(const PanelContext& context) {
  const std::vector<bool>& acts = resolved_list(context).acts;
  return static_cast<std::size_t>(std::count(acts.begin(), acts.end(), true));
}

bool has_room(const PanelContext& context) {
  return context.reading().interventions.size() < max_interventions;
}

std::string attention_obstacle(const PanelContext& context) {
  if (!context.snapshot.trace) return tr("grids.empty");
  const bool own = shown_kind(context.snapshot, context.session) == AttentionKind::self;
  return own ? "" : tr("intervene.obstacle.attention");
}

ImVec4 colour_of(InterventionKind kind) {
  switch (kind) {
    case InterventionKind::mask:
      return theme().error;
    case InterventionKind::hide_tokens:
      return theme().heads[5];
    case InterventionKind::add:
      return theme().warning;
    case InterventionKind::set_weight:
      return theme().heads[1];
    case InterventionKind::copy_pattern:
    case InterventionKind::patch:
      return theme().heads[3];
    default:
      return theme().accent;
  }
}

}  // namespace regard
