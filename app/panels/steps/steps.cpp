// SPDX-License-Identifier: Apache-2.0
#include "app/panels/steps/steps.h"

#include "app/panels/common/difference_parts.h"
#include "app/panels/common/parts.h"
#include "app/panels/steps/steps_parts.h"
#include "app/session/session.h"
#include "app/style/fonts.h"
#include "app/style/locale.h"
#include "app/style/steps_text.h"
#include "app/style/theme.h"
#include "app/viewmodel/memo.h"
#include "app/viewmodel/snapshot.h"

#include <imgui.h>
#include <algorithm>

namespace regard {
namespace {

/// Takes a new view over, with the names of its tokens.
void take_view(const PanelContext& context, StepsState& state, const Outcome<StepsView>& outcome) {
  if (!outcome.fresh || !outcome.value || outcome.value == state.view) return;
  state.view = outcome.value;
  state.pictures = {};
  ++state.revision;
  const AxisInputs pieces{};
  const Snapshot& snapshot = context.snapshot;
  state.queries =
      windowed(make_axis(snapshot, pieces, asking_encoding(snapshot, context.session)), state.view->numbers.queries);
  state.keys =
      windowed(make_axis(snapshot, pieces, asked_encoding(snapshot, context.session)), state.view->numbers.keys);
}

void take_token(StepsState& state, const Outcome<StepsToken>& outcome) {
  if (!outcome.fresh || !outcome.value || outcome.value == state.token) return;
  state.token = outcome.value;
  state.pictures = {};
  ++state.revision;
}

/// Step 5 of a token, if it is of this view's layer.
const StepsToken* token_of(const StepsState& state) {
  if (!state.token) return nullptr;
  const StepsTokenQuestion& of = state.token->of;
  const StepsQuestion& shown = state.view->of;
  const bool fits =
      of.trace == shown.trace && of.kind == shown.kind && of.layer == shown.head.layer && of.switches == shown.switches;
  return fits ? state.token.get() : nullptr;
}

void draw_who_moved(const StepsFrame& frame) {
  if (frame.step != count_of_steps || frame.token == nullptr) return;
  const std::size_t token = frame.token->of.token;
  const Range queries = frame.view.numbers.queries;
  if (!queries.contains(token) || token - queries.begin >= frame.state.queries.size()) return;
  const std::string said = who_moved(StepWords(), *frame.token, frame.state.queries.units[token - queries.begin].label);
  if (!said.empty()) wrapped(theme().text, said);
}

}  // namespace

void draw_steps(PanelContext& context) {
  const Snapshot& snapshot = context.snapshot;
  if (!snapshot.trace || snapshot.trace->tokens() == 0 || context.background == nullptr)
    return wrapped_caption(tr("grids.empty"));
  if (!has_steps(snapshot)) return wrapped_caption(tr("steps.no_weights"));
  StepsState& state = context.state.of<StepsState>();
  const std::size_t step = std::clamp<std::size_t>(context.session.stage.step, 1, count_of_steps);
  const StepsQuestion question = steps_question(snapshot, context.session, state.switches);
  const Outcome<StepsView> view = context.background->ask<StepsSlot>(question);
  take_view(context, state, view);
  if (step == count_of_steps)
    take_token(state, context.background->ask<StepsTokenSlot>(StepsTokenQuestion{
                          question.trace, question.kind, question.head.layer, context.views.query, question.switches}));
  draw_steps_bar(context, state);
  tell_live_shown(context);
  if (view.error) wrapped_caption(tr(*view.error));
  if (!state.view) return;
  const StepsFrame frame{context, state, *state.view, token_of(state), step};
  keep_pace(context, state, step);
  draw_steps_switches(frame);
  draw_steps_words(frame);
  draw_who_moved(frame);
  gap(0.25F);
  draw_steps_pictures(frame);
}

}  // namespace regard
