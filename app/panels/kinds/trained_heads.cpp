// SPDX-License-Identifier: Apache-2.0
// Models trained alike with 1, 2, 4, 8 heads in a layer: what few heads miss, on held-out sentences, and a way to open each. Above the
// matrices of the open model cut into as many.
#include "app/viewmodel/trained_heads.h"
#include "app/panels/common/figures_slot.h"
#include "app/panels/common/panel.h"
#include "app/panels/common/parts.h"
#include "app/panels/kinds/kinds.h"
#include "app/session/action_kinds.h"
#include "app/session/reading.h"
#include "app/style/fonts.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/viewmodel/all_views.h"
#include "app/viewmodel/snapshot.h"

#include <imgui.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

namespace regard {
namespace {

constexpr double kMissed = 0.05;        ///< a share this much below the best of its line is marked
constexpr float kTrainedColumn = 6.0F;  ///< ems of a number of heads

/// Kept between frames.
struct TrainedHeadsState {
  bool open = false;       ///< all below the means
  std::size_t third = 0;   ///< 1: among the three heaviest
  std::size_t spoken = 0;  ///< of the sentences; measured_languages
  bool chosen = false;     ///< by a person: else the window's
};

std::string heads_label(std::size_t heads) {
  return tr_plural("trained_heads.heads", heads);
}

void draw_trained_models(PanelContext& context, const TrainedHeads& trained) {
  align_to_frame();
  coloured(theme().text_muted, tr("trained_heads.open"));
  for (std::size_t at = 0; at < trained.heads.size(); ++at) {
    const std::string model = trained_model(trained.heads[at]);
    const bool current = context.reading().model == model;
    ImGui::SameLine(0.0F, em(0.4F));
    if (quiet_button("trained_heads.open." + std::to_string(trained.heads[at]), heads_label(trained.heads[at]), false,
                     current) &&
        !current)
      context.act(OpenModel{model});
    hint(tr("trained_heads.open_hint", {{"model", model}}));
  }
}

/// A line of shares, one for each number of heads: marked where much of the line's best is missed.
void draw_shares(const std::vector<double>& shares, const std::string& more) {
  const double best = shares.empty() ? 0.0 : *std::ranges::max_element(shares);
  for (const double share : shares) {
    ImGui::TableNextColumn();
    coloured_at_right(share < best - kMissed ? theme().warning : theme().text,
                      number(100.0F * static_cast<float>(share), 1) + " %");
    if (!more.empty()) hint(more);
  }
}

std::string told_question(const TrainedHeads& trained, const TrainedQuestion& question, std::size_t spoken) {
  std::string text = tr("trained_heads.asked", {{"layer", question.layer},
                                                {"rows", question.of[spoken].rows},
                                                {"base", percent(static_cast<float>(question.of[spoken].base))}});
  for (std::size_t at = 0; at < trained.heads.size(); ++at)
    text += "\n" + tr("labelled", {{"name", heads_label(trained.heads[at])},
                                   {"value", tr_plural("trained_heads.shared", question.shared[at])}});
  return text;
}

void draw_trained_table(const TrainedHeads& trained, const TrainedHeadsState& state) {
  constexpr ImGuiTableFlags kFlags = ImGuiTableFlags_BordersInnerH | ImGuiTableFlags_PadOuterX;
  if (!ImGui::BeginTable("trained_heads", static_cast<int>(trained.heads.size() + 1), kFlags)) return;
  ImGui::TableSetupColumn("", ImGuiTableColumnFlags_WidthStretch);
  for (std::size_t at = 0; at < trained.heads.size(); ++at)
    ImGui::TableSetupColumn("", ImGuiTableColumnFlags_WidthFixed, em(kTrainedColumn));
  ImGui::TableNextRow();
  ImGui::TableNextColumn();
  coloured(theme().text_muted, tr("trained_heads.question"));
  for (const std::size_t heads : trained.heads) {
    ImGui::TableNextColumn();
    coloured_at_right(theme().text_muted, fitted(heads_label(heads), em(kTrainedColumn)));
  }
  for (const TrainedQuestion& question : trained.questions) {
    const TrainedFigures& figures = question.of[state.spoken];
    ImGui::TableNextRow();
    ImGui::TableNextColumn();
    coloured(theme().text, fitted(question.name, ImGui::GetContentRegionAvail().x));
    const std::string more = told_question(trained, question, state.spoken);
    hint(more);
    draw_shares(state.third == 1 ? figures.third : figures.right, more);
  }
  ImGui::TableNextRow();
  ImGui::TableNextColumn();
  coloured(theme().text_muted, tr_plural("trained_heads.mean", trained.questions.size()));
  draw_shares(state.third == 1 ? mean_third(trained, state.spoken) : mean_right(trained, state.spoken), {});
  ImGui::EndTable();
}

/// "1 head 41.0 % · 2 heads 50.2 % · …": right on the mean.
std::string told_means(const TrainedHeads& trained, std::size_t spoken) {
  const std::vector<double> means = mean_right(trained, spoken);
  std::string text;
  for (std::size_t at = 0; at < means.size(); ++at)
    text += (at == 0 ? "" : " · ") + tr("labelled", {{"name", heads_label(trained.heads[at])},
                                                     {"value", percent(static_cast<float>(means[at]))}});
  return text;
}

void draw_trained(PanelContext& context, const TrainedHeads& trained) {
  TrainedHeadsState& state = context.state.of<TrainedHeadsState>();
  if (!state.chosen) state.spoken = place_of_language(measured_languages);
  if (quiet_button("trained_heads.table", tr("trained_heads.title"), true, state.open)) state.open = !state.open;
  wrapped_caption(tr("trained_heads.found", {{"means", told_means(trained, state.spoken)}}));
  if (!state.open) return;
  wrapped_caption(tr("trained_heads.about", {{"width", trained.width},
                                             {"layers", trained.layers},
                                             {"set", trained.sets[state.spoken]},
                                             {"points", static_cast<int>(100.0 * kMissed + 0.5)}}));
  draw_trained_models(context, trained);
  state.third = choose("trained_heads.measure", {tr("trained_heads.right"), tr("trained_heads.third")}, state.third);
  const std::size_t spoken =
      choose("trained_heads.language", {tr("trained_heads.en"), tr("trained_heads.ru")}, state.spoken);
  state.chosen = state.chosen || spoken != state.spoken;
  state.spoken = spoken;
  const ScopedFont font(fonts().small);
  draw_trained_table(trained, state);
}

}  // namespace

void draw_trained_heads(PanelContext& context) {
  if (context.background == nullptr) return;
  const Outcome<TrainedHeads> made = context.background->ask<FiguresSlot<load_trained_heads>>({language()});
  if (made.error) return wrapped_caption(tr(*made.error));
  if (made.value && made.fresh && !made.value->questions.empty()) draw_trained(context, *made.value);
}

void draw_numbers_of_heads(PanelContext& context) {
  draw_trained_heads(context);
  gap(0.6F);
  draw_head_cuts(context);
}

}  // namespace regard
