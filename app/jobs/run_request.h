// SPDX-License-Identifier: Apache-2.0
// From what a person chose to what the worker is asked for. Pure.
#pragma once

#include "app/jobs/worker.h"
#include "app/session/session.h"

#include <filesystem>

namespace regard {

/// The run that shows a session; nothing is continued. Where the session names no picture, the example in the assets folder is
/// meant (models that read texts do not look at it).
[[nodiscard]] RunRequest run_request(const Session& session, const std::filesystem::path& assets);

/// The program's own picture.
[[nodiscard]] std::filesystem::path example_picture(const std::filesystem::path& assets);

}  // namespace regard
