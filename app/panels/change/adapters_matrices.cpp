// SPDX-License-Identifier: Apache-2.0
// How large the change of each head's matrices is.
#include "app/panels/change/adapters_parts.h"
#include "app/panels/common/job_line.h"
#include "app/panels/common/parts.h"
#include "app/panels/frame/head_row.h"
#include "app/panels/frame/heads.h"
#include "app/style/fonts.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/viewmodel/snapshot.h"
#include "app/widgets/paint.h"
#include "app/widgets/probe.h"

#include <imgui.h>
#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace regard {
namespace {

constexpr std::size_t kMostRows = 48;

constexpr std::array<std::pair<const char*, std::optional<double> WeightChange::*>, 4> kParts{
    {{"W_Q", &WeightChange::query},
     {"W_K", &WeightChange::key},
     {"W_V", &WeightChange::value},
     {"W_O", &WeightChange::output}}};

float column_right(float width, std::size_t column) {
  const float step = std::clamp(width * 0.15F, em(3.2F), em(5.0F));
  return width - static_cast<float>(kParts.size() - 1 - column) * step;
}

void draw_names_of_parts(float width) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  std::array<float, kParts.size()> rights{};  // in the font of the numbers' lines
  for (std::size_t column = 0; column < kParts.size(); ++column)
    rights[column] = column_right(width, column);
  const ScopedFont font(fonts().small);
  for (std::size_t column = 0; column < kParts.size(); ++column) {
    const char* name = kParts[column].first;
    ImGui::GetWindowDrawList()->AddText({at.x + rights[column] - ImGui::CalcTextSize(name).x, at.y},
                                        colour_u32(theme().text_muted), name);
  }
  ImGui::Dummy({width, ImGui::GetTextLineHeight()});
}

void draw_changed_head(PanelContext& context, HeadRef head, const WeightChange& change, float width) {
  const HeadRow row = head_row(context, head, "adapters.change", width);
  for (std::size_t column = 0; column < kParts.size(); ++column) {
    const std::optional<double>& part = change.*kParts[column].second;
    paint_row_number(row, column_right(width, column), part && *part > 0.0 ? theme().text : theme().text_muted,
                     part ? number(static_cast<float>(*part), 4) : "–");
  }
  paint_row_head(context, row, head, em(0.2F), column_right(width, 0) - em(3.8F));
}

}  // namespace

void draw_weight_changes(PanelContext& context) {
  heading(tr("adapters.changes"));
  wrapped_caption(tr("adapters.changes_about"));
  const WeightChangeQuestion question{context.snapshot.model, drift_direction(context.snapshot.reading)};
  const Outcome<WeightChangeView> found = context.background->ask<WeightChangeSlot>(question);
  draw_job_line(context, "adapters.changes", slot_id<WeightChangeSlot>(), found);
  if (!found.value || !found.fresh) return;
  const std::vector<std::size_t> order = most_changed(*found.value);
  if (order.empty()) return wrapped_caption(tr("adapters.no_changes"));
  const float width = ImGui::GetContentRegionAvail().x;
  draw_names_of_parts(width);
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {ImGui::GetStyle().ItemSpacing.x, em(0.05F)});
  for (std::size_t rank = 0; rank < std::min(order.size(), kMostRows); ++rank) {
    const ScopedId scope(order[rank]);
    draw_changed_head(context, found.value->heads[order[rank]], found.value->changes[order[rank]], width);
  }
  ImGui::PopStyleVar();
  if (order.size() > kMostRows) caption(tr_plural("adapters.more", order.size() - kMostRows));
}

}  // namespace regard
