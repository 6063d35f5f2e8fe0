// SPDX-License-Identifier: Apache-2.0
// What a council is to learn, how, and the buttons that begin and end it.
#include "app/panels/common/button_parts.h"
#include "app/panels/common/parts.h"
#include "app/panels/common/trainer_desk.h"
#include "app/panels/training/council_parts.h"
#include "app/panels/training/training_parts.h"
#include "app/session/action_kinds.h"
#include "app/session/look.h"
#include "app/style/locale.h"
#include "app/style/theme.h"
#include "app/widgets/probe.h"

#include <filesystem>
#include <string>

namespace regard {
namespace {

/// Why nothing can begin with these choices; empty where it can.
std::string council_problem(const train::CouncilRecipe& recipe) {
  if (recipe.heads > 0 && recipe.width % recipe.heads != 0)
    return tr("training.problem.heads_divide", {{"heads", recipe.heads}, {"width", recipe.width}});
  try {
    train::check(recipe);
  } catch (const Error& error) {
    return tr(error);
  }
  return {};
}

void start_council(PanelContext& context, const train::CouncilRecipe& recipe) {
  TrainerDesk& desk = context.state.of<TrainerDesk>();
  const std::string& folder = context.look().training.folder;
  if (desk.trainer && desk.trainer->busy()) desk.trainer->pause();  // one core for both
  desk.council->start(recipe, folder.empty() ? desk.runs : std::filesystem::path(folder));
}

void draw_council_buttons(PanelContext& context, const CouncilRoom& room, const train::CouncilRecipe& recipe,
                          const std::string& problem) {
  CouncilTrainer& trainer = *context.state.of<TrainerDesk>().council;
  const TrainingState state = room.news.state;
  const bool runs = state == TrainingState::preparing || state == TrainingState::running;
  const bool rests = state == TrainingState::paused;
  if (runs && button_in_line("council.pause", tr("training.pause"), true)) trainer.pause();
  if (rests && button_in_line("council.resume", tr("training.resume"), true)) trainer.resume();
  if (runs || rests) {
    if (button_in_line("council.stop", tr("training.stop"))) trainer.stop();
    hint(tr("training.stop_hint"));
  }
  const bool under_way = runs || rests;
  const bool pressed =
      button_in_line("council.start", tr(under_way ? "training.restart" : "training.start"), !under_way);
  if (problem.empty()) {
    hint(tr("training.start_hint"));
    if (pressed) start_council(context, recipe);
  } else {
    why_not(problem);
  }
  const CouncilNews& news = room.news;
  if (draw_progress({state, news.steps, news.council.recipe.steps, news.pace, news.error}, "council_training.reached"))
    probe_last_item("council.state");
}

}  // namespace

void draw_council_choices(PanelContext& context, const CouncilRoom& room) {
  CouncilChoices choices = context.look().council;
  const train::CouncilRecipe recipe = recipe_of(choices);
  const std::string problem = council_problem(recipe);
  draw_council_buttons(context, room, recipe, problem);
  gap(0.4F);
  wrapped_caption(tr("council_training.about"));
  gap(0.4F);
  heading(tr("training.made_of"));
  count_slider("training.heads", "training.heads", choices.heads, 1, 16);
  count_slider("training.layers", "training.layers", choices.layers, 1, 6);
  name_of_choice("training.width");
  choose_width(choices.width);
  gap(0.4F);
  heading(tr("training.how"));
  rate_slider(choices.rate);
  choose_seed_and_steps(choices.seed, choices.steps, tr("council_training.steps_hint"));
  keep_invariants(choices);
  if (choices != context.look().council) context.act(SetCouncil{choices});
  if (problem.empty()) return;
  gap(0.4F);
  wrapped(theme().warning, problem);
  probe_last_item("council.problem");
}

}  // namespace regard
