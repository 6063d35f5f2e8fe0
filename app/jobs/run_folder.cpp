// SPDX-License-Identifier: Apache-2.0
#include "app/jobs/run_folder.h"

#include "core/base/error.h"

#include <array>
#include <ctime>

#ifdef __linux__
#include <sys/resource.h>
#endif

namespace regard {
namespace {

constexpr std::size_t kMostSameNames = 1'000;

std::string local_time() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  localtime_r(&now, &parts);
  std::array<char, 32> text{};
  return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%d_%H-%M-%S", &parts)};
}

}  // namespace

std::filesystem::path make_run_folder(const std::filesystem::path& parent, const std::string& name) {
  std::error_code error;
  std::filesystem::create_directories(parent, error);
  const std::string timed = local_time() + "_" + name;
  for (std::size_t again = 1; again < kMostSameNames && !error; ++again) {
    std::filesystem::path folder = parent / (again == 1 ? timed : timed + "_" + std::to_string(again));
    if (std::filesystem::create_directory(folder, error)) return folder;
  }
  throw Error("file_unwritable", {.file = parent.string(), .found = error ? error.message() : timed});
}

void come_last() {
#ifdef __linux__
  constexpr int kNicest = 19;
  (void)setpriority(PRIO_PROCESS, 0, kNicest);
#endif
}

}  // namespace regard
