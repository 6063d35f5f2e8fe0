// SPDX-License-Identifier: Apache-2.0
// Carrying out what panels, keys and dropped files asked for.
#include "app/base/given_path.h"
#include "app/export/export.h"
#include "app/jobs/run_request.h"
#include "app/panels/common/command.h"
#include "app/panels/common/message.h"
#include "app/panels/common/window_state.h"
#include "app/panels/frame/top_bar.h"
#include "app/panels/write/generate.h"
#include "app/session/action.h"
#include "app/session/session.h"
#include "app/shell/app_loop.h"
#include "app/style/locale.h"
#include "app/viewmodel/views.h"
#include "core/engine/generation.h"

#include <imgui.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace regard::shell {
namespace {

namespace fs = std::filesystem;

template <class... Visitors>
struct Overloaded : Visitors... {
  using Visitors::operator()...;
};
template <class... Visitors>
Overloaded(Visitors...) -> Overloaded<Visitors...>;

constexpr float kSmallestText = 0.7F;
constexpr float kLargestText = 2.5F;

fs::path picture_folder() {
  std::error_code error;
  if (const char* chosen = std::getenv("XDG_PICTURES_DIR"); chosen != nullptr && fs::is_directory(chosen, error))
    return chosen;
  return fs::current_path(error);
}

std::string time_stamp() {
  const std::time_t now = std::time(nullptr);
  std::tm local{};
  localtime_r(&now, &local);
  std::array<char, 32> text{};
  return {text.data(), std::strftime(text.data(), text.size(), "%Y%m%d-%H%M%S", &local)};
}

}  // namespace

void AppLoop::perform(const Action& action) {
  if (const auto* open = std::get_if<OpenModel>(&action)) return open_model(open->model);
  choose_query_ = choose_key_ = false;  // somebody has an opinion now
  history_.perform(action, action_context(), ImGui::GetTime());
}

void AppLoop::carry_out(const Command& command) {
  std::visit(Overloaded{
                 [&](const SetLanguage& set) {
                   preferences_.language = set.language;
                   set_language(set.language);
                 },
                 [&](const SetTheme& set) {
                   preferences_.theme = set.theme;
                   window_->set_theme(set.theme);
                 },
                 [&](const SetClassroom& set) {
                   preferences_.classroom = set.on;
                   window_->set_classroom(set.on);
                   window_->set_text_scale(text_scale_of(preferences_));
                 },
                 [&](const ScaleText& scale) {
                   float& now = preferences_.classroom ? preferences_.classroom_scale : preferences_.text_scale;
                   now = std::clamp(scale.factor == 0.0F ? 1.0F : now * scale.factor, kSmallestText, kLargestText);
                   window_->set_text_scale(now);
                 },
                 [&](const SetLeftShare& set) { preferences_.left_share = set.share; },
                 [&](const SetGridsShare& set) { preferences_.grids_share = set.share; },
                 [&](const SetQuestionShare& set) { preferences_.question_share = set.share; },
                 [&](const ToggleFullScreen&) { window_->toggle_full_screen(); },
                 [&](const CapturePicture&) { capture(); },
                 [&](const CopyText& copy) {
                   ImGui::SetClipboardText(copy.text.c_str());
                   say(make_message("log.copied"));
                 },
                 [&](const ChooseExample& chosen) {
                   const Example& example = examples_.at(chosen.group).examples.at(chosen.index);
                   choose_example(examples_.at(chosen.group), example);
                 },
                 [&](const RefreshModels&) { refresh_models(); },
                 [&](const SetFileDialogs& set) { preferences_.file_dialogs = set.choice; },
                 [&](const SetAnimation& set) { preferences_.animate = set.on; },
                 [&](const NewSession&) { start_anew(); },
                 [&](const SaveSessionTo& save) { save_session_to(given_path(save.path), save.overwrite); },
                 [&](const OpenSessionFrom& open) { open_session_from(given_path(open.path)); },
                 [&](const OpenPath& open) { open_path(given_path(open.path)); },
                 [&](const ExportTo& wanted) { export_to(wanted); },
                 [&](const CopyView& wanted) { copy_view(wanted.options); },
                 [&](const Generate& wanted) { begin_generation(wanted.tokens); },
                 [&](const PauseWriting& pause) {
                   if (writing_) writing_->paused = pause.on;
                 },
                 [&](const RunAgain&) { posted_.reset(); },
                 [&](const RefreshLessons&) { lessons_.look_again(); },
                 [&](const OpenLesson& open) { open_lesson(open.lesson); },
                 [&](const ShowLessonStep& show) { show_lesson_step(show.step); },
                 [&](const CloseLesson&) { perform(SetLesson{}); },
                 [&](const RememberAnswer& answer) {
                   if (const OpenedLesson* open = lesson_on_show())
                     remember_answer(preferences_, open->name, answer.step);
                 },
                 [&](const ShowState& show) { show_state(show.state); },
                 [&](const PrintLessons& wanted) { print_lessons(wanted); },
                 [&](const PutAwayOffer&) { preferences_.offers_lesson = false; },
                 [&](const OpenCaptured& open) { open_captured(open.model, open.captured); },
                 [&](const OpenImageFrom& open) { open_image(given_path(open.path)); },
                 [&](const CancelRun&) {
                   if (writing_) return worker_->stop_generating();
                   worker_->cancel();
                   pending_model_.reset();
                   say(make_message("log.cancelled"));
                 },
             },
             command);
}

void AppLoop::open_model(const std::string& model) {
  if (model == history_.current().model && !pending_model_) {
    if (snapshot_->source_model == model) return;
    posted_.reset();  // it was cancelled or has failed: try again
    return;
  }
  const NextText next = turn_to_model(left_texts_, examples_, history_.current(), model, preferences_.language);
  if (next.back) return open_with_text(model, *next.back);
  if (next.begin != nullptr) return open_with(*next.begin, next.begin->examples.front(), "log.other_words");
  pending_model_ = model;
  pending_captured_ = {};
  confirmed_model_.clear();
}

void AppLoop::open_with_text(const std::string& model, const LeftText& text) {
  start_relation_.clear();
  pending_model_.reset();
  confirmed_model_.clear();
  say(make_message("log.text_back", {{"model", display_name(model)}}));
  perform(LoadSession{with_text_back(history_.current(), text, model)});
}

/// An example of another built-in model opens that model; a model of one's own is kept where it can read the example.
void AppLoop::choose_example(const ExampleGroup& group, const Example& example) {
  if (opens_model(group, history_.current().model, built_in_)) {
    turn_to_example(left_texts_, examples_, history_.current(), group, example);
    return open_with(group, example, "log.example_model");
  }
  if (is_captured(*snapshot_)) return complain(Error("capture_fixed", {.item = snapshot_->model->name}));
  perform(LoadSession{with_example(history_.current(), example, snapshot_->model.get())});
  choose_key_ = true;
}

void AppLoop::open_with(const ExampleGroup& group, const Example& example, const char* told) {
  Session session = with_example(history_.current(), example, nullptr);
  start_clean(session);
  session.model = group.model;
  start_relation_ = example.relation;
  pending_model_.reset();
  confirmed_model_.clear();
  say(make_message(told, {{"model", group.model}}));
  perform(LoadSession{std::move(session)});
  choose_key_ = true;
}

void AppLoop::begin_generation(std::size_t tokens) {
  if (writing_ || !snapshot_->model) return;
  if (!is_generative(snapshot_->model->config))
    return say(make_message(Error("not_generative", {.item = snapshot_->model->name})));
  const Session& session = history_.current();
  Writing writing{plain_request(), session.text, session.query};
  writing.request.generate = options_of(session.generate);
  if (tokens > 0) writing.request.generate->tokens = tokens;
  writing.request.generation = ++last_generation_;
  writing_ = std::move(writing);
}

void AppLoop::tell_end_of(const Generation& generation) {
  if (generation.read_again) say(make_message("generate.read_again"));
  const std::size_t context = snapshot_->model ? snapshot_->model->config.context : 0;
  Message end = make_message(end_key(generation.state),
                             {{"made", std::to_string(generation.made)}, {"context", std::to_string(context)}});
  end.of_text = history_.current().text;
  say(std::move(end));
}

void AppLoop::copy_view(const ExportOptions& options) {
  if (copying_.under_way() || !snapshot_->trace) return;
  const bool picture = is_picture(options.format);
  if (picture && !PictureClipboard::available())
    return say(make_message("log.no_picture_clipboard", {}, Message::Kind::warning));
  try {
    copying_.begin(
        [make = prepare_copy(snapshot_, history_.current(), options), picture] {
          return Copied{picture, make()};
        },
        Window::wake);
  } catch (const Error& error) {
    complain(error);
  }
}

void AppLoop::take_copied() {
  std::optional<Brought<Copied>> outcome = copying_.take();
  if (!outcome) return;
  if (outcome->problem) return say(make_message(*outcome->problem));
  Copied& copied = *outcome->value;
  if (copied.picture) {
    if (!clipboard_) clipboard_ = std::make_unique<PictureClipboard>();
    if (!clipboard_->offer(std::move(copied.bytes)))
      return say(make_message("log.no_picture_clipboard", {}, Message::Kind::warning));
  } else {
    ImGui::SetClipboardText(copied.bytes.c_str());
  }
  if (state_.of<WindowState>().overlay == Overlay::exporting) state_.of<WindowState>().overlay = Overlay::none;
  say(make_message(copied.picture ? "log.picture_copied" : "log.copied"));
}

void AppLoop::capture() {
  const fs::path folder = picture_folder();
  const std::string stem = "regard-" + time_stamp();
  std::error_code error;
  picture_ = folder / (stem + ".png");
  for (int copy = 2; fs::exists(picture_, error); ++copy)
    picture_ = folder / (stem + "-" + std::to_string(copy) + ".png");
  window_->capture(picture_);
}

void AppLoop::refresh_models() {
  if (models_coming_.under_way()) return;
  std::vector<fs::path> recent(preferences_.recent_models.begin(), preferences_.recent_models.end());
  models_coming_.begin(
      [folder = built_in_models(assets_), recent = std::move(recent)] { return list_models(folder, recent); },
      Window::wake);
}

void AppLoop::take_models() {
  const std::optional<Brought<std::vector<ModelEntry>>> outcome = models_coming_.take();
  if (!outcome) return;
  if (outcome->problem) return say(make_message(*outcome->problem));  // the disk may vanish under us
  models_ = *outcome->value;
}

void AppLoop::save_preferences_if_changed() {
  const fs::path path = preferences_path();
  // Without a home there is no place for them: the keeper of the state has said so.
  if (path.empty() || preferences_ == saved_preferences_ || !preferences_writable_) return;
  try {
    save_preferences(preferences_, path);
    saved_preferences_ = preferences_;
  } catch (const Error& error) {
    preferences_writable_ = false;  // say it once
    say(make_message(error));
  }
}

}  // namespace regard::shell
