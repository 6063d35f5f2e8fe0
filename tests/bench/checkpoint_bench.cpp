// SPDX-License-Identifier: Apache-2.0
// What another step of a time line costs: checkpoints as large as narrator (8 million parameters, F16), from the request to the snapshot
// that the window draws, with the steps beside it read ahead as the window does it, and without ("ahead" 1 and 0). At most 50 ms are
// wanted with it.
#include "app/jobs/read_ahead.h"
#include "app/jobs/worker.h"
#include "app/viewmodel/checkpoints_view.h"
#include "tests/core/base/temporary_folder.h"

#include <benchmark/benchmark.h>

#include <algorithm>

#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <thread>

namespace regard {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kBenchSteps = 12;

/// Copies, so that each has pages of its own.
void write_copies(const testing::TemporaryFolder& folder) {
  for (std::size_t step = 0; step < kBenchSteps; ++step)
    fs::copy(fs::path(REGARD_ASSETS_DIR) / "models" / "narrator", folder / ("step-" + std::to_string(100 * step)),
             fs::copy_options::recursive);
}

/// A worker, and somebody who waits for it.
struct WaitedWorker {
  std::mutex mutex{};
  std::condition_variable woken{};
  ReadAhead ahead{};
  Worker worker;

  explicit WaitedWorker(bool reads_ahead)
      : worker([](const std::string& model) { return model; },
               [this] {
                 const std::lock_guard lock(mutex);
                 woken.notify_one();
               },
               tools(reads_ahead)) {}

  WorkerTools tools(bool reads_ahead) {
    WorkerTools tools;
    if (reads_ahead)
      tools.load = [this](const auto& path, auto adapters, const auto& stop, Progress* progress) {
        return ahead.load(path, adapters, stop, progress);
      };
    return tools;
  }
  void show(const fs::path& model) {
    RunRequest request;
    request.model = model.string();
    request.text = "Once upon a time there was a little girl who lived in a house by the sea.";
    worker.post(request);
    std::unique_lock lock(mutex);
    woken.wait(lock, [&] { return worker.latest()->source_model == request.model && worker.latest()->trace; });
  }
};

void checkpoint_step(benchmark::State& state) {
  const testing::TemporaryFolder folder;
  write_copies(folder);
  const auto series = find_checkpoints({folder.path()}, {});
  const bool reads_ahead = state.range(0) != 0;
  WaitedWorker waited(reads_ahead);
  std::size_t at = 0;
  int by = 1;
  const auto want = [&] {
    std::vector<fs::path> next;
    for (const int way : {1, -1})
      if (const auto step = next_checkpoint(*series, at, way)) next.push_back(series->steps[*step].path);
    waited.ahead.want(series->steps[at].path, std::move(next));
    while (waited.ahead.busy())  // a person looks at a step before going to the next one
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
  };
  waited.show(series->steps[at].path);
  if (reads_ahead) want();
  double worst = 0.0;
  for (auto _ : state) {
    const auto start = std::chrono::steady_clock::now();
    if (at + 1 == series->steps.size() || (by < 0 && at == 0)) by = -by;
    at = static_cast<std::size_t>(static_cast<int>(at) + by);
    waited.show(series->steps[at].path);
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    worst = std::max(worst, 1e3 * seconds);
    state.SetIterationTime(seconds);
    if (reads_ahead) want();
  }
  state.counters["worst_ms"] = worst;
}

BENCHMARK(checkpoint_step)->ArgName("ahead")->Arg(1)->Arg(0)->Unit(benchmark::kMillisecond)->UseManualTime();

}  // namespace
}  // namespace regard
