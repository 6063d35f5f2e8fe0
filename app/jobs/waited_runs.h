// SPDX-License-Identifier: Apache-2.0
// Runs that are waited for, where there is no window: what the window would run for a session, complete with its pictures and
// comparison. The model of the last run stays loaded.
#pragma once

#include "app/jobs/worker.h"
#include "app/viewmodel/snapshot.h"

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace regard {

struct Session;  // app/session/session.h

/// Owns a worker's thread. To be used by one thread.
class WaitedRuns {
public:
  /// `resolve_model` as of Worker.
  explicit WaitedRuns(std::function<std::string(const std::string&)> resolve_model);

  /// Never null. What failed says so in `error`, and shows the last good run beside it. A session that reads what the last one read
  /// gets its snapshot again.
  [[nodiscard]] std::shared_ptr<const Snapshot> of(const Session& session);

private:
  std::mutex mutex_{};
  std::condition_variable woken_{};
  std::optional<RunRequest> last_{};
  Worker worker_;  ///< last: its thread uses the others
};

}  // namespace regard
