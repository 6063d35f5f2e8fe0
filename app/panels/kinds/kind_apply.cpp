// SPDX-License-Identifier: Apache-2.0
// What it would cost the model to attend so, under each grid, and the button that makes it an intervention.
#include "app/panels/change/intervene.h"
#include "app/panels/change/intervene_brush.h"
#include "app/panels/change/intervene_state.h"
#include "app/panels/change/intervene_words.h"
#include "app/panels/common/button_parts.h"
#include "app/panels/common/parts.h"
#include "app/panels/kinds/kinds_parts.h"
#include "app/session/action_kinds.h"
#include "app/session/look.h"
#include "app/session/reading.h"
#include "app/style/fonts.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/viewmodel/all_views.h"
#include "app/viewmodel/effect_view.h"
#include "app/viewmodel/snapshot.h"
#include "app/widgets/probe.h"

#include <imgui.h>

#include <cmath>
#include <cstddef>
#include <optional>
#include <string>

namespace regard {
namespace {

constexpr float kReachRoom = 26.0F;  ///< ems beside the legend that the choice of heads needs
constexpr int kDivergenceDecimals = 4;

std::string token_share(const PredictedToken& token) {
  return tr("kind_effects.token",
            {{"token", fitted(token.text, em(7.0F))}, {"share", percent(static_cast<float>(token.probability))}});
}

}  // namespace

HeadScope scope_now(const PanelContext& context) {
  return scope_of(intervene_state(context).reach, shown_head(context.snapshot, context.session));
}

std::string listed_tokens(const std::vector<PredictedToken>& tokens) {
  std::string list;
  for (const PredictedToken& token : tokens)
    list += (list.empty() ? "" : " · ") + token_share(token);
  return list;
}

std::string told_divergence(double divergence) {
  return tr("kind_effects.divergence", {{"value", number(static_cast<float>(divergence), kDivergenceDecimals)}});
}

std::string told_change(const std::vector<PredictedToken>& before, const std::vector<PredictedToken>& after) {
  if (before.empty() || after.empty()) return {};
  return token_share(before.front()) + " → " + token_share(after.front());
}

std::optional<std::size_t> place_in_list(const Reading& reading, const Intervention& item) {
  for (std::size_t index = 0; index < reading.interventions.size(); ++index) {
    const Intervention& listed = reading.interventions[index].item;
    if (listed.kind == item.kind && listed.scope == item.scope) return index;
  }
  return std::nullopt;
}

void draw_apply_button(PanelContext& context, const std::string& id, const Intervention& item,
                       const std::string& about) {
  const std::optional<std::size_t> place = place_in_list(context.reading(), item);
  const PlacedIntervention* listed = place ? &context.reading().interventions[*place] : nullptr;
  const bool stands =
      listed != nullptr && listed->on && listed->item.as == item.as && listed->item.positioned == item.positioned;
  if (framed_button(id, tr(stands ? "kind_effects.take_back" : "kind_effects.apply"))) {
    if (stands)
      context.act(RemoveIntervention{*place});
    else if (place)
      context.act(ChangeIntervention{*place, place_item(context, item)});
    else
      add_item(context, item);
  }
  hint(where_of(item.scope) + "\n" + about);
}

namespace {

const KindEffect* effect_of_kind(const KindsState& state, const KindOfAttention& kind) {
  if (state.effects == nullptr) return nullptr;
  for (const KindEffect& effect : state.effects->effects)
    if (effect.kind == kind) return &effect;
  return nullptr;
}

std::string told_predictions(const KindEffects& effects, const KindEffect& effect) {
  if (is_own_kind(effect.kind.form)) return listed_tokens(effects.before);
  return told_change(effects.before, effect.after);
}

void hint_effect(const KindEffects& effects, const KindEffect& effect) {
  std::string text = tr("kind_effects.before", {{"tokens", listed_tokens(effects.before)}});
  if (!effect.after.empty()) text += "\n" + tr("kind_effects.after", {{"tokens", listed_tokens(effect.after)}});
  hint(text + "\n" + tr("kind_effects.about"));
}

}  // namespace

void draw_kind_reach(PanelContext& context, KindsState& state) {
  state.effects.reset();
  const Snapshot& snapshot = context.snapshot;
  state.offered = context.shown == Shown::live && attention_obstacle(context).empty() && !snapshot.model->capture;
  if (!state.offered) return;
  const float right = ImGui::GetCursorScreenPos().x + ImGui::GetContentRegionAvail().x;
  if (right - ImGui::GetItemRectMax().x > em(kReachRoom)) ImGui::SameLine(0.0F, em(1.5F));
  align_to_frame();
  coloured(theme().text_muted, tr("kind_effects.to"));
  ImGui::SameLine(0.0F, em(0.5F));
  draw_reach_choice(context, "kinds.reach");
  if (!snapshot.model->config.has_lm_head) {
    ImGui::SameLine(0.0F, em());
    align_to_frame();
    return caption(tr("kind_effects.no_head"));
  }
  const KindEffectsQuestion question{snapshot.trace, scope_now(context), context.look().kinds,
                                     context.views.predictions.position};
  const bool quick = cost_of_runs(*snapshot.trace, question.kinds.size()) < quick_cost;
  const Outcome<KindEffects> made = ask_long_map<KindEffectsSlot>(context, state.effects_of, quick, question);
  if (made.fresh) state.effects = made.value;
  draw_long_map_button(context, slot_id<KindEffectsSlot>(), "kinds.effects", state.effects_of, quick,
                       progress_of(made));
  if (made.error) wrapped_caption(tr(*made.error));
}

float kind_effect_height(const KindsState& state) {
  if (!state.offered) return 0.0F;
  const float button = ImGui::GetFrameHeightWithSpacing();
  const ScopedFont font(fonts().small);
  return button + ImGui::GetTextLineHeightWithSpacing();
}

void draw_kind_effect(PanelContext& context, const KindsState& state, std::size_t index, float width) {
  if (!state.offered) return;
  const KindOfAttention& kind = state.answer->reports[index].kind;
  const KindEffect* effect = effect_of_kind(state, kind);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const bool refused = effect != nullptr && effect->refused;
  if (!is_own_kind(kind.form) && !refused) {
    draw_apply_button(context, "kinds.apply." + std::to_string(index), in_kind(scope_now(context), kind),
                      kind_note(kind));
    if (effect != nullptr) {
      ImGui::SameLine(0.0F, em(0.6F));
      align_to_frame();
      coloured(theme().text, fitted(told_divergence(effect->divergence), at.x + width - ImGui::GetCursorScreenPos().x));
      probe("kinds.effect." + std::to_string(index), ImGui::GetItemRectMin(), ImGui::GetItemRectMax());
      hint_effect(*state.effects, *effect);
    }
    ImGui::SetCursorScreenPos({at.x, at.y + ImGui::GetFrameHeightWithSpacing()});
  }
  if (effect == nullptr) return;
  const ScopedFont font(fonts().small);
  const std::string told = refused ? kind_refusal(*effect->refused) : told_predictions(*state.effects, *effect);
  coloured(refused ? theme().text_muted : theme().text, fitted(told, width));
  if (refused) return hint(told);
  hint_effect(*state.effects, *effect);
}

}  // namespace regard
