// SPDX-License-Identifier: Apache-2.0
#include "app/lesson/step_run.h"

#include "app/lesson/step_session.h"
#include "app/session/session.h"
#include "app/viewmodel/comparison.h"

#include <utility>

namespace regard {

StepRun StepRunner::run(std::size_t step) {
  return run_state(step, nullptr);
}

StepRun StepRunner::run_on(std::size_t step, const std::string& text) {
  return run_state(step, &text);
}

std::vector<LessonMistake> StepRunner::mistakes_of_show(const ProseSpan& link, const LessonRun& run) const {
  const StepSession shown = session_of_show(link, run.session, run.snapshot->model.get(), lesson_.file);
  if (shown.session.model == reading_of(run.session).model) return shown.mistakes;
  const std::shared_ptr<const Snapshot> other = run_(shown.session);
  if (!other->model || other->source_model != shown.session.model)
    return {{link.line, other->error.value_or(Error("lesson_undefined", {.item = "model"}))}};
  Session there = run.session;
  there.model = shown.session.model;
  return session_of_show(link, there, other->model.get(), lesson_.file).mistakes;
}

std::size_t StepRunner::line_of(std::size_t step, const char* key) const {
  const LessonState state = state_of_step(lesson_, step);
  for (const char* each : {key, "session"})  // what no line says, the session may
    if (const LessonLine* line = state.find(each)) return line->line;
  return state.given() ? state.line : lesson_.steps[step].line;
}

StepRun StepRunner::run_state(std::size_t step, const std::string* text) {
  StepRun result;
  const std::string named = model_of_step(lesson_, step, sessions_);
  const auto session_for = [&](const Model* model) {
    StepSession state = session_of_step(lesson_, step, {}, model, sessions_);
    if (text != nullptr) state.session.text = *text;
    return state;
  };
  StepSession state = session_for(named == model_name_ ? model_.get() : nullptr);
  std::shared_ptr<const Snapshot> snapshot = run_(state.session);
  if (state.waits_for_model && !snapshot->error && snapshot->model) {
    state = session_for(snapshot->model.get());
    snapshot = run_(state.session);
  }
  result.mistakes = std::move(state.mistakes);
  if (snapshot->error) {
    const bool of_model = snapshot->source_model != named || !snapshot->model;
    result.mistakes.push_back({line_of(step, of_model ? "model" : "text"), *snapshot->error});
    return result;
  }
  model_ = snapshot->model;
  model_name_ = named;
  if (!snapshot->trace) {
    result.mistakes.push_back({line_of(step, "text"), Error("lesson_no_text", {.expected = "text: …"})});
    return result;
  }
  if (snapshot->encoding.dropped > 0)
    result.mistakes.push_back(
        {line_of(step, "text"), Error("lesson_cut", {.item = snapshot->model->name,
                                                     .expected = std::to_string(snapshot->model->config.context),
                                                     .found = std::to_string(snapshot->encoding.dropped)})});
  for (const LeftOut& each : snapshot->left_out)
    result.mistakes.push_back({line_of(step, "intervene"), each.error});
  if (snapshot->comparison && snapshot->comparison->error)
    result.mistakes.push_back({line_of(step, "pin"), *snapshot->comparison->error});
  result.run = {snapshot, std::move(state.session)};
  return result;
}

}  // namespace regard
