// SPDX-License-Identifier: Apache-2.0
// From what a person chose to what the worker is asked for. Pure.
#pragma once

#include "app/jobs/worker.h"

#include <filesystem>

namespace regard {

struct Session;  // app/session/session.h

/// The run that shows a session; nothing is continued. A picture that the session names without a folder ("digit-2.png") is one of
/// the program's own, in assets/examples; where it names none, the worker takes an example (see picture_source.h).
[[nodiscard]] RunRequest run_request(const Session& session, const std::filesystem::path& assets);

/// Is the snapshot of what the session reads: its model, texts, picture and what changes the run?
[[nodiscard]] bool shows_run_of(const Snapshot& snapshot, const Session& session, const std::filesystem::path& assets);

}  // namespace regard
