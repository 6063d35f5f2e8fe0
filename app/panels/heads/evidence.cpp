// SPDX-License-Identifier: Apache-2.0
#include "app/panels/heads/evidence.h"

#include "app/jobs/background.h"
#include "app/panels/common/parts.h"
#include "app/panels/frame/heads.h"
#include "app/panels/heads/corpus_choice.h"
#include "app/panels/heads/reports.h"
#include "app/panels/heads/roles_parts.h"
#include "app/session/action.h"
#include "app/style/fonts.h"
#include "app/style/heads_text.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/viewmodel/snapshot.h"
#include "app/widgets/probe.h"

#include <imgui.h>
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace regard {
namespace {

/// A sentence, with the places a click goes to.
struct EvidenceLine {
  Evidence evidence{};
  TokenAnchor query{}, key{};
};

struct EvidenceSlot {
  struct Asked {
    std::shared_ptr<const Model> model{};
    std::filesystem::path corpus{};
    unsigned reading = 0;
    EvidenceQuestion question{};
    friend bool operator==(const Asked&, const Asked&) = default;
  };
  using Answer = std::vector<EvidenceLine>;
  static std::shared_ptr<const Answer> answer(const Asked& asked, const Job<Answer>& job) {
    const auto lines_of = [&asked](const std::vector<Evidence>& list) {
      auto lines = std::make_shared<Answer>();
      for (const Evidence& one : list) {
        const Encoding encoding = asked.model->tokenizer->encode(one.text, {});
        lines->push_back({one, anchor_of(one.query, encoding), anchor_of(one.key, encoding)});
      }
      return lines;
    };
    return lines_of(evidence_of(asked.model, load_corpus(asked.corpus), asked.question, job.stop, job.progress,
                                job.give_way,
                                [&](const std::vector<Evidence>& so_far) { job.publish(lines_of(so_far)); }));
  }
};

struct EvidenceState {
  bool least = false;  ///< the sentences where it does it least come first
};

/// A short bar and the number, as wide as `width`.
void draw_share(float share, float largest, float width) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float height = ImGui::GetTextLineHeight();
  const float long_as = width * std::clamp(share / std::max(largest, 1e-9F), 0.0F, 1.0F);
  ImDrawList& list = *ImGui::GetWindowDrawList();
  list.AddRectFilled(at, {at.x + long_as, at.y + height}, share_ground(0.6F), em(0.15F));
  const ScopedFont font(fonts().mono_small);
  list.AddText({at.x + em(0.2F), at.y}, colour_u32(theme().text), number(share, 2).c_str());
  ImGui::Dummy({width, height});
}

std::string line_text(const EvidenceLine& line, bool relation) {
  if (!relation) return line.evidence.text;
  return line.evidence.asks + " → " + line.evidence.found + (line.evidence.right ? " ✓  " : " ✗  ") +
         line.evidence.text;
}

void draw_line(PanelContext& context, const EvidenceLine& line, const EvidenceQuestion& question, float largest,
               std::size_t place) {
  const ScopedId id(place);
  draw_share(line.evidence.share.value, largest, em(4.0F));
  ImGui::SameLine(0.0F, em(0.5F));
  const float width = ImGui::GetContentRegionAvail().x;
  const std::string text = fitted(line_text(line, question.relation), width);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  if (ImGui::Selectable("##line", context.snapshot.source_text == line.evidence.text, ImGuiSelectableFlags_None,
                        {width, ImGui::GetTextLineHeight()}))
    context.act(ShowRow{line.evidence.text, question.head, line.query, line.key});
  if (probe_enabled()) probe_last_item("evidence.line." + std::to_string(place));
  ImGui::GetWindowDrawList()->AddText(at, colour_u32(theme().text), text.c_str());
  hint(line.evidence.text + "\n" +
       tr_plural("evidence.rows", line.evidence.share.rows, {{"value", exact_number(line.evidence.share.value)}}));
}

void draw_lines(PanelContext& context, const EvidenceState& state, const std::vector<EvidenceLine>& lines,
                const EvidenceQuestion& question) {
  float largest = question.relation ? 1.0F : 0.0F;
  for (const EvidenceLine& line : lines)
    largest = std::max(largest, line.evidence.share.value);
  ImGuiListClipper clipper;
  clipper.Begin(static_cast<int>(lines.size()));
  while (clipper.Step())
    for (int row = clipper.DisplayStart; row < clipper.DisplayEnd; ++row) {
      const auto place = static_cast<std::size_t>(row);
      draw_line(context, lines[state.least ? lines.size() - 1 - place : place], question, largest, place);
    }
}

/// What the sentences are about, which come first, and the cross that sends them away.
void draw_evidence_line(PanelContext& context, EvidenceState& state, const std::string& about) {
  const float order = choose_width({tr("evidence.most"), tr("evidence.least")});
  const float controls = order + em(0.3F) + quiet_button_width("×");
  align_to_frame();
  caption(about, ImGui::GetWindowPos().x + ImGui::GetWindowContentRegionMax().x - controls - em());
  ImGui::SameLine();
  align_right(controls);
  state.least = choose("evidence.order", {tr("evidence.most"), tr("evidence.least")}, state.least ? 1 : 0) == 1;
  ImGui::SameLine(0.0F, em(0.3F));
  if (quiet_button("evidence.close", "×")) context.state.of<HeadsState>().behind = {};
  hint(tr("evidence.close"));
}

}  // namespace

bool evidence_rests(const PanelContext& context) {
  const HeadsState& state = context.state.of<HeadsState>();
  return state.behind.what.empty() || state.behind_of.lock() != context.snapshot.model;
}

void draw_evidence(PanelContext& context) {
  if (!context.tabbed) heading(tr("evidence.title"));
  if (const std::string why = why_not_measured(context); !why.empty()) return wrapped_caption(why);
  const EvidenceQuestion question = context.state.of<HeadsState>().behind;
  if (evidence_rests(context)) return wrapped_caption(tr("evidence.nothing"));
  const CorpusKind kind = corpus_kind(context);
  if (kind == CorpusKind::sentence) return wrapped_caption(tr("evidence.sentence"));
  EvidenceState& state = context.state.of<EvidenceState>();
  const std::string what = question.relation ? relation_name(question.what) : measure_name(question.what);
  draw_evidence_line(
      context, state,
      tr("evidence.caption",
         {{"head", head_name(context.snapshot, question.head)}, {"what", what}, {"text", corpus_name(context, kind)}}));
  const Outcome<std::vector<EvidenceLine>> lines = context.background->ask<EvidenceSlot>(
      {context.snapshot.model, corpus_path(context, kind), corpus_reading(context, kind), question});
  draw_job_line(context, "evidence.job", slot_id<EvidenceSlot>(), lines);
  if (!lines.value || !lines.fresh) return;
  if (lines.value->empty() && !lines.pending()) return wrapped_caption(tr("evidence.none"));
  draw_lines(context, state, *lines.value, question);
}

}  // namespace regard
