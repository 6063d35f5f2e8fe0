// SPDX-License-Identifier: Apache-2.0
// Other positions for this head, this layer or all: what each would cost the model, and the button that makes it an intervention.
#include "app/panels/change/intervene_brush.h"
#include "app/panels/change/intervene_state.h"
#include "app/panels/change/intervene_words.h"
#include "app/panels/common/parts.h"
#include "app/panels/kinds/kinds_parts.h"
#include "app/panels/kinds/positions_parts.h"
#include "app/session/reading.h"
#include "app/style/fonts.h"
#include "app/style/locale.h"
#include "app/style/positions_text.h"
#include "app/style/theme.h"
#include "app/viewmodel/all_views.h"
#include "app/viewmodel/effect_view.h"
#include "app/viewmodel/snapshot.h"
#include "app/widgets/probe.h"
#include "core/trace/switched_positions.h"

#include <imgui.h>

#include <algorithm>
#include <optional>
#include <string>

namespace regard {
namespace {

constexpr float kSwitchButton = 6.5F, kSwitchName = 12.5F, kSwitchDivergence = 5.5F, kLeastPrediction = 7.0F;  ///< ems

/// Each form with its usual number, or with that of the list's item for these heads.
std::vector<PositionSwitch> offered_switches(const Reading& reading, const HeadScope& scope) {
  std::vector<PositionSwitch> offered;
  for (const PositionInfo& info : position_infos())
    offered.push_back(usual_positions(info.form));
  const std::optional<std::size_t> place = place_in_list(reading, with_positions(scope, {}));
  for (PositionSwitch& each : offered)
    if (place && reading.interventions[*place].item.positioned.form == each.form)
      each = reading.interventions[*place].item.positioned;
  return offered;
}

void hint_switch(const ItemEffects& effects, const ItemEffect& effect) {
  std::string text = tr("kind_effects.before", {{"tokens", listed_tokens(effects.before)}});
  if (!effect.after.empty()) text += "\n" + tr("kind_effects.after", {{"tokens", listed_tokens(effect.after)}});
  hint(text + "\n" + tr("position_switch.cost_about"));
}

/// KL and, where there is room for it, what comes up then; the hint tells both.
void draw_cost(const ItemEffects& effects, const ItemEffect& effect, std::size_t index, float end) {
  const float left = ImGui::GetCursorPosX();
  coloured(theme().text, told_divergence(effect.divergence));
  probe("positions.cost." + std::to_string(index), ImGui::GetItemRectMin(), ImGui::GetItemRectMax());
  hint_switch(effects, effect);
  ImGui::SameLine(left + em(kSwitchDivergence));
  const float room = end - ImGui::GetCursorScreenPos().x;
  if (room < em(kLeastPrediction)) return ImGui::NewLine();
  align_to_frame();
  coloured(theme().text_muted, fitted(told_change(effects.before, effect.after), room));
  hint_switch(effects, effect);
}

void draw_switch(PanelContext& context, const Request& bare, const PositionEffects* known,
                 const PositionSwitch& positions, std::size_t index) {
  const Intervention item = with_positions(scope_now(context), positions);
  const float left = ImGui::GetCursorPosX();
  const float end = ImGui::GetCursorScreenPos().x + ImGui::GetContentRegionAvail().x;
  const std::optional<Error> why = complaint_about(context.snapshot.model->config, bare, item);
  const std::string title = switch_title(positions);
  if (why) {
    const std::string refusal = switch_refusal(*why);
    align_to_frame();
    coloured(theme().text_muted, fitted(title + ": " + refusal, end - ImGui::GetCursorScreenPos().x));
    probe("positions.refused." + std::to_string(index), ImGui::GetItemRectMin(), ImGui::GetItemRectMax());
    return hint(title + "\n" + refusal);
  }
  // The name gives way to KL where the column is narrow.
  const float button = em(kSwitchButton),
              named = std::min(em(kSwitchName), end - ImGui::GetCursorScreenPos().x - button - em(kSwitchDivergence));
  const std::string about = switch_note(positions) + "\n" + switch_about(positions.form);
  draw_apply_button(context, "positions.apply." + std::to_string(index), item, about);
  ImGui::SameLine(left + button);
  align_to_frame();
  coloured(theme().text, fitted(title, named - em(0.5F)));
  hint(about);
  if (known == nullptr) return;
  ImGui::SameLine(left + button + named);
  align_to_frame();
  draw_cost(known->effects, known->effects.each[index], index, end);
}

/// Asks for what the switches cost; null until it is there, or where nothing is predicted.
std::shared_ptr<const PositionEffects> ask_costs(PanelContext& context, PositionsState& state,
                                                 const std::vector<PositionSwitch>& switches) {
  const Snapshot& snapshot = context.snapshot;
  if (!snapshot.model->config.has_lm_head) {
    caption(tr("kind_effects.no_head"));
    return nullptr;
  }
  const PositionEffectsQuestion question{snapshot.trace, scope_now(context), switches,
                                         context.views.predictions.position};
  const bool quick = cost_of_runs(*snapshot.trace, switches.size()) < quick_cost;
  const Outcome<PositionEffects> made = ask_long_map<PositionEffectsSlot>(context, state.costs_of, quick, question);
  draw_long_map_button(context, slot_id<PositionEffectsSlot>(), "positions.costs", state.costs_of, quick,
                       progress_of(made));
  if (made.error) wrapped_caption(tr(*made.error));
  return made.fresh ? made.value : nullptr;
}

}  // namespace

void draw_position_switches(PanelContext& context, PositionsState& state) {
  if (shown_kind(context.snapshot, context.session) != AttentionKind::self) return;
  gap(0.5F);
  coloured(theme().text, tr("position_switch.title"));
  if (context.shown != Shown::live || context.snapshot.model->capture)
    return wrapped_caption(tr("position_switch.rests"));
  if (const std::string why = attention_obstacle(context); !why.empty()) return wrapped_caption(why);
  align_to_frame();
  coloured(theme().text_muted, tr("kind_effects.to"));
  ImGui::SameLine(0.0F, em(0.5F));
  draw_reach_choice(context, "positions.scope");
  const std::vector<PositionSwitch> switches = offered_switches(context.reading(), scope_now(context));
  const std::shared_ptr<const PositionEffects> known = ask_costs(context, state, switches);
  const Request bare = without_switched_positions(context.snapshot.trace->request);
  for (std::size_t index = 0; index < switches.size(); ++index)
    draw_switch(context, bare, known.get(), switches[index], index);
  wrapped_caption(tr("position_switch.untrained"));
}

}  // namespace regard
