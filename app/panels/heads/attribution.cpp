// SPDX-License-Identifier: Apache-2.0
#include "app/panels/heads/attribution.h"

#include "app/panels/common/menu_line.h"
#include "app/panels/common/parts.h"
#include "app/panels/common/two_columns.h"
#include "app/panels/common/window_state.h"
#include "app/panels/heads/attribution_parts.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/viewmodel/all_views.h"
#include "app/viewmodel/effect_view.h"
#include "app/viewmodel/snapshot.h"
#include "app/widgets/changes.h"
#include "core/analysis/step_inputs.h"

#include <algorithm>
#include <cmath>

namespace regard {
namespace {

/// A button with a token that opens a menu of the position's predictions. `none`: a first line that chooses nothing.
struct TokenChoice {
  std::string id{};
  const char* label = "";
  std::string shown{};
  const char* none = nullptr;
};
void draw_token_choice(PanelContext& context, const TokenChoice& choice, const AttributionView* view,
                       std::optional<std::int32_t>& chosen) {
  align_to_frame();
  coloured(theme().text_muted, tr(choice.label));
  ImGui::SameLine(0.0F, em(0.2F));
  const ImVec2 corner = ImGui::GetCursorScreenPos();
  const std::string menu = choice.id + ".menu";
  if (quiet_button(choice.id, fitted(choice.shown, em(9.0F)), true)) ImGui::OpenPopup(menu.c_str());
  ImGui::SetNextWindowPos({corner.x, corner.y + ImGui::GetFrameHeight()});
  ImGui::SetNextWindowSize({em(14.0F), 0.0F});
  if (!ImGui::BeginPopup(menu.c_str())) return;
  context.state.of<WindowState>().popup_open = true;
  const auto choose_id = [&](std::optional<std::int32_t> token) {
    chosen = token;
    ImGui::CloseCurrentPopup();
  };
  if (choice.none != nullptr && menu_line(choice.id + ".none", tr(choice.none), {}, !chosen)) choose_id(std::nullopt);
  if (view != nullptr)
    for (const Prediction& each : view->best)
      if (menu_line(choice.id + "." + std::to_string(each.id), token_text(*context.snapshot.model, each.id),
                    percent(each.probability), chosen == each.id))
        choose_id(each.id);
  ImGui::EndPopup();
}

std::string quoted_choice(const Model& model, std::int32_t id) {
  return tr("quoted", {{"text", token_text(model, id)}});
}

void draw_logit_choices(PanelContext& context, AttributionState& state, const AttributionView* view) {
  const Model& model = *context.snapshot.model;
  const std::string shown = view != nullptr ? quoted_choice(model, view->of.token) : std::string("…");
  draw_token_choice(context, {"attribution.token", "attribution.token", shown}, view, state.token);
  ImGui::SameLine(0.0F, em(0.75F));
  const std::string other = state.other ? quoted_choice(model, *state.other) : std::string(tr("attribution.nothing"));
  draw_token_choice(context, {"attribution.other", "attribution.other", other, "attribution.nothing"}, view,
                    state.other);
}

std::string who_writes(const Model& model, const AttributionView& view) {
  const std::string token = token_text(model, view.of.token);
  if (view.of.other < 0) return tr("attribution.who", {{"token", token}});
  return tr("attribution.who_difference", {{"token", token}, {"other", token_text(model, view.of.other)}});
}

/// What everything of one kind adds up to, and that the whole is the logit.
void draw_logit_totals(const AttributionView& view) {
  const AttributionTotals& totals = view.totals;
  double largest = 1e-9;
  for (const double value : {totals.embedding, totals.attention, totals.cross_attention, totals.feed_forward,
                             totals.biases, totals.interventions})
    largest = std::max(largest, std::abs(value));
  const auto row = [&](const char* id, const char* name, double value, const ImVec4& colour) {
    (void)draw_signed_row({std::string("attribution.total.") + id, tr(name), value, largest, colour});
  };
  row("embedding", "attribution.embedding", totals.embedding, theme().text_muted);
  row("attention", "attribution.attention", totals.attention, theme().query);
  if (!view.numbers.layers.front().cross_heads.empty())
    row("cross", "attribution.cross", totals.cross_attention, theme().key);
  row("feed_forward", "attribution.feed_forward", totals.feed_forward, theme().value);
  row("biases", "attribution.biases", totals.biases, theme().text_muted);
  if (totals.interventions != 0.0)
    row("interventions", "attribution.interventions", totals.interventions, theme().warning);
  wrapped(theme().text, tr(view.of.other < 0 ? "attribution.sum" : "attribution.sum_difference",
                           {{"sum", signed_number(static_cast<float>(view.numbers.sum()), 4)},
                            {"logit", signed_number(static_cast<float>(view.numbers.logit), 4)},
                            {"remainder", exact_number(static_cast<float>(view.numbers.remainder()))}}));
  hint(tr("attribution.sum_hint"));
}

void draw_logit_remarks(const PanelContext& context, const AttributionView& view) {
  const ModelConfig& config = context.snapshot.model->config;
  if (view.numbers.capped)
    wrapped_caption(tr("attribution.capped", {{"value", signed_number(static_cast<float>(*view.numbers.capped), 4)}}));
  if (std::any_of(config.plans.begin(), config.plans.end(), normalises_after))
    wrapped_caption(tr("attribution.post_norm"));
  if (view.numbers.frozen_gate) wrapped_caption(tr("attribution.gate"));
  if (config.streams) wrapped_caption(tr("attribution.streams"));
  wrapped_caption(tr("attribution.position", {{"position", context.views.predictions.position_label}}));
}

}  // namespace

void draw_attribution(PanelContext& context) {
  if (!context.tabbed) heading(tr("attribution.title"));
  const Snapshot& snapshot = context.snapshot;
  if (!has_something_to_read(snapshot) || context.background == nullptr) return wrapped_caption(tr("grids.empty"));
  if (!has_attribution(*snapshot.model)) return wrapped_caption(tr("attribution.no_head"));
  AttributionState& state = context.state.of<AttributionState>();
  const std::size_t vocabulary = snapshot.model->config.vocabulary;
  for (std::optional<std::int32_t>* id : {&state.token, &state.other})
    if (*id && static_cast<std::size_t>(**id) >= vocabulary) id->reset();
  const Outcome<AttributionView> shares = context.background->ask<AttributionSlot>(
      {snapshot.trace, context.views.predictions.position, state.token.value_or(-1), state.other.value_or(-1)});
  if (shares.error) wrapped_caption(tr(*shares.error));
  const AttributionView* view = shares.value.get();
  const bool of_this_row =
      view != nullptr && view->of.trace == snapshot.trace && view->of.position == context.views.predictions.position;
  if (!of_this_row) return draw_logit_choices(context, state, nullptr);
  two_columns(
      [&] {
        heading(who_writes(*snapshot.model, *view));
        draw_logit_choices(context, state, view);
        draw_logit_totals(*view);
        gap(0.4F);
        draw_depth_chart(context, *view);
        draw_logit_remarks(context, *view);
      },
      [&] {
        draw_head_shares(context, *view, false);
        if (!view->numbers.layers.front().cross_heads.empty()) draw_head_shares(context, *view, true);
        gap(0.4F);
        draw_largest_parts(context, *view);
      });
}

}  // namespace regard
