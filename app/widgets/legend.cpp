// SPDX-License-Identifier: Apache-2.0
#include "app/widgets/legend.h"

#include "app/style/theme.h"
#include "app/widgets/heat_map.h"
#include "app/widgets/paint.h"
#include "app/widgets/probe.h"
#include "app/widgets/scope.h"

#include <algorithm>
#include <cmath>
#include <string>

namespace regard {
namespace {

float bar_height() {
  return std::round(em(0.5F));
}
float marker_height() {
  return std::round(em(0.32F));
}

/// As many decimals as a range needs: 0.034, 0.42, 7.1, 120.
int decimals_for(float limit) {
  if (limit >= 100.0F) return 0;
  if (limit >= 2.0F) return 1;
  return limit >= 0.1F ? 2 : 3;
}

/// One quad per table entry would be 256; neighbours blend well enough in 64.
void paint_gradient(ImDrawList& list, const gfx::ColourMap& map, ImVec2 min, ImVec2 max) {
  constexpr std::size_t kPieces = 64;
  const auto x = [&](std::size_t piece) { return min.x + (max.x - min.x) * static_cast<float>(piece) / kPieces; };
  for (std::size_t piece = 0; piece < kPieces; ++piece) {
    const ImU32 from = to_u32(map.table[piece * (gfx::kColourMapSize - 1) / kPieces]);
    const ImU32 to = to_u32(map.table[(piece + 1) * (gfx::kColourMapSize - 1) / kPieces]);
    list.AddRectFilledMultiColor({x(piece), min.y}, {x(piece + 1), max.y}, from, to, to, from);
  }
}

}  // namespace

void heat_map_legend(std::string_view id, const HeatMapSpec& map, std::optional<float> current) {
  constexpr float kWidestLegend = 18.0F;  // ems
  const float width = std::min(ImGui::GetContentRegionAvail().x, em(kWidestLegend));
  legend({.id = id, .width = width, .map = map.map, .low = map.low, .high = map.high, .current = current});
}

float legend_height() {
  return marker_height() + bar_height() + em(0.2F) + number_face().size;
}

void legend(const LegendSpec& spec) {
  const ScopedId id(spec.id);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float width = spec.width > 0.0F ? spec.width : ImGui::GetContentRegionAvail().x;
  ImGui::Dummy({width, legend_height()});
  if (spec.map == nullptr || width < em()) return;
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const ImVec2 min(std::floor(at.x), std::floor(at.y + marker_height()));
  const ImVec2 max(std::floor(at.x + width), min.y + bar_height());
  paint_gradient(list, *spec.map, min, max);
  paint_outline(list, min, max, colour_u32(theme().grid));
  probe(spec.id, min, max);

  const Face face = number_face();
  const int decimals = decimals_for(std::max(std::abs(spec.low), std::abs(spec.high)));
  const float y = max.y + em(0.2F);
  const ImU32 muted = colour_u32(theme().text_muted);
  const auto write = [&](float value, float share) {
    const std::string text = value == 0.0F ? std::string("0") : number(value, decimals);
    const float wide = text_width(face, text);
    paint_text(list, face, {min.x + share * (max.x - min.x - wide), y}, muted, text);
  };
  const float ends = text_width(face, number(spec.low, decimals)) + text_width(face, number(spec.high, decimals));
  const float digit = text_width(face, "0");
  const bool room_between = max.x - min.x > ends + 3.0F * digit;
  if (max.x - min.x > ends + digit) write(spec.low, 0.0F);
  if (spec.low < 0.0F && spec.high > 0.0F && room_between) write(0.0F, -spec.low / (spec.high - spec.low));
  write(spec.high, 1.0F);

  if (!spec.current || std::isnan(*spec.current) || spec.high <= spec.low) return;
  const float share = std::clamp((*spec.current - spec.low) / (spec.high - spec.low), 0.0F, 1.0F);
  const float x = min.x + share * (max.x - min.x), half = marker_height() * 0.75F;
  const float middle = std::clamp(x, min.x + half, max.x - half);  // at the ends it leans, whole
  list.AddTriangleFilled({middle - half, min.y - marker_height()}, {middle + half, min.y - marker_height()}, {x, min.y},
                         colour_u32(theme().text));
  list.AddLine({x, min.y}, {x, max.y}, colour_u32(theme().panel), 1.0F);
}

}  // namespace regard
