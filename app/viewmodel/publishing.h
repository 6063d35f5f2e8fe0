// SPDX-License-Identifier: Apache-2.0
// Shows parts of a growing result often enough to be watched and seldom enough to cost nothing. Of one task; its thread.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <utility>

namespace regard {

template <class Result>
class Publishing {
public:
  using Publish = std::function<void(std::shared_ptr<const Result>)>;
  explicit Publishing(Publish publish) : publish_(std::move(publish)) {}

  /// Publishes what `part()` makes, unless something was published a moment ago.
  template <class Part>
  void offer(const Part& part) {
    const auto now = std::chrono::steady_clock::now();
    if (!publish_ || now - last_ < std::chrono::milliseconds(60)) return;
    last_ = now;
    publish_(std::make_shared<const Result>(part()));
  }

private:
  Publish publish_;
  std::chrono::steady_clock::time_point last_{};
};

}  // namespace regard
