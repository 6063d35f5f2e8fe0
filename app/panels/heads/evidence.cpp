// SPDX-License-Identifier: Apache-2.0
#include "app/panels/heads/evidence.h"

#include "app/base/built_in_texts.h"
#include "app/jobs/background.h"
#include "app/panels/common/job_line.h"
#include "app/panels/common/parts.h"
#include "app/panels/frame/heads.h"
#include "app/panels/heads/corpus_choice.h"
#include "app/panels/heads/knowledge.h"
#include "app/panels/heads/reports.h"
#include "app/panels/heads/roles_parts.h"
#include "app/session/action_kinds.h"
#include "app/session/look.h"
#include "app/style/fonts.h"
#include "app/style/heads_text.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/viewmodel/snapshot.h"
#include "app/widgets/probe.h"
#include "core/analysis/sentence_probe.h"

#include <imgui.h>
#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace regard {
namespace {

constexpr float kEvidenceBar = 4.6F, kEvidenceRows = 1.8F;  ///< ems; the second behind the bar, over how many rows

/// A sentence, with the places a click goes to.
struct EvidenceLine {
  Evidence evidence{};
  TokenAnchor query{}, key{};
};

struct EvidenceLines {
  std::vector<EvidenceLine> lines{};
  float scale = 1.0F;  ///< of a full bar
};

struct EvidenceSlot {
  struct Asked {
    std::shared_ptr<const Model> model{};
    std::filesystem::path corpus{};
    unsigned reading = 0;
    std::filesystem::path probe{};  ///< of a measure that was taken on its sentences instead of the corpus
    EvidenceQuestion question{};
    friend bool operator==(const Asked&, const Asked&) = default;
  };
  using Answer = EvidenceLines;
  static Models stays_with(const Asked& asked) { return {asked.model.get()}; }
  static std::shared_ptr<const Answer> answer(const Asked& asked, const Job<Answer>& job) {
    const auto lines_of = [&asked](const std::vector<Evidence>& list) {
      auto lines = std::make_shared<Answer>();
      lines->scale = evidence_scale(asked.question, list);
      for (const Evidence& one : list) {
        const Encoding encoding = asked.model->tokenizer->encode(one.text, {});
        lines->lines.push_back({one, anchor_of(one.query, encoding), anchor_of(one.key, encoding)});
      }
      return lines;
    };
    if (!asked.probe.empty())
      return lines_of(probe_evidence(asked.model, load_probe(asked.probe), asked.question.head,
                                     {job.stop, job.progress, job.give_way}));
    return lines_of(evidence_of(asked.model, load_corpus(asked.corpus), asked.question, job.stop, job.progress,
                                job.give_way,
                                [&](const std::vector<Evidence>& so_far) { job.publish(lines_of(so_far)); })
                        .list);
  }
};

/// A short bar on the measure's own scale and the number, as wide as `width`.
void draw_share(float share, float scale, float width) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float height = ImGui::GetTextLineHeight();
  const float long_as = width * std::clamp(share / scale, 0.0F, 1.0F);
  ImDrawList& list = *ImGui::GetWindowDrawList();
  list.AddRectFilled(at, {at.x + long_as, at.y + height}, share_ground(0.6F), em(0.15F));
  const ScopedFont font(fonts().mono_small);
  list.AddText({at.x + em(0.2F), at.y}, colour_u32(theme().text), telling_number(share).c_str());
  ImGui::Dummy({width, height});
}

/// Over how many rows.
void draw_rows(std::size_t rows, float width) {
  const ScopedFont font(fonts().mono_small);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const std::string text = std::to_string(rows);
  ImGui::Dummy({width, ImGui::GetTextLineHeight()});
  ImGui::GetWindowDrawList()->AddText({at.x + width - ImGui::CalcTextSize(text.c_str()).x, at.y},
                                      colour_u32(theme().text_muted), text.c_str());
}

std::string line_hint(const Evidence& evidence, float scale) {
  std::string text = evidence_line(evidence) + "\n" +
                     tr_plural("evidence.rows", evidence.share.rows, {{"value", exact_number(evidence.share.value)}});
  if (scale != 1.0F) text += "\n" + tr("evidence.scale", {{"full", telling_number(scale)}});
  return text;
}

void draw_line(PanelContext& context, const EvidenceLine& line, HeadRef head, float scale, std::size_t place) {
  const Evidence& evidence = line.evidence;
  const ScopedId id(place);
  draw_share(evidence.share.value, scale, em(kEvidenceBar));
  if (probe_enabled()) probe_last_item("evidence.share." + std::to_string(place));
  if (ImGui::IsItemHovered()) hint(line_hint(evidence, scale));
  ImGui::SameLine(0.0F, 0.0F);
  draw_rows(evidence.share.rows, em(kEvidenceRows));
  if (ImGui::IsItemHovered()) hint(line_hint(evidence, scale));
  ImGui::SameLine(0.0F, em(0.5F));
  const float width = ImGui::GetContentRegionAvail().x;
  const std::string text = fitted(evidence_line(evidence), width);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  if (ImGui::Selectable("##line", context.snapshot.source_text == evidence.text, ImGuiSelectableFlags_None,
                        {width, ImGui::GetTextLineHeight()}))
    context.act(ShowRow{evidence.text, head, line.query, line.key});
  if (probe_enabled()) probe_last_item("evidence.line." + std::to_string(place));
  ImGui::GetWindowDrawList()->AddText(at, colour_u32(theme().text), text.c_str());
  if (ImGui::IsItemHovered()) hint(line_hint(evidence, scale));
}

void draw_lines(PanelContext& context, const EvidenceLines& shown, HeadRef head) {
  const std::size_t count = shown.lines.size();
  const bool least = context.state.of<HeadsState>().behind_least;
  ImGuiListClipper clipper;
  clipper.Begin(static_cast<int>(count));
  while (clipper.Step())
    for (int row = clipper.DisplayStart; row < clipper.DisplayEnd; ++row) {
      const auto place = static_cast<std::size_t>(row);
      draw_line(context, shown.lines[least ? count - 1 - place : place], head, shown.scale, place);
    }
}

/// What the sentences are about, which come first, and the cross that sends them away.
void draw_evidence_line(HeadsState& state, const std::string& about) {
  const float order = choose_width({tr("evidence.most"), tr("evidence.least")});
  const float controls = order + em(0.3F) + quiet_button_width("×");
  align_to_frame();
  caption(about, ImGui::GetWindowPos().x + ImGui::GetWindowContentRegionMax().x - controls - em());
  ImGui::SameLine();
  align_right(controls);
  const std::vector<Segment> orders{{"evidence.order.0", tr("evidence.most"), tr("evidence.order")},
                                    {"evidence.order.1", tr("evidence.least"), tr("evidence.order")}};
  if (const std::optional<std::size_t> chosen = draw_segments(orders, state.behind_least ? 1 : 0))
    state.behind_least = *chosen == 1;
  ImGui::SameLine(0.0F, em(0.3F));
  if (quiet_button("evidence.close", "×")) state.behind = {};  // Escape: put_evidence_away()
  hint(tr("evidence.close"));
}

/// The text that the sentences are of.
CorpusKind evidence_kind(const PanelContext& context) {
  return context.state.of<HeadsState>().behind_text.value_or(corpus_kind(context));
}

bool nobody_asked(const Snapshot& snapshot, const HeadsState& state) {
  return state.behind.what.empty() || state.behind_of.lock() != snapshot.model;
}

}  // namespace

bool evidence_rests(const PanelContext& context) {
  return nobody_asked(context.snapshot, context.state.of<HeadsState>());
}

std::optional<EvidenceQuestion> evidence_on_show(const Snapshot& snapshot, const PanelState& panels) {
  const auto& state = panels.of<HeadsState>();
  const bool of_probe = state.behind.of_measure() && is_probe(state.behind.what);  // it brings sentences of its own
  const std::string corpus = evidence_corpus(panels).value_or(corpus_file(snapshot, panels));
  if (nobody_asked(snapshot, state) || (corpus.empty() && !of_probe)) return std::nullopt;
  return state.behind;
}

std::optional<std::string> evidence_corpus(const PanelState& panels) {
  const std::optional<CorpusKind> text = panels.of<HeadsState>().behind_text;
  return text ? std::optional(corpus_path(panels, *text).string()) : std::nullopt;
}

bool put_evidence_away(PanelContext& context) {
  if (context.look().stage.workspace != "heads" || evidence_rests(context)) return false;
  context.state.of<HeadsState>().behind = {};
  return true;
}

void draw_evidence(PanelContext& context) {
  if (!context.tabbed) heading(tr("evidence.title"));
  if (const std::string why = why_not_measured(context, "evidence.reads_pictures"); !why.empty())
    return wrapped_caption(why);
  if (evidence_rests(context)) return wrapped_caption(tr("evidence.nothing"));
  const std::optional<EvidenceQuestion> asked_for = evidence_on_show(context.snapshot, context.state);
  if (!asked_for) return wrapped_caption(tr("evidence.sentence"));
  const EvidenceQuestion& question = *asked_for;
  const CorpusKind kind = evidence_kind(context);
  const std::filesystem::path probe =
      question.of_measure() ? probe_file(context, kind, question.what) : std::filesystem::path();
  const std::string what = evidence_about(question);
  const std::string text =
      probe.empty() ? corpus_name(context, kind) : tr("roles.answered_text", {{"file", probe.filename().string()}});
  draw_evidence_line(
      context.state.of<HeadsState>(),
      tr("evidence.caption",
         {{"head", head_name_and_place(context.snapshot, question.head)}, {"what", what}, {"text", text}}));
  EvidenceSlot::Asked asked{context.snapshot.model, {}, 0, probe, question};
  if (probe.empty()) {
    asked.corpus = corpus_path(context, kind);
    asked.reading = corpus_reading(context, kind);
  }
  const Outcome<EvidenceLines> shown = context.background->ask<EvidenceSlot>(asked);
  draw_job_line(context, "evidence.job", slot_id<EvidenceSlot>(), shown);
  if (!shown.value || !shown.fresh) return;
  if (shown.value->lines.empty() && !shown.pending()) return wrapped_caption(tr("evidence.none"));
  draw_lines(context, *shown.value, question.head);
}

}  // namespace regard
