// SPDX-License-Identifier: Apache-2.0
#include "app/base/built_in_texts.h"
#include "app/panels/heads/knowledge.h"
#include "app/panels/heads/reports.h"
#include "app/panels/heads/roles_parts.h"
#include "app/session/action_kinds.h"
#include "app/style/heads_text.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/viewmodel/snapshot.h"
#include "app/widgets/paint.h"

#include <algorithm>

namespace regard {

std::shared_ptr<const HeadTable> roles_table(PanelContext& context, CorpusKind kind,
                                             const std::shared_ptr<const HeadReport>& report) {
  if (!report) return nullptr;
  const bool reads = !context.snapshot.model->capture;  // other texts than its own
  const Outcome<InductionProbe> asked_probe = reads ? ask_probe(context) : Outcome<InductionProbe>{};
  const Outcome<std::vector<HeadsMeasure>> asked_further =
      reads ? ask_knowledge(context, kind) : Outcome<std::vector<HeadsMeasure>>{};
  const std::shared_ptr<const InductionProbe> probe = asked_probe.fresh ? asked_probe.value : nullptr;
  const std::shared_ptr<const std::vector<HeadsMeasure>> further = asked_further.fresh ? asked_further.value : nullptr;
  const BadgeLine& line = context.state.of<HeadsState>().line;
  RolesMade& made = context.state.of<RolesMade>();
  if (!made.table || made.report.lock() != report || made.probe.lock() != probe || made.further.lock() != further ||
      made.line != line) {
    static const std::vector<HeadsMeasure> kNoMeasures;
    made = {report, probe, further, line,
            std::make_shared<const HeadTable>(make_head_table(
                *report, probe.get(), line, further ? *further : kNoMeasures, context.snapshot.model->roles))};
  }
  return made.table;
}

bool has_sentences(const HeadColumn& column) {
  return column.on_corpus || is_probe(column.name);
}

std::string column_text(const HeadColumn& column, const std::string& text) {
  if (column.on_corpus) return text;
  if (column.text.empty()) return tr("roles.probe_text");
  return tr(column.name == "copying" ? "roles.frequent_text" : "roles.answered_text", {{"file", column.text}});
}

std::string badge_name(const RoleBadge& badge) {
  return badge.relation ? relation_name(badge.name) : measure_name(badge.name);
}

std::string badge_hint(const RoleBadge& badge, const HeadTable& table, const std::string& text) {
  const HeadColumn* column = badge.relation ? nullptr : column_named(table, badge.name);
  return badge_name(badge) + " · " + number(badge.value, 2) + " · " +
         (column == nullptr ? text : column_text(*column, text));
}

void select_measured_head(PanelContext& context, HeadRef head) {
  if (context.snapshot.model->encoder) context.act(SetAttention{AttentionKind::encoder});
  context.act(SelectHead{head});
}

void show_evidence(PanelContext& context, const EvidenceQuestion& question, std::optional<CorpusKind> text) {
  HeadsState& state = context.state.of<HeadsState>();
  state.behind = question;
  state.behind_of = context.snapshot.model;
  state.behind_text = text;
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
