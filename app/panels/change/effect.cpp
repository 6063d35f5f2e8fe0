// SPDX-License-Identifier: Apache-2.0
#include "app/panels/change/effect.h"

#include "app/jobs/background.h"
#include "app/panels/change/effect_parts.h"
#include "app/panels/common/parts.h"
#include "app/panels/common/two_columns.h"
#include "app/panels/look/prediction_difference.h"
#include "app/style/fonts.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/viewmodel/all_views.h"
#include "app/viewmodel/comparison.h"
#include "app/viewmodel/snapshot.h"

#include <imgui.h>
#include <algorithm>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>

namespace regard {
namespace {

/// Which two runs are compared, or that there is only one.
std::string about_baseline(const Snapshot& snapshot, bool compared) {
  if (compared && snapshot.comparison && !snapshot.comparison->name.empty())
    return tr("effect.with_pin", {{"name", snapshot.comparison->name}});
  if (compared) return tr("effect.with_plain");
  return tr(effect_baseline(snapshot) != nullptr ? "effect.other_vocabulary" : "effect.alone");
}

void draw_divergence(const EffectView& view) {
  const EffectRow& chosen = view.rows[view.chosen];
  coloured(theme().text, tr("effect.divergence", {{"value", number(static_cast<float>(view.divergence), 4)}}));
  hint(tr("effect.divergence_hint"));
  ImGui::SameLine(0.0F, em(1.2F));
  const std::string change = tr("effect.change", {{"token", chosen.text}, {"value", with_sign(chosen.change, 3)}});
  if (ImGui::GetContentRegionAvail().x < ImGui::CalcTextSize(change.c_str()).x) ImGui::NewLine();
  coloured(theme().text, change);
  hint(tr("effect.change_hint"));
}

void draw_predictions_part(PanelContext& context, EffectState& state, std::size_t position) {
  const Snapshot& snapshot = context.snapshot;
  std::optional<EffectQuestion> question = effect_question(snapshot, position);
  const bool compared = question.has_value();
  if (!question) question = EffectQuestion{snapshot.trace, snapshot.trace, position, position};
  question->token = state.token.value_or(-1);
  heading(tr("effect.prediction"));
  if (compared) heading_note(about_baseline(snapshot, compared));
  wrapped_caption(about_prediction(context.views.predictions) +
                  (compared ? std::string() : "; " + about_baseline(snapshot, compared)));
  const Outcome<EffectView> rows = context.background->ask<EffectSlot>(*question);
  if (rows.error) wrapped_caption(tr(*rows.error));
  if (!rows.value) return;
  if (compared) draw_divergence(*rows.value);
  draw_effect_rows(state, *rows.value, compared);
}

void draw_map_controls(PanelContext& context, EffectState& state, bool quick, const LongMapProgress& progress) {
  const std::size_t how = choose("effect.how", {tr("effect.zero"), tr("effect.mean")}, state.mean ? 1 : 0);
  state.mean = how == 1;
  hint(tr("effect.how_hint"));
  ImGui::SameLine(0.0F, em(0.75F));
  if (ImGui::GetContentRegionAvail().x < choose_width({"KL", tr("difference.log_change")})) ImGui::NewLine();
  const std::size_t measure =
      choose("effect.measure", {"KL", tr("difference.log_change")}, static_cast<std::size_t>(state.measure));
  state.measure = static_cast<EffectMeasure>(measure);
  draw_long_map_button(context, slot_id<AblationSlot>(), "effect.map", state.map, quick, progress);
}

void draw_map_part(PanelContext& context, EffectState& state, std::size_t position) {
  const AblationQuestion question{context.snapshot.trace, position, state.token.value_or(-1), state.mean};
  const ModelConfig& config = question.trace->model->config;
  const bool quick = cost_of_runs(*question.trace, head_count(config)) < quick_cost;
  const Outcome<AblationView> map = ask_long_map<AblationSlot>(context, state.map, quick, question);
  const LongMapProgress progress = progress_of(map);
  heading(tr("effect.map"));
  wrapped_caption(tr(has_two_texts(context.snapshot) ? "effect.map_about_decoder" : "effect.map_about"));
  draw_map_controls(context, state, quick, progress);
  draw_progress_line(progress);
  if (map.error) wrapped_caption(tr(*map.error));
  if (map.value) draw_ablation_map(context, state, *map.value);
}

}  // namespace

void draw_effect(PanelContext& context) {
  const Snapshot& snapshot = context.snapshot;
  if (!snapshot.trace || snapshot.trace->tokens() == 0 || context.background == nullptr)
    return wrapped_caption(tr("grids.empty"));
  if (!snapshot.model->config.has_lm_head) return wrapped_caption(tr("effect.no_head"));
  EffectState& state = context.state.of<EffectState>();
  if (state.token && static_cast<std::size_t>(*state.token) >= snapshot.model->config.vocabulary) state.token.reset();
  const std::size_t position = context.views.predictions.position;
  two_columns([&] { draw_predictions_part(context, state, position); },
              [&] { draw_map_part(context, state, position); });
}

}  // namespace regard
