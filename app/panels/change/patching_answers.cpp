// SPDX-License-Identifier: Apache-2.0
#include "app/panels/change/patching_parts.h"
#include "app/panels/common/menu_line.h"
#include "app/panels/common/parts.h"
#include "app/panels/common/window_state.h"
#include "app/style/fonts.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/viewmodel/effect_view.h"

#include <imgui.h>
#include <cmath>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace regard {
namespace {

std::string quoted(const Model& model, std::int32_t id) {
  return tr("quoted", {{"text", token_text(model, id)}});
}

/// A button that opens a menu below itself; returns whether the menu's lines are to be drawn (then EndPopup()).
bool begin_menu(PanelContext& context, const std::string& id, const std::string& label, float width) {
  const ImVec2 corner = ImGui::GetCursorScreenPos();
  const std::string menu = id + ".menu";
  if (quiet_button(id, label, true)) ImGui::OpenPopup(menu.c_str());
  ImGui::SetNextWindowPos({corner.x, corner.y + ImGui::GetFrameHeight()});
  ImGui::SetNextWindowSize({width, 0.0F});
  if (!ImGui::BeginPopup(menu.c_str())) return false;
  context.state.of<WindowState>().popup_open = true;
  return true;
}

void token_lines(const std::string& id, const std::string& title, const Model& model,
                 const std::vector<Prediction>& choices, std::int32_t now, std::optional<std::int32_t>& chosen) {
  caption(title);
  for (const Prediction& each : choices)
    if (menu_line(id + "." + std::to_string(each.id), token_text(model, each.id), percent(each.probability),
                  each.id == now)) {
      chosen = each.id;
      ImGui::CloseCurrentPopup();
    }
}

void draw_token_menu(PanelContext& context, const char* id, const char* label, const PatchingPair& pair,
                     const AnswerTokens& answers, std::int32_t now, std::optional<std::int32_t>& chosen) {
  const Model& model = *pair.corrupt->model;
  align_to_frame();
  coloured(theme().text_muted, tr(label));
  ImGui::SameLine(0.0F, em(0.1F));
  const float room = ImGui::GetWindowPos().x + ImGui::GetWindowContentRegionMax().x - ImGui::GetCursorScreenPos().x;
  const std::string token = fitted(quoted(model, now), std::max(room - quiet_button_width("", true), em(1.5F)));
  if (!begin_menu(context, id, token, em(14.0F))) return;
  const std::string name = id;
  token_lines(name + ".a", tr("patching.predicted", {{"name", pair.pin}}), model, answers.clean, now, chosen);
  gap(0.4F);
  token_lines(name + ".b", tr("patching.predicted_live"), model, answers.corrupt, now, chosen);
  ImGui::EndPopup();
}

/// `answer` is null until it is known; the line takes its place all the same.
std::string answer_numbers(const char* key, const PatchingQuestion& question, const Answer* answer) {
  if (answer == nullptr) return "…";
  return tr(key, {{"name", question.pair.pin},
                  {"difference", number(static_cast<float>(answer->logit_difference), 3)},
                  {"token", token_text(*question.pair.corrupt->model, question.right)},
                  {"probability", percent(static_cast<float>(answer->probability))}});
}

void draw_formula(const PatchingQuestion& question, const PatchingMap* map) {
  const Model& model = *question.pair.corrupt->model;
  const ScopedFont font(fonts().small);
  coloured(theme().text, tr("patching.formula", {{"name", question.pair.pin}}));
  hint(tr("patching.formula_hint"));
  coloured(theme().text_muted, tr("patching.difference", {{"right", token_text(model, question.right)},
                                                          {"wrong", token_text(model, question.wrong)}}));
  coloured(theme().text_muted, answer_numbers("patching.clean", question, map != nullptr ? &map->clean : nullptr));
  coloured(theme().text_muted, answer_numbers("patching.corrupt", question, map != nullptr ? &map->corrupt : nullptr));
}

}  // namespace

void draw_answers(PanelContext& context, PatchingState& state, const PatchingPair& pair, const AnswerTokens& answers,
                  const PatchingQuestion& question, const PatchingMap* map) {
  draw_token_menu(context, "patching.right", "patching.right", pair, answers, question.right, state.right);
  const float right = ImGui::GetWindowPos().x + ImGui::GetWindowContentRegionMax().x;
  const float second = ImGui::CalcTextSize(tr("patching.wrong")).x + em(0.85F) +
                       quiet_button_width(quoted(*pair.corrupt->model, question.wrong), true);
  if (right - ImGui::GetItemRectMax().x > second) ImGui::SameLine(0.0F, em(0.75F));
  draw_token_menu(context, "patching.wrong", "patching.wrong", pair, answers, question.wrong, state.wrong);
  const bool nothing_lost = map != nullptr && map->clean.logit_difference == map->corrupt.logit_difference;
  std::string warning;
  if (question.right == question.wrong)
    warning = tr("patching.one_token");
  else if (nothing_lost)
    warning = tr("patching.nothing_lost");
  else if (answers.same() && !state.right && !state.wrong)
    warning = tr("patching.same_answer", {{"token", token_text(*pair.corrupt->model, answers.right)}});
  if (!warning.empty()) {
    const ScopedTextColour ink(theme().warning);
    ImGui::TextWrapped("%s", warning.c_str());
  }
  draw_formula(question, map);
}

void draw_patching_choices(PanelContext& context, PatchingState& state, std::size_t layer) {
  align_to_frame();
  coloured(theme().text_muted, tr("patching.carry"));
  ImGui::SameLine(0.0F, em(0.1F));
  const auto now = static_cast<std::size_t>(state.what);
  if (begin_menu(context, "patching.what", tr(patch_names[now]), em(16.0F))) {
    for (std::size_t index = 0; index < patch_whats; ++index)
      if (menu_line(patch_names[index], tr(patch_names[index]), {}, index == now)) {
        state.what = static_cast<PatchWhat>(index);
        ImGui::CloseCurrentPopup();
      }
    ImGui::EndPopup();
  }
  if (!has_heads(state.what)) return;
  if (state.grid == PatchGrid::heads_tokens) {
    ImGui::SameLine(0.0F, em(0.5F));
    coloured(theme().text_muted, tr("patching.of_layer", {{"layer", layer}}));
  }
  const auto labels = {std::string_view(tr("patching.layers_tokens")), std::string_view(tr("patching.layers_heads")),
                       std::string_view(tr("patching.heads_tokens"))};
  const ScopedFont font(ImGui::GetContentRegionAvail().x < choose_width(labels) ? fonts().small : fonts().text);
  state.grid = static_cast<PatchGrid>(choose("patching.grid", labels, static_cast<std::size_t>(state.grid)));
}

}  // namespace regard
