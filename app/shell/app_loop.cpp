// SPDX-License-Identifier: Apache-2.0
#include "app/shell/app_loop.h"

#include "app/base/given_path.h"
#include "app/base/model_path.h"
#include "app/jobs/run_request.h"
#include "app/panels/common/checkpoints.h"
#include "app/panels/common/command.h"
#include "app/panels/common/dialog_state.h"
#include "app/panels/common/parts.h"
#include "app/panels/common/trainer_desk.h"
#include "app/panels/frame/presenter.h"
#include "app/panels/frame/top_bar.h"
#include "app/panels/lesson/lesson_desk.h"
#include "app/session/action.h"
#include "app/session/session.h"
#include "app/shell/clipboard.h"
#include "app/shell/first_look.h"
#include "app/shell/window_title.h"
#include "app/viewmodel/all_views.h"
#include "app/viewmodel/comparison.h"
#include "app/viewmodel/snapshot.h"
#include "app/widgets/probe.h"
#include "core/model/catalog.h"

#include <imgui.h>

#include <system_error>
#include <utility>

namespace regard::shell {
namespace {

/// The live text's model and what it is compared with.
Models models_on_show(const Snapshot& snapshot) {
  Models models{snapshot.model.get()};
  if (snapshot.comparison && snapshot.comparison->baseline)
    models.push_back(snapshot.comparison->baseline->model.get());
  return models;
}

/// What stands for a model, where it is a path that is there.
std::optional<std::filesystem::path> existing_path(const std::string& model) {
  std::error_code ignored;
  std::filesystem::path path = expand_home(model);
  if (!std::filesystem::exists(path, ignored)) return std::nullopt;
  return path;
}

WorkerTools tools_with(ReadAhead& ahead) {
  WorkerTools tools;
  tools.load = [&ahead](const std::filesystem::path& path, std::span<const AdapterUse> adapters,
                        const std::stop_token& stop,
                        Progress* progress) { return ahead.load(path, adapters, stop, progress); };
  return tools;
}

constexpr std::size_t kMostMessages = 200;
constexpr double kProgressInterval = 0.1;  // seconds between pictures of a progress bar

WindowOptions window_options(const regard::WindowOptions& wanted, const Preferences& preferences,
                             const std::filesystem::path& assets) {
  WindowOptions options;
  if (wanted.window) {
    options.width = wanted.window->width;
    options.height = wanted.window->height;
    options.exact_size = true;
  }
  options.font_folder = assets / "fonts";
  options.text_scale = text_scale_of(preferences);
  options.theme = preferences.theme;
  options.classroom = preferences.classroom;
  options.frame_file = wanted.frame_file;
  options.gl_error_file = wanted.gl_error_file;
  return options;
}

}  // namespace

AppLoop::AppLoop(const regard::WindowOptions& options, std::filesystem::path assets, Start start)
    : assets_(std::move(assets)),
      preferences_(start.preferences),
      saved_preferences_(start.preferences),
      examples_(std::move(start.examples)),
      history_(start.session, std::move(start.past)),
      keeper_(std::move(start.state_file), Window::wake),
      start_relation_(std::move(start.relation)),
      choose_query_(start.choose_query),
      choose_key_(start.choose_key),
      picture_asked_for_(options.image.has_value()),
      instruments_(options.probe_file, options.session_dump, options.string_test != StringTest::none),
      lessons_(built_in_lessons(assets_), Window::wake) {
  for (const ModelEntry& entry : built_in_entries(built_in_models(assets_)))
    built_in_.push_back(entry.name);
  for (Message& message : start.messages)
    say(std::move(message));
  std::error_code ignored;
  state_.of<FilesState>().folder = std::filesystem::current_path(ignored);
  if (!options.session.empty()) {
    state_.of<FilesState>().session_path =
        std::filesystem::absolute(options.session, ignored).lexically_normal().string();
    remember_session(preferences_, state_.of<FilesState>().session_path);
  }
  kept_ = history_.current();
  // The model loads while the window opens.
  worker_.emplace([folder = assets_](const std::string& model) { return model_path(model, folder).string(); },
                  Window::wake, tools_with(read_ahead_));
  background_.emplace(Window::wake);
  const std::filesystem::path state = state_folder();
  state_.of<TrainerDesk>() = {
      std::make_unique<Trainer>(Window::wake),
      (state.empty() ? std::filesystem::temp_directory_path(ignored) / "regard" : state) / "runs",
      std::make_unique<CouncilTrainer>(assets_, Window::wake)};
  snapshot_ = worker_->latest();
  hand_over_.expect(std::move(start.proof), std::move(start.proved));
  post_request();
  window_.emplace(window_options(options, preferences_, assets_));
  images_.emplace();
  install_clipboard();
  if (!start.lesson.empty()) open_lesson(start.lesson);
}

AppLoop::~AppLoop() {
  save_preferences_if_changed();
  worker_.reset();
  background_.reset();
  state_.of<TrainerDesk>().trainer.reset();
  state_.of<TrainerDesk>().council.reset();
}

void AppLoop::run() {
  while (window_->begin_frame())
    frame();
}

World AppLoop::world() const {
  World world;
  const WorkerNews news = worker_->news();
  world.worker = news.state;
  world.progress = news.progress;
  world.tokens_awaited = news.tokens;
  world.seconds_running = news.seconds;
  world.stopping = news.stopping;
  world.awaited = awaited(news);
  if (pending_model_)
    world.loading = display_name(*pending_model_);
  else if (snapshot_->source_model != history_.current().model)
    world.loading = display_name(history_.current().model);
  world.models = &models_;
  world.examples = &examples_;
  world.log = &log_;
  world.built_in = &built_in_;
  world.generating = writing_.has_value();
  world.paused = writing_ && writing_->paused;
  world.can_undo = history_.can_undo();
  world.can_redo = history_.can_redo();
  return world;
}

/// While a text grows, each token is shown as it comes.
std::optional<Awaited> AppLoop::awaited(const WorkerNews& news) const {
  if (writing_) return std::nullopt;
  const RunRequest wanted = plain_request();
  const Reading& shown = snapshot_->reading;
  if (wanted.model.empty() || static_cast<const Reading&>(wanted) == shown) return std::nullopt;
  Awaited awaited;
  if (wanted.model != shown.model)
    awaited.change = Awaited::Change::model;
  else if (wanted.text == shown.text && wanted.decoder_text == shown.decoder_text && wanted.image == shown.image)
    awaited.change = Awaited::Change::settings;
  awaited.seconds = news.outdated_for.value_or(0.0);
  awaited.given_up =
      news.state == WorkerState::idle && !news.outdated_for && posted_ == wanted && worker_->latest() == snapshot_;
  return awaited;
}

ActionContext AppLoop::action_context() const {
  return regard::action_context(*snapshot_, history_.current());
}

void AppLoop::frame() {
  take_dropped();
  ask_desktop();
  take_models();
  take_exported();
  take_printed();
  take_copied();
  take_readings();
  take_snapshot();
  take_hand_over();
  follow_lessons();
  take_first_look();
  const Views& views = memo_.update(snapshot_, history_.current());
  World now = world();
  now.folders = &folders_;
  now.lessons = &lesson_news_;
  now.preview = preview();
  now.native_dialogs = native_program_ && preferences_.file_dialogs == FileDialogs::automatic;
  Hover next_hover;
  std::vector<Action> actions;
  std::vector<Command> commands;
  const Session session = history_.current();
  const Preferences preferences = preferences_;
  PanelContext context{{*snapshot_, views, session, hover_, next_hover, actions},
                       {preferences, now, state_, &*images_, commands, &*background_}};
  background_->hold(worker_->is_computing());
  background_->begin_frame();
  worker_->set_pace(pace_of(session.generate));
  worker_->pause(now.paused);
  probe_clear();
  const bool another_run = drawn_trace_.lock() != snapshot_->trace;
  if (another_run) background_->forget_idle(models_on_show(*snapshot_));
  read_neighbours(context);  // in every frame, or the steps would be forgotten with the next run
  draw_texts(context, snapshot_, compared_);
  if (another_run) background_->forget_idle(models_on_show(*snapshot_));  // all that this frame has not asked for
  drawn_trace_ = snapshot_->trace;
  show_frame(context);

  if (next_hover != hover_) window_->redraw(1);
  hover_ = next_hover;
  if (!actions.empty() || !commands.empty()) state_.of<FilesState>().notice.reset();  // somebody acts
  for (const Action& action : actions)
    perform(action);
  for (const Command& command : commands)
    carry_out(command);
  if (!actions.empty() || !commands.empty()) window_->redraw(1);
  post_request();
  name_window();
  if (!ImGui::IsMouseDown(ImGuiMouseButton_Left)) save_preferences_if_changed();
  if (const double wait = keeper_.offer(history_, ImGui::GetTime()); wait > 0.0) window_->redraw_within(wait);
  if (const std::optional<Error> problem = keeper_.take_problem()) say(make_message(*problem));
  if (const float delay = take_hint_delay(); delay > 0.0F) window_->redraw_within(static_cast<double>(delay));
  if (const float delay = made_delay(state_); delay > 0.0F) window_->redraw_within(static_cast<double>(delay));
  if (const float delay = presenter_delay(state_); delay > 0.0F) window_->redraw_within(static_cast<double>(delay));
  if (worker_->is_computing() || background_->busy() || previewer_.busy()) window_->redraw_within(kProgressInterval);
}

/// The steps beside the one on show are opened before anybody goes there; what is far is let go of.
void AppLoop::read_neighbours(const PanelContext& context) {
  const Outcome<CheckpointSeries> known = checkpoints_at_hand(context);
  if (!known.value || !known.fresh) return;
  const CheckpointSeries& series = *known.value;
  const std::optional<std::size_t> now = chosen_checkpoint(series, history_.current(), *snapshot_);
  if (!now) return read_ahead_.want({}, {});
  std::vector<std::filesystem::path> next;
  for (const int by : {1, -1})
    if (const std::optional<std::size_t> step = next_checkpoint(series, now, by))
      next.push_back(series.steps[*step].path);
  read_ahead_.want(series.steps[*now].path, std::move(next));
}

void AppLoop::show_frame(const PanelContext& context) {
  try {
    window_->set_frame_note(context.snapshot.number, is_busy());
    window_->end_frame();
    if (const std::filesystem::path written = std::exchange(picture_, {}); !written.empty())
      say(make_message("log.picture", {{"file", written.string()}}));
    instruments_.record(context, window_->frames_shown());
  } catch (const Error& error) {
    picture_.clear();
    say(make_message(error));
  }
}

bool AppLoop::is_busy() const {
  const bool rests = worker_->state() == WorkerState::resting && !(writing_ && writing_->paused);
  return worker_->is_computing() || rests || background_->busy() || worker_->latest() != snapshot_ ||
         pending_model_.has_value() || snapshot_->number == 0 || lessons_.busy() || hand_over_.busy() ||
         copying_.under_way() || previewer_.busy();
}

RunRequest AppLoop::plain_request() const {
  RunRequest request = run_request(history_.current(), assets_);
  if (pending_model_) {
    request.model = *pending_model_;
    request.adapters.clear();  // they belong to the model that is left
    request.captured = pending_captured_;
  }
  return request;
}

void AppLoop::post_request() {
  RunRequest request = plain_request();
  if (writing_) {
    RunRequest undisturbed = writing_->request;
    undisturbed.text = writing_->shown;
    undisturbed.generate.reset();
    undisturbed.generation = 0;
    if (request == undisturbed)
      request = writing_->request;
    else
      writing_.reset();  // typed, undone, another mask…: the newest wish counts
  }
  if (request.model.empty() || posted_ == request) return;
  posted_ = request;
  background_->hold(true);  // from now on, not from the next frame; frame() lets go once nothing is waited for
  worker_->post(std::move(request));
}

void AppLoop::take_snapshot() {
  std::shared_ptr<const Snapshot> latest = worker_->latest();
  if (latest == snapshot_) return;
  snapshot_ = std::move(latest);
  if (snapshot_->error) return request_failed(*snapshot_->error);
  model_arrived();
  take_continuation();
}

/// The text grows by what the model wrote; the newest token asks, unless the person has selected another.
void AppLoop::take_continuation() {
  if (!writing_ || !snapshot_->generation || snapshot_->generation->number != writing_->request.generation) return;
  const Session& session = history_.current();
  if (session.text != writing_->shown) return;  // post_request() will end it
  const Encoding& encoding = snapshot_->encoding;
  const bool follows = session.query == writing_->query && !encoding.tokens.empty();
  const TokenAnchor query = follows ? anchor_of(encoding.tokens.size() - 1, encoding) : session.query;
  history_.perform(ContinueText{snapshot_->source_text, writing_->request.generation, query, snapshot_->steps},
                   action_context(), ImGui::GetTime());
  writing_->shown = snapshot_->source_text;
  if (follows) writing_->query = query;
  if (snapshot_->generation->running()) return;
  writing_.reset();
  posted_ = plain_request();  // the last snapshot is that of the whole text
  tell_end_of(*snapshot_->generation);
}

void AppLoop::model_arrived() {
  const std::string& shown = snapshot_->source_model;
  if (!snapshot_->model || shown == confirmed_model_) return;
  const ModelConfig& config = snapshot_->model->config;
  const Session& session = history_.current();
  const bool asked_for = pending_model_ == shown;
  const bool of_lesson = shows_lesson_step(), of_link = shows_link();
  if (!asked_for && shown != session.model) return;  // overtaken by another wish
  if (!start_relation_.empty()) {
    Session begun = session;
    if (const HeadRole* role = role_of_relation(snapshot_->model.get(), start_relation_)) begun.head = role->head;
    amend(begun);
    start_relation_.clear();
  }
  const bool changed = has_changed(kept_, history_.current()) || shown != history_.current().model;
  history_.perform(ModelOpened{shown, config.layers, most_heads(config), snapshot_->reading.captured}, action_context(),
                   ImGui::GetTime());
  if (!changed) kept_ = history_.current();  // its clamps are nobody's change
  confirmed_model_ = shown;
  if (of_lesson) {
    hold_lesson_step();
    complete_lesson_step();
  }
  if (of_link) {
    set_by_link_->session = history_.current();
    complete_link();
  }
  if (config.patches && (asked_for || choose_key_))
    choose_query_ = choose_key_ = true;  // a word is no place in a picture
  if (std::exchange(picture_asked_for_, false) && !config.patches) open_image(session.image);
  if (!asked_for) return;
  pending_model_.reset();
  remember_model(preferences_, shown);
  say(make_message("log.model_opened", {{"model", display_name(shown)}}));
}

void AppLoop::take_first_look() {
  if (!choose_key_ || !snapshot_->trace || snapshot_->source_model != history_.current().model) return;
  if (snapshot_->reading != static_cast<const Reading&>(plain_request())) return;
  amend(with_first_look(history_.current(), *snapshot_, choose_query_));
  choose_query_ = choose_key_ = false;
}

void AppLoop::request_failed(const Error& error) {
  if (error.code() == "is_adapter" && pending_model_ == snapshot_->failed_model) {
    pending_model_.reset();
    return open_adapter(existing_path(snapshot_->failed_model).value_or(error.details().file));
  }
  if (ask_about_capture(error)) return;
  const bool of_file = fall_back_to_shown_picture(error) || fall_back_to_shown_adapters() ||
                       snapshot_->failed_model != snapshot_->source_model;
  writing_.reset();
  if (const std::string& failed = snapshot_->failed_model; pending_model_ == failed)
    pending_model_.reset();  // the current model stays
  else if (failed == history_.current().model && failed != snapshot_->source_model && !looks_for_model(failed))
    fall_back();
  lesson_model_failed(error);
  of_file ? complain(error) : say(make_message(error));  // last: the status line shows it
}

/// The session names a model that cannot be opened: go back to the one that is shown, or to the built-in one.
void AppLoop::fall_back() {
  const std::string instead = snapshot_->model ? snapshot_->source_model : default_model(assets_);
  if (instead.empty() || instead == snapshot_->failed_model) return;
  const ActionContext context = action_context();
  history_.perform(ModelOpened{instead, context.layers, context.heads}, context, ImGui::GetTime());
  say(make_message("log.instead", {{"model", display_name(instead)}}, Message::Kind::warning));
}

void AppLoop::say(Message message) {
  log_.push_back(std::move(message));
  if (log_.size() > kMostMessages) log_.pop_front();
  if (window_) window_->redraw();
}

}  // namespace regard::shell
