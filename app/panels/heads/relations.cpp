// SPDX-License-Identifier: Apache-2.0
#include "app/panels/heads/relations.h"

#include "app/panels/common/job_line.h"
#include "app/panels/common/parts.h"
#include "app/panels/heads/corpus_choice.h"
#include "app/panels/heads/relations_parts.h"
#include "app/panels/heads/reports.h"
#include "app/panels/heads/roles_parts.h"
#include "app/session/preferences.h"
#include "app/style/locale.h"

#include <imgui.h>
#include <algorithm>

namespace regard {
namespace {

constexpr float kTableShare = 0.5F;  ///< of the room that table and picture share

struct RelationsState {
  bool labels = false;    ///< every label of the tree instead of the relations that heads are named after
  bool together = false;  ///< which heads answer the relation together
  RelationHeights drawn{};
};

/// A person's text beside ours in the window's language, or ours in both.
std::array<CorpusKind, 2> kinds_of(const PanelContext& context) {
  const bool russian = context.preferences.language == Language::ru;
  if (corpus_kind(context) == CorpusKind::file)
    return {CorpusKind::file, russian ? CorpusKind::russian : CorpusKind::english};
  return {CorpusKind::russian, CorpusKind::english};
}

std::string short_name(const PanelContext& context, CorpusKind kind) {
  if (kind == CorpusKind::russian) return tr("corpus.russian");
  if (kind == CorpusKind::english) return tr("corpus.english");
  return corpus_name(context, kind);
}

/// The relation looked at: the one chosen, else the first one there is.
std::string relation_of(const HeadsState& state, const RelationTexts& texts) {
  if (!state.relation.empty()) return state.relation;
  for (const RelationText& text : texts)
    if (text.report && !text.report->relations.empty()) {
      const auto named = std::find_if(text.report->relations.begin(), text.report->relations.end(),
                                      [](const RelationReport& each) { return is_named_relation(each.name); });
      if (named != text.report->relations.end()) return named->name;
    }
  return {};
}

}  // namespace

void draw_relations(PanelContext& context) {
  if (!context.tabbed) heading(tr("relations.title"));
  if (const std::string why = why_not_measured(context, "relations.reads_pictures"); !why.empty())
    return wrapped_caption(why);
  RelationsState& state = context.state.of<RelationsState>();
  wrapped_caption(tr("relations.about"));
  check("relations.labels", tr("relations.labels"), state.labels);
  hint(tr("relations.labels_hint"));
  if (check_width(tr("relations.labels")) + em() + check_width(tr("relations.together")) <
      ImGui::GetContentRegionAvail().x)
    ImGui::SameLine(0.0F, em());
  check("relations.together", tr("relations.together"), state.together);
  hint(tr("relations.together_hint"));
  const std::optional<CorpusKind> chosen = context.state.of<HeadsState>().corpus.kind;
  const bool words_chosen = chosen && *chosen != CorpusKind::sentence;  // by a person who has read the note
  RelationTexts texts;
  for (std::size_t index = 0; index < texts.size(); ++index) {
    const CorpusKind kind = kinds_of(context)[index];
    const char* id = index == 0 ? "relations.first" : "relations.second";
    texts[index] = {kind, short_name(context, kind), nullptr};
    draw_unread_note(context, id, kind);
    if (!words_chosen && !reads_words(context, kind).value_or(false)) continue;
    const Outcome<HeadReport> report = ask_report(context, kind);
    if (report.fresh) texts[index].report = report.value;
    draw_job_line(context, id, report_slot(kind), report, texts[index].name);
  }
  const bool any = std::any_of(texts.begin(), texts.end(),
                               [](const RelationText& text) { return text.report && !text.report->relations.empty(); });
  if (!any) {
    if (texts[0].report && texts[1].report) wrapped_caption(tr("relations.no_trees"));
    return;
  }
  const std::string relation = relation_of(context.state.of<HeadsState>(), texts);
  if (state.together) draw_ensembles(context, texts, relation);
  const ImVec2 room = ImGui::GetContentRegionAvail();
  const float space = em(0.5F);
  const float least =
      std::clamp(std::min(room.x + em(6.0F), (1.0F - kTableShare) * room.y - space), em(12.0F), em(30.0F));
  const float most_table = std::max({room.y - least - space, kTableShare * room.y, em(8.0F)});
  const float table = height_of_whole_rows(state.drawn, most_table);
  state.drawn = draw_relations_table(context, texts, state.labels, table);
  draw_two_texts_picture(context, texts, relation, {room.x, std::clamp(room.y - table - space, least, em(30.0F))});
}

}  // namespace regard
