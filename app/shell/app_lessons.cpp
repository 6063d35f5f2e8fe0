// SPDX-License-Identifier: Apache-2.0
// The lesson beside the workspace: opened, turned from step to step, gone back to.
#include "app/base/given_path.h"
#include "app/lesson/lesson_files.h"
#include "app/lesson/step_state.h"
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
    set_by_step_.clear();
  }
  const bool came = lessons_.follow(lesson, preferences_.language);
  for (const Error& problem : lessons_.take_problems())
    say(make_message(problem));
  if (came) {
    const bool other_language = std::exchange(lesson_read_in_, preferences_.language) != preferences_.language;
    if (std::exchange(lesson_goes_on_, false))
      go_on_in_lesson();
    else if (other_language && shows_lesson_step())
      show_lesson_step(history_.current().stage.lesson.step);  // it speaks of other sentences
  }
  const LessonPlace& place = history_.current().stage.lesson;
  lesson_news_.entries = lessons_.entries();
  if (lesson_news_.glossary != lessons_.glossary() || labels_in_ != language()) {
    lesson_news_.glossary = lessons_.glossary();
    labels_in_ = language();
    set_term_labels(lesson_news_.glossary ? labels_of(*lesson_news_.glossary) : TermLabels{});
  }
  lesson_news_.open = lesson_on_show() != nullptr ? lessons_.open() : nullptr;
  lesson_news_.run = snapshot_;
  lesson_news_.printing = printer_.busy();
  lesson_news_.step = lesson_news_.open
                          ? std::min(place.step, std::max<std::size_t>(lesson_news_.open->lesson.steps.size(), 1) - 1)
                          : 0;
  take_up_step();
  const auto found = set_by_step_.find(place.step);
  const StepSet* set = found != set_by_step_.end() && !place.contents && lesson_news_.open ? &found->second : nullptr;
  lesson_news_.step_is_set = set != nullptr;
  lesson_news_.strayed = set != nullptr && has_strayed(history_.current(), set->session);
  lesson_news_.reads_other = set != nullptr && reads_other_than(history_.current(), set->session);
  lesson_news_.lit = set != nullptr ? set->lit : std::vector<std::string>{};
  lesson_news_.mistakes = set != nullptr ? set->mistakes : std::vector<LessonMistake>{};
}

/// A session that stands in a lesson since before the program began: what its step had set is told from the lesson again.
void AppLoop::take_up_step() {
  const OpenedLesson* open = lesson_on_show();
  const Session& now = history_.current();
  const LessonPlace& place = now.stage.lesson;
  if (open == nullptr || place.contents || place.step >= open->lesson.steps.size() || set_by_step_.contains(place.step))
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
  set_by_step_[place.step] = {std::move(set.session), std::move(set.lit), std::move(set.mistakes)};
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

/// One step of the history, as choosing an example is.
void AppLoop::show_lesson_step(std::size_t step) {
  const OpenedLesson* open = lesson_on_show();
  if (open == nullptr || step >= open->lesson.steps.size()) return;
  const Session& now = history_.current();
  const std::string named = model_of_step(open->lesson, step, open->sessions);
  const std::string model = named.empty() ? default_model(assets_) : named;
  const bool there = snapshot_->model && snapshot_->source_model == model && now.model == model && !pending_model_;
  StepSession next = session_of_step(open->lesson, step, now, there ? snapshot_->model.get() : nullptr, open->sessions);
  if (next.session.model.empty()) next.session.model = model;
  next.session.stage.lesson = {.lesson = open->name, .step = step, .contents = false};
  // Where the lesson and the panels share a place, its text comes first; what fills the window stays beside it.
  Stage& stage = next.session.stage;
  if (stage.filling.empty()) choose_panel(stage, std::string(stage.workspace), "lesson");
  if (next.session.model != now.model) {
    pending_model_.reset();
    confirmed_model_.clear();
  }
  const LessonState state = state_of_step(open->lesson, step);
  const std::optional<LessonQuestion>& question = open->lesson.steps[step].question;
  const bool predicts = question && asks_for_prediction(*question) && state.find("key") == nullptr;
  if (predicts) next.session.key = next.session.query;  // the strongest key would be the answer
  perform(LoadSession{std::move(next.session)});
  choose_key_ = !predicts && state.find("key") == nullptr && state.find("session") == nullptr;
  choose_query_ = choose_key_ && state.find("query") == nullptr;
  lesson_waits_for_model_ = next.waits_for_model;
  set_by_step_[step] = {history_.current(), std::move(next.lit), std::move(next.mistakes)};
  remember_step(preferences_, open->name, step);
}

bool AppLoop::shows_lesson_step() const {
  const LessonPlace& place = history_.current().stage.lesson;
  const auto set = set_by_step_.find(place.step);
  return lesson_on_show() != nullptr && !place.contents && set != set_by_step_.end() &&
         set->second.session == history_.current();
}

/// What the session was completed with belongs to the step that set it.
void AppLoop::hold_lesson_step() {
  set_by_step_[history_.current().stage.lesson.step].session = history_.current();
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
  set_by_step_[step].lit = std::move(whole.lit);
  set_by_step_[step].mistakes = std::move(whole.mistakes);
  amend(std::move(whole.session));
}

/// The model of a step cannot be had: the column says so, where the lesson names it.
void AppLoop::lesson_model_failed(const Error& error) {
  const OpenedLesson* open = lesson_on_show();
  if (open == nullptr) return;
  const LessonPlace& place = history_.current().stage.lesson;
  const auto set = set_by_step_.find(place.step);
  if (place.contents || set == set_by_step_.end() || set->second.session.model != snapshot_->failed_model) return;
  const LessonState state = state_of_step(open->lesson, place.step);
  const LessonLine* line = state.find("model");
  set_by_step_[place.step].mistakes.push_back({line != nullptr ? line->line : 1, error});
}

/// For a look: nothing but what is named changes.
void AppLoop::show_state(const std::vector<LessonArgument>& state) {
  const Session& now = history_.current();
  ProseSpan link;
  link.link = ProseLink::show;
  link.show = state;
  const OpenedLesson* open = lesson_on_show();
  const bool there = snapshot_->model && snapshot_->source_model == now.model && !pending_model_;
  StepSession next =
      session_of_show(link, now, there ? snapshot_->model.get() : nullptr, open != nullptr ? open->lesson.file : "");
  if (next.session.model != now.model) {
    pending_model_.reset();
    confirmed_model_.clear();
  }
  next.session.stage.lesson = now.stage.lesson;
  perform(LoadSession{std::move(next.session)});
  for (const LessonMistake& mistake : next.mistakes)
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
