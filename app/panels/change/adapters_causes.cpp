// SPDX-License-Identifier: Apache-2.0
// What moves a head: how the model is stored, or the adapters. A dot per head, both axes with one scale, and the heads in lines.
#include "app/panels/change/adapters_parts.h"
#include "app/panels/common/parts.h"
#include "app/panels/frame/head_row.h"
#include "app/panels/frame/heads.h"
#include "app/panels/heads/corpus_choice.h"
#include "app/panels/heads/likeness_parts.h"
#include "app/panels/heads/roles_parts.h"
#include "app/session/action_kinds.h"
#include "app/session/reading.h"
#include "app/style/fonts.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/viewmodel/effect_view.h"
#include "app/viewmodel/snapshot.h"
#include "app/viewmodel/views.h"
#include "app/widgets/paint.h"
#include "app/widgets/probe.h"

#include <imgui.h>
#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace regard {
namespace {

constexpr std::size_t kHeadsInLines = 8;
constexpr std::size_t kSentencesRead = 300;
constexpr float kLargestPlane = 20.0F;  ///< ems of a side

/// Where numbers of both axes stand: 0 … end by their square roots, y from the bottom.
struct CausesPlane {
  ImVec2 min{}, max{};
  double end = 1.0;
  [[nodiscard]] ImVec2 at(double stored, double adapted) const {
    return {min.x + static_cast<float>(place_on_axis(stored, end)) * (max.x - min.x),
            max.y - static_cast<float>(place_on_axis(adapted, end)) * (max.y - min.y)};
  }
};

std::string amount_of(double value) {
  return number(static_cast<float>(value), value > 0.0 && value < 0.01 ? 4 : 3);
}

/// "adapter, α = 0.5".
std::string told_adapters(const DriftCauses& causes) {
  if (causes.strengths.empty()) return tr("causes.no_adapter");
  if (causes.strengths.size() > 1) return tr("causes.adapters");
  return tr("causes.adapter", {{"strength", number(causes.strengths.front(), 2)}});
}

CausesQuestion asked_causes(const PanelContext& context, const AdaptersState& state,
                            const std::shared_ptr<const Model>& full) {
  CausesQuestion question = causes_question(context.snapshot, full);
  question.of.own_weights = state.own_weights;
  const CorpusKind kind = corpus_kind(context);
  if (kind == CorpusKind::sentence) return question;
  question.of.text = {};
  question.of.corpus = corpus_path(context, kind);
  question.of.reading = corpus_reading(context, kind);
  return question;
}

void paint_plane(const CausesPlane& plane, const std::string& along, const std::string& up, ImDrawList& list) {
  const ScopedFont font(fonts().small);
  const ImU32 line = colour_u32(theme().grid), ink = colour_u32(theme().text_muted);
  list.AddRect(plane.min, plane.max, line);
  list.AddLine(plane.at(0.0, 0.0), plane.at(plane.end, plane.end), line);
  for (const double share : axis_ticks) {
    const double value = share * plane.end;
    const std::string text = amount_of(value);
    if (share < 1.0) {
      list.AddLine(plane.at(value, 0.0), plane.at(value, plane.end), line);
      list.AddLine(plane.at(0.0, value), plane.at(plane.end, value), line);
    }
    const ImVec2 size = ImGui::CalcTextSize(text.c_str());
    const ImVec2 below = plane.at(value, 0.0), beside = plane.at(0.0, value);
    list.AddText({std::clamp(below.x - 0.5F * size.x, plane.min.x, plane.max.x - size.x), below.y + em(0.1F)}, ink,
                 text.c_str());
    list.AddText(
        {beside.x - size.x - em(0.3F), std::clamp(beside.y - 0.5F * size.y, plane.min.y, plane.max.y - size.y)}, ink,
        text.c_str());
  }
  const float side = plane.max.x - plane.min.x;
  const std::string right = fitted(along, side), above = fitted(up, side);
  const ImVec2 size = ImGui::CalcTextSize(right.c_str());
  const ImVec2 at{plane.max.x - size.x, plane.max.y + em(0.1F) + size.y};
  list.AddText(at, ink, right.c_str());
  probe("adapters.causes.along", at, {at.x + size.x, at.y + size.y});
  const ImVec2 top{plane.min.x, plane.min.y - size.y - em(0.1F)};
  list.AddText(top, ink, above.c_str());
  probe("adapters.causes.up", top, {top.x + ImGui::CalcTextSize(above.c_str()).x, top.y + size.y});
}

std::optional<std::size_t> nearest_head(const CausesPlane& plane, const DriftCauses& causes) {
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  std::optional<std::size_t> nearest;
  float best = em(0.8F);
  for (std::size_t head = 0; head < causes.heads.size(); ++head) {
    const ImVec2 at = plane.at(causes.stored[head], causes.adapted[head]);
    const float away = std::hypot(at.x - mouse.x, at.y - mouse.y);
    if (away >= best) continue;
    best = away;
    nearest = head;
  }
  return nearest;
}

void paint_heads(const PanelContext& context, const CausesPlane& plane, const DriftCauses& causes, ImDrawList& list) {
  const std::size_t layers = causes.heads.empty() ? 1 : causes.heads.back().layer + 1;
  const HeadRef shown = shown_head(context.snapshot, context.session);
  for (std::size_t head = 0; head < causes.heads.size(); ++head) {
    const HeadRef ref = causes.heads[head];
    const ImVec2 at = plane.at(causes.stored[head], causes.adapted[head]);
    const float radius = em(0.28F);
    list.AddCircleFilled(at, radius, colour_u32(layer_colour(ref.layer, layers), 0.85F));
    if (ref == shown || context.hover.head == ref)
      list.AddCircle(at, radius + stroke(0.15F, 2.0F), colour_u32(theme().text), 0, stroke(0.12F, 1.5F));
  }
}

void draw_plane(PanelContext& context, const DriftCauses& causes, const std::string& along) {
  float numbers = 0.0F, line = 0.0F;
  const double end = end_of_axes(causes);
  {
    const ScopedFont font(fonts().small);
    numbers = ImGui::CalcTextSize(amount_of(axis_ticks.front() * end).c_str()).x + em(0.5F);
    line = ImGui::GetTextLineHeight();
  }
  const float side = std::min(ImGui::GetContentRegionAvail().x - numbers - em(0.5F), em(kLargestPlane));
  if (side < em(5.0F)) return;
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float above = line + em(0.3F), below = 2.0F * line + em(0.4F);
  const CausesPlane plane{{at.x + numbers, at.y + above}, {at.x + numbers + side, at.y + above + side}, end};
  ImDrawList& list = *ImGui::GetWindowDrawList();
  paint_plane(plane, along, told_adapters(causes), list);
  ImGui::SetCursorScreenPos(plane.min);
  const bool clicked = ImGui::InvisibleButton("plane", {side, side});
  probe_last_item("adapters.causes");
  const std::optional<std::size_t> near = ImGui::IsItemHovered() ? nearest_head(plane, causes) : std::nullopt;
  if (near) {
    context.next_hover.head = causes.heads[*near];
    hint(head_name_and_place(context.snapshot, causes.heads[*near]) + "\n" +
         tr("causes.dot", {{"stored", exact_number(static_cast<float>(causes.stored[*near]))},
                           {"adapted", exact_number(static_cast<float>(causes.adapted[*near]))}}));
    if (clicked) context.act(SelectHead{causes.heads[*near]});
  }
  paint_heads(context, plane, causes, list);
  ImGui::SetCursorScreenPos({at.x, plane.max.y + below});
}

/// Where the two columns of numbers end.
std::array<float, 2> column_ends(float width) {
  const float step = std::clamp(0.2F * width, em(4.2F), em(6.0F));
  return {width - step, width - em(0.2F)};
}

void draw_names_of_causes(float width) {
  const std::array<float, 2> ends = column_ends(width);  // in the font of the numbers' lines
  const ScopedFont font(fonts().small);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const std::array<std::string, 2> names{tr("causes.by_storage"), tr("causes.by_adapter")};
  for (std::size_t column = 0; column < names.size(); ++column) {
    const std::string name = fitted(names[column], ends[1] - ends[0] + em(1.0F));
    ImGui::GetWindowDrawList()->AddText({at.x + ends[column] - ImGui::CalcTextSize(name.c_str()).x, at.y},
                                        colour_u32(theme().text_muted), name.c_str());
  }
  ImGui::Dummy({width, ImGui::GetTextLineHeight()});
}

/// A head's name and what both causes do to it; a click shows the head.
void draw_caused_head(PanelContext& context, const DriftCauses& causes, std::size_t index, float width) {
  const ScopedId scope(index);
  const HeadRef head = causes.heads[index];
  const HeadRow row = head_row(context, head, "adapters.caused", width);
  const std::array<float, 2> ends = column_ends(width);
  const std::array<double, 2> values{causes.stored[index], causes.adapted[index]};
  for (std::size_t column = 0; column < values.size(); ++column) {
    const bool stronger = values[column] > 0.0 && values[column] >= values[1 - column];
    paint_row_number(row, ends[column], stronger ? theme().text : theme().text_muted,
                     number(static_cast<float>(values[column]), 4));
  }
  paint_row_head(context, row, head, em(0.2F), ends[0] - text_width(number_face(), "0.0000") - em(0.6F));
}

void draw_causes_found(PanelContext& context, const DriftCauses& causes, const Model& full) {
  const Model& stored = *context.snapshot.model;
  const std::string text = corpus_name(context, corpus_kind(context));
  wrapped_caption(tr(causes.strengths.empty() ? "causes.about_storage" : "causes.about",
                     {{"stored", stored.stored_as}, {"full", named_with_storage(full)}, {"text", text}}));
  const std::vector<std::size_t> order = farthest_by_any_cause(causes, kHeadsInLines);
  if (order.empty()) return wrapped_caption(tr("causes.none"));
  draw_plane(context, causes, tr("causes.storage", {{"stored", stored.stored_as}}));
  draw_dot_legend(layer_colours(causes.heads.back().layer + 1));
  wrapped_caption(tr("causes.roots"));
  if (!causes.strengths.empty()) {
    const CausesCount count = count_causes(causes);
    wrapped_caption(tr("causes.diagonal",
                       {{"adapter", count.by_adapter}, {"storage", count.by_storage}, {"heads", causes.heads.size()}}));
  }
  const float width = ImGui::GetContentRegionAvail().x;
  draw_names_of_causes(width);
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {ImGui::GetStyle().ItemSpacing.x, em(0.05F)});
  for (const std::size_t index : order)
    draw_caused_head(context, causes, index, width);
  ImGui::PopStyleVar();
}

}  // namespace

bool has_causes(const PanelContext& context) {
  const Snapshot& snapshot = context.snapshot;
  if (context.background == nullptr || !snapshot.model || !snapshot.trace || !has_engine(*snapshot.model)) return false;
  if (source_of(snapshot.reading) != source_of(context.reading())) return false;
  return model_compared_with(snapshot) != nullptr || is_quantised(*snapshot.model);
}

void draw_causes(PanelContext& context, AdaptersState& state, bool chooses_text) {
  heading(tr("causes.title"));
  if (const std::string why = why_not_measured(context, "adapters.reads_pictures"); !why.empty())
    return wrapped_caption(why);
  const Model& stored = *context.snapshot.model;
  const std::shared_ptr<const Model> full = model_compared_with(context.snapshot);
  if (!full) return wrapped_caption(tr("causes.pin_first", {{"stored", stored.stored_as}}));
  if (chooses_text) draw_corpus_choice(context, "adapters.corpus");
  const CausesQuestion question = asked_causes(context, state, full);
  const double cost = question.of.corpus.empty() ? cost_of_runs(*context.snapshot.trace, 4)
                                                 : cost_of_reading(*context.snapshot.model, kSentencesRead * 4);
  const bool quick = cost < quick_cost;
  const Outcome<DriftCauses> causes = ask_long_map<CausesSlot>(context, state.causes, quick, question);
  const LongMapProgress progress = progress_of(causes);
  draw_long_map_button(context, slot_id<CausesSlot>(), "adapters.causes", state.causes, quick, progress);
  draw_progress_line(progress);
  if (causes.error) wrapped_caption(tr(*causes.error));
  if (!causes.value || (!causes.fresh && !progress.pending && !state.causes.stopped)) return;
  draw_causes_found(context, *causes.value, *full);
}

}  // namespace regard
