// SPDX-License-Identifier: Apache-2.0
#include "app/jobs/waited_runs.h"

#include "app/base/assets.h"
#include "app/jobs/run_request.h"
#include "app/viewmodel/comparison.h"

#include <utility>

namespace regard {

WaitedRuns::WaitedRuns(std::function<std::string(const std::string&)> resolve_model)
    : worker_(std::move(resolve_model), [this] {
        const std::lock_guard lock(mutex_);
        woken_.notify_one();
      }) {}

std::shared_ptr<const Snapshot> WaitedRuns::of(const Session& session) {
  RunRequest request = run_request(session, assets_folder());
  if (last_ == request) return worker_.latest();
  const std::uint64_t before = worker_.latest()->number;
  last_ = request;
  worker_.post(std::move(request));
  const auto complete = [&] {
    const std::shared_ptr<const Snapshot> latest = worker_.latest();
    const bool moving = latest->comparison && latest->comparison->movements_pending;
    return latest->number > before && (latest->error || (!latest->thumbnails_pending && !moving));
  };
  std::unique_lock lock(mutex_);
  woken_.wait(lock, complete);
  return worker_.latest();
}

}  // namespace regard
