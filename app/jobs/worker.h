// SPDX-License-Identifier: Apache-2.0
// The thread that computes. The window posts requests (the newest wins), reads snapshots, never waits.
#pragma once

#include "app/session/kept.h"
#include "app/session/reading.h"
#include "app/viewmodel/snapshot.h"
#include "core/base/progress.h"
#include "core/engine/captured_states.h"
#include "core/engine/engine.h"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

namespace regard {

/// What the window wants to see. Loading the model happens on the worker, too.
struct RunRequest : Reading {
  std::optional<GenerateOptions> generate{};  ///< continue the text so; a text too long for the model is only shown
  std::uint64_t generation = 0;               ///< which wish to continue: the same settings twice are two wishes
  std::vector<Pin> pins{};  ///< texts that are read besides: the one compared with, and those interventions take from
  std::string baseline{};   ///< name of the pin compared with; empty: the text without its interventions
  friend bool operator==(const RunRequest&, const RunRequest&) = default;
};

enum class WorkerState {
  idle,
  loading_model,
  running,
  generating,
  resting,  ///< between two tokens of a continuation, for its pace's sake or paused
};

/// What the worker is at, for those who wait for it.
struct WorkerNews {
  WorkerState state = WorkerState::idle;
  float progress = 0.0F;                 ///< 0…1 of the current load or run
  double seconds = 0.0;                  ///< since that began
  std::optional<double> outdated_for{};  ///< seconds since something was asked for that no picture has followed yet
  std::size_t tokens = 0;                ///< of the text that is read; 0: not yet known
  bool stopping = false;                 ///< it was told to stop and nothing new waits: it is about to
};

/// What the worker computes with; tests put their own in.
struct WorkerTools {
  std::function<std::shared_ptr<const Model>(const std::filesystem::path&, std::span<const AdapterUse>,
                                             const std::stop_token&, Progress*)>
      load = [](const auto& path, auto adapters, const auto& stop, Progress* progress) {
        return load_model(path, adapters, stop, progress);
      };
  std::function<std::shared_ptr<const Trace>(const std::shared_ptr<const Model>&, Request,
                                             const std::shared_ptr<const Trace>&, const std::stop_token&, Progress*)>
      run = regard::run;
  std::chrono::milliseconds picture_every{500};  ///< while people type, see Worker::post()
  /// Of a captured run of which something was said.
  std::function<std::shared_ptr<const Model>(const std::filesystem::path&, const CaptureChoices&,
                                             const std::stop_token&, Progress*)>
      load_captured = regard::load_captured;
};

/// A model stays loaded until another one loads fine: after a failure the next request that names the old one just runs.
/// A text longer than the model's context is cut (encoding.dropped says so); a text of no token gives a snapshot without a
/// trace. A failed load or run publishes the last good state again, with `error` and `failed_model` set. A cancelled one
/// publishes nothing. Of a run that takes long (half of `picture_every` or more) the overview shows the layers that are done, from
/// the top, over those of the text before (thumbnails_pending); nothing else changes until the run is done, and if it never is, the
/// overview becomes again what it was. Such a run gives way to a newer text within a layer. Texts of more than 128 tokens come twice: first with the thumbnails of the text before.
/// A request that continues its text publishes a snapshot for the prompt and after each token (of long texts now and then
/// with older thumbnails), `generation` and the text so far in it, and a last one whose trace is that of the whole text as
/// the tokenizer reads it.
/// Pins are read once and kept while requests name them; a pin that fails is told in Comparison::error, and the live text is shown
/// all the same. The model of a pin, and the one shown before, stays loaded beside the current one. Adapters belong to the model: other
/// ones are another model that is loaded, other strengths of the same ones are not.
/// Owns one thread. All functions are for the UI thread. Destruction cancels the current run and joins.
class Worker {
public:
  /// `resolve_model` maps a name to a folder (it may throw Error); `wake` is called from the worker after each snapshot and
  /// when it falls idle (glfwPostEmptyEvent).
  Worker(std::function<std::string(const std::string&)> resolve_model, std::function<void()> wake,
         WorkerTools tools = {});
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  /// Replaces a waiting request; asks a running one that differs to stop. A model that is being loaded goes on loading
  /// while only the text changes; then only the newest text is run. A run that is half done, or goes on when there has
  /// been no picture for `picture_every`, may finish first: who types without a pause sees something all the same.
  void post(RunRequest request);
  void stop_generating();  ///< the continuation ends where it is, with its last snapshot; nothing else is touched
  [[nodiscard]] std::shared_ptr<const Snapshot> latest() const;  ///< never null; number 0 before the first
  /// How soon the next token of a continuation may follow: tokens a second, 0 = as fast as it goes. Holds from now on, also for
  /// the one on its way; the tokens are the same ones at every pace.
  void set_pace(double tokens_a_second);
  void pause(bool on);  ///< a continuation waits before its next token; a stop or another request ends that
  [[nodiscard]] WorkerState state() const;
  /// From post() until nothing is left to be done, between two requests, too; not while a continuation rests.
  [[nodiscard]] bool is_computing() const;
  [[nodiscard]] WorkerNews news() const;
  void cancel();  ///< stop what is running, drop what waits

private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace regard
