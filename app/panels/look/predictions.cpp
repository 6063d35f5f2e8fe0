// SPDX-License-Identifier: Apache-2.0
#include "app/panels/look/predictions.h"

#include "app/jobs/background.h"
#include "app/panels/common/parts.h"
#include "app/panels/look/prediction_difference.h"
#include "app/style/fonts.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/viewmodel/all_views.h"
#include "app/viewmodel/snapshot.h"
#include "app/widgets/probe.h"
#include "core/text/visible_text.h"

#include <imgui.h>
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <memory>
#include <string>

namespace regard {
namespace {

/// An answer that is a number has no share.
std::string share_text(const PredictionRow& row) {
  return std::isnan(row.probability) ? number(row.logit, 3) : percent(row.probability);
}

std::string probability_text(const PredictionRow& row) {
  return std::isnan(row.probability) ? "–" : exact_number(row.probability);
}

void draw_row(const PredictionRow& row, float largest, std::size_t index) {
  const float height = ImGui::GetTextLineHeight() + em(0.2F);
  const ImVec2 min = ImGui::GetCursorScreenPos();
  const float width = ImGui::GetContentRegionAvail().x;
  const ImVec2 max{min.x + width, min.y + height};
  ImGui::Dummy({width, height});
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const float number_width = em(4.0F);
  const float name_width = std::min(em(8.0F), width * 0.4F);
  const float bar_start = min.x + name_width;
  const float bar_room = std::max(0.0F, width - name_width - number_width);
  const float inset = height * 0.28F;
  const float top = min.y + em(0.1F);
  const std::string name = fitted(visible_text(row.text), name_width - em(0.5F));
  list.AddText({min.x, top}, colour_u32(theme().text), name.c_str());
  list.AddRectFilled({bar_start, min.y + inset}, {bar_start + bar_room, max.y - inset}, colour_u32(theme().frame),
                     em(0.15F));
  const float part = largest > 0.0F ? row.probability / largest : 0.0F;
  if (part > 0.0F)
    list.AddRectFilled({bar_start, min.y + inset}, {bar_start + std::max(2.0F, bar_room * part), max.y - inset},
                       colour_u32(theme().accent), em(0.15F));
  {
    const ScopedFont font(fonts().mono_small);
    const std::string share = share_text(row);
    const ImVec2 size = ImGui::CalcTextSize(share.c_str());
    list.AddText({max.x - size.x, min.y + (height - size.y) * 0.5F}, colour_u32(theme().text), share.c_str());
  }
  if (probe_enabled()) probe("predictions.row." + std::to_string(index), min, max);
  if (ImGui::IsItemHovered())
    hint(tr("predictions.hint",
            {{"id", row.id}, {"logit", number(row.logit, 4)}, {"probability", probability_text(row)}}));
}

/// A slot of Background: the view with its rows.
struct RowsSlot {
  struct Asked {
    std::shared_ptr<const Trace> trace{};
    PredictionView view{};
    friend bool operator==(const Asked&, const Asked&) = default;
  };
  using Answer = PredictionView;
  static std::shared_ptr<const Answer> answer(const Asked& asked, const Job<Answer>& job) {
    job.give_way();
    return std::make_shared<const Answer>(with_rows(asked.view, *asked.trace));
  }
};

/// What can be shown now: the rows of this position or, until they have come, those of the one before.
std::shared_ptr<const PredictionView> computed_beside(PanelContext& context, const PredictionView& view) {
  if (context.background == nullptr) return nullptr;
  return context.background->ask<RowsSlot>({context.snapshot.trace, view}).value;
}

}  // namespace

std::string about_prediction(const PredictionView& view) {
  switch (view.why) {
    case PredictionView::Why::mask:
      return tr("predictions.mask");
    case PredictionView::Why::last:
      return tr("predictions.last", {{"token", view.position_label}});
    case PredictionView::Why::query:
      return tr("predictions.query", {{"token", view.position_label}});
    case PredictionView::Why::image:
      return tr("predictions.image");
    case PredictionView::Why::text_class:
      return tr("predictions.text_class", {{"token", view.position_label}});
    case PredictionView::Why::token_class:
      return tr("predictions.token_class", {{"token", view.position_label}});
    case PredictionView::Why::span:
      return tr("predictions.span");
    case PredictionView::Why::none:
      break;
  }
  return tr("predictions.none");
}

void draw_predictions(PanelContext& context) {
  if (context.shown == Shown::difference && context.difference != nullptr) return draw_prediction_difference(context);
  std::shared_ptr<const PredictionView> beside;
  if (context.views.predictions.pending) beside = computed_beside(context, context.views.predictions);
  const PredictionView& view = beside ? *beside : context.views.predictions;
  heading(tr("predictions.title"));
  const bool of_picture = context.snapshot.model && context.snapshot.model->config.patches;
  const bool nameless = view.why == PredictionView::Why::none && of_picture;
  wrapped_caption(nameless ? std::string(tr("predictions.no_classes")) : about_prediction(view));
  if (view.rows.empty()) return;
  // Bars are shares of 1; only where all are small do they grow, so that something can be seen.
  const float first = view.rows.front().probability;
  const float largest = std::isnan(first) ? 1.0F : std::max(first, 0.25F);
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {ImGui::GetStyle().ItemSpacing.x, em(0.05F)});
  for (std::size_t index = 0; index < view.rows.size(); ++index)
    draw_row(view.rows[index], largest, index);
  ImGui::PopStyleVar();
}

}  // namespace regard
