// SPDX-License-Identifier: Apache-2.0
// Who moved which token how far: the lengths of what the blocks wrote, as bars beside the rows of the pictures.
#include "app/panels/common/parts.h"
#include "app/panels/steps/steps_parts.h"
#include "app/style/fonts.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/viewmodel/all_views.h"
#include "app/widgets/axis_labels.h"
#include "app/widgets/legend.h"
#include "app/widgets/matrix_picture.h"
#include "app/widgets/probe.h"

#include <imgui.h>
#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>
#include <vector>

namespace regard {
namespace {

constexpr float kWithLegendBeside = 13.0F, kTallestBarRow = 3.0F, kLengthsAt = 11.0F;  ///< ems
constexpr float kOthers = 0.55F;                                                       ///< opacity

/// What one block wrote for every token.
struct NormBars {
  std::string_view name{};
  const std::vector<float>* lengths = nullptr;
  const ImVec4* colour = nullptr;
};

/// This attention, the layer's other one where there is one, feed-forward.
std::vector<NormBars> bars_of(const StepsFrame& frame) {
  const BlockNorms& norms = frame.view.norms;
  const std::vector<std::string>& names = frame.state.made.blocks;
  std::vector<NormBars> all{{names.front(), &norms.attention, &theme().query}};
  if (!norms.other.empty()) all.push_back({names[1], &norms.other, &theme().accent});
  all.push_back({names.back(), &norms.feed_forward, &theme().value});
  return all;
}

float longest_of(const std::vector<NormBars>& all) {
  float longest = 1e-9F;
  for (const NormBars& bars : all)
    longest = std::max(longest, *std::max_element(bars.lengths->begin(), bars.lengths->end()));
  return longest;
}

void draw_norms_caption(const std::vector<NormBars>& all, float right) {
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {ImGui::GetStyle().ItemSpacing.x, em(kCaptionSpacing)});
  {
    const ScopedFont font(fonts().mono);
    coloured(theme().text, "‖a‖, ‖f‖");
  }
  if (is_low_panel()) ImGui::SameLine(0.0F, em(0.7F));  // as those of the pictures
  {
    const ScopedFont font(fonts().small);
    for (std::size_t bars = 0; bars < all.size(); ++bars) {  // each leaves the next ones their part
      if (bars > 0) ImGui::SameLine(0.0F, em(0.8F));
      const auto left = static_cast<float>(all.size() - bars);
      const float room = right - ImGui::GetCursorScreenPos().x - em(0.8F) * (left - 1.0F);
      coloured(*all[bars].colour, fitted(all[bars].name, std::max(0.0F, room / left)));
    }
  }
  ImGui::PopStyleVar();
}

/// Where the rows of the pictures beside it are, see matrix_picture.
struct NormRows {
  ImVec2 min{}, max{};
  float row = 1.0F;
};
NormRows rows_beside(ImVec2 at, ImVec2 size, std::size_t rows, bool numbered) {
  const float edge = outline_room();
  const bool with_legend = size.y >= em(kWithLegendBeside);
  const float below = with_legend ? legend_height() + ImGui::GetStyle().ItemSpacing.y : 0.0F;
  NormRows place;
  place.min = {at.x, std::ceil(ImGui::GetCursorScreenPos().y + room_over_matrix(numbered) + edge)};
  const float bottom = std::min(std::floor(at.y + size.y - below - edge),
                                place.min.y + std::ceil(static_cast<float>(rows) * em(kTallestBarRow)));
  place.max = {at.x + std::max(1.0F, size.x), std::max(bottom, place.min.y + 1.0F)};
  place.row = (place.max.y - place.min.y) / static_cast<float>(rows);
  return place;
}

void paint_norms(const std::vector<NormBars>& all, const NormRows& place, std::size_t chosen) {
  const float longest = longest_of(all);
  ImDrawList& list = *ImGui::GetWindowDrawList();
  for (std::size_t token = 0; token < all.front().lengths->size(); ++token) {
    const float high = place.row * 0.8F / static_cast<float>(all.size());
    float y = place.min.y + place.row * (static_cast<float>(token) + 0.1F);
    for (const NormBars& bars : all) {
      const float length = (place.max.x - place.min.x) * (*bars.lengths)[token] / longest;
      list.AddRectFilled({place.min.x, y}, {place.min.x + std::max(1.0F, length), y + std::max(1.0F, high)},
                         colour_u32(*bars.colour, token == chosen || chosen == kNone ? 1.0F : kOthers));
      y += high;
    }
  }
}

void tell_norms(const StepsFrame& frame, const std::vector<NormBars>& all, std::size_t token) {
  frame.context.next_hover.query = token + frame.view.numbers.queries.begin;
  const ScopedTooltip tooltip;
  if (token < frame.state.queries.size()) coloured(theme().query, frame.state.queries.units[token].label);
  for (const NormBars& bars : all) {
    coloured(*bars.colour, bars.name);
    ImGui::SameLine(em(kLengthsAt));
    coloured(theme().text, number((*bars.lengths)[token], 4));
  }
}

}  // namespace

void draw_step_norms(const StepsFrame& frame, ImVec2 size) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const std::vector<NormBars> all = bars_of(frame);
  draw_norms_caption(all, at.x + size.x);
  const std::size_t rows = all.front().lengths->size();
  const NormRows place = rows_beside(at, size, rows, has_numbered_columns(frame.state));
  const Range queries = frame.view.numbers.queries;
  const std::size_t query = frame.context.views.query;
  paint_norms(all, place, queries.contains(query) ? query - queries.begin : kNone);
  ImGui::SetCursorScreenPos(place.min);
  ImGui::InvisibleButton("steps.norms", {place.max.x - place.min.x, place.max.y - place.min.y});
  probe_last_item("steps.norms");
  if (!ImGui::IsItemHovered()) return;
  const auto token = static_cast<std::size_t>(std::max(0.0F, (ImGui::GetIO().MousePos.y - place.min.y) / place.row));
  if (token < rows) tell_norms(frame, all, token);
}

}  // namespace regard
