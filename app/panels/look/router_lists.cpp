// SPDX-License-Identifier: Apache-2.0
// In words: the experts of the token that asks, and the tokens of the expert that is chosen.
#include "app/panels/common/parts.h"
#include "app/panels/look/router_parts.h"
#include "app/session/action_kinds.h"
#include "app/style/locale.h"
#include "app/style/theme.h"

#include <imgui.h>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace regard {
namespace {

constexpr std::size_t kMostTokens = 120;  ///< of an expert, as buttons

/// Two digits at least.
std::string short_gate(float gate) {
  return number(gate, gate < 0.01F ? 4 : gate < 0.1F ? 3 : 2);
}

/// "5 (0.61) · 2 (0.39)", with gates; empty in a layer without experts.
std::string listed_experts(const PanelContext& context, const RouterView& view, std::size_t layer) {
  std::string list;
  for (const ChosenExpert& each : chosen_experts(*context.snapshot.trace, layer, view.of.token))
    list += (list.empty() ? "" : " · ") + std::to_string(each.expert) + " (" + short_gate(each.gate) + ")";
  return list;
}

/// Of the layer that is chosen; of a token's map all of them, a click goes to the layer.
void draw_experts_of_token(PanelContext& context, const RouterView& view) {
  if (view.of.map == RouterMap::token) {
    wrapped_caption(tr("router.experts_of_layers"));
    for (const std::size_t layer : view.layers) {
      const std::string number = std::to_string(layer);
      if (quiet_button("router.layer." + number, number, false, layer == view.of.layer))
        context.act(SelectHead{{layer, shown_head(context.snapshot, context.session).head}});
      ImGui::SameLine(em(3.0F));
      align_to_frame();
      wrapped(theme().text, listed_experts(context, view, layer));
    }
    return;
  }
  const std::string experts = listed_experts(context, view, view.of.layer);
  if (experts.empty()) return;
  wrapped(theme().query, label_of(context.snapshot.encoding.tokens[view.of.token]));
  wrapped(theme().text, tr("router.experts_of_token", {{"layer", view.of.layer}, {"experts", experts}}));
  if (quiet_button("router.all_layers", tr("router.all_layers"))) context.act(SetRouterMap{RouterMap::token});
}

/// "← expert 5 →" and how many tokens go through it.
void draw_expert_line(PanelContext& context, const RouterView& view, const std::optional<std::size_t>& expert) {
  const std::size_t count = view.experts.count;
  if (quiet_button("router.expert.back", "←"))
    context.act(SelectExpert{expert ? (*expert + count - 1) % count : count - 1});
  ImGui::SameLine(0.0F, em(0.3F));
  align_to_frame();
  coloured(expert ? theme().key : theme().text_muted,
           expert ? tr("router.expert", {{"expert", *expert}}) : std::string(tr("router.no_expert")));
  ImGui::SameLine(0.0F, em(0.3F));
  if (quiet_button("router.expert.next", "→")) context.act(SelectExpert{expert ? (*expert + 1) % count : 0});
  if (!expert) return;
  ImGui::SameLine(0.0F, em(0.3F));
  if (quiet_button("router.expert.none", "×")) context.act(SelectExpert{});
  hint(tr("router.forget_expert"));
}

void draw_tokens_of_expert(PanelContext& context, const RouterView& view, const std::vector<ExpertToken>& tokens) {
  const float right = ImGui::GetWindowPos().x + ImGui::GetWindowContentRegionMax().x;
  for (std::size_t index = 0; index < std::min(tokens.size(), kMostTokens); ++index) {
    const ExpertToken& each = tokens[index];
    const std::string label = fitted(label_of(context.snapshot.encoding.tokens[each.token]), em(9.0F));
    if (index > 0) {
      ImGui::SameLine(0.0F, em(0.2F));
      if (ImGui::GetCursorScreenPos().x + quiet_button_width(label) > right) ImGui::NewLine();
    }
    const ScopedId id(static_cast<int>(each.token));
    if (quiet_button("router.token." + std::to_string(each.token), label, false, each.token == view.of.token))
      context.act(SelectQuery{each.token});
    hint(tr("labelled", {{"name", tr("router.gate")}, {"value", number(each.gate, 4)}}));
    if (ImGui::IsItemHovered()) context.next_hover.key = each.token;
  }
  if (tokens.size() > kMostTokens) wrapped_caption(tr_plural("router.more_tokens", tokens.size() - kMostTokens));
}

}  // namespace

void draw_router_lists(PanelContext& context, const RouterView& view) {
  gap(0.4F);
  draw_experts_of_token(context, view);
  if (view.experts.count == 0) return;
  gap(0.4F);
  const std::optional<std::size_t> expert = chosen_expert(context, view);
  draw_expert_line(context, view, expert);
  if (!expert) return wrapped_caption(tr("router.choose_expert"));
  const std::vector<ExpertToken> tokens = tokens_of_expert(*context.snapshot.trace, view.of.layer, *expert);
  for (const ExpertToken& each : tokens)
    context.next_hover.marked.push_back(each.token);
  wrapped_caption(tr_plural("router.tokens_of_expert", view.load.rows,
                            {{"tokens", tokens.size()}, {"share", percent(view.load.share(*expert))}}));
  draw_tokens_of_expert(context, view, tokens);
}

}  // namespace regard
