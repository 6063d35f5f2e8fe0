// SPDX-License-Identifier: Apache-2.0
#include "app/panels/heads/reports.h"

#include "app/panels/heads/corpus_choice.h"
#include "app/style/locale.h"
#include "app/viewmodel/snapshot.h"

namespace regard {
namespace {

/// The tokens of the run on show, copied once for each run.
struct SentenceTokens {
  std::weak_ptr<const Trace> of{};
  std::shared_ptr<const Encoding> encoding{};
};

SentenceReportSlot::Asked sentence_asked(PanelContext& context) {
  const Snapshot& snapshot = context.snapshot;
  SentenceReportSlot::Asked asked{measured_run(snapshot), nullptr};
  SentenceTokens& tokens = context.state.of<SentenceTokens>();
  if (!tokens.encoding || tokens.of.lock() != asked.trace)
    tokens = {asked.trace, std::make_shared<const Encoding>(encoding_of(snapshot, TextSide::encoder))};
  asked.encoding = tokens.encoding;
  return asked;
}

template <CorpusKind kind>
Outcome<HeadReport> ask_corpus(PanelContext& context) {
  return context.background->ask<ReportSlot<kind>>(
      {context.snapshot.model, corpus_path(context, kind), corpus_reading(context, kind)});
}

}  // namespace

std::shared_ptr<const HeadReport> SentenceReportSlot::answer(const Asked& asked, const Job<Answer>& job) {
  job.give_way();
  return std::make_shared<const Answer>(
      make_head_report(measure_trace(*asked.trace, asked.encoding->tokens, job.stop), {}));
}

Outcome<HeadReport> ask_report(PanelContext& context, CorpusKind kind) {
  switch (kind) {
    case CorpusKind::russian:
      return ask_corpus<CorpusKind::russian>(context);
    case CorpusKind::english:
      return ask_corpus<CorpusKind::english>(context);
    case CorpusKind::file:
      return ask_corpus<CorpusKind::file>(context);
    case CorpusKind::sentence:
      break;
  }
  return context.background->ask<SentenceReportSlot>(sentence_asked(context));
}

SlotId report_slot(CorpusKind kind) {
  switch (kind) {
    case CorpusKind::russian:
      return slot_id<ReportSlot<CorpusKind::russian>>();
    case CorpusKind::english:
      return slot_id<ReportSlot<CorpusKind::english>>();
    case CorpusKind::file:
      return slot_id<ReportSlot<CorpusKind::file>>();
    case CorpusKind::sentence:
      break;
  }
  return slot_id<SentenceReportSlot>();
}

Outcome<InductionProbe> ask_probe(PanelContext& context) {
  return context.background->ask<ProbeSlot>({context.snapshot.model});
}

std::string why_not_measured(const PanelContext& context, const char* reads_pictures) {
  const Snapshot& snapshot = context.snapshot;
  const bool runs = context.background != nullptr && snapshot.model &&
                    (has_engine(*snapshot.model) || snapshot.model->capture);  // a made-up one does not
  if (!runs) return tr("grids.empty");
  if (!can_be_measured(context)) return tr(reads_pictures);
  return corpus_is_known(context) ? std::string() : tr("corpus.looked_at");
}

std::string why_no_sentence(const PanelContext& context) {
  return has_something_to_read(context.snapshot) ? std::string() : tr("grids.empty");
}

}  // namespace regard
