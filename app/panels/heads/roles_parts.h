// SPDX-License-Identifier: Apache-2.0
// The pieces of the roles table. Private to app/panels/heads. UI thread only.
#pragma once

#include "app/panels/common/heads_state.h"
#include "app/panels/common/panel.h"
#include "app/viewmodel/head_table.h"

#include <imgui.h>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace regard {

/// The table as made last, and what it was made from.
struct RolesMade {
  std::weak_ptr<const HeadReport> report{};
  std::weak_ptr<const InductionProbe> probe{};
  std::weak_ptr<const std::vector<HeadsMeasure>> further{};
  BadgeLine line{};
  std::shared_ptr<const HeadTable> table{};
};
/// Of a report on a text of this kind, with what is known so far of the probes. Made anew where one of the four is another; null
/// without a report.
[[nodiscard]] std::shared_ptr<const HeadTable> roles_table(PanelContext& context, CorpusKind kind,
                                                           const std::shared_ptr<const HeadReport>& report);
/// Are there sentences behind its numbers, the text's or a probe's?
[[nodiscard]] bool has_sentences(const HeadColumn& column);
/// What a column was taken on; `text`: what the report was.
[[nodiscard]] std::string column_text(const HeadColumn& column, const std::string& text);

[[nodiscard]] std::string badge_name(const RoleBadge& badge);
/// Its name, its number and what that was taken on; `text`: what the report was.
[[nodiscard]] std::string badge_hint(const RoleBadge& badge, const HeadTable& table, const std::string& text);

/// Goes to a head that was measured on a text: of a model with two texts one of its encoder's.
void select_measured_head(PanelContext& context, HeadRef head);
/// Chooses whose sentences are shown, and of which text, whatever the others are about; none: of the one chosen.
void show_evidence(PanelContext& context, const EvidenceQuestion& question, std::optional<CorpusKind> text = {});

/// A dot's colour: its layer, from the first to the last.
[[nodiscard]] ImVec4 layer_colour(std::size_t layer, std::size_t layers);

/// A cell's ground: the more, the stronger.
[[nodiscard]] ImU32 share_ground(float share);

/// How wide the columns are, and what that was reckoned for.
struct RolesWidths {
  std::string of{};
  std::vector<float> columns{};  ///< pixels
  float header_lines = 1.0F;     ///< of the longest name over a column
};

/// Pixels of the two columns before the numbers.
struct FixedWidths {
  float name = 0.0F, badges = 0.0F;
};
/// For a table `room` wide whose numbers' columns take `columns`, each with `space` around it: so narrow that numbers are in sight, badges as
/// wide as leaves no column cut at the right edge.
[[nodiscard]] FixedWidths fixed_widths(float room, float space, std::span<const float> columns);

/// The table itself, as large as the rest of the panel. `text`: what it was measured on, as a person would name it.
/// Probes "roles.column.<name>", "roles.by_badge", "roles.cell.<layer>.<head>.<name>", "roles.head.<layer>.<head>",
/// "roles.badge.<head>.<place>", "roles.more.<head>" and in its menu "roles.hidden.<head>.<place>" (heads counted layer by layer).
void draw_roles_table(PanelContext& context, const HeadTable& table, const HeadReport& report, const std::string& text);

}  // namespace regard
