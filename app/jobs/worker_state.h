// SPDX-License-Identifier: Apache-2.0
// The inside of the worker. Private to app/jobs: worker.cpp owns the thread and the requests, worker_run.cpp what one request
// asks for, worker_read.cpp how a text is read, worker_continue.cpp how it is continued.
#pragma once

#include "app/jobs/picture_source.h"
#include "app/jobs/worker.h"
#include "app/session/kept.h"
#include "app/session/reading.h"
#include "app/viewmodel/comparison.h"
#include "core/analysis/kv_cache.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <span>
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
  std::stop_source token_stop{};                   ///< ends a continuation where it is
  std::optional<Clock::time_point> due_since{};    ///< the first request since the last picture
  std::chrono::duration<double> token_every{0.0};  ///< a continuation's pace
  bool paused = false;                             ///< it waits before its next token
  std::uint64_t paced = 0;                         ///< grows with each change of the two
  std::shared_ptr<const Snapshot> slot = std::make_shared<Snapshot>();
  std::shared_ptr<const Snapshot>
      before_layers{};  ///< what `slot` was before layers of an unfinished run; null: it is whole

  std::atomic<WorkerState> doing{WorkerState::idle};
  std::atomic<Clock::time_point> began{};  ///< of what it is doing
  std::atomic<std::size_t> tokens{0};      ///< of the text it reads; 0: not yet known
  std::atomic<bool> layers_shown{false};   ///< some layers of the run have been shown before its end
  Progress progress{};

  std::function<std::string(const std::string&)> resolve_model{};
  std::function<void()> wake_window{};
  WorkerTools tools{};

  std::shared_ptr<const Model> model{};        ///< the last one that loaded fine
  ModelSource model_source{};                  ///< as the request named it
  std::shared_ptr<const Trace> trace{};        ///< of the last finished run, for reuse
  std::shared_ptr<const Model> other_model{};  ///< of a pin
  ModelSource other_source{};
  std::shared_ptr<const Model> plain_model{};  ///< `model` as unchanged() readings have it, where that is not itself
  /// A pin as it was read. `sources`: the earlier pins of that moment.
  struct Kept {
    std::string name{};
    Reading reading{};
    std::vector<std::shared_ptr<const Snapshot>> sources{};
    std::shared_ptr<const Snapshot> snapshot{};
    std::optional<Error> error{};
  };
  std::vector<Kept> kept{};                     ///< those of the last request, in its order
  std::shared_ptr<const Snapshot> plain{};      ///< the live text without interventions
  Reading plain_reading{};                      ///< what it was read from
  std::shared_ptr<const Snapshot> live_read{};  ///< the last live text, complete: who pins it need not read it again
  Reading live_reading{};                       ///< what it was read from
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
  void publish_layers(std::shared_ptr<Snapshot> snapshot);
  void publish_error(const RunRequest& request, Error error);
  void post(RunRequest request);
  [[nodiscard]] bool may_finish(const RunRequest& next) const;
  [[nodiscard]] std::shared_ptr<const Snapshot> shown_whole() const;  ///< the last one that holds one text alone
  [[nodiscard]] bool is_done_with_layers() const;  ///< layers are shown of a run that nothing follows
  [[nodiscard]] bool is_overdue() const;  ///< a picture has been waited for long enough to show layers as they come
  [[nodiscard]] std::shared_ptr<const Snapshot> latest() const;

  // One request: worker_run.cpp.
  void fetch_model(const RunRequest& request);
  [[nodiscard]] std::shared_ptr<const Model> load(const Reading& reading);
  void run(const RunRequest& request);
  void read_pins(const RunRequest& request);
  [[nodiscard]] Kept read_pin(const Pin& pin);
  [[nodiscard]] std::shared_ptr<const Snapshot> just_read(const Reading& reading) const;
  [[nodiscard]] const Kept* find_kept(const std::string& name) const;
  [[nodiscard]] std::shared_ptr<const Snapshot> read_plain(const RunRequest& request);
  [[nodiscard]] std::shared_ptr<const Comparison> comparison_of(const RunRequest& request, const Snapshot& live) const;
  /// The complete snapshot, as it was published last.
  [[nodiscard]] std::shared_ptr<const Snapshot> publish_compared(const RunRequest& request,
                                                                 const std::shared_ptr<Snapshot>& snapshot);
  /// A run that had nothing to compute (the same text again) is no step; a prompt begins a new list.
  void note_step(const Trace& now, const Trace* before, CacheStep::Why why, double milliseconds);

  // One text: worker_read.cpp.
  struct Reader {
    std::shared_ptr<const Model> model{};
    std::shared_ptr<const Trace> previous{};  ///< a run to go on from
    const Snapshot* thumbnails = nullptr;     ///< whose overview stands in while a long text waits for its own
    std::stop_token stop{};
    std::span<const Pin> pins{};  ///< whose pairs are partners in this text: the request's for the live text, else none
    std::atomic<std::size_t>* told = nullptr;  ///< learns the number of tokens before they are run
  };
  [[nodiscard]] std::shared_ptr<Snapshot> read(const Reading& reading, const Reader& with);
  [[nodiscard]] std::shared_ptr<const Trace> run_watched(Request wanted, const Reader& with);
  [[nodiscard]] Encoding decoder_encoding(const Reading& reading, const Reader& with, const Request& asked);
  /// The list as the engine takes it, without the items that do not fit.
  [[nodiscard]] std::vector<Intervention> interventions_on(const Encoding& encoding, const Reading& reading,
                                                           const Reader& with, std::vector<LeftOut>& left_out) const;

  // A continuation: worker_continue.cpp.
  class Writer;
  void continue_text(const RunRequest& request, Encoding prompt);
  void keep_pace(Clock::time_point since, const std::stop_token& stop);
};

/// Longer texts are shown before their overview is ready.
inline constexpr std::size_t tokens_with_thumbnails_at_once = 128;

[[nodiscard]] double milliseconds_since(std::chrono::steady_clock::time_point start);
/// What the engine is asked for on behalf of a request.
/// Without interventions: those stand on an encoding.
[[nodiscard]] Request engine_request(const Reading& reading, std::vector<std::int32_t> ids);

}  // namespace regard
