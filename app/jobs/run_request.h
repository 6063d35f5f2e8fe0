// SPDX-License-Identifier: Apache-2.0
// From what a person chose to what the worker is asked for. Pure.
#pragma once

#include "app/jobs/worker.h"
#include "app/session/session.h"

namespace regard {

/// The run that shows a session; nothing is continued. `image` stays empty where the session names no picture.
[[nodiscard]] RunRequest run_request(const Session& session);

}  // namespace regard
