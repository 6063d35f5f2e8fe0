// SPDX-License-Identifier: Apache-2.0
// Long analyses beside the worker: measures of all heads, lenses, sweeps, maps of effects, overviews of long texts. A panel
// asks its slot in every frame it is drawn and gets what there is; nothing here ever waits. A slot is a type: what it is
// asked, what it answers, and how.
//
//   struct Entropies {
//     struct Asked {                                            // a plain value; everything the answer follows from
//       std::shared_ptr<const Trace> trace{};
//       std::size_t query = 0;
//       friend bool operator==(const Asked&, const Asked&) = default;
//     };
//     using Answer = EntropyMap;                                // a plain value, made once, never changed
//     static std::shared_ptr<const Answer> answer(const Asked& asked, const Job<Answer>& job) {
//       auto result = std::make_shared<EntropyMap>();
//       for (std::size_t layer = 0; layer < asked.trace->layers.size(); ++layer) {
//         job.give_way();                                       // every 50 ms or so
//         …                                                     // calls into core/analysis with job.stop
//         job.progress->fraction = …;
//       }
//       return result;
//     }
//   };
//   const Outcome<EntropyMap> map = context.background->ask<Entropies>({context.snapshot.trace, query});
//   if (map.value) draw(*map.value);                            // the last good one, maybe to another question: see map.fresh
//
// Rules. answer() is a pure function of what it is asked, so nothing can be forgotten in a key: the key is the question
// itself, compared by ==. A question holds shared_ptr<const …> (the same object is equal, not its like) and plain values, no
// reference, no ImGui, no Session. Another question to a slot cancels the one before and replaces it; its answer stays until
// the new one arrives. Slots run side by side on a few threads of low priority (on Linux), so that the worker's run comes
// first; within a slot, one task at a time. What follows from models and files alone, not from the run on screen, stays while nobody looks:
// the slot says by which models, `static Models stays_with(const Asked&)` (none: it follows from a run). While nobody looks at it, it takes
// no turn from what is looked at: it waits longer, or sleeps in give_way() and leaves its turn to another thread. A task's runs of the engine
// share the helpers of parallel_for with the worker: they give way between layers by themselves, other long work has to call give_way().
// All functions of Background are for the UI thread.
#pragma once

#include "core/base/error.h"
#include "core/base/progress.h"

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <typeindex>
#include <utility>
#include <vector>

namespace regard {

struct Model;
/// Models by their address, to be compared alone.
using Models = std::vector<const Model*>;

enum class TaskState {
  none,     ///< nothing was asked
  waiting,  ///< for a thread, or for its predecessor to stop
  running,
  done,
  failed,     ///< see Outcome::error
  cancelled,  ///< by cancel(); the same question does not start it again, retry() does
};

/// What a task is given. Lives as long as the task.
template <class Result>
struct Job {
  std::stop_token stop{};
  Progress* progress = nullptr;  ///< never null; 0…1
  /// Shows a part of the result (a value of its own, complete as far as it goes). The last one should be returned.
  std::function<void(std::shared_ptr<const Result>)> publish{};
  /// Throws Cancelled when nobody wants the result any more; sleeps while the worker runs (Background::hold), and where nobody looks at the
  /// slot while another that is looked at waits for a turn.
  std::function<void()> give_way{};
};

/// What a slot knows.
template <class Result>
struct Outcome {
  std::shared_ptr<const Result> value{};  ///< the newest one; null before the first
  bool fresh = false;                     ///< `value` answers what was asked last (a part of it while running)
  TaskState state = TaskState::none;
  float progress = 0.0F;         ///< 0…1 while running
  std::optional<Error> error{};  ///< why the last question has no answer

  [[nodiscard]] bool pending() const { return state == TaskState::waiting || state == TaskState::running; }
};

/// Which slot, for what needs no types.
using SlotId = std::type_index;
template <class Slot>
[[nodiscard]] SlotId slot_id() {
  return typeid(Slot);
}

/// The models that a question follows from, where it does not follow from a run.
template <class Slot>
[[nodiscard]] Models models_of(const typename Slot::Asked& asked) {
  if constexpr (requires { Slot::stays_with(asked); })
    return Slot::stays_with(asked);
  else
    return {};
}

/// Owns a few threads: `at_once` tasks are awake at a time, and each one that sleeps for others has a thread besides. Destruction cancels everything and joins; a task sees its stop_token then.
class Background {
public:
  /// `wake` is called from a task's thread after each publication and at its end (Window::wake).
  explicit Background(std::function<void()> wake = {}, std::size_t at_once = 3);
  ~Background();
  Background(const Background&) = delete;
  Background& operator=(const Background&) = delete;

  /// Starts the task unless this very question was asked last; says what there is. Microseconds: call it in every frame.
  template <class Slot>
  Outcome<typename Slot::Answer> ask(const typename Slot::Asked& asked) {
    return outcome<typename Slot::Answer>(ask_any(kind_of<Slot>(), &asked));
  }
  /// What there is, without asking for more.
  template <class Slot>
  [[nodiscard]] Outcome<typename Slot::Answer> look() const {
    return outcome<typename Slot::Answer>(look_any(slot_id<Slot>()));
  }

  /// A picture is about to be drawn. Nobody looks at a slot that was neither asked nor looked at in the picture before, nor in this one.
  void begin_frame();
  void cancel(SlotId slot);  ///< a person's wish: stops the task; the value stays
  void retry(SlotId slot);   ///< after a failure or cancel(): the next ask() starts the task again
  /// Cancels what no panel has asked or looked at since the last call, and lets go of questions and values (they may be large), but
  /// for those that stay with models of which all are on show and have not failed.
  void forget_idle(const Models& on_show = {});
  /// While true, tasks sleep in give_way(): the worker is at a run.
  void hold(bool on);
  [[nodiscard]] bool busy() const;  ///< is anything running or waiting?

private:
  using AnyValue = std::shared_ptr<const void>;
  using AnyJob = Job<void>;
  using AnyOutcome = Outcome<void>;
  /// A slot without its types: what is done with a question at an address.
  struct Kind {
    SlotId id;
    bool (*same)(const void* first, const void* second);
    AnyValue (*copy)(const void* asked);
    Models (*stays_with)(const void* asked);
    AnyValue (*answer)(const void* asked, const AnyJob& job);
  };
  struct State;

  template <class Slot>
  static const Kind& kind_of() {
    using Asked = typename Slot::Asked;
    static const Kind kind{
        slot_id<Slot>(),
        [](const void* first, const void* second) {
          return *static_cast<const Asked*>(first) == *static_cast<const Asked*>(second);
        },
        [](const void* asked) -> AnyValue { return std::make_shared<const Asked>(*static_cast<const Asked*>(asked)); },
        [](const void* asked) { return models_of<Slot>(*static_cast<const Asked*>(asked)); },
        [](const void* asked, const AnyJob& job) -> AnyValue {
          return Slot::answer(*static_cast<const Asked*>(asked), {job.stop, job.progress, job.publish, job.give_way});
        }};
    return kind;
  }
  AnyOutcome ask_any(const Kind& kind, const void* asked);
  [[nodiscard]] AnyOutcome look_any(SlotId slot) const;
  template <class Result>
  static Outcome<Result> outcome(AnyOutcome any) {
    return {std::static_pointer_cast<const Result>(any.value), any.fresh, any.state, any.progress,
            std::move(any.error)};
  }

  std::unique_ptr<State> state_;
};

}  // namespace regard
