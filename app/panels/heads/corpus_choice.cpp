// SPDX-License-Identifier: Apache-2.0
#include "app/panels/heads/corpus_choice.h"

#include "app/base/built_in_texts.h"
#include "app/panels/common/parts.h"
#include "app/panels/frame/path_dialog.h"
#include "app/style/heads_text.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/viewmodel/snapshot.h"
#include "app/widgets/probe.h"

#include <imgui.h>
#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace regard {
namespace {

constexpr float kLongestName = 9.0F;  ///< ems, of a person's file

CorpusKind in_window_language() {
  return language() == Language::ru ? CorpusKind::russian : CorpusKind::english;
}

/// While it is not known whether the model reads the words, as if it did: see corpus_is_known().
CorpusKind kind_of(const CorpusChoice& choice, const Snapshot& snapshot) {
  if (is_captured(snapshot)) return CorpusKind::sentence;  // it cannot read another text
  const CorpusKind usual = in_window_language();
  const bool unread = choice.words.is_about(snapshot.model, usual) && choice.words.unread;
  const CorpusKind kind = choice.kind.value_or(unread ? CorpusKind::sentence : usual);
  return kind == CorpusKind::file && choice.file.empty() ? in_window_language() : kind;
}

std::filesystem::path path_of(const CorpusChoice& choice, CorpusKind kind) {
  switch (kind) {
    case CorpusKind::russian:
      return built_in_corpus("ru");
    case CorpusKind::english:
      return built_in_corpus("en");
    case CorpusKind::file:
      return choice.file;
    case CorpusKind::sentence:
      break;
  }
  return {};
}

template <CorpusKind kind>
Outcome<CommonestToken> ask_commonest(const PanelContext& context) {
  return context.background->ask<CommonestTokenSlot<kind>>(
      {context.snapshot.model, corpus_path(context, kind), corpus_reading(context, kind)});
}

/// Nothing of the sentence.
Outcome<CommonestToken> commonest_of(const PanelContext& context, CorpusKind kind) {
  if (kind == CorpusKind::russian) return ask_commonest<CorpusKind::russian>(context);
  if (kind == CorpusKind::english) return ask_commonest<CorpusKind::english>(context);
  return kind == CorpusKind::file ? ask_commonest<CorpusKind::file>(context) : Outcome<CommonestToken>{};
}

Segment segment(const char* id, CorpusKind kind, std::string label, std::string about) {
  return {std::string(id) + "." + std::to_string(static_cast<std::size_t>(kind)), std::move(label), std::move(about)};
}

/// This sentence | Russian | English | a person's file, `now` marked, and a button for such a file.
void draw_kinds_of_corpus(PanelContext& context, const char* id, bool sentence, CorpusKind now) {
  CorpusChoice& choice = context.state.of<HeadsState>().corpus;
  std::vector<CorpusKind> kinds{CorpusKind::russian, CorpusKind::english};
  if (sentence) kinds.insert(kinds.begin(), CorpusKind::sentence);
  if (!choice.file.empty()) kinds.push_back(CorpusKind::file);
  std::vector<Segment> segments;
  std::size_t current = kinds.size();
  for (std::size_t index = 0; index < kinds.size(); ++index) {
    if (kinds[index] == now) current = index;
    switch (kinds[index]) {
      case CorpusKind::sentence:
        segments.push_back(segment(id, kinds[index], tr("corpus.sentence"), tr("corpus.sentence_hint")));
        break;
      case CorpusKind::russian:
        segments.push_back(segment(id, kinds[index], tr("corpus.russian"), tr("corpus.built_in_hint")));
        break;
      case CorpusKind::english:
        segments.push_back(segment(id, kinds[index], tr("corpus.english"), tr("corpus.built_in_hint")));
        break;
      case CorpusKind::file:
        segments.push_back(
            segment(id, kinds[index], fitted(choice.file.filename().string(), em(kLongestName)), choice.file.string()));
        break;
    }
  }
  if (const std::optional<std::size_t> chosen = draw_segments_in_lines(segments, current)) choice.kind = kinds[*chosen];
  ImGui::SameLine(0.0F, em(0.3F));
  if (ImGui::GetContentRegionAvail().x < quiet_button_width(tr("corpus.file"))) ImGui::NewLine();
  if (quiet_button(std::string(id) + ".file", tr("corpus.file")))
    ask_for_path(context.state, PathDialog::Kind::open_corpus, choice.file.string());
  hint(tr("corpus.file_hint"));
}

}  // namespace

bool can_be_measured(const PanelContext& context) {
  const std::shared_ptr<const Model>& model = context.snapshot.model;
  return context.background != nullptr && model && (has_engine(*model) || model->capture) && model->tokenizer &&
         !model->config.patches;
}

bool corpus_is_known(const PanelContext& context) {
  CorpusChoice& choice = context.state.of<HeadsState>().corpus;
  const CorpusKind usual = in_window_language();
  if (choice.kind || is_captured(context.snapshot) || !can_be_measured(context) ||
      choice.words.is_about(context.snapshot.model, usual))
    return true;
  const std::optional<bool> reads = reads_words(context, usual);
  if (reads) choice.words = {context.snapshot.model, usual, !*reads};
  return reads.has_value();
}

std::optional<bool> reads_words(const PanelContext& context, CorpusKind kind) {
  if (kind == CorpusKind::sentence) return true;
  const Outcome<CommonestToken> found = commonest_of(context, kind);
  if (found.pending()) return std::nullopt;
  return !found.fresh || !found.value->is_most();  // else who measures says what is wrong
}

CorpusKind corpus_kind(const PanelContext& context) {
  return kind_of(context.state.of<HeadsState>().corpus, context.snapshot);
}

std::filesystem::path corpus_path(const PanelContext& context, CorpusKind kind) {
  return corpus_path(context.state, kind);
}

std::filesystem::path corpus_path(const PanelState& state, CorpusKind kind) {
  return path_of(state.of<HeadsState>().corpus, kind);
}

unsigned corpus_reading(const PanelContext& context, CorpusKind kind) {
  return kind == CorpusKind::file ? context.state.of<HeadsState>().corpus.reading : 0;
}

std::string corpus_file(const Snapshot& snapshot, const PanelState& state) {
  const CorpusChoice& choice = state.of<HeadsState>().corpus;
  return path_of(choice, kind_of(choice, snapshot)).string();
}

unsigned chosen_reading(const Snapshot& snapshot, const PanelState& state) {
  const CorpusChoice& choice = state.of<HeadsState>().corpus;
  return kind_of(choice, snapshot) == CorpusKind::file ? choice.reading : 0;
}

std::string corpus_name(const PanelContext& context, CorpusKind kind) {
  return kind == CorpusKind::sentence ? tr("corpus.sentence_text") : text_name(corpus_path(context, kind));
}

void draw_unread_note(PanelContext& context, const std::string& id, CorpusKind kind) {
  const Outcome<CommonestToken> found = commonest_of(context, kind);
  if (!found.fresh || !found.value->is_most()) return;
  const CommonestToken* common = found.value.get();
  wrapped(theme().warning, tr("corpus.unread", {{"text", corpus_name(context, kind)},
                                                {"share", percent(static_cast<float>(common->share()))},
                                                {"token", common->text}}));
  probe_last_item(id + ".unread");
}

CorpusKind chosen_or_sentence(const PanelState& state) {
  const CorpusChoice& choice = state.of<HeadsState>().corpus;
  const CorpusKind kind = choice.kind.value_or(CorpusKind::sentence);
  return kind == CorpusKind::file && choice.file.empty() ? CorpusKind::sentence : kind;
}

void draw_corpus_choice(PanelContext& context, const char* id, bool sentence) {
  if (is_captured(context.snapshot)) return wrapped_caption(tr("capture.own_text"));
  draw_kinds_of_corpus(context, id, sentence, corpus_kind(context));
  const CorpusKind kind = corpus_kind(context);
  draw_unread_note(context, id, !sentence && kind == CorpusKind::sentence ? in_window_language() : kind);
}

void draw_corpus_choice_or_sentence(PanelContext& context, const char* id) {
  draw_kinds_of_corpus(context, id, true, chosen_or_sentence(context.state));
  draw_unread_note(context, id, chosen_or_sentence(context.state));
}

}  // namespace regard
