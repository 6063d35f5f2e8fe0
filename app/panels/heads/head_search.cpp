// SPDX-License-Identifier: Apache-2.0
#include "app/panels/heads/head_search.h"

#include "app/panels/common/job_line.h"
#include "app/panels/common/menu_line.h"
#include "app/panels/common/parts.h"
#include "app/panels/common/two_columns.h"
#include "app/panels/common/window_state.h"
#include "app/panels/frame/heads.h"
#include "app/panels/heads/corpus_choice.h"
#include "app/panels/heads/head_search_parts.h"
#include "app/panels/heads/likeness_parts.h"
#include "app/panels/heads/reports.h"
#include "app/panels/heads/roles_parts.h"
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

/// What is looked for, chosen by a person.
void draw_choices(PanelContext& context, HeadSearchState& state, const SearchedRuns& runs) {
  if (state.by == SearchBy::example || state.by == SearchBy::paint)
    draw_special_tokens(context, "head_search.without_special", state.special);
  if (state.by == SearchBy::example) {
    const HeadRef example = shown_head(context.snapshot, context.session);
    return wrapped_caption(tr("head_search.example_about", {{"head", head_name_and_place(context.snapshot, example)}}));
  }
  if (state.by == SearchBy::paint) return draw_painted_pattern(context, state, runs.traces.front());
  if (const std::string why = why_not_measured(context, "head_search.reads_pictures"); !why.empty()) {
    state.report = nullptr;
    return wrapped_caption(why);
  }
  draw_corpus_choice(context, "head_search.corpus");
  const Outcome<HeadReport> report = ask_report(context, corpus_kind(context));
  draw_job_line(context, "head_search.job", report_slot(corpus_kind(context)), report);
  state.report = report.fresh ? report.value : nullptr;
  state.report_of = report_source(context.snapshot, context.state);
  if (!state.report) return;
  if (state.by == SearchBy::measure) return draw_measures(context, state);
  draw_relation_choice(context, state, *state.report);
}

/// What was searched, on which text, and what the numbers are.
void draw_found_note(const PanelContext& context, const HeadSearchView& view, const SearchedRuns& runs) {
  if (view.by == SearchBy::measure || view.by == SearchBy::relation) {
    wrapped_caption(
        tr_plural("head_search.ranked", view.searched,
                  {{"rows", std::to_string(view.rows)}, {"text", corpus_name(context, corpus_kind(context))}}));
    if (runs.models.size() > 1 || runs.other_tokens)
      wrapped_caption(tr("head_search.live_only", {{"model", context.snapshot.model->name}}));
    if (view.found.empty()) return;
    const float baseline = view.found.front().baseline;
    return wrapped_caption(view.by == SearchBy::measure ? tr("head_search.uniform", {{"value", number(baseline, 3)}})
                                                        : tr("head_search.offset", {{"value", percent(baseline)}}));
  }
  wrapped_caption(tr_plural("head_search.searched", view.searched, {{"rows", std::to_string(view.rows)}}));
  if (view.without_special) wrapped_caption(tr("likeness.without_special_note"));
  if (runs.models.size() > 1)
    wrapped_caption(tr("head_search.models", {{"first", runs.models[0]}, {"second", runs.models[1]}}));
  if (runs.other_tokens)
    wrapped_caption(tr("head_search.other_tokens", {{"model", context.snapshot.comparison->baseline->model->name}}));
}

void draw_answer(PanelContext& context, const SearchedRuns& runs) {
  heading(tr("head_search.found"));
  const std::optional<HeadSearchQuestion> question = search_question(context.snapshot, context.session, context.state);
  if (!question) return;
  const Outcome<HeadSearchView> found = context.background->ask<HeadSearchSlot>(*question);
  draw_job_line(context, "head_search.found", slot_id<HeadSearchSlot>(), found);
  if (!found.value || !found.fresh) return;
  draw_found_note(context, *found.value, runs);
  gap(0.3F);
  draw_found_heads(context, *found.value, runs.models);
}

bool is_same(const ReportSource& one, const ReportSource& other) {
  return one.model.lock() == other.model.lock() && one.corpus == other.corpus && one.reading == other.reading &&
         one.trace.lock() == other.trace.lock();
}

}  // namespace

ReportSource report_source(const Snapshot& snapshot, const PanelState& panels) {
  ReportSource source{snapshot.model, corpus_file(snapshot, panels), chosen_reading(snapshot, panels), {}};
  if (source.corpus.empty()) source.trace = measured_run(snapshot);
  return source;
}

std::optional<HeadSearchQuestion> search_question(const Snapshot& snapshot, const Session& session,
                                                  const PanelState& panels) {
  if (!snapshot.trace) return std::nullopt;
  const auto& state = panels.of<HeadSearchState>();
  HeadSearchQuestion question{.by = state.by};
  if (state.by == SearchBy::measure || state.by == SearchBy::relation) {
    if (!state.report || !is_same(state.report_of, report_source(snapshot, panels))) return std::nullopt;
    question.traces = {measured_run(snapshot)};
    question.report = state.report;
    question.measure = state.measure;
    question.smallest_first = state.by == SearchBy::measure && state.smallest_first;
    if (state.by == SearchBy::relation) question.relation = state.relation;
    return question;
  }
  const AttentionKind kind = shown_kind(snapshot, session);
  question.traces = searched_runs(snapshot, kind).traces;
  question.left_out = left_out_of(snapshot, kind, special_tokens(*snapshot.model, state.special));
  const Trace* first = question.traces.front().get();
  if (first == nullptr) return std::nullopt;
  if (state.by == SearchBy::example) {
    question.example = shown_head(snapshot, session);
    return question;
  }
  if (!state.paint || state.paint->rows != first->tokens() || state.paint->cols != first->keys()) return std::nullopt;
  question.paint = state.paint;
  return question;
}

void draw_head_search(PanelContext& context) {
  if (!context.tabbed) heading(tr("head_search.title"));
  if (context.background == nullptr || !context.snapshot.model) return wrapped_caption(tr("grids.empty"));
  HeadSearchState& state = context.state.of<HeadSearchState>();
  const SearchedRuns runs = searched_runs(context.snapshot, shown_kind(context.snapshot, context.session));
  if (!runs.traces.front()) return wrapped_caption(tr("grids.empty"));
  const auto ask = [&] { draw_choices(context, state, runs); };
  const auto show = [&] { draw_answer(context, runs); };
  draw_kinds(state);
  const bool of_run = state.by == SearchBy::example || state.by == SearchBy::paint;
  if (of_run && !has_something_to_read(context.snapshot)) return wrapped_caption(tr("grids.empty"));
  if (state.by == SearchBy::paint) return two_columns(ask, show);
  ask();
  gap(0.3F);
  show();
}

}  // namespace regard
