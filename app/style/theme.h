// SPDX-License-Identifier: Apache-2.0
// Colours by role and sizes in ems. One theme is current; panels and widgets ask theme(), nobody writes literals.
// UI thread only.
#pragma once

#include "app/session/preferences.h"

#include <imgui.h>

#include <array>

namespace regard {

/// sRGB colours. Text roles reach a WCAG contrast of 4.5 on background, panel, raised and frame; a test holds them to it.
struct Theme {
  bool dark = true;
  float stroke = 1.0F;  ///< lines are so many times as thick as usual

  ImVec4 background{};    ///< behind everything
  ImVec4 panel{};         ///< a panel's ground
  ImVec4 panel_border{};  ///< lines around and between panels
  ImVec4 raised{};        ///< chips, pop-ups, tooltips
  ImVec4 frame{};         ///< fields, sliders, buttons
  ImVec4 frame_hovered{};
  ImVec4 frame_active{};

  ImVec4 text{};
  ImVec4 text_muted{};  ///< captions, units, what is secondary
  ImVec4 accent{};      ///< marks and active controls; says nothing about the model
  ImVec4 selection{};   ///< ground of a selected row or of selected text

  ImVec4 query{};     ///< blue: the token that asks
  ImVec4 key{};       ///< orange-red: the token that is looked at
  ImVec4 value{};     ///< green: what it hands over
  ImVec4 negative{};  ///< bars below zero
  ImVec4 positive{};  ///< bars above zero

  ImVec4 warning{};
  ImVec4 error{};

  ImVec4 grid{};    ///< lines and outlines inside pictures
  ImVec4 masked{};  ///< hatching of cells that the mask forbids

  /// Heads shown together: 0 is the selected head, then the compared ones in order (repeating after the last).
  std::array<ImVec4, 6> heads{};
};

[[nodiscard]] const Theme& dark_theme();
[[nodiscard]] const Theme& light_theme();
/// The same for the last row of a classroom: thicker lines, and a contrast of 7 where the others have 4.5.
[[nodiscard]] const Theme& classroom_theme(ThemeChoice choice);

/// The current theme; dark until set_theme().
[[nodiscard]] const Theme& theme();
void set_theme(ThemeChoice choice, bool classroom = false);

/// Writes the current theme into ImGui's style: colours, and paddings and roundings for text `text_pixels` high.
void apply_theme(ImGuiStyle& style, float text_pixels);

/// Pixels of a line that is usually so many ems, and at least so many pixels, thick.
[[nodiscard]] float stroke(float ems, float least_pixels);

[[nodiscard]] const ImVec4& head_colour(std::size_t index);

/// A theme colour for a draw list, its opacity multiplied by `opacity`.
[[nodiscard]] ImU32 colour_u32(const ImVec4& colour, float opacity = 1.0F);

/// From `from` (amount 0) to `to` (amount 1), per channel.
[[nodiscard]] ImVec4 mix(const ImVec4& from, const ImVec4& to, float amount);

/// WCAG 2.1 contrast of two opaque colours, 1 … 21 (relative luminance, definition at w3.org/TR/WCAG21).
[[nodiscard]] float contrast(const ImVec4& first, const ImVec4& second);

/// Black or white, whichever is easier to read on `ground`: numbers inside coloured cells.
[[nodiscard]] ImVec4 readable_on(const ImVec4& ground);
/// The same for what is less important: as pale as a contrast of 4.5 allows.
[[nodiscard]] ImVec4 muted_on(const ImVec4& ground);

}  // namespace regard
