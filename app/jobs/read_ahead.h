// SPDX-License-Identifier: Apache-2.0
// Models that are about to be shown, opened before anybody asks for them: the next and the previous step of a time line. Whoever loads a
// model asks here first. What is wanted no more is let go of.
#pragma once

#include "app/jobs/worker.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <stop_token>
#include <vector>

namespace regard {

/// Owns one thread of low priority. want() is for the UI thread, load() for any other.
class ReadAhead {
public:
  using Load = decltype(WorkerTools::load);

  explicit ReadAhead(Load load = WorkerTools{}.load);
  ~ReadAhead();
  ReadAhead(const ReadAhead&) = delete;
  ReadAhead& operator=(const ReadAhead&) = delete;

  /// The models to have in memory, the most wanted first: `shown`, which is kept once it has been loaded, and `next`, which are opened one
  /// after the other. All others are let go of. What cannot be opened is not told: whoever loads it learns it then.
  void want(const std::filesystem::path& shown, std::vector<std::filesystem::path> next);

  /// As load_model(): at once where the model has been read ahead and its files are as they were; what is just being read is waited for.
  /// With adapters it is opened anew.
  [[nodiscard]] std::shared_ptr<const Model> load(const std::filesystem::path& path,
                                                  std::span<const AdapterUse> adapters, const std::stop_token& stop,
                                                  Progress* progress);

  /// Is one being opened, or waiting for it? For tests.
  [[nodiscard]] bool busy() const;
  /// How many are in memory, the one on show included.
  [[nodiscard]] std::size_t held() const;

private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace regard
