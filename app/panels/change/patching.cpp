// SPDX-License-Identifier: Apache-2.0
#include "app/panels/change/patching.h"

#include "app/jobs/background.h"
#include "app/panels/change/patching_parts.h"
#include "app/panels/common/button_parts.h"
#include "app/panels/common/parts.h"
#include "app/panels/common/two_columns.h"
#include "app/session/action_kinds.h"
#include "app/session/kept.h"
#include "app/style/locale.h"
#include "app/viewmodel/all_views.h"
#include "app/viewmodel/effect_view.h"
#include "app/viewmodel/snapshot.h"

#include <memory>
#include <optional>
#include <utility>

namespace regard {
namespace {

/// Why there is nothing to carry over, and the button that helps.
void draw_no_pair(PanelContext& context, NoPair why) {
  heading(tr("patching.heading"));
  wrapped_caption(tr("patching.about"));
  gap(0.5F);
  if (why == NoPair::other_sizes) return wrapped_caption(tr("patching.other_sizes"));
  if (why == NoPair::no_answer) return wrapped_caption(tr("effect.no_head"));
  if (why == NoPair::other_text) return wrapped_caption(tr("patching.other_text"));
  wrapped_caption(tr(context.kept().pins.empty() ? "patching.no_pin" : "patching.no_baseline"));
  if (context.kept().pins.empty()) {
    if (framed_button("patching.pin", tr("patching.pin"))) context.act(PinText{});
    return;
  }
  for (const Pin& pin : context.kept().pins)
    if (framed_button("patching.pin." + pin.name, tr("patching.take", {{"name", pin.name}})))
      context.act(SetBaseline{pin.name});
}

PatchingQuestion question_of(const PanelContext& context, const PatchingState& state, PatchingPair pair,
                             const AnswerTokens& answers) {
  PatchingQuestion question{std::move(pair), state.what};
  if (has_heads(state.what)) question.grid = state.grid;
  if (question.grid == PatchGrid::heads_tokens) question.layer = shown_head(context.snapshot, context.session).layer;
  question.right = state.right.value_or(answers.right);
  question.wrong = state.wrong.value_or(answers.wrong);
  return question;
}

void forget_foreign_tokens(PatchingState& state, const PatchingPair& pair) {
  const auto vocabulary = static_cast<std::int32_t>(pair.corrupt->model->config.vocabulary);
  for (std::optional<std::int32_t>* token : {&state.right, &state.wrong})
    if (*token && **token >= vocabulary) token->reset();
}

}  // namespace

void draw_patching(PanelContext& context) {
  const Snapshot& snapshot = context.snapshot;
  if (!snapshot.trace || snapshot.trace->tokens() == 0 || context.background == nullptr)
    return wrapped_caption(tr("grids.empty"));
  const FoundPair found = patching_pair(snapshot, context.views.predictions.position);
  if (!found.pair) return draw_no_pair(context, found.why);
  PatchingState& state = context.state.of<PatchingState>();
  forget_foreign_tokens(state, *found.pair);
  heading(tr("patching.heading"));
  heading_note(tr(&without_interventions(snapshot) != &snapshot ? "patching.pair_plain" : "patching.pair",
                  {{"name", found.pair->pin}}));
  const Outcome<AnswerTokens> answers = context.background->ask<AnswersSlot>(*found.pair);
  if (!answers.value) return;
  const PatchingQuestion question = question_of(context, state, *found.pair, *answers.value);
  const bool quick = cost_of_runs(*question.pair.corrupt, cells_of(question).size()) < quick_cost;
  const Outcome<PatchingView> map = ask_long_map<PatchingSlot>(context, state.map, quick, question);
  const LongMapProgress progress = progress_of(map);
  two_columns(
      [&] {
        draw_answers(context, state, *found.pair, *answers.value, question, map.value ? &map.value->map : nullptr);
      },
      [&] {
        draw_patching_choices(context, state, question.layer);
        draw_long_map_button(context, slot_id<PatchingSlot>(), "patching.map", state.map, quick, progress);
        draw_progress_line(progress);
        if (map.error) wrapped_caption(tr(*map.error));
        if (map.value) draw_patching_map(context, state, question, map.value);
      });
}

}  // namespace regard
