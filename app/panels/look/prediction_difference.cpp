// SPDX-License-Identifier: Apache-2.0
#include "app/panels/look/prediction_difference.h"

#include "app/jobs/background.h"
#include "app/panels/common/compare_parts.h"
#include "app/panels/common/difference_parts.h"
#include "app/panels/common/parts.h"
#include "app/style/fonts.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/viewmodel/all_views.h"
#include "app/viewmodel/comparison.h"
#include "app/viewmodel/difference_views.h"
#include "app/viewmodel/snapshot.h"
#include "app/widgets/probe.h"
#include "core/text/visible_text.h"

#include <imgui.h>
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <memory>

namespace regard {
namespace {

using Result = std::shared_ptr<const PredictionDifference>;

Result computed_beside(PanelContext& context, const PredictionPlaces& places) {
  if (context.background == nullptr) return nullptr;
  const auto known = context.background->ask<PredictionDifferenceSlot>(
      {context.snapshot.comparison->baseline->trace, context.snapshot.trace, places});
  return known.fresh ? known.value : nullptr;
}

/// "0" is nothing at all.
std::string divergence_text(double divergence) {
  if (divergence == 0.0) return "0";
  return divergence < 5e-5 ? "< 0.0001" : number(static_cast<float>(divergence), 4);
}

std::string about(const PanelContext& context, const PredictionPlaces& places) {
  const ComparedNames names = compared_names(context.session);
  switch (places.why) {
    case PredictionPlaces::Why::no_head:
      return context.views.predictions.why == PredictionView::Why::none
                 ? std::string(tr("predictions.none"))
                 : tr("difference.no_prediction", {{"name", names.baseline}});
    case PredictionPlaces::Why::no_partner:
      return tr("difference.no_position", {{"token", places.label}, {"name", names.baseline}});
    case PredictionPlaces::Why::found:
      break;
  }
  const PredictionView& live = context.views.predictions;
  if (places.label == places.baseline_label) return about_prediction(live);
  return tr(live.why == PredictionView::Why::last ? "difference.after" : "difference.at",
            {{"live", names.live},
             {"live_token", places.label},
             {"baseline", names.baseline},
             {"token", places.baseline_label}});
}

/// Where the parts of a row stand, pixels. Two bars, one under the other, and both numbers: on one line where there is room,
/// each beside its bar where there is not.
struct Columns {
  float name = 0.0F, bars = 0.0F, bars_end = 0.0F;
  float baseline = 0.0F, live = 0.0F;  ///< right ends of the numbers
  float end = 0.0F;
  bool one_line = true;
};

Columns columns_at(float left, float width) {
  const float change = em(3.2F), number = em(3.4F);
  Columns at;
  at.one_line = width > em(18.0F);
  at.name = left;
  at.bars = left + std::min(em(7.0F), width * 0.32F);
  at.end = left + width;
  at.live = at.end - change;
  at.baseline = at.one_line ? at.live - number : at.live;
  at.bars_end = std::max(at.bars, at.baseline - number);
  return at;
}

ImVec4 baseline_colour() {
  return mix(theme().text_muted, theme().panel, 0.25F);
}

void right_text(ImDrawList& list, float right, float middle, const std::string& text, const ImVec4& colour) {
  const ImVec2 size = ImGui::CalcTextSize(text.c_str());
  list.AddText({right - size.x, middle - 0.5F * size.y}, colour_u32(colour), text.c_str());
}

void paint_share(ImDrawList& list, const Columns& at, float middle, double share, const ImVec4& colour) {
  const float half = std::round(stroke(0.16F, 1.5F)), round = em(0.12F);
  list.AddRectFilled({at.bars, middle - half}, {at.bars_end, middle + half}, colour_u32(theme().frame), round);
  if (share <= 0.0) return;
  const float length = std::max(2.0F, static_cast<float>(share) * (at.bars_end - at.bars));
  list.AddRectFilled({at.bars, middle - half}, {at.bars + length, middle + half}, colour_u32(colour), round);
}

void tell_row(const PanelContext& context, const PredictionChange& row) {
  const ComparedNames names = compared_names(context.session);
  const bool both = row.id >= 0 && row.baseline_id >= 0;
  const auto told = [](bool there, double probability) {
    return there ? exact_number(static_cast<float>(probability)) : std::string(tr("difference.no_token"));
  };
  hint(tr("difference.prediction_hint", {{"id", row.id >= 0 ? row.id : row.baseline_id},
                                         {"baseline", names.baseline},
                                         {"baseline_p", told(row.baseline_id >= 0, row.baseline_probability)},
                                         {"live", names.live},
                                         {"p", told(row.id >= 0, row.probability)},
                                         {"change", both ? exact_change(static_cast<float>(row.log_change)) : "—"}}));
}

/// Both probabilities and the change of the logarithm, in columns.
void draw_numbers(const PanelContext& context, const PredictionChange& row, const Columns& at, float middle,
                  float apart) {
  const ScopedFont font(fonts().mono_small);
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const auto share = [](bool there, double probability) {
    return there ? percent(static_cast<float>(probability)) : std::string("—");
  };
  right_text(list, at.baseline, middle - apart, share(row.baseline_id >= 0, row.baseline_probability),
             theme().text_muted);
  right_text(list, at.live, middle + apart, share(row.id >= 0, row.probability), theme().text);
  const bool both = row.id >= 0 && row.baseline_id >= 0;
  const auto change = static_cast<float>(row.log_change);
  const ChangeColours colours = change_colours(context);
  const ImVec4& colour = !both || change == 0.0F ? theme().text_muted : colours[change < 0.0F ? 0 : 1];
  right_text(list, at.end, middle, both ? signed_number(change, 2) : std::string("—"),
             mix(colour, theme().text, 0.35F));
}

/// A bar of A over one of B, their probabilities, and the change of the logarithm.
void draw_row(const PanelContext& context, const PredictionChange& row, double largest, std::size_t index) {
  const ImVec2 min = ImGui::GetCursorScreenPos();
  const float width = ImGui::GetContentRegionAvail().x;
  const Columns at = columns_at(min.x, width);
  const float line = ImGui::GetTextLineHeight();
  const float height = at.one_line ? line + em(0.25F) : 2.0F * line + em(0.1F);
  ImGui::Dummy({width, height});
  const bool hovered = ImGui::IsItemHovered();
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const float middle = min.y + 0.5F * height;
  const float apart = at.one_line ? em(0.24F) : 0.25F * height;  // of the bars from the middle
  const std::string name = fitted(visible_text(row.text), at.bars - at.name - em(0.5F));
  list.AddText({at.name, middle - 0.5F * line}, colour_u32(theme().text), name.c_str());
  paint_share(list, at, middle - apart, row.baseline_probability / largest, baseline_colour());
  paint_share(list, at, middle + apart, row.probability / largest, theme().accent);
  draw_numbers(context, row, at, middle, at.one_line ? 0.0F : apart);
  if (probe_enabled()) probe("predictions.row." + std::to_string(index), min, {min.x + width, min.y + height});
  if (hovered) tell_row(context, row);
}

/// Whose bars they are, and what the numbers at the right are.
void draw_key(const PanelContext& context) {
  const ComparedNames names = compared_names(context.session);
  const ScopedFont font(fonts().small);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const Columns columns = columns_at(at.x, ImGui::GetContentRegionAvail().x);
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const float side = em(0.7F), line = ImGui::GetTextLineHeight();
  float x = columns.name;
  const auto key = [&](const ImVec4& colour, const std::string& name) {
    const float top = at.y + 0.5F * (line - side);
    list.AddRectFilled({x, top}, {x + side, top + side}, colour_u32(colour), em(0.1F));
    list.AddText({x + side + em(0.3F), at.y}, colour_u32(theme().text_muted), name.c_str());
    x += side + em(0.9F) + ImGui::CalcTextSize(name.c_str()).x;
  };
  key(baseline_colour(), names.baseline);
  key(theme().accent, names.live);
  right_text(list, columns.end, at.y + 0.5F * line, tr("difference.log_change"), theme().text_muted);
  ImGui::Dummy({columns.end - at.x, line});
}

}  // namespace

void draw_prediction_difference(PanelContext& context) {
  const ComparedNames names = compared_names(context.session);
  const PredictionPlaces places = prediction_places(context.snapshot, context.views.predictions);
  heading(tr("predictions.title"));
  if (places.why != PredictionPlaces::Why::found) {
    heading_note(difference_sign(context));
    return wrapped_caption(about(context, places));
  }
  const Result difference = computed_beside(context, places);
  heading_note(
      difference && difference->one_vocabulary
          ? tr("difference.divergence",
               {{"baseline", names.baseline}, {"live", names.live}, {"value", divergence_text(difference->divergence)}})
          : difference_sign(context));
  wrapped_caption(about(context, places));
  if (!difference) return wrapped_caption(tr("difference.wait"));
  if (!difference->one_vocabulary) wrapped_caption(tr("difference.vocabularies"));
  draw_key(context);
  double largest = 0.25;  // as in the list of one text: shares of 1, unless all are small
  for (const PredictionChange& row : difference->rows)
    largest = std::max({largest, row.probability, row.baseline_probability});
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {ImGui::GetStyle().ItemSpacing.x, em(0.05F)});
  for (std::size_t index = 0; index < difference->rows.size(); ++index)
    draw_row(context, difference->rows[index], largest, index);
  ImGui::PopStyleVar();
}

}  // namespace regard
