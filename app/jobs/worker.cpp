// SPDX-License-Identifier: Apache-2.0
#include "app/jobs/worker.h"

#include "app/jobs/error_from.h"
#include "app/jobs/worker_state.h"
#include "core/base/free_memory.h"

#include <utility>

namespace regard {

void Worker::State::loop(const std::stop_token& quit) {
  for (bool has_worked = false;; has_worked = true) {
    RunRequest request;
    {
      std::unique_lock lock(mutex);
      current.reset();
      doing = WorkerState::idle;
      if (!waiting && !quit.stop_requested()) {
        lock.unlock();
        wake_window();  // so that the status line learns that nothing runs any more
        lock.lock();
      }
      const auto is_asked = [this] { return waiting.has_value(); };
      if (has_worked && !wake_up.wait_for(lock, quit, rest_before_giving_back, is_asked) && !quit.stop_requested()) {
        lock.unlock();
        give_back_free_memory();
        lock.lock();
      }
      if (!wake_up.wait(lock, quit, is_asked)) return;
      if (quit.stop_requested()) return;
      request = *waiting;
      current = std::exchange(waiting, std::nullopt);
      tokens = 0;
      load_stop = std::stop_source();
      run_stop = std::stop_source();
      token_stop = std::stop_source();
    }
    serve(request);
  }
}

void Worker::State::serve(const RunRequest& request) {
  try {
    fetch_model(request);
    run(request);
  } catch (const Cancelled&) {
    // Nobody waits for this any more; what was there stays, without the layers of what was given up.
    if (is_done_with_layers()) publish(std::make_shared<Snapshot>(*shown_whole()));
  } catch (const std::exception& thrown) {
    publish_error(request, error_from(thrown));
  } catch (...) {
    publish_error(request, {"unexpected", {.found = "?"}});
  }
}

void Worker::State::enter(WorkerState state) {
  progress.fraction = 0.0F;
  began = Clock::now();
  layers_shown = false;
  doing = state;
}

void Worker::State::publish(std::shared_ptr<Snapshot> snapshot) {
  {
    const std::lock_guard lock(mutex);
    snapshot->number = slot->number + 1;
    slot = std::move(snapshot);
    before_layers.reset();
    due_since.reset();
    if (waiting) due_since = Clock::now();
  }
  wake_window();
}

/// A picture of the run that goes on: what was asked for is still to come.
void Worker::State::publish_layers(std::shared_ptr<Snapshot> snapshot) {
  layers_shown = true;
  {
    const std::lock_guard lock(mutex);
    if (!before_layers) before_layers = slot;
    snapshot->number = slot->number + 1;
    slot = std::move(snapshot);
  }
  wake_window();
}

std::shared_ptr<const Snapshot> Worker::State::shown_whole() const {
  const std::lock_guard lock(mutex);
  return before_layers ? before_layers : slot;
}

bool Worker::State::is_done_with_layers() const {
  const std::lock_guard lock(mutex);
  return before_layers && !waiting;
}

void Worker::State::publish_error(const RunRequest& request, Error error) {
  auto snapshot = std::make_shared<Snapshot>(*shown_whole());
  snapshot->generation.reset();
  snapshot->error = std::move(error);
  snapshot->failed_model = request.model;
  publish(std::move(snapshot));
}

std::shared_ptr<const Snapshot> Worker::State::latest() const {
  const std::lock_guard lock(mutex);
  return slot;
}

/// Typing faster than a model runs would stop every run, and nothing would be seen until a pause. So a run goes on to its
/// end when most of it is done, or when there has been no picture for a while; what was typed since waits for it. A run so slow
/// that its layers are shown one by one gives way within a layer.
bool Worker::State::may_finish(const RunRequest& next) const {
  if (doing != WorkerState::running || source_of(*current) != source_of(next) || next.generate) return false;
  if (layers_shown) return false;
  return progress.fraction >= 0.5F || (due_since && Clock::now() - *due_since >= tools.picture_every);
}

void Worker::State::post(RunRequest request) {
  const std::lock_guard lock(mutex);
  if (current == request) {
    // What runs is what is wanted again, unless it has already been told to stop.
    waiting.reset();
    if (!run_stop.stop_requested() && !load_stop.stop_requested()) return;
  }
  if (!due_since) due_since = Clock::now();
  if (current && !may_finish(request)) {
    run_stop.request_stop();
    token_stop.request_stop();
    // A load goes on while the person types: the newer text is for the same model.
    if (source_of(*current) != source_of(request)) load_stop.request_stop();
  }
  waiting = std::move(request);
  wake_up.notify_one();
}

Worker::Worker(std::function<std::string(const std::string&)> resolve_model, std::function<void()> wake,
               WorkerTools tools)
    : state_(std::make_unique<State>()) {
  state_->resolve_model = std::move(resolve_model);
  state_->wake_window = std::move(wake);
  state_->tools = std::move(tools);
  state_->thread = std::jthread([state = state_.get()](const std::stop_token& quit) { state->loop(quit); });
}

Worker::~Worker() {
  cancel();
  state_->thread.request_stop();
  state_->thread.join();
}

void Worker::post(RunRequest request) {
  state_->post(std::move(request));
}

void Worker::cancel() {
  const std::lock_guard lock(state_->mutex);
  state_->waiting.reset();
  state_->due_since.reset();
  state_->run_stop.request_stop();
  state_->token_stop.request_stop();
  state_->load_stop.request_stop();
}

void Worker::stop_generating() {
  const std::lock_guard lock(state_->mutex);
  state_->token_stop.request_stop();
}

std::shared_ptr<const Snapshot> Worker::latest() const {
  return state_->latest();
}
WorkerState Worker::state() const {
  return state_->doing;
}

bool Worker::is_computing() const {
  const std::lock_guard lock(state_->mutex);
  return state_->waiting || (state_->current && state_->doing != WorkerState::resting);
}

WorkerNews Worker::news() const {
  const auto since = [now = State::Clock::now()](State::Clock::time_point then) {
    return std::chrono::duration<double>(now - then).count();
  };
  const std::lock_guard lock(state_->mutex);
  WorkerNews news{.state = state_->doing, .progress = state_->progress.fraction, .tokens = state_->tokens};
  if (news.state != WorkerState::idle) news.seconds = since(state_->began);
  if (state_->due_since) news.outdated_for = since(*state_->due_since);
  const bool told =
      state_->run_stop.stop_requested() || state_->load_stop.stop_requested() || state_->token_stop.stop_requested();
  news.stopping = news.state != WorkerState::idle && told && !state_->waiting;
  return news;
}

void Worker::set_pace(double tokens_a_second) {
  const std::lock_guard lock(state_->mutex);
  const std::chrono::duration<double> every(tokens_a_second > 0.0 ? 1.0 / tokens_a_second : 0.0);
  if (every == state_->token_every) return;
  state_->token_every = every;
  ++state_->paced;
  state_->wake_up.notify_all();
}

void Worker::pause(bool on) {
  const std::lock_guard lock(state_->mutex);
  if (state_->paused == on) return;
  state_->paused = on;
  ++state_->paced;
  state_->wake_up.notify_all();
}

}  // namespace regard
