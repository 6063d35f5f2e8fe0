// SPDX-License-Identifier: Apache-2.0
// The thread that computes. The window posts requests (the newest wins), reads snapshots, never waits.
#pragma once

#include "app/viewmodel/snapshot.h"
#include "core/base/progress.h"

#include <functional>
#include <memory>
#include <string>

namespace regard {

/// What the window wants to see.
struct RunRequest {
  std::string model{};      ///< folder or built-in name; loading happens on the worker too
  std::string text{};
  MaskMode mask = MaskMode::as_trained;
  float temperature = 1.0F;
  friend bool operator==(const RunRequest&, const RunRequest&) = default;
};

enum class WorkerState { idle, loading_model, running };

/// Owns one thread. All functions are for the UI thread. Destruction cancels the current run and joins.
class Worker {
public:
  /// `resolve_model` maps a name to a folder; `wake` is called from the worker after each snapshot (glfwPostEmptyEvent).
  Worker(std::function<std::string(const std::string&)> resolve_model, std::function<void()> wake);
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  void post(RunRequest request);  ///< replaces a waiting request; asks a running one that differs to stop
  [[nodiscard]] std::shared_ptr<const Snapshot> latest() const;  ///< never null; number 0 before the first
  [[nodiscard]] WorkerState state() const;
  [[nodiscard]] float progress() const;  ///< 0…1 of the current load or run
  void cancel();                         ///< stop what is running, drop what waits

private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace regard
