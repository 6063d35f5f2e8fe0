// SPDX-License-Identifier: Apache-2.0
#include "app/panels/change/sweep.h"

#include "app/jobs/background.h"
#include "app/panels/change/sweep_parts.h"
#include "app/panels/common/parts.h"
#include "app/panels/common/two_columns.h"
#include "app/panels/frame/heads.h"
#include "app/style/bmp_text.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/viewmodel/all_views.h"
#include "app/viewmodel/effect_view.h"
#include "app/viewmodel/snapshot.h"
#include "app/widgets/probe.h"

#include <imgui.h>
#include <imgui_stdlib.h>
#include <cstddef>
#include <memory>
#include <string>

namespace regard {
namespace {

std::string word_at(const SweepText& text, std::size_t token) {
  return label_of(text.encoding->tokens[token]);
}

SweepText text_of(const PanelContext& context, SweepState& state) {
  const Snapshot& now = swept(context.snapshot);
  if (!state.encoding || state.encoding_of.lock() != now.trace) {
    state.encoding = std::make_shared<const Encoding>(now.encoding);
    state.encoding_of = now.trace;
  }
  return sweep_text(context.snapshot, context.session, context.views.predictions.position, state.encoding);
}

/// The weight that all rows are about.
void draw_watched(const PanelContext& context, const SweepText& text) {
  const double weight = weights(*text.trace, text.watch.head, {text.watch.query, text.watch.query + 1},
                                {text.watch.key, text.watch.key + 1})
                            .values.front();
  ImGui::TextWrapped("%s", tr("sweep.watched", {{"query", word_at(text, text.watch.query)},
                                                {"key", word_at(text, text.watch.key)},
                                                {"head", head_name(context.snapshot, text.watch.head)},
                                                {"value", number(static_cast<float>(weight), 4)}})
                               .c_str());
  if (&swept(context.snapshot) != &context.snapshot) wrapped_caption(tr("sweep.plain"));
}

void draw_own_words(SweepState& state) {
  ImGui::SetNextItemWidth(ImGui::GetContentRegionAvail().x);
  ImGui::InputTextWithHint("##own", tr("sweep.own_hint"), &state.own);
  probe_last_item("sweep.own");
}

void draw_sources(PanelContext& context, SweepState& state, const SweepText& text, bool quick,
                  const LongMapProgress& progress) {
  heading(tr("sweep.instead"));
  const float right = ImGui::GetWindowPos().x + ImGui::GetWindowContentRegionMax().x;
  if (right - ImGui::GetItemRectMax().x > em(9.0F)) ImGui::SameLine(0.0F, em(0.6F));
  const float room = 0.5F * ImGui::GetContentRegionAvail().x - em();
  const std::string query = fitted(word_at(text, text.watch.query), room),
                    key = fitted(word_at(text, text.watch.key), room);
  const bool two = text.watch.query != text.watch.key;
  const std::size_t replaced =
      two ? choose("sweep.token", {query, key}, state.key ? 1 : 0) : choose("sweep.token", {query}, 0);
  if (two) state.key = replaced == 1;
  hint(tr("sweep.token_hint"));
  const std::size_t words = choose("sweep.words", {tr("sweep.model"), tr("sweep.frequent"), tr("sweep.own")},
                                   static_cast<std::size_t>(state.words));
  state.words = static_cast<SweepWords>(words);
  draw_long_map_button(context, slot_id<SweepSlot>(), "sweep.table", state.map, quick, progress);
  if (state.words == SweepWords::own) draw_own_words(state);
  draw_progress_line(progress);
}

void draw_refused(const SweepView& view) {
  std::string list;
  for (const std::string& word : view.refused)
    list += (list.empty() ? "" : ", ") + word;
  if (!list.empty()) wrapped_caption(tr("sweep.refused", {{"words", list}}));
}

void draw_replacements(PanelContext& context, SweepState& state, const SweepText& text) {
  SweepQuestion question{text, state.key ? text.watch.key : text.watch.query, state.words};
  if (state.words == SweepWords::own) question.own = words_of(from_field(state.own));
  if (!can_replace(question.token, *text.encoding)) question = {text, question.token, SweepWords::own};
  const std::size_t runs = state.words == SweepWords::own ? question.own.size() : swept_words;
  const bool quick = cost_of_runs(*text.trace, 2 * runs) < quick_cost;
  const Outcome<SweepView> table = ask_long_map<SweepSlot>(context, state.map, quick, question);
  const LongMapProgress progress = progress_of(table);
  draw_sources(context, state, text, quick, progress);
  if (!can_replace(question.token, *text.encoding))
    return wrapped_caption(tr("sweep.special", {{"token", word_at(text, question.token)}}));
  if (table.error) wrapped_caption(tr(*table.error));
  if (!table.value) return;
  draw_sweep_table(context, "sweep", *table.value, state.order, false, table.fresh);
  draw_refused(*table.value);
  if (table.value->rows.empty() && table.fresh && !progress.pending)
    wrapped_caption(tr(state.words == SweepWords::own ? "sweep.no_own" : "sweep.no_words"));
}

void draw_search(PanelContext& context, SweepState& state, const SweepText& text) {
  heading(tr("sweep.search"));
  wrapped_caption(
      tr("sweep.search_about", {{"query", word_at(text, text.watch.query)}, {"key", word_at(text, text.watch.key)}}));
  const Outcome<SweepView> found = ask_long_map<SearchSlot>(context, state.search, false, {text, state.watched_too});
  const LongMapProgress progress = progress_of(found);
  check("sweep.watched_too", tr("sweep.watched_too"), state.watched_too);
  draw_long_map_button(context, slot_id<SearchSlot>(), "sweep.search", state.search, false, progress,
                       "long_map.search");
  draw_progress_line(progress);
  if (found.error) wrapped_caption(tr(*found.error));
  if (!found.value || (!found.fresh && !progress.pending && !state.search.stopped)) return;
  draw_sweep_table(context, "search", *found.value, state.search_order, true, found.fresh);
  if (found.value->rows.empty() && !progress.pending) wrapped_caption(tr("sweep.nothing_found"));
}

}  // namespace

void draw_sweep(PanelContext& context) {
  const Snapshot& snapshot = context.snapshot;
  if (!snapshot.trace || snapshot.trace->tokens() == 0 || context.background == nullptr)
    return wrapped_caption(tr("grids.empty"));
  if (!snapshot.model->tokenizer || snapshot.model->config.patches) return wrapped_caption(tr("sweep.picture"));
  if (shown_kind(snapshot, context.session) != AttentionKind::self) return wrapped_caption(tr("sweep.other_kind"));
  SweepState& state = context.state.of<SweepState>();
  const SweepText text = text_of(context, state);
  draw_watched(context, text);
  gap(0.4F);
  two_columns([&] { draw_replacements(context, state, text); }, [&] { draw_search(context, state, text); });
}

}  // namespace regard
