// SPDX-License-Identifier: Apache-2.0
// The pairs of dimensions that rotary positions turn, each as a clock.
#include "app/gfx/colour_maps.h"
#include "app/panels/common/parts.h"
#include "app/panels/kinds/positions_parts.h"
#include "app/session/look.h"
#include "app/session/preferences.h"
#include "app/style/locale.h"
#include "app/style/positions_text.h"
#include "app/style/theme.h"
#include "app/widgets/probe.h"

#include <imgui.h>

#include <algorithm>
#include <cmath>
#include <string>

namespace regard {
namespace {

constexpr float kClock = 3.4F;       ///< ems of a face
constexpr float kClockSpace = 0.9F;  ///< ems between two
constexpr float kRing = 0.34F;       ///< ems

/// What all clocks have in common.
struct ClockScale {
  const gfx::ColourMap* map = nullptr;
  double share = 0.0;             ///< the largest, of either sign
  double query = 0.0, key = 0.0;  ///< the longest hands
};

ClockScale clock_scale(const PanelContext& context, const ScoreTerms& terms) {
  ClockScale scale{.map = &gfx::colour_map(context.look().score_map, context.preferences.theme)};
  for (const RotaryPlane& plane : terms.planes) {
    scale.share = std::max(scale.share, std::abs(plane.share));
    scale.query = std::max(scale.query, plane.query_length);
    scale.key = std::max(scale.key, plane.key_length);
  }
  return scale;
}

/// Angles grow against the clock, as in formulas.
void paint_hand(ImDrawList& list, ImVec2 middle, double angle, float length, const ImVec4& colour) {
  const ImVec2 end{middle.x + length * static_cast<float>(std::cos(angle)),
                   middle.y - length * static_cast<float>(std::sin(angle))};
  list.AddLine(middle, end, colour_u32(colour), stroke(0.15F, 2.0F));
  list.AddCircleFilled(end, stroke(0.14F, 1.8F), colour_u32(colour), 10);
}

float hand(double length, double longest, float radius) {
  return longest > 0.0 ? radius * static_cast<float>(length / longest) : 0.0F;
}

void tell_plane(const RotaryPlane& plane, std::size_t index) {
  const ScopedTooltip tooltip;
  coloured(theme().text,
           tr("positions.plane", {{"plane", index}, {"x", plane.dimensions.x}, {"y", plane.dimensions.y}}));
  const auto line = [](const char* key, const ImVec4& colour, const std::string& value) {
    coloured(colour, tr("labelled", {{"name", tr(key)}, {"value", value}}));
  };
  const auto degrees = [](double angle) { return number(static_cast<float>(angle * 57.29577951308232), 1) + "°"; };
  line("positions.plane_wavelength", theme().text_muted, told_wavelength(plane.wavelength()));
  line("positions.plane_frequency", theme().text_muted, exact_number(static_cast<float>(plane.frequency)));
  line("positions.plane_query", theme().query,
       degrees(plane.query_angle) + ", " + number(static_cast<float>(plane.query_length), 3));
  line("positions.plane_key", theme().key,
       degrees(plane.key_angle) + ", " + number(static_cast<float>(plane.key_length), 3));
  line("positions.plane_share", theme().text, exact_number(static_cast<float>(plane.share)));
}

void draw_clock(const RotaryPlane& plane, std::size_t index, const ClockScale& scale, ImVec2 at) {
  const float face = em(kClock), radius = 0.5F * face - em(kRing);
  const ImVec2 middle{at.x + 0.5F * face, at.y + 0.5F * face};
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const auto most = static_cast<float>(scale.share > 0.0 ? scale.share : 1.0);
  list.AddCircle(middle, radius + 0.5F * em(kRing), to_u32(scale.map->at(static_cast<float>(plane.share), -most, most)),
                 48, em(kRing));
  list.AddCircle(middle, radius, colour_u32(theme().grid), 48, 1.0F);
  list.AddCircle(middle, radius + em(kRing), colour_u32(theme().grid), 48, 1.0F);
  paint_hand(list, middle, plane.query_angle, hand(plane.query_length, scale.query, radius), theme().query);
  paint_hand(list, middle, plane.key_angle, hand(plane.key_length, scale.key, radius), theme().key);
  const Face digits = number_face(), labels = small_face();
  const auto below = [&](const Face& font, float y, const ImVec4& colour, const std::string& text) {
    paint_text(list, font, {middle.x - 0.5F * text_width(font, text), y}, colour_u32(colour), text);
  };
  below(labels, at.y + face + em(0.1F), theme().text_muted, "λ " + told_wavelength(plane.wavelength()));
  below(digits, at.y + face + em(0.2F) + labels.size, theme().text, number(static_cast<float>(plane.share), 3));
  const ImVec2 end{at.x + face, at.y + face + em(0.3F) + labels.size + digits.size};
  ImGui::SetCursorScreenPos(at);
  ImGui::Dummy({end.x - at.x, end.y - at.y});
  probe("positions.clock." + std::to_string(index), at, end);
  if (ImGui::IsItemHovered()) tell_plane(plane, index);
}

}  // namespace

void draw_plane_clocks(PanelContext& context, PositionsState& state, const TermsAnswer& terms) {
  align_to_frame();
  caption(tr("positions.order"));
  ImGui::SameLine();
  state.by_wavelength = choose("positions.order", {tr("positions.by_share"), tr("positions.by_wavelength")},
                               state.by_wavelength ? 1 : 0) == 1;
  const ClockScale scale = clock_scale(context, terms.terms);
  const float room = ImGui::GetContentRegionAvail().x, step = em(kClock + kClockSpace);
  const float line = em(kClock + 1.0F) + small_face().size + number_face().size;
  const auto in_line = std::max<std::size_t>(1, static_cast<std::size_t>((room + em(kClockSpace)) / step));
  const ImVec2 start = ImGui::GetCursorScreenPos();
  for (std::size_t place = 0; place < terms.order.size(); ++place) {
    const std::size_t plane = state.by_wavelength ? place : terms.order[place];
    const ImVec2 at{start.x + static_cast<float>(place % in_line) * step,
                    start.y + static_cast<float>(place / in_line) * line};
    draw_clock(terms.terms.planes[plane], plane, scale, at);
  }
  const std::size_t lines = (terms.order.size() + in_line - 1) / in_line;
  ImGui::SetCursorScreenPos(start);
  ImGui::Dummy({1.0F, static_cast<float>(lines) * line});
  wrapped_caption(tr("positions.clocks_about"));
}

}  // namespace regard
