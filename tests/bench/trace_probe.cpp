// SPDX-License-Identifier: Apache-2.0
// One measurement per process, so that its memory is its own; tests/bench/side_by_side.py starts it. Writes one line of JSON.
//   trace_probe run FOLDER TOKENS REPEATS [logits|last]   milliseconds of full traces, of all logits or the last token's as well
//   trace_probe edit FOLDER TOKENS REPEATS [last]    … of fresh runs, then of runs that reuse all tokens but the last
//   trace_probe open FOLDER                          … from nothing to the first overview of a 16-token text
//   trace_probe tiles FOLDER TOKENS REPEATS          … of a screenful of weights (1000 × 700 cells) anywhere in a head
//   trace_probe overview FOLDER TOKENS REPEATS       … of the thumbnails of all heads
#include "app/viewmodel/snapshot.h"
#include "core/base/free_memory.h"
#include "core/engine/engine.h"

#include <chrono>
#include <cstdio>
#include <fstream>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace regard;
using Clock = std::chrono::steady_clock;

double milliseconds(const std::function<void()>& body) {
  const auto start = Clock::now();
  body();
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

/// A number of kB from /proc/self/status.
double status_megabytes(std::string_view name) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with(name)) return std::stod(line.substr(name.size() + 1)) / 1024.0;
  return 0.0;
}

void print(std::string_view name, const std::vector<double>& times) {
  std::printf("\"%.*s\": [", static_cast<int>(name.size()), name.data());
  for (std::size_t at = 0; at < times.size(); ++at)
    std::printf("%s%.3f", at == 0 ? "" : ", ", times[at]);
  std::printf("]");
}

Request request_of(const Model& model, std::size_t tokens) {
  Request request;
  for (std::size_t token = 0; token < tokens; ++token)
    request.ids.push_back(static_cast<std::int32_t>((token * token + 7 * token + 3) % model.config.vocabulary));
  return request;
}

struct Job {
  std::shared_ptr<const Model> model{};
  Request request{};
  std::size_t repeats = 1;
  bool last_logits = false;
};

std::shared_ptr<const Trace> run_once(const Job& job, const Request& request,
                                      const std::shared_ptr<const Trace>& before) {
  auto trace = run(job.model, request, before);
  const std::size_t last[] = {request.ids.size() - 1};
  if (job.last_logits) static_cast<void>(logits_at(*trace, last));
  return trace;
}

void time_runs(const Job& job) {
  std::vector<double> times;
  for (std::size_t repeat = 0; repeat < job.repeats; ++repeat) {
    std::shared_ptr<const Trace> trace;
    times.push_back(milliseconds([&] { trace = run_once(job, job.request, nullptr); }));
  }
  print("run", times);
}

/// As somebody types: a text is read, then its last token is another one, and another. More edits than runs, for where processors
/// are lent each other's time the half second after full runs is slow for whatever comes then.
void time_edits(const Job& job) {
  constexpr std::size_t kEditsOfRun = 4;
  std::vector<double> fresh, edits;
  std::shared_ptr<const Trace> trace;
  for (std::size_t repeat = 0; repeat < job.repeats; ++repeat)
    fresh.push_back(milliseconds([&] { trace = run_once(job, job.request, nullptr); }));
  Request edited = job.request;
  for (std::size_t repeat = 0; repeat < kEditsOfRun * job.repeats; ++repeat) {
    edited.ids.back() = static_cast<std::int32_t>(repeat + 1);
    edits.push_back(milliseconds([&] { trace = run_once(job, edited, trace); }));
  }
  print("run", fresh);
  std::printf(", ");
  print("edit", edits);
}

void time_tiles(const Job& job) {
  constexpr std::size_t kRows = 700, kCols = 1000;
  const auto trace = run(job.model, job.request);
  const std::size_t tokens = trace->tokens();
  std::vector<double> times;
  for (std::size_t repeat = 0; repeat < job.repeats; ++repeat) {
    const std::size_t row = (tokens - kRows) * (repeat * 7 % 11) / 10, col = (tokens - kCols) * (repeat * 3 % 11) / 10;
    const HeadRef head{repeat % job.model->config.layers, repeat * 5 % job.model->config.heads(0)};
    Matrix tile;
    times.push_back(milliseconds([&] { tile = weights(*trace, head, {row, row + kRows}, {col, col + kCols}); }));
  }
  print("tile", times);
}

void time_overview(const Job& job) {
  const auto trace = run(job.model, job.request);
  std::vector<double> times;
  for (std::size_t repeat = 0; repeat < job.repeats; ++repeat)
    times.push_back(milliseconds([&] { const auto pictures = make_thumbnails(*trace); }));
  print("overview", times);
}

}  // namespace

int main(int count, char** arguments) {
  keep_free_memory();
  const std::vector<std::string> given(arguments + 1, arguments + count);
  if (given.size() < 2) return 2;
  std::printf("{");
  Job job;
  const double opened = milliseconds([&] { job.model = load_model(given[1]); });
  const double loaded_megabytes = status_megabytes("VmRSS:"), loaded_private = status_megabytes("RssAnon:");
  const std::size_t tokens = given.size() > 2 ? std::stoul(given[2]) : 16;
  job.request = request_of(*job.model, tokens);
  job.repeats = given.size() > 3 ? std::stoul(given[3]) : 1;
  job.request.all_logits = given.size() > 4 && given[4] == "logits";
  job.last_logits = given.size() > 4 && given[4] == "last";
  if (given[0] == "open") {
    const double picture = milliseconds([&] { const auto pictures = make_thumbnails(*run(job.model, job.request)); });
    print("open", {opened, picture});
  } else if (given[0] == "run") {
    time_runs(job);
  } else if (given[0] == "edit") {
    time_edits(job);
  } else if (given[0] == "tiles") {
    time_tiles(job);
  } else if (given[0] == "overview") {
    time_overview(job);
  } else {
    return 2;
  }
  std::printf(", \"loaded_mb\": %.1f, \"loaded_private_mb\": %.1f, \"peak_mb\": %.1f}\n", loaded_megabytes,
              loaded_private, status_megabytes("VmHWM:"));
  return 0;
}
