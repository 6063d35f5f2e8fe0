// SPDX-License-Identifier: Apache-2.0
// What is known of all heads of the model on show: asked from Background by every panel that needs it, once. UI thread only.
#pragma once

#include "app/jobs/background.h"
#include "app/jobs/head_reports.h"
#include "app/panels/common/heads_state.h"
#include "app/panels/common/panel.h"
#include "core/analysis/head_report.h"

#include <filesystem>
#include <memory>
#include <string>

namespace regard {

/// A slot for each kind of text, so that both languages are there at once.
template <CorpusKind kind>
struct ReportSlot {
  struct Asked {
    std::shared_ptr<const Model> model{};
    std::filesystem::path corpus{};
    unsigned reading = 0;
    friend bool operator==(const Asked&, const Asked&) = default;
  };
  using Answer = HeadReport;
  static Models stays_with(const Asked& asked) { return {asked.model.get()}; }
  static std::shared_ptr<const Answer> answer(const Asked& asked, const Job<Answer>& job) {
    return std::make_shared<const Answer>(
        head_report_of(asked.model, asked.corpus, head_reports_folder(), job.stop, job.progress, job.give_way));
  }
};
/// Of the run on screen.
struct SentenceReportSlot {
  struct Asked {
    std::shared_ptr<const Trace> trace{};
    std::shared_ptr<const Encoding> encoding{};
    friend bool operator==(const Asked&, const Asked&) = default;
  };
  using Answer = HeadReport;
  static std::shared_ptr<const Answer> answer(const Asked& asked, const Job<Answer>& job);
};
struct ProbeSlot {
  struct Asked {
    std::shared_ptr<const Model> model{};
    friend bool operator==(const Asked&, const Asked&) = default;
  };
  using Answer = InductionProbe;
  static Models stays_with(const Asked& asked) { return {asked.model.get()}; }
  static std::shared_ptr<const Answer> answer(const Asked& asked, const Job<Answer>& job) {
    return std::make_shared<const Answer>(probe_induction(asked.model, job.stop, job.progress, job.give_way));
  }
};

/// The report on a text; measures it where that has not been done, unless a person has stopped it.
[[nodiscard]] Outcome<HeadReport> ask_report(PanelContext& context, CorpusKind kind);
[[nodiscard]] SlotId report_slot(CorpusKind kind);
[[nodiscard]] Outcome<InductionProbe> ask_probe(PanelContext& context);

/// Why the model on show cannot be measured on a text, at all or not before it is known on which; empty where it can. `reads_pictures`: the key of the sentence that says what
/// this view needs, for a model that reads pictures.
[[nodiscard]] std::string why_not_measured(const PanelContext& context, const char* reads_pictures);
/// Why the sentence on screen cannot be measured: nothing is written, special tokens at most stand there. Empty where it can.
[[nodiscard]] std::string why_no_sentence(const PanelContext& context);

}  // namespace regard
