// SPDX-License-Identifier: Apache-2.0
// What the window keeps of itself while it runs, so that the next start goes on where the last one ended: the session, and the
// steps before it that can be undone. As JSON: {"format": 1, "current": {session}, "past": [{session}, …]}, the oldest step first.
#pragma once

#include "app/session/session.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace regard {

inline constexpr std::size_t max_kept_steps = 50;
inline constexpr std::size_t max_kept_bytes = std::size_t{96} << 20;

struct KeptState {
  Session current{};
  std::vector<Session> past{};  ///< at most max_kept_steps
  friend bool operator==(const KeptState&, const KeptState&) = default;
};

/// Steps that would make it larger than max_kept_bytes are left out, the oldest first.
[[nodiscard]] std::string to_json(const KeptState& state);
/// Throws Error as session_from_json() does.
[[nodiscard]] KeptState kept_state_from_json(std::string_view json, const std::string& file);

}  // namespace regard
