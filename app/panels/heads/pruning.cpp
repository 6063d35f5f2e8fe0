// SPDX-License-Identifier: Apache-2.0
#include "app/panels/heads/pruning.h"

#include "app/panels/common/parts.h"
#include "app/panels/common/two_columns.h"
#include "app/panels/heads/corpus_choice.h"
#include "app/panels/heads/pruning_parts.h"
#include "app/panels/heads/reports.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/viewmodel/effect_view.h"
#include "app/viewmodel/snapshot.h"
#include "app/widgets/probe.h"

#include <imgui.h>
#include <algorithm>

namespace regard {
namespace {

constexpr double kQuickStudies = 40.0;  ///< of quick_cost: some seconds in the background

ImportanceQuestion importance_question(const PanelContext& context, const PruningState& state) {
  const CorpusKind kind = corpus_kind(context);
  ImportanceQuestion question;
  question.model = context.snapshot.model;
  question.corpus = corpus_path(context, kind);
  if (kind == CorpusKind::sentence) question.text = encoding_of(context.snapshot, TextSide::encoder).text;
  question.reading = corpus_reading(context, kind);
  question.sentences = importance_amounts[state.amount];
  question.mean = state.mean.value_or(ablated_to_mean(question.model->config));
  return question;
}

void draw_importance_controls(PanelContext& context, PruningState& state, const ImportanceQuestion& question) {
  draw_corpus_choice(context, "pruning.corpus");
  if (corpus_kind(context) != CorpusKind::sentence) {
    state.amount = choose("pruning.amount", {"20", "60", tr("pruning.all")}, state.amount);
    hint(tr("pruning.amount_hint"));
    ImGui::SameLine(0.0F, em(0.75F));
    if (ImGui::GetContentRegionAvail().x < choose_width({tr("effect.zero"), tr("effect.mean")})) ImGui::NewLine();
  }
  const std::size_t how = choose("pruning.how", {tr("effect.zero"), tr("effect.mean")}, question.mean ? 1 : 0);
  if (how != (question.mean ? 1U : 0U)) state.mean = how == 1;
  hint(tr("pruning.how_hint"));
}

/// What was predicted, how often, how well; and where that is too seldom.
void draw_importance_about(const PanelContext& context, const ImportanceView& view, bool complete) {
  static constexpr std::array<const char*, 3> kPredictions{"pruning.next", "pruning.masked", "pruning.own"};
  const std::string predictions = tr_plural(kPredictions[static_cast<std::size_t>(view.kind)], view.losses.rows,
                                            {{"share", percent(static_cast<float>(kMaskedShare))}});
  const CorpusKind kind = corpus_kind(context);
  const std::string text = corpus_name(context, kind);
  wrapped_caption(tr("pruning.about", {{"text", kind == CorpusKind::sentence ? text : text + ", " + text_read(view)},
                                       {"predictions", predictions},
                                       {"loss", number(static_cast<float>(view.losses.mean_loss()), 3)}}));
  if (view.left_out > 0) wrapped_caption(tr_plural("pruning.left_out", view.left_out));
  if (!complete || !is_few(view.losses)) return;
  wrapped(theme().warning, tr_plural("pruning.few", view.losses.rows, {{"least", least_predictions}}));
  probe_last_item("pruning.few");
}

}  // namespace

std::string text_read(const ImportanceView& view) {
  if (view.losses.texts == view.in_text) return tr_plural("pruning.read_all", view.in_text);
  return tr_plural("pruning.read_some", view.in_text, {{"done", view.losses.texts}});
}

void draw_pruning(PanelContext& context) {
  if (!context.tabbed) heading(tr("pruning.title"));
  if (const std::string why = why_not_measured(context, "pruning.reads_pictures"); !why.empty())
    return wrapped_caption(why);
  const Model& model = *context.snapshot.model;
  if (!model.config.has_lm_head) return wrapped_caption(tr(Error("loss_no_head", {.item = model.name})));
  PruningState& state = context.state.of<PruningState>();
  const ImportanceQuestion question = importance_question(context, state);
  draw_importance_controls(context, state, question);
  if (const std::string why = question.corpus.empty() ? why_no_sentence(context) : std::string(); !why.empty())
    return wrapped_caption(why);
  const std::size_t sentences = std::min<std::size_t>(question.sentences, 300);
  const std::size_t heads = head_count(model.config);
  const double cost = question.corpus.empty() ? cost_of_runs(*context.snapshot.trace, heads)
                                              : cost_of_reading(model, sentences * heads);
  const bool quick = cost < kQuickStudies * quick_cost;
  const Outcome<ImportanceView> map = ask_long_map<ImportanceSlot>(context, state.map, quick, question);
  const LongMapProgress progress = progress_of(map);
  draw_long_map_button(context, slot_id<ImportanceSlot>(), "pruning.map", state.map, quick, progress);
  draw_progress_line(progress);
  if (map.error) return wrapped_caption(tr(*map.error));
  if (state.model.lock() != question.model) {
    state.model = question.model;
    state.map_of = {.sentences = 0};
    state.curve_of = {};
    state.team_of = {};
  }
  if (map.fresh) state.map_of = kept(question);
  const bool shown = map.value && state.map_of == kept(question) && map.value->losses.texts > 0;
  if (!shown) return wrapped_caption(tr(progress.pending ? "pruning.waiting" : "pruning.start"));
  const PruningPart part{question, *map.value, map.fresh && map.state == TaskState::done, quick};
  draw_importance_about(context, part.view, part.complete);
  const std::vector<HeadTeam> teams = head_teams(context, state, part);
  static const HeadTeam kNobody{};
  const HeadTeam& team = teams.empty() ? kNobody : chosen_team(teams, state);
  two_columns(
      [&] {
        draw_importance_map(context, state, part, team.heads);
        gap(0.6F);
        if (!teams.empty()) {
          heading(tr("pruning.team"));
          draw_team_choice(context, state, teams);
          draw_team(context, state, part, team.heads);
          gap(0.6F);
        }
        draw_dead_heads(context, state, part);
      },
      [&] {
        draw_pruning_curve(context, state, part);
        gap(0.6F);
        draw_needs(context, state, part);
      });
}

}  // namespace regard
