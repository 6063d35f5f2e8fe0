// SPDX-License-Identifier: Apache-2.0
// The choice of the text that heads are measured on, the same in all panels of the workspace. UI thread only.
#pragma once

#include "app/panels/common/heads_state.h"
#include "app/panels/common/panel.h"
#include "app/panels/heads/reports.h"
#include "core/analysis/commonest_token.h"

#include <filesystem>
#include <optional>
#include <string>

namespace regard {

/// How much of a text is one token to a model; a slot for each kind.
template <CorpusKind kind>
struct CommonestTokenSlot {
  using Asked = typename ReportSlot<kind>::Asked;
  using Answer = CommonestToken;
  static Models stays_with(const Asked& asked) { return {asked.model.get()}; }
  static std::shared_ptr<const Answer> answer(const Asked& asked, const Job<Answer>& job) {
    return std::make_shared<const Answer>(commonest_token(*asked.model, load_corpus(asked.corpus), 50, job.stop));
  }
};

/// Can the model on show be measured on a text at all?
[[nodiscard]] bool can_be_measured(const PanelContext& context);
/// Does the model tell the words of a text apart? Nothing while it is not known; of the sentence, yes.
[[nodiscard]] std::optional<bool> reads_words(const PanelContext& context, CorpusKind kind);
/// Is it known which text is measured? Else it is being found out whether the model tells the words of ours apart: nothing is asked or
/// exported until then.
[[nodiscard]] bool corpus_is_known(const PanelContext& context);
/// What is chosen. A file that nobody has named yet is the text in the window's language; so is what nobody has chosen, unless the model
/// does not tell its words apart: then it is the sentence.
[[nodiscard]] CorpusKind corpus_kind(const PanelContext& context);
/// Where its sentences are; empty for the sentence on screen.
[[nodiscard]] std::filesystem::path corpus_path(const PanelContext& context, CorpusKind kind);
[[nodiscard]] std::filesystem::path corpus_path(const PanelState& state, CorpusKind kind);
/// How often that text was chosen anew: part of what is asked about a person's file, and of nothing else.
[[nodiscard]] unsigned corpus_reading(const PanelContext& context, CorpusKind kind);
/// What is chosen as exports have it: a file, "" for the sentence on screen.
[[nodiscard]] std::string corpus_file(const Snapshot& snapshot, const PanelState& state);
/// How often that file was chosen anew, as corpus_reading() says it of what is chosen.
[[nodiscard]] unsigned chosen_reading(const Snapshot& snapshot, const PanelState& state);
/// As a person would name it: "300 Russian sentences", "this sentence", "own.conllu".
[[nodiscard]] std::string corpus_name(const PanelContext& context, CorpusKind kind);

/// A sentence where the model does not tell the words of the text apart. Probe "<id>.unread".
void draw_unread_note(PanelContext& context, const std::string& id, CorpusKind kind);

/// This sentence | Russian | English | file…, on the current line; below it draw_unread_note() of what is measured then. `sentence`: may
/// it be this sentence alone? Else the text in the window's language stands for it. The model has a tokenizer. Probes "<id>.<index>",
/// "<id>.file".
void draw_corpus_choice(PanelContext& context, const char* id, bool sentence = true);

/// What a person has chosen, and this sentence where nobody has: for what goes from model to model, each of which would have to be asked
/// first whether it reads the words of ours.
[[nodiscard]] CorpusKind chosen_or_sentence(const PanelState& state);
/// The same choice with that one marked. Probes as draw_corpus_choice().
void draw_corpus_choice_or_sentence(PanelContext& context, const char* id);

}  // namespace regard
