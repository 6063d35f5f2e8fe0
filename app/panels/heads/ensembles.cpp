// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/head_ensembles.h"

#include "app/base/head_place.h"
#include "app/panels/common/job_line.h"
#include "app/panels/common/parts.h"
#include "app/panels/heads/corpus_choice.h"
#include "app/panels/heads/relations_parts.h"
#include "app/panels/heads/reports.h"
#include "app/style/heads_text.h"
#include "app/style/locale.h"
#include "app/viewmodel/snapshot.h"
#include "app/widgets/probe.h"

#include <imgui.h>

namespace regard {
namespace {

/// A slot for each kind of text, as for reports.
template <CorpusKind kind>
struct EnsembleSlot {
  using Asked = typename ReportSlot<kind>::Asked;
  using Answer = HeadEnsembles;
  static Models stays_with(const Asked& asked) { return {asked.model.get()}; }
  static std::shared_ptr<const Answer> answer(const Asked& asked, const Job<Answer>& job) {
    return std::make_shared<const Answer>(measure_ensembles(asked.model, load_corpus(asked.corpus), most_together,
                                                            {job.stop, job.progress, job.give_way}));
  }
};

template <CorpusKind kind>
std::shared_ptr<const HeadEnsembles> ask_ensembles(PanelContext& context, const char* id, const std::string& text) {
  const Outcome<HeadEnsembles> found = context.background->ask<EnsembleSlot<kind>>(
      {context.snapshot.model, corpus_path(context, kind), corpus_reading(context, kind)});
  draw_job_line(context, id, slot_id<EnsembleSlot<kind>>(), found, tr("relations.together_job", {{"text", text}}));
  return found.fresh && !found.pending() ? found.value : nullptr;
}

std::shared_ptr<const HeadEnsembles> ensembles_of(PanelContext& context, const RelationText& text) {
  switch (text.kind) {
    case CorpusKind::russian:
      return ask_ensembles<CorpusKind::russian>(context, "relations.together.russian", text.name);
    case CorpusKind::english:
      return ask_ensembles<CorpusKind::english>(context, "relations.together.english", text.name);
    default:
      return ask_ensembles<CorpusKind::file>(context, "relations.together.file", text.name);
  }
}

/// "2.2 91.5 % → + 2.6 93.1 %": with each head that was added and adds something.
std::string steps_of(const RelationEnsemble& ensemble, const HeadReport& report) {
  std::string text;
  for (std::size_t count = 0; count < ensemble.helping(); ++count)
    text += (count > 0 ? " → + " : "") + head_place(report.head_at(ensemble.heads[count])) + " " +
            percent(static_cast<float>(ensemble.right[count]) / static_cast<float>(ensemble.rows));
  return text;
}

}  // namespace

void draw_ensembles(PanelContext& context, const RelationTexts& texts, const std::string& relation) {
  for (const RelationText& text : texts) {
    const std::shared_ptr<const HeadEnsembles> found = ensembles_of(context, text);
    if (!found || !text.report) continue;
    const auto ensemble = found->find(relation);
    if (ensemble == found->end() || ensemble->second.rows == 0) continue;
    wrapped_caption(tr_plural("relations.together_of", ensemble->second.rows,
                              {{"text", text.name}, {"steps", steps_of(ensemble->second, *text.report)}}));
    probe_last_item("relations.together.of");
  }
}

}  // namespace regard
