// SPDX-License-Identifier: Apache-2.0
#include "app/panels/heads/likeness.h"

#include "app/base/head_place.h"
#include "app/panels/common/job_line.h"
#include "app/panels/common/parts.h"
#include "app/panels/common/two_columns.h"
#include "app/panels/frame/heads.h"
#include "app/panels/heads/corpus_choice.h"
#include "app/panels/heads/likeness_parts.h"
#include "app/panels/heads/reports.h"
#include "app/panels/heads/roles_parts.h"
#include "app/session/action_kinds.h"
#include "app/style/locale.h"
#include "app/viewmodel/head_search.h"
#include "app/viewmodel/snapshot.h"
#include "app/widgets/slider.h"
#include "core/base/error.h"

#include <imgui.h>
#include <algorithm>
#include <cstddef>
#include <memory>
#include <numeric>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace regard {
namespace {

constexpr float kFarthestBelow = 0.5F;

void draw_threshold(LikenessState& state) {
  SliderSpec spec;
  spec.id = "likeness.below";
  spec.label = tr("likeness.below");
  spec.width = std::min(ImGui::GetContentRegionAvail().x, em(22.0F));
  slider(spec, state.below, 0.0F, kFarthestBelow);
  hint(tr("likeness.below_hint"));
}

void draw_order(LikenessState& state) {
  heading(tr("likeness.matrix"));
  ImGui::SameLine(0.0F, em(0.6F));
  state.by_cluster =
      choose("likeness.order", {tr("likeness.by_layer"), tr("likeness.by_cluster")}, state.by_cluster ? 1 : 0) == 1;
}

void draw_colours(LikenessState& state, const LikenessView& view) {
  heading(tr("likeness.map"));
  ImGui::SameLine(0.0F, em(0.6F));
  const auto now = static_cast<std::size_t>(state.colour);
  const std::string layer = tr("likeness.by_layer"), cluster = tr("likeness.by_cluster"), role = tr("likeness.by_role");
  const std::size_t chosen = view.models.size() < 2
                                 ? choose("likeness.colour", {layer, cluster, role}, std::min<std::size_t>(now, 2))
                                 : choose("likeness.colour", {layer, cluster, role, tr("likeness.by_model")}, now);
  state.colour = static_cast<DotColour>(chosen);
}

/// What was read, and what was left out.
void draw_read_note(const PanelContext& context, const LikenessView& view) {
  const HeadLikeness& likeness = view.likeness;
  wrapped_caption(tr_plural(
      "likeness.read", likeness.rows,
      {{"text", corpus_name(context, corpus_kind(context))}, {"sentences", std::to_string(likeness.sentences)}}));
  if (view.special == SpecialTokens::left_out) wrapped_caption(tr("likeness.without_special_note"));
  if (likeness.left_out > 0) wrapped_caption(tr_plural("roles.left_out", likeness.left_out));
  if (likeness.unlike > 0) wrapped_caption(tr_plural("likeness.unlike", likeness.unlike));
  if (context.snapshot.model->encoder) wrapped_caption(tr("roles.encoder"));
}

/// Badges of the live model's heads, as the table of roles has them; null while they are not known.
std::shared_ptr<const HeadTable> roles_of(PanelContext& context, const Outcome<HeadReport>& report) {
  return roles_table(context, corpus_kind(context), report.fresh ? report.value : nullptr);
}

void draw_likeness_view(PanelContext& context, LikenessState& state, const LikenessView& view,
                        const Outcome<HeadReport>& report) {
  const float room = ImGui::GetContentRegionAvail().y;
  two_columns(
      [&] {
        draw_order(state);
        const float square = ImGui::GetContentRegionAvail().x + em(2.5F);  // the cells' and the legend's
        draw_likeness_matrix(context, state, view, std::min(square, std::max(room - em(7.5F), em(14.0F))));
        wrapped_caption(tr("likeness.formula"));
        draw_read_note(context, view);
      },
      [&] {
        draw_colours(state, view);
        const DotColours colours = dot_colours(state, view, roles_of(context, report).get());
        draw_likeness_plane(context, state, view, colours, std::clamp(0.5F * room - em(2.0F), em(12.0F), em(24.0F)));
        draw_dot_legend(colours);
        wrapped_caption(tr("likeness.explained", {{"share", percent(view.map.explained)}}));
        draw_threshold(state);
        gap(0.3F);
        draw_likeness_lists(context, state, view, report.fresh ? report.value.get() : nullptr);
      });
}

}  // namespace

void prepare_likeness(LikenessState& state, const std::shared_ptr<const LikenessView>& view) {
  const std::size_t heads = view->likeness.heads.size();
  const bool other = state.drawn != view;
  if (other || state.drawn_by_cluster != state.by_cluster) {
    state.order = view->by_cluster;
    if (!state.by_cluster) std::iota(state.order.begin(), state.order.end(), std::size_t{0});
    state.ordered = reordered(view->likeness.distances, state.order);
    state.largest = std::max(0.01F, *std::ranges::max_element(state.ordered.values));
    if (state.axis.size() != heads) state.view = {};
    state.axis = {};
    for (const std::size_t head : state.order)
      state.axis.units.push_back({short_name(*view, head), {state.axis.units.size()}});
    state.axis.window = {0, heads};
    state.axis.total = heads;
  }
  if (other || state.drawn_below != state.below) {
    state.alike = near_duplicates(view->likeness, state.below);
    state.clusters = clusters_of(*view, static_cast<double>(state.below));
    state.cluster_of.assign(heads, kNone);
    for (std::size_t cluster = 0; cluster < state.clusters.size(); ++cluster)
      for (const std::size_t head : state.clusters[cluster])
        state.cluster_of[head] = cluster;
  }
  state.drawn = view;
  state.drawn_by_cluster = state.by_cluster;
  state.drawn_below = state.below;
}

void point_at(PanelContext& context, LikenessState& state, const ModelHead& head, bool clicked) {
  state.hovering = head;
  context.next_hover.head = head.head;
  if (clicked) select_measured_head(context, head.head);
}

bool is_selected(const PanelContext& context, const LikenessView& view, std::size_t head) {
  const ModelHead& one = view.likeness.heads[head];
  return one.model + 1 == view.models.size() && one.head == shown_head(context.snapshot, context.session);
}

bool is_pointed_at(const PanelContext& context, const LikenessState& state, const LikenessView& view,
                   std::size_t head) {
  const ModelHead& one = view.likeness.heads[head];
  if (!context.hover.head || one.head != *context.hover.head) return false;
  return state.hovered ? state.hovered->model == one.model : one.model + 1 == view.models.size();
}

std::string likeness_name(const PanelContext& context, const LikenessView& view, std::size_t head) {
  const bool live = view.likeness.heads[head].model + 1 == view.models.size();
  if (!live) return short_name(view, head);
  const HeadRef place = view.likeness.heads[head].head;
  const std::string named = head_name_and_place(context.snapshot, place);
  return short_name(view, head) + named.substr(head_place(place).size());
}

void draw_special_tokens(const PanelContext& context, const std::string& id, std::optional<SpecialTokens>& chosen) {
  bool without = special_tokens(*context.snapshot.model, chosen) == SpecialTokens::left_out;
  if (check(id, tr("likeness.without_special"), without))
    chosen = without ? SpecialTokens::left_out : SpecialTokens::counted;
  hint(tr("likeness.without_special_hint"));
}

void draw_likeness(PanelContext& context) {
  if (!context.tabbed) heading(tr("likeness.title"));
  if (const std::string why = why_not_measured(context, "likeness.reads_pictures"); !why.empty())
    return wrapped_caption(why);
  LikenessState& state = context.state.of<LikenessState>();
  state.hovered = std::exchange(state.hovering, std::nullopt);
  draw_corpus_choice(context, "likeness.corpus");
  const CorpusKind kind = corpus_kind(context);
  if (const std::string why = kind == CorpusKind::sentence ? why_no_sentence(context) : std::string(); !why.empty())
    return wrapped_caption(why);
  draw_special_tokens(context, "likeness.without_special", state.special);
  const std::optional<LikenessQuestion> question =
      likeness_question(context.snapshot, corpus_path(context, kind), corpus_reading(context, kind), state.special);
  if (!question) return wrapped_caption(tr(Error("likeness_tokens", {})));
  const Outcome<LikenessView> outcome = context.background->ask<LikenessSlot>(*question);
  draw_job_line(context, "likeness.job", slot_id<LikenessSlot>(), outcome);
  if (!outcome.value || !outcome.fresh) return wrapped_caption(tr("likeness.about"));
  const Outcome<HeadReport> report = ask_report(context, kind);
  prepare_likeness(state, outcome.value);
  draw_likeness_view(context, state, *outcome.value, report);
}

}  // namespace regard
