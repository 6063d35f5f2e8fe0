// SPDX-License-Identifier: Apache-2.0
#include "app/panels/steps/steps.h"

#include "app/panels/common/difference_parts.h"
#include "app/panels/common/parts.h"
#include "app/panels/steps/steps_parts.h"
#include "app/session/action_kinds.h"
#include "app/session/look.h"
#include "app/style/fonts.h"
#include "app/style/locale.h"
#include "app/style/steps_text.h"
#include "app/style/theme.h"
#include "app/viewmodel/all_views.h"
#include "app/viewmodel/snapshot.h"
#include "app/viewmodel/views.h"
#include "core/base/error.h"

#include <imgui.h>
#include <algorithm>

namespace regard {
namespace {

/// Takes a new view over, with the names of its tokens.
void take_view(const PanelContext& context, StepsState& state, const Outcome<StepsView>& outcome) {
  if (!outcome.fresh || !outcome.value || outcome.value == state.view.lock()) return;
  state.view = outcome.value;
  state.made = {};
  ++state.view_revision;
  const AxisInputs pieces{};
  const Snapshot& snapshot = context.snapshot;
  const LayerSteps& numbers = outcome.value->numbers;
  state.queries = windowed(make_axis(snapshot, pieces, asking_encoding(snapshot, context.session)), numbers.queries);
  state.keys = windowed(make_axis(snapshot, pieces, asked_encoding(snapshot, context.session)), numbers.keys);
}

void take_token(StepsState& state, const Outcome<StepsToken>& outcome) {
  if (!outcome.fresh || !outcome.value || outcome.value == state.token.lock()) return;
  state.token = outcome.value;
  state.made = {};
  ++state.token_revision;
}

/// Is step 5 of a token that of this view's layer?
bool fits(const StepsToken& token, const StepsView& view) {
  const StepsTokenQuestion& of = token.of;
  return of.trace == view.of.trace && of.kind == view.of.kind && of.layer == view.of.head.layer &&
         of.switches == view.of.switches;
}

Axis axis_of(const std::vector<std::string>& names) {
  Axis axis;
  for (const std::string& name : names)
    axis.units.push_back({name, {}, false, false});
  return axis;
}

/// Pictures and words of the step, made anew where something about them has changed.
void make_step(const StepsView& view, const StepsToken* token, std::size_t step, StepsState& state) {
  StepsMade& made = state.made;
  if (made.view == &view && made.token == token && made.step == step && made.language == language()) return;
  const StepWords words;
  made = {.view = &view, .token = token, .step = step, .language = language()};
  made.pictures = step_pictures(view, token, step);
  made.formulas = step_formulas(view, step);
  made.remarks = step_remarks(words, view, step);
  made.blocks = names_of_blocks(words, view.of.kind, !view.norms.other.empty());
  if (token == nullptr) return;
  made.contributions = axis_of(names_of_contributions(*token));
  made.movers = axis_of(names_of_blocks(words, token->of.kind, token->movers.rows == 3));
  const Range queries = view.numbers.queries;
  const std::size_t asking = token->of.token;
  if (queries.contains(asking) && asking - queries.begin < state.queries.size())
    made.who_moved = who_moved(words, *token, state.queries.units[asking - queries.begin].label);
}

/// Why a layer without softmax has no steps, and a button to the nearest that has.
void lead_to_softmax(PanelContext& context, const ModelConfig& config, HeadRef head) {
  wrapped_caption(tr(Error("no_softmax", {.item = std::to_string(head.layer), .expected = "softmax(q·k)"})));
  const HeadList heads = softmax_heads(config);
  if (heads.empty()) return;
  const auto away = [&](HeadRef other) {
    return other.layer > head.layer ? other.layer - head.layer : head.layer - other.layer;
  };
  const HeadRef nearest =
      *std::min_element(heads.begin(), heads.end(), [&](HeadRef a, HeadRef b) { return away(a) < away(b); });
  if (quiet_button("steps.nearest", tr("steps.nearest_softmax", {{"layer", nearest.layer}})))
    context.act(SelectHead{nearest});
}

}  // namespace

void draw_steps(PanelContext& context) {
  const Snapshot& snapshot = context.snapshot;
  if (!snapshot.trace || snapshot.trace->tokens() == 0 || context.background == nullptr)
    return wrapped_caption(tr("grids.empty"));
  if (!has_steps(snapshot)) return wrapped_caption(tr("steps.no_weights"));
  const HeadRef head = shown_head(snapshot, context.session);
  if (const ModelConfig& config = shown_config(snapshot, context.session); !has_softmax(config, head))
    return lead_to_softmax(context, config, head);
  StepsState& state = context.state.of<StepsState>();
  const std::size_t step = std::clamp<std::size_t>(context.look().stage.step, 1, count_of_steps);
  const StepsQuestion question = steps_question(snapshot, context.session, state.switches);
  const Outcome<StepsView> view = context.background->ask<StepsSlot>(question);
  take_view(context, state, view);
  if (step == count_of_steps)
    take_token(state, context.background->ask<StepsTokenSlot>(StepsTokenQuestion{
                          question.trace, question.kind, question.head.layer, context.views.query, question.switches}));
  const std::shared_ptr<const StepsView> shown = state.view.lock();
  draw_steps_bar(context, state, shown.get());
  tell_live_shown(context);
  if (view.error) return wrapped_caption(tr(*view.error));
  if (!shown) return;
  std::shared_ptr<const StepsToken> token = state.token.lock();
  if (token && !fits(*token, *shown)) token.reset();
  make_step(*shown, token.get(), step, state);
  const StepsFrame frame{context, state, *shown, token.get(), step};
  keep_pace(context, state, step);
  draw_steps_switches(frame);
  draw_steps_words(frame);
  if (step == count_of_steps && !state.made.who_moved.empty()) wrapped(theme().text, state.made.who_moved);
  gap(0.25F);
  draw_steps_pictures(frame);
}

}  // namespace regard
