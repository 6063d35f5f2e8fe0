// SPDX-License-Identifier: Apache-2.0
// What the mouse points at, in tokens; linked across panels (they read the last frame's, write the next one's).
#pragma once

#include "core/trace/trace.h"

#include <cstddef>
#include <optional>

namespace regard {

struct Hover {
  std::optional<std::size_t> query{};
  std::optional<std::size_t> key{};
  std::optional<HeadRef> head{};
  friend bool operator==(const Hover&, const Hover&) = default;
};

}  // namespace regard
