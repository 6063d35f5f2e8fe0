// SPDX-License-Identifier: Apache-2.0
// The thread that computes. The window posts requests (the newest wins), reads snapshots, never waits.
#pragma once

#include "app/viewmodel/snapshot.h"
#include "core/base/progress.h"
#include "core/engine/engine.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

namespace regard {

/// What the window wants to see.
struct RunRequest {
  std::string model{};  ///< folder or built-in name; loading happens on the worker too
  std::string text{};
  MaskMode mask = MaskMode::as_trained;
  float temperature = 1.0F;
  bool add_special =
      true;  ///< what the tokenizer puts around a text: [CLS] … [SEP], <s> …; pictures always have theirs
  std::string image{};  ///< a .png file, read where the model reads pictures
  friend bool operator==(const RunRequest&, const RunRequest&) = default;
};

enum class WorkerState { idle, loading_model, running };

/// What the worker computes with; tests put their own in.
struct WorkerTools {
  std::function<std::shared_ptr<const Model>(const std::filesystem::path&, const std::stop_token&, Progress*)> load =
      load_model;
  std::function<std::shared_ptr<const Trace>(const std::shared_ptr<const Model>&, Request,
                                             const std::shared_ptr<const Trace>&, const std::stop_token&, Progress*)>
      run = regard::run;
};

/// A model stays loaded until another one loads fine: after a failure the next request that names the old one just runs.
/// A text longer than the model's context is cut (encoding.dropped says so); a text of no token gives a snapshot without a
/// trace. A failed load or run publishes the last good state again, with `error` and `failed_model` set. A cancelled one
/// publishes nothing. Texts of more than 128 tokens come twice: first with the thumbnails of the text before.
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
  /// while only the text changes; then only the newest text is run.
  void post(RunRequest request);
  [[nodiscard]] std::shared_ptr<const Snapshot> latest() const;  ///< never null; number 0 before the first
  [[nodiscard]] WorkerState state() const;
  [[nodiscard]] float progress() const;  ///< 0…1 of the current load or run
  void cancel();                         ///< stop what is running, drop what waits

private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace regard
