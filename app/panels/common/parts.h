// SPDX-License-Identifier: Apache-2.0
// Small pieces every panel is composed of: headings, captions, choices, numbers. They look the same everywhere.
#pragma once

#include "app/widgets/paint.h"
#include "app/widgets/scope.h"

#include <imgui.h>

#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace regard {

/// PushFont … PopFont; null is ImGui's own font.
struct ScopedFont {
  explicit ScopedFont(ImFont* font) { ImGui::PushFont(font); }
  ~ScopedFont() { ImGui::PopFont(); }
  ScopedFont(const ScopedFont&) = delete;
  ScopedFont& operator=(const ScopedFont&) = delete;
};

/// PushStyleColor(Text) … PopStyleColor.
struct ScopedTextColour {
  explicit ScopedTextColour(const ImVec4& colour) { ImGui::PushStyleColor(ImGuiCol_Text, colour); }
  ~ScopedTextColour() { ImGui::PopStyleColor(); }
  ScopedTextColour(const ScopedTextColour&) = delete;
  ScopedTextColour& operator=(const ScopedTextColour&) = delete;
};

/// Fields and buttons that can be seen on the raised ground of menus and dialogs.
struct ScopedRaisedFrames {
  ScopedRaisedFrames();
  ~ScopedRaisedFrames() { ImGui::PopStyleColor(3); }
  ScopedRaisedFrames(const ScopedRaisedFrames&) = delete;
  ScopedRaisedFrames& operator=(const ScopedRaisedFrames&) = delete;
};

/// A heading: semi-bold, at the current line; what follows may stay on the line (ImGui::SameLine).
void heading(std::string_view text);
/// Secondary text on the heading's line, on its baseline, cut with … at the content's right edge less `kept`.
void heading_note(std::string_view text, float kept = 0.0F);
/// Secondary text in the muted colour, cut with … at `right` (window coordinate; 0 = the content's right edge).
void caption(std::string_view text, float right = 0.0F);
/// The same, wrapped at the content's right edge.
void wrapped_caption(std::string_view text);
/// Text in a colour, wrapped at the content's right edge, between words only: "1.0e-04" stays on one line.
void wrapped(const ImVec4& colour, std::string_view text);
/// The text with line ends where it would leave the width; a word that is wider is cut anywhere.
[[nodiscard]] std::string broken_at_spaces(std::string_view text, float width);
/// The text with line ends where it would leave the width, at spaces and behind hyphens only: a word that is wider ends with ….
[[nodiscard]] std::string broken_between_words(std::string_view text, float width);
/// Text in a colour, no wrapping.
void coloured(const ImVec4& colour, std::string_view text);
/// The same at the right end of the column: numbers below one another can be compared.
void coloured_at_right(const ImVec4& colour, std::string_view text);

/// Puts the cursor so that an item of this width ends at the content's right edge, on the current line.
void align_right(float width);
/// Vertical space in ems.
void gap(float ems);
/// Centres text vertically on a line of framed items.
void align_to_frame();

/// A button without a frame until hovered. `menu` draws a small triangle after the label. Probes `id`.
bool quiet_button(std::string_view id, std::string_view label, bool menu = false, bool active = false);
[[nodiscard]] float quiet_button_width(std::string_view label, bool menu = false);

/// A small square with a tick and its label. Probes `id`. True when it was switched.
bool check(std::string_view id, std::string_view label, bool& on);
[[nodiscard]] float check_width(std::string_view label);

/// One of a few that exclude each other.
struct Segment {
  std::string id{};  ///< its probe: "workspace.look"
  std::string label{};
  std::string hint{};  ///< may be empty
};
/// A few, side by side in one frame, `current` marked (none of them: one past the end). The one that was clicked.
std::optional<std::size_t> draw_segments(std::span<const Segment> segments, std::size_t current);
[[nodiscard]] float segments_width(std::span<const Segment> segments);
/// The same, as many on a line as go into `width` pixels; 0: up to the content's right edge.
std::optional<std::size_t> draw_segments_in_lines(std::span<const Segment> segments, std::size_t current,
                                                  float width = 0.0F);

/// One of a few, side by side in one frame. Probes "<id>.<index>". The new index, or the old one.
std::size_t choose(std::string_view id, std::initializer_list<std::string_view> labels, std::size_t current);
[[nodiscard]] float choose_width(std::initializer_list<std::string_view> labels);

/// Text as it can be drawn that fits into a width, cut with … on a character's border.
[[nodiscard]] std::string fitted(std::string_view text, float width);

/// "12.3 %", "0.04 %": two meaningful digits at least.
[[nodiscard]] std::string percent(float share);

/// Tooltip for the item before, shown after a short rest of the mouse.
void hint(std::string_view text);
/// The same for an item of a row of choices: below the item, so that no neighbour is covered, once the mouse has lain still on it, and not after
/// a click until the mouse has left.
void hint_below(std::string_view text);
/// Seconds until a hint of this frame is due, 0 if there is none; asking forgets it. The shell draws again by then.
[[nodiscard]] float take_hint_delay();

}  // namespace regard
