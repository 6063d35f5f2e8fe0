// SPDX-License-Identifier: Apache-2.0
// The lesson beside the workspace: opened, turned from step to step, gone back to.
#include "app/base/given_path.h"
#include "app/lesson/lesson_files.h"
#include "app/lesson/step_session.h"
#include "app/lesson/step_state.h"
#include "app/lesson/told.h"
#include "app/panels/common/command.h"
#include "app/panels/common/dialog_state.h"
#include "app/panels/common/window_state.h"
#include "app/panels/frame/path_dialog.h"
#include "app/panels/lesson/question_veil.h"
#include "app/session/action.h"
#include "app/session/session.h"
#include "app/shell/app_loop.h"
#include "app/style/locale.h"
#include "app/viewmodel/snapshot.h"
#include "app/widgets/term_labels.h"

#include <imgui.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace regard::shell {
namespace {

namespace fs = std::filesystem;

/// Is something else read or looked at? Which panels a person has chosen does not count.
bool has_strayed(const Session& now, Session set) {
  const std::string workspace = set.stage.workspace;
  take_views(set, now);
  return set != now || workspace != now.stage.workspace;
}

/// Where a step stands in a lesson that was written anew: the one of its name, at its place if there is one, else what stands there.
std::size_t step_of_same_name(const Lesson& before, const Lesson& now, std::size_t step) {
  if (now.steps.empty()) return 0;
  const std::size_t there = std::min(step, now.steps.size() - 1);
  if (step >= before.steps.size() || now.steps[there].title == before.steps[step].title) return there;
  const auto found = std::find_if(now.steps.begin(), now.steps.end(),
                                  [&](const LessonStep& each) { return each.title == before.steps[step].title; });
  return found != now.steps.end() ? static_cast<std::size_t>(found - now.steps.begin()) : there;
}

bool reads_other_than(const Session& now, const Session& set) {
  return now.text != set.text || now.model != set.model || now.image != set.image ||
         now.decoder_text != set.decoder_text;
}

}  // namespace

const OpenedLesson* AppLoop::lesson_on_show() const {
  const LessonPlace& place = history_.current().stage.lesson;
  const OpenedLesson* open = lessons_.open().get();
  return open != nullptr && open->name == place.lesson ? open : nullptr;
}

/// Once a frame: reads what the session names, and says what there is.
void AppLoop::follow_lessons() {
  const std::string lesson = history_.current().stage.lesson.lesson;
  if (lesson != lesson_set_) {
    lesson_set_ = lesson;
    set_by_step_.forget();
  }
  take_lessons();
  speak_language();
  take_up_step();
  lesson_news_.run = snapshot_;
  lesson_news_.printing = printer_.busy();
  compare_with_step();
}

void AppLoop::take_lessons() {
  const LessonsCame came = lessons_.follow(lesson_set_, preferences_.language);
  for (const Error& problem : lessons_.take_problems())
    say(make_message(problem));
  if (const std::optional<LessonKept> kept = lessons_.take_kept())
    say(make_message("log.lesson_kept", {{"sentence", told(kept->file, kept->mistake)}}, Message::Kind::warning));
  if (came.shelf) lesson_news_.entries = lessons_.entries();
  if (lesson_news_.glossary != lessons_.glossary() || labels_in_ != language()) {
    lesson_news_.glossary = lessons_.glossary();
    labels_in_ = language();
    set_term_labels(lesson_news_.glossary ? labels_of(*lesson_news_.glossary) : TermLabels{});
  }
  const std::shared_ptr<const OpenedLesson> before =
      std::exchange(lesson_news_.open, lesson_on_show() != nullptr ? lessons_.open() : nullptr);
  if (came.lesson && lesson_news_.open) lesson_was_read(before);
  const std::size_t steps = lesson_news_.open ? lesson_news_.open->lesson.steps.size() : 0;
  lesson_news_.step = std::min(history_.current().stage.lesson.step, std::max<std::size_t>(steps, 1) - 1);
}

/// For the first time, in another language, or again because somebody has written it: then the step on show is the one of that name
/// still.
void AppLoop::lesson_was_read(const std::shared_ptr<const OpenedLesson>& before) {
  const Language before_in = std::exchange(lesson_read_in_, lessons_.language());
  if (std::exchange(lesson_goes_on_, false)) return go_on_in_lesson();
  const LessonPlace& place = history_.current().stage.lesson;
  if (!before || before->name != lesson_news_.open->name || before_in != lesson_read_in_) return;
  const StepSet* set = set_by_step_.find(step_read());
  const bool as_set = !place.contents && set != nullptr && set->session == history_.current();
  set_by_step_.forget();  // they are of the lesson as it was
  const std::size_t step = step_of_same_name(before->lesson, lesson_news_.open->lesson, place.step);
  if (step != place.step) {
    Session session = history_.current();
    session.stage.lesson.step = step;
    amend(std::move(session));
  }
  if (as_set) set_lesson_step_again(step);
}

void AppLoop::speak_language() {
  const OpenedLesson* open = lesson_on_show();
  const LessonPlace& place = history_.current().stage.lesson;
  if (open == nullptr || place.contents || place.step >= open->lesson.steps.size()) return;
  if (set_by_step_.speaks_other_language(step_read(), history_.current())) set_lesson_step_again(place.step);
}

/// What panels are told of the step on show: once whenever the session or what was set is another.
void AppLoop::compare_with_step() {
  const LessonPlace& place = history_.current().stage.lesson;
  const ComparedWithStep now{history_.revision(), set_by_step_.revision(), step_read(), lesson_news_.open.get(),
                             place.contents};
  if (compared_with_step_ == now) return;
  compared_with_step_ = now;
  const StepSet* set = !place.contents && lesson_news_.open ? set_by_step_.find(step_read()) : nullptr;
  lesson_news_.step_is_set = set != nullptr;
  lesson_news_.strayed = set != nullptr && has_strayed(history_.current(), set->session);
  lesson_news_.reads_other = set != nullptr && reads_other_than(history_.current(), set->session);
  lesson_news_.mistakes = set != nullptr ? set->mistakes : std::vector<LessonMistake>{};
  if (shows_link())
    lesson_news_.lit = set_by_link_->lit;
  else
    lesson_news_.lit = set != nullptr && !lesson_news_.strayed ? set->lit : std::vector<std::string>{};
}

StepRead AppLoop::step_read() const {
  return {lesson_read_in_, history_.current().stage.lesson.step};
}

/// A session that stands in a lesson since before the program began: what its step had set is told from the lesson again.
void AppLoop::take_up_step() {
  const OpenedLesson* open = lesson_on_show();
  const Session& now = history_.current();
  const LessonPlace& place = now.stage.lesson;
  if (open == nullptr || place.contents || place.step >= open->lesson.steps.size() ||
      set_by_step_.find(step_read()) != nullptr)
    return;
  if (!snapshot_->model || snapshot_->source_model != now.model)
    return;  // then what is named by the model is known too
  const std::string named = model_of_step(open->lesson, place.step, open->sessions);
  const std::string model = named.empty() ? default_model(assets_) : named;
  StepSession set = session_of_step(open->lesson, place.step, now,
                                    now.model == model ? snapshot_->model.get() : nullptr, open->sessions);
  if (set.session.model.empty()) set.session.model = model;
  set.session.stage.lesson = place;
  // What no line names was chosen when the step was shown, by what the model looked at then.
  const LessonState state = state_of_step(open->lesson, place.step);
  if (state.find("session") == nullptr) {
    if (state.find("query") == nullptr) {
      set.session.query = now.query;
      set.session.decoder_query = now.decoder_query;
    }
    if (state.find("key") == nullptr) {
      set.session.key = now.key;
      set.session.decoder_key = now.decoder_key;
    }
  }
  set_by_step_.put(step_read(), {std::move(set.session), std::move(set.lit), std::move(set.mistakes)});
}

void AppLoop::open_lesson(const std::string& lesson) {
  state_.of<PathDialog>().kind = PathDialog::Kind::closed;
  state_.of<WindowState>().overlay = Overlay::none;
  preferences_.offers_lesson = false;
  lessons_.read_again();
  lesson_goes_on_ = true;
  perform(SetLesson{{.lesson = lesson, .step = 0, .contents = true}});
}

/// Where it was left; one that was never begun shows its contents.
void AppLoop::go_on_in_lesson() {
  const OpenedLesson* open = lesson_on_show();
  if (open == nullptr) return;
  const LessonProgress* progress = progress_of(preferences_, open->name);
  if (progress != nullptr && progress->step < open->lesson.steps.size()) show_lesson_step(progress->step);
}

/// A step about to be shown.
struct AppLoop::NextStep {
  std::size_t step = 0;
  StepSession set{};
  bool chooses_query = false, chooses_key = false;  ///< once the model has run
};

AppLoop::NextStep AppLoop::next_step(const OpenedLesson& open, std::size_t step) const {
  const Session& now = history_.current();
  const std::string named = model_of_step(open.lesson, step, open.sessions);
  const std::string model = named.empty() ? default_model(assets_) : named;
  const bool there = snapshot_->model && snapshot_->source_model == model && now.model == model && !pending_model_;
  NextStep next{.step = step};
  next.set = session_of_step(open.lesson, step, now, there ? snapshot_->model.get() : nullptr, open.sessions);
  Session& session = next.set.session;
  if (session.model.empty()) session.model = model;
  session.stage.lesson = {.lesson = open.name, .step = step, .contents = false};
  // Where the lesson and the panels share a place, its text comes first; what fills the window stays beside it.
  Stage& stage = session.stage;
  if (stage.filling.empty()) choose_panel(stage, std::string(stage.workspace), "lesson");
  const LessonState state = state_of_step(open.lesson, step);
  const std::optional<LessonQuestion>& question = open.lesson.steps[step].question;
  const bool predicts = question && asks_for_prediction(*question) && state.find("key") == nullptr;
  if (predicts) session.key = session.query;  // the strongest key would be the answer
  next.chooses_key = !predicts && state.find("key") == nullptr && state.find("session") == nullptr;
  next.chooses_query = next.chooses_key && state.find("query") == nullptr;
  return next;
}

/// It is what the session shows now.
void AppLoop::hold_next_step(NextStep next) {
  choose_key_ = next.chooses_key;
  choose_query_ = next.chooses_query;
  lesson_waits_for_model_ = next.set.waits_for_model;
  set_by_step_.put(step_read(), {history_.current(), std::move(next.set.lit), std::move(next.set.mistakes)});
}

/// One step of the history, as choosing an example is.
void AppLoop::show_lesson_step(std::size_t step) {
  const OpenedLesson* open = lesson_on_show();
  if (open == nullptr || step >= open->lesson.steps.size()) return;
  NextStep next = next_step(*open, step);
  await_model(next.set.session.model);
  perform(LoadSession{next.set.session});
  hold_next_step(std::move(next));
  remember_step(preferences_, open->name, step);
}

/// In another language, or as it was written anew: no step of the history, as nobody has gone anywhere.
void AppLoop::set_lesson_step_again(std::size_t step) {
  const OpenedLesson* open = lesson_on_show();
  if (open == nullptr || step >= open->lesson.steps.size()) return;
  NextStep next = next_step(*open, step);
  await_model(next.set.session.model);
  amend(next.set.session);
  hold_next_step(std::move(next));
}

/// The session is about to name this model; whatever other one was asked for is not wanted any more.
void AppLoop::await_model(const std::string& model) {
  if (model == history_.current().model) return;
  pending_model_.reset();
  confirmed_model_.clear();
}

bool AppLoop::shows_lesson_step() const {
  const StepSet* set = set_by_step_.find(step_read());
  return lesson_on_show() != nullptr && !history_.current().stage.lesson.contents && set != nullptr &&
         set->session == history_.current();
}

/// What the session was completed with belongs to the step that set it.
void AppLoop::hold_lesson_step() {
  const StepSet* set = set_by_step_.find(step_read());
  set_by_step_.put(step_read(), {history_.current(), set->lit, set->mistakes});
}

/// Heads named by what they do, and what else waited for the model.
void AppLoop::complete_lesson_step() {
  if (!lesson_waits_for_model_ || !shows_lesson_step()) return;
  const OpenedLesson* open = lesson_on_show();
  const std::size_t step = history_.current().stage.lesson.step;
  if (snapshot_->source_model != history_.current().model) return;
  StepSession whole = session_of_step(open->lesson, step, history_.current(), snapshot_->model.get(), open->sessions);
  lesson_waits_for_model_ = false;
  whole.session.model = history_.current().model;
  whole.session.stage = history_.current().stage;
  amend(std::move(whole.session));
  set_by_step_.put(step_read(), {history_.current(), std::move(whole.lit), std::move(whole.mistakes)});
}

/// The model of a step cannot be had: the column says so, where the lesson names it.
void AppLoop::lesson_model_failed(const Error& error) {
  const OpenedLesson* open = lesson_on_show();
  if (open == nullptr) return;
  const LessonPlace& place = history_.current().stage.lesson;
  const StepSet* set = set_by_step_.find(step_read());
  if (place.contents || set == nullptr || reading_of(set->session).model != snapshot_->failed_model) return;
  const LessonState state = state_of_step(open->lesson, place.step);
  const LessonLine* line = state.find("model");
  StepSet with_mistake = *set;
  with_mistake.mistakes.push_back({line != nullptr ? line->line : 1, error});
  set_by_step_.put(step_read(), std::move(with_mistake));
}

/// For a look: nothing but what is named changes. What another model has to say to it waits for that model.
void AppLoop::show_state(const std::vector<LessonArgument>& state) {
  const Session& now = history_.current();
  const auto named = std::find_if(state.begin(), state.end(), [](const auto& each) { return each.name == "model"; });
  const std::string model = named != state.end() && !named->values.empty() ? named->values.front() : now.model;
  const bool there = snapshot_->model && snapshot_->source_model == model && !pending_model_;
  StepSession next = laid_over(state, now, there ? snapshot_->model.get() : nullptr);
  next.session.stage.lesson = now.stage.lesson;
  await_model(next.session.model);
  perform(LoadSession{std::move(next.session)});
  set_by_link_ = {state, history_.current(), std::move(next.lit), next.waits_for_model};
  compared_with_step_.reset();
  for (const LessonMistake& mistake : next.mistakes)
    say(make_message(mistake.error));
}

StepSession AppLoop::laid_over(const std::vector<LessonArgument>& state, const Session& session,
                               const Model* model) const {
  ProseSpan link;
  link.link = ProseLink::show;
  link.show = state;
  const OpenedLesson* open = lesson_on_show();
  return session_of_show(link, session, model, open != nullptr ? open->lesson.file : "");
}

bool AppLoop::shows_link() const {
  return set_by_link_ && set_by_link_->session == history_.current();
}

void AppLoop::complete_link() {
  if (!set_by_link_->waits_for_model || snapshot_->source_model != history_.current().model) return;
  StepSession whole = laid_over(set_by_link_->state, history_.current(), snapshot_->model.get());
  whole.session.model = history_.current().model;
  whole.session.stage = history_.current().stage;
  amend(std::move(whole.session));
  set_by_link_ = {std::move(set_by_link_->state), history_.current(), std::move(whole.lit), false};
  compared_with_step_.reset();
  for (const LessonMistake& mistake : whole.mistakes)
    say(make_message(mistake.error));
}

/// As a process of its own (lesson_printer.h); one at a time.
void AppLoop::print_lessons(const PrintLessons& wanted) {
  PathDialog& dialog = state_.of<PathDialog>();
  std::error_code ignored;
  const fs::path path = fs::absolute(given_path(wanted.path), ignored);
  const bool asked = is_printing(dialog.kind);
  if (asked && fs::is_directory(path, ignored)) return show_folder(dialog, path);
  const std::string ending = path.extension().string();
  if (ending != ".pdf" && ending != ".html" && ending != ".htm")
    return complain(
        make_message("cli.refusal.handout_ending", {{"file", path.filename().string()}}, Message::Kind::error));
  if (asked && !wanted.overwrite && fs::exists(path, ignored)) {
    dialog.overwrite = path.string();
    dialog.own = true;  // the desktop's dialog would have asked
    return;
  }
  if (printer_.busy()) return complain(make_message("log.printing_already", {}, Message::Kind::warning));
  const OpenedLesson* open = lesson_on_show();
  if (!wanted.all && open == nullptr) return;
  std::vector<std::string> lessons;
  if (wanted.all) {
    for (const LessonEntry& entry : lessons_.entries())
      if (!entry.broken) lessons.push_back(entry.lesson);
  } else {
    lessons.push_back(open->name);
  }
  const auto files = [lessons = std::move(lessons), language = preferences_.language,
                      built_in = built_in_lessons(assets_)] {
    std::vector<fs::path> found;
    for (const std::string& lesson : lessons)
      found.push_back(file_of_lesson(lesson, language, built_in));
    return found;
  };
  printer_.begin(files, path, preferences_.language);
  if (asked) dialog.kind = PathDialog::Kind::closed;
}

void AppLoop::take_printed() {
  const std::optional<Brought<Printed>> outcome = printer_.take();
  if (!outcome) return;
  const auto fail = [&](Message message) {
    state_.of<FilesState>().notice = message;
    say(std::move(message));
  };
  if (outcome->problem) return fail(make_message(*outcome->problem));
  const Printed& printed = *outcome->value;
  if (!printed.whole && printed.said.empty())
    return fail(make_message("log.print_broke_off", {}, Message::Kind::error));
  if (!printed.whole)
    return fail(make_message("log.not_printed", {{"sentence", printed.said.back()}}, Message::Kind::error));
  for (const std::string& remark : printed.said)
    say(make_message("log.printing_remark", {{"sentence", remark}}, Message::Kind::warning));
  say(make_message("log.printed", {{"file", printed.file.string()}}));
}

}  // namespace regard::shell
