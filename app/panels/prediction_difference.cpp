// SPDX-License-Identifier: Apache-2.0
#include "app/panels/prediction_difference.h"

#include "app/panels/compare_parts.h"
#include "app/panels/difference_parts.h"
#include "app/panels/parts.h"
#include "app/style/fonts.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/widgets/probe.h"

#include <algorithm>
#include <memory>

namespace regard {
namespace {

using Result = std::shared_ptr<const PredictionDifference>;

Result computed_beside(PanelContext& context, const PredictionPlaces& places) {
  if (context.background == nullptr) return nullptr;
  const std::shared_ptr<const Trace> live = context.snapshot.trace;
  const std::shared_ptr<const Trace> baseline = context.snapshot.comparison->baseline->trace;
  const std::string positions = std::to_string(places.baseline_position) + " " + std::to_string(places.position);
  const auto known = context.background->ask<PredictionDifference>(
      "predictions.difference", {{baseline, live}, positions}, [=](const Job<PredictionDifference>& job) {
        job.give_way();
        return std::make_shared<const PredictionDifference>(compare_predictions(*baseline, *live, places, job.stop));
      });
  return known.fresh ? known.value : nullptr;
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
  const char* key = context.views.predictions.why == PredictionView::Why::last ? "difference.after" : "difference.at";
  return tr(key, {{"live", names.live},
                  {"live_token", places.label},
                  {"baseline", names.baseline},
                  {"token", places.baseline_label}});
}

/// Where the columns of a row stand.
struct Columns {
  float name = 0.0F, bars = 0.0F, numbers = 0.0F, change = 0.0F, end = 0.0F;
};

Columns columns_at(float left, float width) {
  const float change = em(3.3F), numbers = em(3.4F);
  const float name = std::min(em(7.0F), width * 0.32F);
  return {left, left + name, left + width - change - numbers, left + width - change, left + width};
}

void right_text(ImDrawList& list, float right, float top, const std::string& text, const ImVec4& colour) {
  list.AddText({right - ImGui::CalcTextSize(text.c_str()).x, top}, colour_u32(colour), text.c_str());
}

/// A bar of A over one of B, their probabilities, and the change of the logarithm.
void draw_row(const PanelContext& context, const PredictionChange& row, double largest, std::size_t index) {
  const ComparedNames names = compared_names(context.session);
  const float line = em(1.05F), height = 2.0F * line + em(0.35F);
  const ImVec2 min = ImGui::GetCursorScreenPos();
  const float width = ImGui::GetContentRegionAvail().x;
  ImGui::Dummy({width, height});
  const Columns at = columns_at(min.x, width);
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const float middle = min.y + 0.5F * (height - ImGui::GetTextLineHeight());
  const std::string name = fitted(visible_token(row.text), at.bars - at.name - em(0.5F));
  list.AddText({at.name, middle}, colour_u32(theme().text), name.c_str());
  const auto bar = [&](float top, double probability, bool there, const ImVec4& colour) {
    const float room = std::max(0.0F, at.numbers - at.bars), inset = line * 0.2F;
    list.AddRectFilled({at.bars, top + inset}, {at.bars + room, top + line - inset}, colour_u32(theme().frame),
                       em(0.15F));
    const float part = largest > 0.0 ? static_cast<float>(probability / largest) : 0.0F;
    if (part > 0.0F)
      list.AddRectFilled({at.bars, top + inset}, {at.bars + std::max(2.0F, room * part), top + line - inset},
                         colour_u32(colour), em(0.15F));
    const ScopedFont font(fonts().mono_small);
    const std::string text = there ? percent(static_cast<float>(probability)) : std::string("—");
    right_text(list, at.change, top + 0.5F * (line - ImGui::GetTextLineHeight()), text, theme().text);
  };
  const float top = min.y + em(0.15F);
  bar(top, row.baseline_probability, row.baseline_id >= 0, mix(theme().text_muted, theme().panel, 0.25F));
  bar(top + line, row.probability, row.id >= 0, theme().accent);
  const bool both = row.id >= 0 && row.baseline_id >= 0;
  {
    const ScopedFont font(fonts().mono_small);
    const ChangeColours colours = change_colours(context);
    const auto change = static_cast<float>(row.log_change);
    const std::string text = both ? signed_number(change, 2) : std::string("—");
    const ImVec4& colour = !both || change == 0.0F ? theme().text_muted : colours[change < 0.0F ? 0 : 1];
    right_text(list, at.end, min.y + 0.5F * (height - ImGui::GetTextLineHeight()), text,
               mix(colour, theme().text, 0.35F));
  }
  if (probe_enabled()) probe("predictions.row." + std::to_string(index), min, {min.x + width, min.y + height});
  if (!ImGui::IsItemHovered()) return;
  const auto told = [&](bool there, double probability) {
    return there ? number(static_cast<float>(probability), 6) : std::string(tr("difference.no_token"));
  };
  hint(tr("difference.prediction_hint",
          {{"id", row.id >= 0 ? row.id : row.baseline_id},
           {"baseline", names.baseline},
           {"baseline_p", told(row.baseline_id >= 0, row.baseline_probability)},
           {"live", names.live},
           {"p", told(row.id >= 0, row.probability)},
           {"change", both ? signed_number(static_cast<float>(row.log_change), 6) : "—"}}));
}

/// Whose bars they are, and what the numbers at the right are.
void draw_key(const PanelContext& context) {
  const ComparedNames names = compared_names(context.session);
  const ScopedFont font(fonts().small);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const Columns columns = columns_at(at.x, ImGui::GetContentRegionAvail().x);
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const float side = em(0.7F), line = ImGui::GetTextLineHeight();
  float x = columns.bars;
  const auto key = [&](const ImVec4& colour, const std::string& name) {
    const float top = at.y + 0.5F * (line - side);
    list.AddRectFilled({x, top}, {x + side, top + side}, colour_u32(colour), em(0.1F));
    list.AddText({x + side + em(0.3F), at.y}, colour_u32(theme().text_muted), name.c_str());
    x += side + em(0.9F) + ImGui::CalcTextSize(name.c_str()).x;
  };
  key(mix(theme().text_muted, theme().panel, 0.25F), names.baseline);
  key(theme().accent, names.live);
  right_text(list, columns.end, at.y, tr("difference.log_change"), theme().text_muted);
  ImGui::Dummy({columns.end - at.x, line});
}

}  // namespace

void draw_prediction_difference(PanelContext& context) {
  const ComparedNames names = compared_names(context.session);
  const PredictionPlaces places = prediction_places(context.snapshot, context.views.predictions);
  heading(tr("predictions.title"));
  heading_note(difference_sign(context));
  wrapped_caption(about(context, places));
  if (places.why != PredictionPlaces::Why::found) return;
  const Result difference = computed_beside(context, places);
  if (!difference) return wrapped_caption(tr("difference.wait"));
  if (difference->one_vocabulary)
    wrapped_caption(tr("difference.divergence", {{"baseline", names.baseline},
                                                 {"live", names.live},
                                                 {"value", number(static_cast<float>(difference->divergence), 4)}}));
  else
    wrapped_caption(tr("difference.vocabularies"));
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
