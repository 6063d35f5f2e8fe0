// SPDX-License-Identifier: Apache-2.0
#include "app/panels/heads/roles.h"

#include "app/panels/common/job_line.h"
#include "app/panels/common/parts.h"
#include "app/panels/heads/corpus_choice.h"
#include "app/panels/heads/reports.h"
#include "app/panels/heads/roles_parts.h"
#include "app/style/bmp_text.h"
#include "app/style/heads_text.h"
#include "app/style/locale.h"
#include "app/viewmodel/snapshot.h"
#include "app/widgets/probe.h"
#include "app/widgets/slider.h"

#include <imgui.h>
#include <imgui_stdlib.h>
#include <algorithm>

namespace regard {
namespace {

constexpr float kLowPanel = 30.0F,
                kNarrowPanel = 40.0F;  ///< ems: with less, what explains the table is a line with a hint

/// Is the room needed for the table itself?
bool is_small() {
  const ImVec2 room = ImGui::GetContentRegionAvail();
  return room.y < em(kLowPanel) || room.x < em(kNarrowPanel);
}

/// Wrapped, or `folded` into its first line, which tells all of it when the mouse rests on it.
void explain(const std::string& text, bool folded) {
  if (!folded) return wrapped_caption(text);
  caption(text.substr(0, text.find('\n')));
  hint(text);
}

/// "300 Russian sentences, 7,012 tokens; model as it is, without interventions"
void draw_about(const PanelContext& context, CorpusKind kind, const HeadReport& report, bool folded) {
  const std::string measured = kind == CorpusKind::sentence
                                   ? tr_plural("roles.about_sentence", report.tokens)
                                   : tr_plural("roles.about", report.sentences,
                                               {{"text", corpus_name(context, kind)}, {"tokens", report.tokens}});
  explain(folded ? measured + "\n" + tr("roles.probes_from") : measured, folded);
  if (!folded) wrapped_caption(tr("roles.probes_from"));
  if (kind == CorpusKind::sentence) return;
  if (report.left_out > 0) wrapped_caption(tr_plural("roles.left_out", report.left_out));
  if (context.snapshot.model->encoder) wrapped_caption(tr("roles.encoder"));
}

/// Where badges begin; `folded`: what they rest on is part of the hints.
void draw_line(BadgeLine& line, bool folded) {
  const std::string rows = tr_plural("roles.least_rows", least_badge_rows), more = folded ? "\n" + rows : "";
  const float half = 0.5F * (ImGui::GetContentRegionAvail().x - em());
  SliderSpec spec;
  spec.id = "roles.least";
  spec.label = tr("roles.least");
  spec.width = half;
  slider(spec, line.least, 0.0F, 1.0F);
  hint(tr("roles.least_hint") + more);
  ImGui::SameLine(0.0F, em());
  spec.id = "roles.times";
  spec.label = tr("roles.times");
  spec.format = "%.1f";
  slider(spec, line.times, 1.0F, 50.0F, true);
  hint(tr("roles.times_hint") + more);
  if (!folded) wrapped_caption(rows);
}

void draw_filter(HeadsState& state) {
  check("roles.only_badges", tr("roles.only_badges"), state.only_badges);
  ImGui::SameLine(0.0F, em());
  ImGui::SetNextItemWidth(std::min(em(12.0F), ImGui::GetContentRegionAvail().x));
  ImGui::InputTextWithHint("##filter", tr("roles.filter"), &state.filter);
  probe_last_item("roles.filter");
}

/// What the overview of heads shows beside: the column that was chosen last.
void map_column(const PanelContext& context, HeadsState& state, const HeadTable& table, CorpusKind kind) {
  const HeadColumn* column = column_named(table, state.measure);
  if (column == nullptr || !column->defined) return;
  state.map.model = context.snapshot.model;
  state.map.measure = measure_name(column->name);
  state.map.text = column_text(*column, corpus_name(context, kind));
  state.map.corpus = corpus_path(context, kind);
  state.map.reading = corpus_reading(context, kind);
  if (kind == CorpusKind::sentence && column->on_corpus) state.map.run = measured_run(context.snapshot);
  state.map.largest = column->largest;
  for (std::size_t head = 0; head < column->cells.size(); ++head)
    if (column->cells[head].defined())
      state.map.heads.push_back({{head / table.heads, head % table.heads}, column->cells[head].value});
}

}  // namespace

void draw_roles(PanelContext& context) {
  if (!context.tabbed) heading(tr("roles.title"));
  HeadsState& state = context.state.of<HeadsState>();
  state.map = {};
  if (const std::string why = why_not_measured(context, "roles.picture"); !why.empty()) return wrapped_caption(why);
  draw_corpus_choice(context, "roles.corpus");
  const CorpusKind kind = corpus_kind(context);
  if (const std::string why = kind == CorpusKind::sentence ? why_no_sentence(context) : std::string(); !why.empty())
    return wrapped_caption(why);
  const Outcome<HeadReport> report = ask_report(context, kind);
  draw_job_line(context, "roles.job", report_slot(kind), report);
  if (!report.value || !report.fresh) return;
  const bool folded = is_small();
  draw_about(context, kind, *report.value, folded);
  draw_line(state.line, folded);
  draw_filter(state);
  const std::shared_ptr<const HeadTable> table = roles_table(context, kind, report.value);
  map_column(context, state, *table, kind);
  draw_roles_table(context, *table, *report.value, corpus_name(context, kind));
}

}  // namespace regard
