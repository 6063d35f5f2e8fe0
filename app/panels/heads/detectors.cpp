// SPDX-License-Identifier: Apache-2.0
#include "app/panels/heads/detectors.h"

#include "app/base/built_in_texts.h"
#include "app/panels/common/button_parts.h"
#include "app/panels/common/heads_state.h"
#include "app/panels/common/job_line.h"
#include "app/panels/common/parts.h"
#include "app/panels/frame/path_dialog.h"
#include "app/panels/heads/corpus_choice.h"
#include "app/panels/heads/detectors_parts.h"
#include "app/panels/heads/reports.h"
#include "app/session/preferences.h"
#include "app/style/locale.h"
#include "app/viewmodel/snapshot.h"
#include "app/widgets/paint.h"

#include <imgui.h>
#include <algorithm>

namespace regard {
namespace {

/// Ours in the window's language, until a person has named a file.
std::filesystem::path rules_of(const DetectorRules& rules) {
  return rules.file.empty() ? built_in_detectors(language_code(language())) : rules.file;
}

void draw_rules(PanelContext& context, const DetectorRules& rules) {
  align_to_frame();
  const float room =
      ImGui::GetWindowPos().x + ImGui::GetWindowContentRegionMax().x - quiet_button_width(tr("detectors.open")) - em();
  caption(tr("detectors.rules", {{"file", rules_of(rules).filename().string()}}), room);
  hint(rules_of(rules).string());
  ImGui::SameLine();
  align_right(quiet_button_width(tr("detectors.open")));
  if (framed_button("detectors.open", tr("detectors.open")))
    ask_for_path(context.state, PathDialog::Kind::open_detectors, rules_of(rules).string());
  hint(tr("detectors.open_hint"));
}

/// Trees are in files: the sentence on screen has none.
CorpusKind kind_of_text(const PanelContext& context) {
  const CorpusKind kind = corpus_kind(context);
  if (kind != CorpusKind::sentence) return kind;
  return context.preferences.language == Language::ru ? CorpusKind::russian : CorpusKind::english;
}

}  // namespace

std::shared_ptr<const DetectorReports> DetectorSlot::answer(const Asked& asked, const Job<Answer>& job) {
  job.give_way();
  return std::make_shared<const Answer>(
      make_detectors(asked.model, asked.corpus, asked.rules, {job.stop, job.progress, job.give_way}));
}

void draw_detectors(PanelContext& context) {
  if (!context.tabbed) heading(tr("detectors.title"));
  if (const std::string why = why_not_measured(context, "detectors.reads_pictures"); !why.empty())
    return wrapped_caption(why);
  DetectorRules& rules = context.state.of<HeadsState>().detectors;
  draw_corpus_choice(context, "detectors.corpus", false);
  draw_rules(context, rules);
  const CorpusKind kind = kind_of_text(context);
  const Outcome<DetectorReports> reports =
      context.background->ask<DetectorSlot>({context.snapshot.model, corpus_path(context, kind), rules_of(rules),
                                             corpus_reading(context, kind), rules.reading});
  draw_job_line(context, "detectors.job", slot_id<DetectorSlot>(), reports);
  if (!reports.value || !reports.fresh) return wrapped_caption(tr("detectors.about"));
  rules.chosen = std::min(rules.chosen, reports.value->detectors.size() - 1);
  const ImVec2 room = ImGui::GetContentRegionAvail();
  const float tiles = std::clamp(0.5F * room.y, em(9.0F), em(26.0F));
  const DetectorSheet sheet{context, *reports.value, kind};
  draw_detectors_table(sheet, rules.chosen, std::max(room.y - tiles - em(0.5F), em(7.0F)));
  draw_detector_tiles(sheet, reports.value->detectors[rules.chosen], {room.x, tiles});
}

}  // namespace regard
