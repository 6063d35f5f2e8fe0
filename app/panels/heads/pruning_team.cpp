// SPDX-License-Identifier: Apache-2.0
#include "app/base/head_place.h"
#include "app/panels/common/button_parts.h"
#include "app/panels/common/menu_line.h"
#include "app/panels/common/parts.h"
#include "app/panels/common/window_state.h"
#include "app/panels/frame/heads.h"
#include "app/panels/heads/corpus_choice.h"
#include "app/panels/heads/pruning_parts.h"
#include "app/panels/heads/reports.h"
#include "app/panels/heads/roles_parts.h"
#include "app/session/action_kinds.h"
#include "app/session/reading.h"
#include "app/session/selection.h"
#include "app/style/fonts.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/viewmodel/snapshot.h"
#include "app/viewmodel/views.h"
#include "app/widgets/changes.h"

#include <imgui.h>
#include <algorithm>
#include <map>
#include <string>
#include <vector>

namespace regard {
namespace {

constexpr const char* kSelectedTeam = "*selected";
constexpr const char* kDeadTeam = "*dead";

/// Heads that have a badge above the line, badge by badge, the largest team first.
std::vector<HeadTeam> teams_with_badges(PanelContext& context) {
  const Outcome<HeadReport> report = ask_report(context, corpus_kind(context));
  if (!report.value || !report.fresh) return {};
  const std::shared_ptr<const HeadTable> table = roles_table(context, corpus_kind(context), report.value);
  std::map<std::string, HeadTeam> teams;
  for (std::size_t head = 0; head < table->badges.size(); ++head)
    for (const RoleBadge& badge : table->badges[head]) {
      HeadTeam& team = teams[badge.name];
      team.id = badge.name;
      team.name = badge_name(badge);
      team.heads.push_back({head / table->heads, head % table->heads});
    }
  std::vector<HeadTeam> list;
  for (auto& [name, team] : teams)
    list.push_back(std::move(team));
  std::stable_sort(list.begin(), list.end(),
                   [](const HeadTeam& a, const HeadTeam& b) { return a.heads.size() > b.heads.size(); });
  return list;
}

std::string heads_in_words(const HeadList& heads) {
  constexpr std::size_t kMost = 24;
  std::string text;
  for (std::size_t place = 0; place < std::min(heads.size(), kMost); ++place)
    text += (place > 0 ? ", " : "") + head_place(heads[place]);
  return heads.size() > kMost ? text + " …" : text;
}

/// One line of the table: what was done, loss then, how much that is more, KL; dashes while nothing is known (`losses` null).
void draw_team_row(const std::string& what, const std::string& about, const CorpusLosses* losses, std::size_t variant) {
  const float width = ImGui::GetContentRegionAvail().x, height = ImGui::GetTextLineHeight() + em(0.2F);
  const float step = std::clamp(0.18F * width, em(3.4F), em(5.0F));
  const ImVec2 min = ImGui::GetCursorScreenPos();
  ImGui::Dummy({width, height});
  hint(about);
  ImDrawList& list = *ImGui::GetWindowDrawList();
  list.AddText({min.x, min.y + em(0.1F)}, colour_u32(theme().text),
               fitted(what, width - 3.0F * step - em(0.3F)).c_str());
  const ScopedFont font(fonts().mono_small);
  const auto right = [&](float end, const ImVec4& ink, const std::string& text) {
    list.AddText({min.x + end - ImGui::CalcTextSize(text.c_str()).x, min.y + em(0.2F)}, colour_u32(ink), text.c_str());
  };
  if (losses == nullptr) {
    for (const float columns : {2.0F, 1.0F, 0.0F})
      right(width - columns * step, theme().text_muted, "–");
    return;
  }
  const double rise = losses->mean_rise(variant);
  const bool few = is_few(*losses);
  const ImVec4 &ink = few ? theme().text_muted : theme().text, &sign = rise > 0.0 ? theme().positive : theme().negative;
  right(width - 2.0F * step, ink, number(static_cast<float>(losses->mean_loss() + rise), 3));
  right(width - step, few ? ink : sign, signed_number(static_cast<float>(rise), 3));
  right(width, ink, number(static_cast<float>(losses->mean_divergence(variant)), 3));
}

void draw_team_header() {
  const ScopedFont font(fonts().small);
  const float width = ImGui::GetContentRegionAvail().x;
  const float step = std::clamp(0.18F * width, em(3.4F), em(5.0F));
  const ImVec2 min = ImGui::GetCursorScreenPos();
  ImGui::Dummy({width, ImGui::GetTextLineHeight()});
  const auto right = [&](float end, const char* text) {
    ImGui::GetWindowDrawList()->AddText({min.x + end - ImGui::CalcTextSize(text).x, min.y},
                                        colour_u32(theme().text_muted), text);
  };
  right(width - 2.0F * step, tr("pruning.column_loss"));
  right(width - step, tr("pruning.column_rise"));
  right(width, "KL");
}

/// The heads as interventions; layers that go whole as one line each.
std::vector<PlacedIntervention> lines_of(const HeadList& heads, const ModelConfig& config, bool mean) {
  std::vector<PlacedIntervention> lines;
  for (std::size_t layer = 0; layer < config.layers; ++layer) {
    HeadList here;
    std::copy_if(heads.begin(), heads.end(), std::back_inserter(here),
                 [layer](HeadRef head) { return head.layer == layer; });
    if (!here.empty() && here.size() == config.heads(layer)) {
      lines.push_back({.item = {.kind = InterventionKind::ablate, .scope = {.layer = layer}, .mean = mean}});
      continue;
    }
    for (Intervention& item : ablation_of(here, mean))
      lines.push_back({.item = std::move(item)});
  }
  return lines;
}

void put_into_session(PanelContext& context, const HeadList& heads, bool mean) {
  std::vector<PlacedIntervention> list = context.reading().interventions;
  for (PlacedIntervention& line : lines_of(heads, context.snapshot.model->config, mean))
    if (std::find(list.begin(), list.end(), line) == list.end()) list.push_back(std::move(line));
  context.act(SetInterventions{std::move(list)});
}

void draw_session_buttons(PanelContext& context, const PruningPart& part, const HeadList& team) {
  if (framed_button("pruning.ablate", tr("pruning.ablate"))) put_into_session(context, team, part.view.mean);
  hint(tr("pruning.ablate_hint"));
  ImGui::SameLine(0.0F, em(0.5F));
  if (ImGui::GetContentRegionAvail().x < quiet_button_width(tr("pruning.keep"))) ImGui::NewLine();
  if (framed_button("pruning.keep", tr("pruning.keep")))
    put_into_session(context, other_heads(context.snapshot.model->config, team), part.view.mean);
  hint(tr("pruning.keep_hint"));
}

void draw_best_alone(const PanelContext& context, const PruningPart& part, const HeadList& team) {
  const auto index_of = [&](HeadRef head) { return part.view.variant_of(head).value_or(0); };
  const HeadRef best = *std::max_element(team.begin(), team.end(), [&](HeadRef a, HeadRef b) {
    return part.view.losses.mean_rise(index_of(a)) < part.view.losses.mean_rise(index_of(b));
  });
  draw_team_row(tr("pruning.without_best", {{"head", head_place(best)}}), head_name_and_place(context.snapshot, best),
                &part.view.losses, index_of(best));
}

}  // namespace

std::optional<HeadRef> studied_head(const PanelContext& context, const PruningPart& part) {
  if (shown_kind(context.snapshot, context.session) != AttentionKind::self) return std::nullopt;
  const HeadRef head = shown_head(context.snapshot, context.session);
  if (!part.view.variant_of(head)) return std::nullopt;
  return head;
}

std::vector<HeadTeam> head_teams(PanelContext& context, const PruningState& state, const PruningPart& part) {
  std::vector<HeadTeam> teams;
  if (!context.snapshot.model->encoder) teams = teams_with_badges(context);  // there, badges are the encoder's
  if (const std::optional<HeadRef> shown = studied_head(context, part)) {
    HeadTeam selected{kSelectedTeam, tr("pruning.team_selected"), {*shown}};
    for (const HeadRef head : context.selection().compared_heads)
      if (part.view.variant_of(head)) selected.heads.push_back(head);
    std::sort(selected.heads.begin(), selected.heads.end());
    teams.push_back(std::move(selected));
  }
  HeadTeam dead{kDeadTeam, tr("pruning.team_dead"), {}};
  for (const std::size_t index : dead_heads(part.view.losses, static_cast<double>(state.dead)))
    dead.heads.push_back(part.view.list[index]);
  std::sort(dead.heads.begin(), dead.heads.end());
  if (part.complete && !is_few(part.view.losses) && !dead.heads.empty()) teams.push_back(std::move(dead));
  return teams;
}

const HeadTeam& chosen_team(const std::vector<HeadTeam>& teams, const PruningState& state) {
  const auto chosen =
      std::find_if(teams.begin(), teams.end(), [&](const HeadTeam& team) { return team.id == state.team; });
  return chosen == teams.end() ? teams.front() : *chosen;
}

void draw_team_choice(PanelContext& context, PruningState& state, const std::vector<HeadTeam>& teams) {
  const HeadTeam& chosen = chosen_team(teams, state);
  const std::string label = chosen.name + " · " + std::to_string(chosen.heads.size());
  if (quiet_button("pruning.team", fitted(label, ImGui::GetContentRegionAvail().x - em(2.5F)), true))
    ImGui::OpenPopup("pruning.teams");
  hint(tr("pruning.team_hint"));
  ImGui::SetNextWindowSize({em(20.0F), 0.0F});
  if (ImGui::BeginPopup("pruning.teams")) {
    context.state.of<WindowState>().popup_open = true;
    for (const HeadTeam& team : teams) {
      const std::string count = tr_plural("pruning.heads", team.heads.size());
      if (!menu_line(
              {.id = "pruning.team." + team.id, .text = team.name, .right = count, .selected = &team == &chosen}))
        continue;
      state.team = team.id;
      ImGui::CloseCurrentPopup();
    }
    ImGui::EndPopup();
  }
  wrapped_caption(heads_in_words(chosen.heads));
}

void draw_team(PanelContext& context, PruningState& state, const PruningPart& part, const HeadList& team) {
  const TeamQuestion question{part.question, team};
  const Outcome<ImportanceView> outcome = ask_long_map<TeamSlot>(context, state.team_run, part.quick, question);
  const LongMapProgress progress = progress_of(outcome);
  draw_session_buttons(context, part, team);
  draw_long_map_button(context, slot_id<TeamSlot>(), "pruning.team_run", state.team_run, part.quick, progress);
  draw_progress_line(progress);
  if (outcome.error) wrapped_caption(tr(*outcome.error));
  const TeamQuestion asked{kept(part.question), team};
  if (outcome.fresh) state.team_of = asked;
  const bool known = outcome.value && state.team_of == asked && outcome.value->losses.texts > 0;
  const CorpusLosses* losses = known ? &outcome.value->losses : nullptr;
  draw_team_header();
  draw_best_alone(context, part, team);
  draw_team_row(tr("pruning.without_team"), tr("pruning.without_team_hint"), losses, 0);
  draw_team_row(tr("pruning.only_team"), tr("pruning.only_team_hint"), losses, 1);
  draw_team_row(tr("pruning.without_all"), tr("pruning.without_all_hint"), losses, 2);
}

}  // namespace regard
