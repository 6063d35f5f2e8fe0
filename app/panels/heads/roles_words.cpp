// SPDX-License-Identifier: Apache-2.0
#include "app/panels/heads/roles_parts.h"
#include "app/style/heads_text.h"
#include "app/style/theme.h"

#include <algorithm>

namespace regard {

std::shared_ptr<const HeadTable> roles_table(PanelState& state, const std::shared_ptr<const HeadReport>& report,
                                             const std::shared_ptr<const InductionProbe>& probe,
                                             const BadgeLine& line) {
  if (!report) return nullptr;
  RolesMade& made = state.of<RolesMade>();
  if (!made.table || made.report.lock() != report || made.probe.lock() != probe || made.line != line)
    made = {report, probe, line, std::make_shared<const HeadTable>(make_head_table(*report, probe.get(), line))};
  return made.table;
}

std::string badge_name(const RoleBadge& badge) {
  return badge.relation ? relation_name(badge.name) : measure_name(badge.name);
}

void show_evidence(PanelContext& context, const EvidenceQuestion& question) {
  context.state.of<HeadsState>().behind = question;
}

ImVec4 layer_colour(std::size_t layer, std::size_t layers) {
  const float share = layers > 1 ? static_cast<float>(layer) / static_cast<float>(layers - 1) : 0.0F;
  return mix(theme().query, theme().key, share);
}

ImU32 share_ground(float share) {
  constexpr float kStrongest = 0.55F;  ///< so that the text on it stays readable
  return colour_u32(theme().accent, kStrongest * std::clamp(share, 0.0F, 1.0F));
}

}  // namespace regard
