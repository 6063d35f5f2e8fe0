// SPDX-License-Identifier: Apache-2.0
#include "app/panels/heads/head_search.h"

#include "app/panels/common/menu_line.h"
#include "app/panels/common/parts.h"
#include "app/panels/common/two_columns.h"
#include "app/panels/common/window_state.h"
#include "app/panels/frame/heads.h"
#include "app/panels/heads/corpus_choice.h"
#include "app/panels/heads/head_search_parts.h"
#include "app/panels/heads/reports.h"
#include "app/panels/heads/roles_parts.h"
#include "app/session/session.h"
#include "app/style/heads_text.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/viewmodel/comparison.h"
#include "app/viewmodel/snapshot.h"
#include "app/viewmodel/views.h"

#include <imgui.h>
#include <algorithm>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>

namespace regard {
namespace {

/// A button that opens a list below itself; true while its lines are to be drawn (then EndPopup()).
bool begin_list(PanelContext& context, const std::string& id, const std::string& label) {
  const ImVec2 corner = ImGui::GetCursorScreenPos();
  const std::string menu = id + ".menu";
  if (quiet_button(id, label, true)) ImGui::OpenPopup(menu.c_str());
  ImGui::SetNextWindowPos({corner.x, corner.y + ImGui::GetFrameHeight()});
  ImGui::SetNextWindowSizeConstraints({em(16.0F), 0.0F}, {em(24.0F), em(26.0F)});
  if (!ImGui::BeginPopup(menu.c_str())) return false;
  context.state.of<WindowState>().popup_open = true;
  return true;
}

void draw_measures(PanelContext& context, HeadSearchState& state) {
  if (begin_list(context, "head_search.measure", measure_name(named_measures()[state.measure].name))) {
    for (std::size_t measure = 0; measure < named_measures().size(); ++measure)
      if (menu_line("head_search.measure." + std::string(named_measures()[measure].name),
                    measure_name(named_measures()[measure].name), {}, measure == state.measure)) {
        state.measure = measure;
        ImGui::CloseCurrentPopup();
      }
    ImGui::EndPopup();
  }
  ImGui::SameLine(0.0F, em(0.6F));
  if (ImGui::GetContentRegionAvail().x < choose_width({tr("head_search.largest"), tr("head_search.smallest")}))
    ImGui::NewLine();
  state.smallest_first = choose("head_search.direction", {tr("head_search.largest"), tr("head_search.smallest")},
                                state.smallest_first ? 1 : 0) == 1;
}

/// Those that heads are named after, of a text with trees.
void draw_relation_choice(PanelContext& context, HeadSearchState& state, const HeadReport& report) {
  const auto offered = [](const RelationReport& each) { return is_named_relation(each.name); };
  if (std::ranges::none_of(report.relations, offered)) return wrapped_caption(tr("relations.no_trees"));
  if (relation_named(report, state.relation) == nullptr)
    state.relation = std::ranges::find_if(report.relations, offered)->name;
  if (!begin_list(context, "head_search.relation", relation_name(state.relation))) return;
  for (const RelationReport& each : report.relations)
    if (offered(each) && menu_line("head_search.relation." + each.name, relation_name(each.name),
                                   tr_plural("head_search.rows", each.rows), each.name == state.relation)) {
      state.relation = each.name;
      ImGui::CloseCurrentPopup();
    }
  ImGui::EndPopup();
}

void draw_kinds(HeadSearchState& state) {
  state.by = static_cast<SearchBy>(choose("head_search.by",
                                          {tr("head_search.example"), tr("head_search.paint"),
                                           tr("head_search.measure_name"), tr("head_search.relation_name")},
                                          static_cast<std::size_t>(state.by)));
}

/// What is asked; nothing while something is not known yet.
std::optional<HeadSearchQuestion> draw_question(PanelContext& context, HeadSearchState& state,
                                                const SearchedRuns& runs) {
  HeadSearchQuestion question{.traces = runs.traces, .by = state.by};
  if (state.by == SearchBy::example) {
    question.example = shown_head(context.snapshot, context.session);
    wrapped_caption(tr("head_search.example_about", {{"head", head_name(context.snapshot, question.example)}}));
    return question;
  }
  if (state.by == SearchBy::paint) {
    draw_painted_pattern(context, state, runs.traces.front());
    question.paint = state.paint;
    const Trace& trace = *runs.traces.front();
    const bool fits = state.paint && state.paint->rows == trace.tokens() && state.paint->cols == trace.keys();
    return fits ? std::optional(question) : std::nullopt;
  }
  draw_corpus_choice(context, "head_search.corpus");
  const Outcome<HeadReport> report = ask_report(context, corpus_kind(context));
  draw_job_line(context, "head_search.job", report_slot(corpus_kind(context)), report);
  if (!report.value || !report.fresh) return std::nullopt;
  question.report = report.value;
  question.traces = {context.snapshot.model->encoder ? context.snapshot.trace->encoder : context.snapshot.trace};
  if (state.by == SearchBy::measure) {
    draw_measures(context, state);
    question.measure = state.measure;
    question.smallest_first = state.smallest_first;
  } else {
    draw_relation_choice(context, state, *report.value);
    question.relation = state.relation;
  }
  return question;
}

/// What was searched, on which text, and what the numbers are.
void draw_found_note(const PanelContext& context, const HeadSearchView& view, const SearchedRuns& runs) {
  if (view.by == SearchBy::measure || view.by == SearchBy::relation) {
    wrapped_caption(
        tr_plural("head_search.ranked", view.searched,
                  {{"rows", std::to_string(view.rows)}, {"text", corpus_name(context, corpus_kind(context))}}));
    if (view.found.empty()) return;
    const float baseline = view.found.front().baseline;
    return wrapped_caption(view.by == SearchBy::measure ? tr("head_search.uniform", {{"value", number(baseline, 3)}})
                                                        : tr("head_search.offset", {{"value", percent(baseline)}}));
  }
  wrapped_caption(tr_plural("head_search.searched", view.searched, {{"rows", std::to_string(view.rows)}}));
  if (runs.models.size() > 1)
    wrapped_caption(tr("head_search.models", {{"first", runs.models[0]}, {"second", runs.models[1]}}));
  if (runs.other_tokens)
    wrapped_caption(tr("head_search.other_tokens", {{"model", context.snapshot.comparison->baseline->model->name}}));
}

void draw_answer(PanelContext& context, HeadSearchState& state, const std::optional<HeadSearchQuestion>& question,
                 const SearchedRuns& runs) {
  heading(tr("head_search.found"));
  if (!question) return state.asked.reset();
  if (!state.asked || *state.asked != *question) state.asked = std::make_shared<const HeadSearchQuestion>(*question);
  const Outcome<HeadSearchView> found = context.background->ask<HeadSearchSlot>(*question);
  if (found.error) wrapped_caption(tr(*found.error));
  if (!found.value || found.value->by != state.by) return;
  draw_found_note(context, *found.value, runs);
  gap(0.3F);
  draw_found_heads(context, *found.value, runs.models);
}

}  // namespace

void draw_head_search(PanelContext& context) {
  if (!context.tabbed) heading(tr("head_search.title"));
  if (const std::string why = why_not_measured(context); !why.empty()) return wrapped_caption(why);
  HeadSearchState& state = context.state.of<HeadSearchState>();
  const SearchedRuns runs = searched_runs(context.snapshot, shown_kind(context.snapshot, context.session));
  if (!runs.traces.front()) return wrapped_caption(tr("grids.empty"));
  std::optional<HeadSearchQuestion> question;
  const auto ask = [&] { question = draw_question(context, state, runs); };
  const auto show = [&] { draw_answer(context, state, question, runs); };
  draw_kinds(state);
  if (state.by == SearchBy::paint) return two_columns(ask, show);
  ask();
  gap(0.3F);
  show();
}

}  // namespace regard
