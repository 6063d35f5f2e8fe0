// SPDX-License-Identifier: Apache-2.0
// Slots of Background that do what a test says, and a Background for them.
#pragma once

#include "app/jobs/background.h"
#include "core/model/model.h"
#include "tests/app/jobs/eventually.h"

#include <gtest/gtest.h>
#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>

namespace regard::testing {

inline std::shared_ptr<const int> boxed(int value) {
  return std::make_shared<int>(value);
}

using Task = std::function<std::shared_ptr<const int>(const Job<int>&)>;

/// A slot whose question brings its own way to answer it; what is compared is the rest.
template <int Number>
struct Slot {
  struct Asked {
    std::string key{};
    std::shared_ptr<const int> object{};
    Task task{};
    friend bool operator==(const Asked& first, const Asked& second) {
      return first.key == second.key && first.object == second.object;
    }
  };
  using Answer = int;
  static std::shared_ptr<const int> answer(const Asked& asked, const Job<int>& job) { return asked.task(job); }
};

/// What it answers follows from two models alone.
template <int Number>
struct StayingSlot {
  struct Asked {
    std::shared_ptr<const Model> first{}, second{};
    Task task{};
    friend bool operator==(const Asked& one, const Asked& other) {
      return one.first == other.first && one.second == other.second;
    }
  };
  using Answer = int;
  static Models stays_with(const Asked& asked) { return {asked.first.get(), asked.second.get()}; }
  static std::shared_ptr<const int> answer(const Asked& asked, const Job<int>& job) { return asked.task(job); }
};

struct TaskBench : ::testing::Test {
  std::atomic<int> wakes{0}, starts{0};
  std::atomic<bool> gate{true};  ///< open
  Background background{[this] { ++wakes; }};

  /// A task that counts its starts, waits at the gate and then hands out a number.
  [[nodiscard]] Task number(int value) {
    return [this, value](const Job<int>& job) {
      ++starts;
      job.progress->fraction = 0.25F;
      while (!gate) {
        throw_if_stopped(job.stop);
        std::this_thread::yield();
      }
      throw_if_stopped(job.stop);
      return boxed(value);
    };
  }
  Outcome<int> ask(const std::string& key, Task task) {
    return background.ask<Slot<0>>({key, nullptr, std::move(task)});
  }
  [[nodiscard]] Outcome<int> look() const { return background.look<Slot<0>>(); }
  [[nodiscard]] bool reaches(TaskState state) {
    return eventually([&] { return look().state == state; });
  }
};

}  // namespace regard::testing
