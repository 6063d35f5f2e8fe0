// SPDX-License-Identifier: Apache-2.0
// Long analyses beside the worker: measures of all heads, lenses, sweeps, maps of effects, overviews of long texts. A panel
// asks for one by name in every frame it is drawn and gets what there is; nothing here ever waits.
//
//   struct EntropyMap { std::vector<float> per_head; };        // a plain value, made once, never changed
//
//   const Outcome<EntropyMap> map = context.background->ask<EntropyMap>(
//       "entropy_map", {{context.snapshot.trace}, "query 3"},   // what it follows from: objects, and the rest as text
//       [trace = context.snapshot.trace](const Job<EntropyMap>& job) {
//         auto result = std::make_shared<EntropyMap>();
//         for (std::size_t layer = 0; layer < trace->layers.size(); ++layer) {
//           job.give_way();                                     // every 50 ms or so
//           …                                                   // calls into core/analysis with job.stop
//           job.progress->fraction = …;
//         }
//         return result;
//       });
//   if (map.value) draw(*map.value);                            // the last good one, maybe of another key: see map.fresh
//
// Rules. A task is a pure function of what its lambda captures: shared_ptr<const …> and plain values, no reference, no ImGui,
// no Session. The key names all of it. A name stands for one result type, "<panel>" or "<panel>.<part>". Asking with
// another key cancels the task and replaces it; the result of before stays until the new one arrives. Tasks of different
// names run side by side on a few threads of low priority (on Linux), so that the worker's run comes first; of one name,
// one at a time. Whoever runs the engine inside a task shares the helpers of parallel_for with the worker, so it must call
// give_way() between runs. All functions of Background are for the UI thread.
#pragma once

#include "core/base/error.h"
#include "core/base/progress.h"

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <typeindex>
#include <utility>
#include <vector>

namespace regard {

/// What a task's result follows from. Equal when the objects are the same ones (not equal ones: the same) and the text is
/// equal. The objects are not kept alive, and a new object at an old address is another one.
struct TaskKey {
  std::vector<std::weak_ptr<const void>> objects{};  ///< trace, model…; an empty pointer is allowed
  std::string parameters{};
};
[[nodiscard]] bool operator==(const TaskKey& first, const TaskKey& second);

enum class TaskState {
  none,     ///< nothing was asked under this name
  waiting,  ///< for a thread, or for its predecessor to stop
  running,
  done,
  failed,     ///< see Outcome::error
  cancelled,  ///< by cancel(); the same key does not start it again, retry() does
};

/// What a task is given. Lives as long as the task.
template <class Result>
struct Job {
  std::stop_token stop{};
  Progress* progress = nullptr;  ///< never null; 0…1
  /// Shows a part of the result (a value of its own, complete as far as it goes). The last one should be returned.
  std::function<void(std::shared_ptr<const Result>)> publish{};
  /// Throws Cancelled when nobody wants the result any more; sleeps while the worker runs (Background::hold).
  std::function<void()> give_way{};
};

template <class Result>
using Task = std::function<std::shared_ptr<const Result>(const Job<Result>&)>;

/// What is known under a name.
template <class Result>
struct Outcome {
  std::shared_ptr<const Result> value{};  ///< the newest one; null before the first
  bool fresh = false;                     ///< `value` belongs to the key asked for last (a part of it while running)
  TaskState state = TaskState::none;
  float progress = 0.0F;         ///< 0…1 while running
  std::optional<Error> error{};  ///< why the key asked for last has no result

  [[nodiscard]] bool pending() const { return state == TaskState::waiting || state == TaskState::running; }
};

/// Owns a few threads. Destruction cancels everything and joins; a task sees its stop_token then.
class Background {
public:
  /// `wake` is called from a task's thread after each publication and at its end (Window::wake).
  explicit Background(std::function<void()> wake = {}, std::size_t threads = 3);
  ~Background();
  Background(const Background&) = delete;
  Background& operator=(const Background&) = delete;

  /// Starts the task unless this very key was asked for last; says what there is. Microseconds: call it in every frame.
  template <class Result>
  Outcome<Result> ask(std::string_view name, TaskKey key, Task<Result> task) {
    AnyTask any = [task = std::move(task)](const AnyJob& job) -> std::shared_ptr<const void> {
      return task({job.stop, job.progress, job.publish, job.give_way});
    };
    return outcome<Result>(ask_any(name, typeid(Result), std::move(key), std::move(any)));
  }
  /// What there is, without asking for more.
  template <class Result>
  [[nodiscard]] Outcome<Result> look(std::string_view name) const {
    return outcome<Result>(look_any(name, typeid(Result)));
  }

  void cancel(std::string_view name);  ///< a person's wish: stops the task; the value stays
  void retry(std::string_view name);   ///< after a failure or cancel(): the next ask() starts the task again
  void forget(std::string_view name);  ///< cancels, and lets go of the value too (it may be large)
  /// While true, tasks sleep in give_way(): the worker is at a run.
  void hold(bool on);
  [[nodiscard]] bool busy() const;  ///< is anything running or waiting?

private:
  using AnyValue = std::shared_ptr<const void>;
  using AnyJob = Job<void>;
  using AnyTask = Task<void>;
  using AnyOutcome = Outcome<void>;
  struct State;

  AnyOutcome ask_any(std::string_view name, std::type_index type, TaskKey key, AnyTask task);
  [[nodiscard]] AnyOutcome look_any(std::string_view name, std::type_index type) const;
  template <class Result>
  static Outcome<Result> outcome(AnyOutcome any) {
    return {std::static_pointer_cast<const Result>(any.value), any.fresh, any.state, any.progress,
            std::move(any.error)};
  }

  std::unique_ptr<State> state_;
};

}  // namespace regard
