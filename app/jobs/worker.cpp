// SPDX-License-Identifier: Apache-2.0
#include "app/jobs/worker.h"

#include "app/jobs/picture_source.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <new>
#include <optional>
#include <thread>
#include <utility>

namespace regard {
namespace {

/// Longer texts are shown before their overview is ready.
constexpr std::size_t tokens_with_thumbnails_at_once = 128;

double milliseconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
}

/// Whatever a load or a run throws, as a value.
Error error_from(const std::exception& thrown) {
  if (const auto* error = dynamic_cast<const Error*>(&thrown)) return *error;
  if (dynamic_cast<const std::bad_alloc*>(&thrown) != nullptr) return {"out_of_memory", {}};
  return {"unexpected", {.found = thrown.what()}};
}

}  // namespace

/// `mutex` guards everything down to `slot`; the rest belongs to the thread alone.
struct Worker::State {
  mutable std::mutex mutex{};
  std::condition_variable_any wake_up{};
  std::optional<RunRequest> waiting{};
  std::optional<RunRequest> current{};
  std::stop_source load_stop{};
  std::stop_source run_stop{};
  std::shared_ptr<const Snapshot> slot = std::make_shared<Snapshot>();

  std::atomic<WorkerState> doing{WorkerState::idle};
  Progress progress{};

  std::function<std::string(const std::string&)> resolve_model{};
  std::function<void()> wake_window{};
  WorkerTools tools{};

  std::shared_ptr<const Model> model{};  ///< the last one that loaded fine
  std::string model_name{};              ///< as the request named it
  std::shared_ptr<const Trace> trace{};  ///< of the last finished run, for reuse
  PictureSource pictures{};

  std::jthread thread{};  ///< last: joined before anything it uses is gone

  void loop(const std::stop_token& quit);
  void serve(const RunRequest& request);
  void fetch_model(const RunRequest& request);
  void run(const RunRequest& request);
  void enter(WorkerState state);
  void publish(std::shared_ptr<Snapshot> snapshot);
  void publish_error(const RunRequest& request, Error error);
  [[nodiscard]] std::shared_ptr<const Snapshot> latest() const;
};

void Worker::State::loop(const std::stop_token& quit) {
  while (true) {
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
      if (!wake_up.wait(lock, quit, [this] { return waiting.has_value(); })) return;
      if (quit.stop_requested()) return;
      request = *waiting;
      current = std::exchange(waiting, std::nullopt);
      load_stop = std::stop_source();
      run_stop = std::stop_source();
    }
    serve(request);
  }
}

void Worker::State::serve(const RunRequest& request) {
  try {
    fetch_model(request);
    run(request);
  } catch (const Cancelled&) {
    // Nobody waits for this any more; what was there stays.
  } catch (const std::exception& thrown) {
    publish_error(request, error_from(thrown));
  } catch (...) {
    publish_error(request, {"unexpected", {.found = "?"}});
  }
}

void Worker::State::fetch_model(const RunRequest& request) {
  if (model && model_name == request.model) return;
  enter(WorkerState::loading_model);
  std::shared_ptr<const Model> loaded = tools.load(resolve_model(request.model), load_stop.get_token(), &progress);
  model = std::move(loaded);
  model_name = request.model;
  trace.reset();
}

void Worker::State::run(const RunRequest& request) {
  enter(WorkerState::running);
  const std::stop_token stop = run_stop.get_token();
  throw_if_stopped(stop);  // typed on while the model was loading: only the newest text counts
  const auto start = std::chrono::steady_clock::now();
  Encoding encoding = model->tokenizer->encode(
      request.text, {.add_special = request.add_special || model->config.patches, .max_tokens = model->config.context});
  throw_if_stopped(stop);
  std::shared_ptr<const ImageInput> image = model->config.patches ? pictures.read(request.image, model) : nullptr;
  std::shared_ptr<const Trace> finished;
  if (!encoding.tokens.empty()) {
    Request wanted{.ids = {}, .mask = request.mask, .temperature = request.temperature};
    for (const Token& token : encoding.tokens)
      wanted.ids.push_back(token.id);
    wanted.patches = image ? std::shared_ptr<const Matrix>(image, &image->patches) : nullptr;
    finished = tools.run(model, std::move(wanted), trace, stop, &progress);
  }
  const double milliseconds = milliseconds_since(start);
  if (finished) trace = finished;

  const std::shared_ptr<const Snapshot> before = latest();
  const bool thumbnails_later = encoding.tokens.size() > tokens_with_thumbnails_at_once;
  std::shared_ptr<Snapshot> snapshot =
      make_snapshot(model, finished, std::move(encoding), stop, thumbnails_later ? before.get() : nullptr);
  snapshot->source_model = request.model;
  snapshot->source_text = request.text;
  if (image) snapshot->source_image = request.image;
  snapshot->image = std::move(image);
  snapshot->milliseconds = milliseconds;
  if (!snapshot->thumbnails_pending) return publish(std::move(snapshot));

  auto complete = std::make_shared<Snapshot>(*snapshot);
  publish(std::move(snapshot));
  complete->thumbnails = make_thumbnails(*finished, stop);
  complete->thumbnails_pending = false;
  publish(std::move(complete));
}

void Worker::State::enter(WorkerState state) {
  progress.fraction = 0.0F;
  doing = state;
}

void Worker::State::publish(std::shared_ptr<Snapshot> snapshot) {
  {
    const std::lock_guard lock(mutex);
    snapshot->number = slot->number + 1;
    slot = std::move(snapshot);
  }
  wake_window();
}

void Worker::State::publish_error(const RunRequest& request, Error error) {
  auto snapshot = std::make_shared<Snapshot>(*latest());
  snapshot->error = std::move(error);
  snapshot->failed_model = request.model;
  publish(std::move(snapshot));
}

std::shared_ptr<const Snapshot> Worker::State::latest() const {
  const std::lock_guard lock(mutex);
  return slot;
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
  const std::lock_guard lock(state_->mutex);
  if (state_->current == request) {
    // What runs is what is wanted again, unless it has already been told to stop.
    state_->waiting.reset();
    if (!state_->run_stop.stop_requested() && !state_->load_stop.stop_requested()) return;
  }
  if (state_->current) {
    state_->run_stop.request_stop();
    // A load goes on while the person types: the newer text is for the same model.
    if (state_->current->model != request.model) state_->load_stop.request_stop();
  }
  state_->waiting = std::move(request);
  state_->wake_up.notify_one();
}

void Worker::cancel() {
  const std::lock_guard lock(state_->mutex);
  state_->waiting.reset();
  state_->run_stop.request_stop();
  state_->load_stop.request_stop();
}

std::shared_ptr<const Snapshot> Worker::latest() const {
  return state_->latest();
}
WorkerState Worker::state() const {
  return state_->doing;
}
float Worker::progress() const {
  return state_->progress.fraction;
}

}  // namespace regard
