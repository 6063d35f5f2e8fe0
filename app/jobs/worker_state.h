// SPDX-License-Identifier: Apache-2.0
// The inside of the worker. Private to app/jobs: worker.cpp owns the thread and the requests, worker_run.cpp the runs.
#pragma once

#include "app/jobs/picture_source.h"
#include "app/jobs/worker.h"
#include "core/analysis/kv_cache.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

namespace regard {

/// `mutex` guards everything down to `slot`; the rest belongs to the thread alone.
struct Worker::State {
  using Clock = std::chrono::steady_clock;

  mutable std::mutex mutex{};
  std::condition_variable_any wake_up{};
  std::optional<RunRequest> waiting{};
  std::optional<RunRequest> current{};
  std::stop_source load_stop{};
  std::stop_source run_stop{};
  std::stop_source token_stop{};                 ///< ends a continuation where it is
  std::optional<Clock::time_point> due_since{};  ///< the first request since the last picture
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
  Request written_for{};              ///< what the encoder read when the model wrote `written`
  std::optional<Encoding> written{};  ///< the decoder's text as the model wrote it last
  std::vector<CacheStep> steps{};     ///< what the last runs took over, oldest first

  std::jthread thread{};  ///< last: joined before anything it uses is gone

  // The thread and its requests.
  void loop(const std::stop_token& quit);
  void serve(const RunRequest& request);
  void enter(WorkerState state);
  void publish(std::shared_ptr<Snapshot> snapshot);
  void publish_error(const RunRequest& request, Error error);
  void post(RunRequest request);
  [[nodiscard]] bool may_finish(const RunRequest& next) const;
  [[nodiscard]] std::shared_ptr<const Snapshot> latest() const;

  // One request.
  void fetch_model(const RunRequest& request);
  void run(const RunRequest& request);
  void run_two_texts(const RunRequest& request, Encoding encoder, Clock::time_point start);
  [[nodiscard]] Encoding decoder_encoding(const RunRequest& request, const Request& reading,
                                          const std::stop_token& stop);
  class Writer;
  void continue_text(const RunRequest& request, Encoding prompt);
  /// A run that had nothing to compute (the same text again) is no step; a prompt begins a new list.
  void note_step(const Trace& now, const Trace* before, CacheStep::Why why, double milliseconds);
};

/// Longer texts are shown before their overview is ready.
inline constexpr std::size_t tokens_with_thumbnails_at_once = 128;

[[nodiscard]] double milliseconds_since(std::chrono::steady_clock::time_point start);
/// What the engine is asked for on behalf of a request.
[[nodiscard]] Request engine_request(const RunRequest& request, std::vector<std::int32_t> ids);

}  // namespace regard
