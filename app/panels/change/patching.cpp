// SPDX-License-Identifier: Apache-2.0
#include "app/panels/change/patching.h"

#include "app/panels/change/patching_parts.h"
#include "app/panels/common/button_parts.h"
#include "app/panels/common/parts.h"
#include "app/panels/common/two_columns.h"
#include "app/style/locale.h"
#include "app/viewmodel/effect_view.h"

#include <utility>

namespace regard {
namespace {

constexpr const char* kMap = "patching.map";

/// Why there is nothing to carry over, and the button that helps.
void draw_no_pair(PanelContext& context, NoPair why) {
  heading(tr("patching.heading"));
  wrapped_caption(tr("patching.about"));
  gap(0.5F);
  if (why == NoPair::other_sizes) return wrapped_caption(tr("patching.other_sizes"));
  if (why == NoPair::no_answer) return wrapped_caption(tr("effect.no_head"));
  if (why == NoPair::other_text) return wrapped_caption(tr("patching.other_text"));
  wrapped_caption(tr(context.session.pins.empty() ? "patching.no_pin" : "patching.no_baseline"));
  if (context.session.pins.empty()) {
    if (framed_button("patching.pin", tr("patching.pin"))) context.act(PinText{});
    return;
  }
  for (const Pin& pin : context.session.pins)
    if (framed_button("patching.pin." + pin.name, tr("patching.take", {{"name", pin.name}})))
      context.act(SetBaseline{pin.name});
}

Outcome<AnswerTokens> ask_answers(PanelContext& context, const PatchingPair& pair) {
  const std::string parameters = std::to_string(pair.clean_position) + " " + std::to_string(pair.position);
  return context.background->ask<AnswerTokens>("patching.answers", {{pair.clean, pair.corrupt}, parameters},
                                               [pair](const Job<AnswerTokens>& job) {
                                                 job.give_way();
                                                 return std::make_shared<const AnswerTokens>(make_answers(pair));
                                               });
}

std::string parameters_of(const PatchingQuestion& question) {
  std::string text;
  for (const std::size_t number :
       {question.pair.clean_position, question.pair.position, static_cast<std::size_t>(question.what),
        static_cast<std::size_t>(question.grid), question.layer})
    text += std::to_string(number) + " ";
  text += std::to_string(question.right) + " " + std::to_string(question.wrong);
  for (const AlignedPair& pair : question.pair.alignment.pairs)
    text += " " + std::to_string(pair.first) + "=" + std::to_string(pair.second);
  return text;
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

Outcome<PatchingView> ask_map(PanelContext& context, PatchingState& state, const PatchingQuestion& question,
                              bool quick) {
  return ask_long_map<PatchingView>(context, kMap, state.map, quick,
                                    {{question.pair.clean, question.pair.corrupt}, parameters_of(question)},
                                    [question](const Job<PatchingView>& job) {
                                      job.give_way();
                                      return make_patching(question, job.publish, job.give_way, job.stop, job.progress);
                                    });
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
  if (!context.state.patching) context.state.patching = std::make_shared<PatchingState>();
  PatchingState& state = *context.state.patching;
  forget_foreign_tokens(state, *found.pair);
  heading(tr("patching.heading"));
  heading_note(tr(snapshot.plain ? "patching.pair_plain" : "patching.pair", {{"name", found.pair->pin}}));
  const Outcome<AnswerTokens> answers = ask_answers(context, *found.pair);
  if (!answers.value) return;
  const PatchingQuestion question = question_of(context, state, *found.pair, *answers.value);
  const bool quick = cost_of_runs(*question.pair.corrupt, cells_of(question).size()) < quick_cost;
  const Outcome<PatchingView> map = ask_map(context, state, question, quick);
  const LongMapProgress progress = progress_of(map);
  two_columns(
      [&] {
        draw_answers(context, state, *found.pair, *answers.value, question, map.value ? &map.value->map : nullptr);
      },
      [&] {
        draw_patching_choices(context, state, question.layer);
        draw_long_map_button(context, kMap, state.map, quick, progress);
        draw_progress_line(progress);
        if (map.error) wrapped_caption(tr(*map.error));
        if (map.value) draw_patching_map(context, state, question, map.value);
      });
}

}  // namespace regard
