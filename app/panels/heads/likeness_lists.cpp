// SPDX-License-Identifier: Apache-2.0
#include "app/panels/common/parts.h"
#include "app/panels/frame/heads.h"
#include "app/panels/heads/likeness_parts.h"
#include "app/style/fonts.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/widgets/probe.h"

#include <imgui.h>
#include <algorithm>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace regard {
namespace {

constexpr std::size_t kMostRows = 40;  ///< of a list

void draw_pairs(PanelContext& context, LikenessState& state, const LikenessView& view, std::string_view id,
                std::span<const HeadPair> pairs) {
  for (std::size_t place = 0; place < std::min(pairs.size(), kMostRows); ++place) {
    const HeadPair& pair = pairs[place];
    const std::string text =
        likeness_name(context, view, pair.first) + "  –  " + likeness_name(context, view, pair.second);
    const bool lit =
        is_pointed_at(context, state, view, pair.first) || is_pointed_at(context, state, view, pair.second);
    const HeadLine line = head_line(std::string(id) + "." + std::to_string(place), text, number(pair.distance, 4), lit);
    if (line.hovered) point_at(context, state, view.likeness.heads[pair.first], line.clicked);
  }
  if (pairs.size() > kMostRows) wrapped_caption(tr_plural("likeness.more", pairs.size() - kMostRows));
}

/// Under the distance that is chosen.
void draw_alike(PanelContext& context, LikenessState& state, const LikenessView& view) {
  heading(tr("likeness.alike"));
  heading_note(tr_plural("likeness.pairs", state.alike.size(), {{"below", number(state.below, 2)}}));
  const ScopedFont font(fonts().small);
  draw_pairs(context, state, view, "likeness.alike", state.alike);
}

void draw_clusters(PanelContext& context, LikenessState& state, const LikenessView& view) {
  heading(tr("likeness.clusters"));
  heading_note(tr_plural("likeness.cluster_count", state.clusters.size(), {{"below", number(state.below, 2)}}));
  const ScopedFont font(fonts().small);
  for (std::size_t place = 0; place < std::min(state.clusters.size(), kMostRows); ++place) {
    std::string text;
    bool lit = false;
    for (const std::size_t head : state.clusters[place]) {
      text += (text.empty() ? "" : ", ") + short_name(view, head);
      lit = lit || is_pointed_at(context, state, view, head);
    }
    const HeadLine line =
        head_line("likeness.cluster." + std::to_string(place), text, std::to_string(state.clusters[place].size()), lit);
    if (line.hovered) {
      point_at(context, state, view.likeness.heads[state.clusters[place].front()], line.clicked);
      hint(text);
    }
  }
}

void draw_collapsed(PanelContext& context, LikenessState& state, const LikenessView& view, const HeadReport& report) {
  heading(tr("likeness.collapsed"));
  heading_note(tr("likeness.collapsed_note",
                  {{"everywhere", number(collapsed_everywhere, 2)}, {"sink", number(collapsed_sink, 1)}}));
  const std::vector<CollapsedHead> collapsed = collapsed_heads(report);
  if (collapsed.empty()) return wrapped_caption(tr("likeness.none_collapsed"));
  const ScopedFont font(fonts().small);
  for (std::size_t place = 0; place < std::min(collapsed.size(), kMostRows); ++place) {
    const CollapsedHead& one = collapsed[place];
    const ModelHead head{view.models.size() - 1, one.head};
    const std::string why = one.looks_everywhere()
                                ? tr("likeness.everywhere", {{"value", number(one.normalised_entropy.value, 3)}})
                                : tr("likeness.sink", {{"value", number(one.first.value, 3)}});
    const HeadLine line =
        head_line("likeness.collapsed." + std::to_string(place), head_name_and_place(context.snapshot, one.head), why,
                  context.hover.head == one.head);
    if (line.hovered) point_at(context, state, head, line.clicked);
  }
}

}  // namespace

HeadLine head_line(const std::string& id, const std::string& text, const std::string& number, bool lit) {
  const ScopedId scope(id);
  const float width = ImGui::GetContentRegionAvail().x, height = ImGui::GetTextLineHeight() + em(0.25F);
  const ImVec2 min = ImGui::GetCursorScreenPos();
  HeadLine line;
  line.clicked = ImGui::InvisibleButton("line", {std::max(width, 1.0F), height});
  line.hovered = ImGui::IsItemHovered();
  ImDrawList& list = *ImGui::GetWindowDrawList();
  if (lit || line.hovered)
    list.AddRectFilled({min.x - em(0.3F), min.y}, {min.x + width + em(0.3F), min.y + height},
                       colour_u32(line.hovered ? theme().frame_hovered : theme().selection), em(0.2F));
  const float wide = ImGui::CalcTextSize(number.c_str()).x;
  list.AddText({min.x, min.y + em(0.1F)}, colour_u32(theme().text), fitted(text, width - wide - em(0.8F)).c_str());
  list.AddText({min.x + width - wide, min.y + em(0.1F)}, colour_u32(theme().text_muted), number.c_str());
  if (probe_enabled()) probe(id, min, {min.x + width, min.y + height});
  return line;
}

void draw_likeness_lists(PanelContext& context, LikenessState& state, const LikenessView& view,
                         const HeadReport* report) {
  if (view.models.size() == 2) {
    heading(tr("likeness.moved"));
    heading_note(tr("likeness.moved_note"));
    {
      const ScopedFont font(fonts().small);
      draw_pairs(context, state, view, "likeness.moved", view.moved);
    }
    gap(0.5F);
    heading(tr("likeness.matched"));
    heading_note(tr_plural("likeness.matched_note", view.matched.size()));
    {
      const ScopedFont font(fonts().small);
      draw_pairs(context, state, view, "likeness.matched", view.matched);
    }
    gap(0.5F);
  }
  draw_alike(context, state, view);
  gap(0.5F);
  draw_clusters(context, state, view);
  if (report == nullptr) return;
  gap(0.5F);
  draw_collapsed(context, state, view, *report);
}

}  // namespace regard
