// SPDX-License-Identifier: Apache-2.0
// What the terms of a score are called. The window and the files say the same. UI thread.
#pragma once

#include "core/trace/score_parts.h"

#include <optional>
#include <string>
#include <string_view>

namespace regard {

/// "q·k", "b(j−i)"; of the sum "s".
[[nodiscard]] std::string score_part_sign(const std::optional<ScorePartKind>& part);
/// "Content", "Position"; of the sum "Q·K scores".
[[nodiscard]] std::string score_part_name(const std::optional<ScorePartKind>& part);
/// What the numbers are.
[[nodiscard]] std::string score_part_about(const std::optional<ScorePartKind>& part);
/// "content_to_position": in files, and on the command line.
[[nodiscard]] std::string_view name_of(ScorePartKind part);

}  // namespace regard
