// SPDX-License-Identifier: Apache-2.0
// One thing that is done on a thread of its own, beside the window, and answers once: with a value, or with an Error made of
// whatever was thrown. An errand that is still under way is waited for when it goes out of scope. UI thread only; the work
// itself runs elsewhere.
#pragma once

#include "app/jobs/error_from.h"

#include <chrono>
#include <exception>
#include <functional>
#include <future>
#include <optional>
#include <utility>

namespace regard {

template <class Value>
struct Brought {
  std::optional<Value> value{};  ///< else `problem` is there
  std::optional<Error> problem{};
};

template <class Value>
class Errand {
public:
  /// Begins `work()`, which returns a Value; none must be under way. `wake` is called from its thread when it has ended.
  template <class Work>
  void begin(Work work, std::function<void()> wake) {
    try {
      coming_ = std::async(std::launch::async, [work = std::move(work), wake = std::move(wake)]() mutable {
        Brought<Value> brought = brought_by(work);
        wake();
        return brought;
      });
    } catch (const std::exception& thrown) {  // the system has no thread left
      std::promise<Brought<Value>> ended;
      ended.set_value({std::nullopt, error_from(thrown)});
      coming_ = ended.get_future();
    }
  }

  [[nodiscard]] bool under_way() const { return coming_.valid(); }

  /// What came of it, once; nothing before it has ended.
  [[nodiscard]] std::optional<Brought<Value>> take() {
    if (!coming_.valid() || coming_.wait_for(std::chrono::seconds(0)) != std::future_status::ready) return std::nullopt;
    return coming_.get();
  }

private:
  template <class Work>
  static Brought<Value> brought_by(Work& work) {
    try {
      return {work(), std::nullopt};
    } catch (const std::exception& thrown) {
      return {std::nullopt, error_from(thrown)};
    } catch (...) {
      return {std::nullopt, Error("unexpected", {.found = "?"})};
    }
  }

  std::future<Brought<Value>> coming_{};
};

}  // namespace regard
