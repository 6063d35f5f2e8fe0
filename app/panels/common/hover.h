// SPDX-License-Identifier: Apache-2.0
// What the mouse points at, in tokens; linked across panels (they read the last frame's, write the next one's). And what a panel marks
// in the text as long as it is on show.
#pragma once

#include "core/trace/trace.h"

#include <cstddef>
#include <optional>
#include <vector>

namespace regard {

struct Hover {
  std::optional<std::size_t> query{};
  std::optional<std::size_t> key{};
  std::optional<HeadRef> head{};
  std::vector<std::size_t> marked{};  ///< tokens of the text, ascending: those of an expert
  friend bool operator==(const Hover&, const Hover&) = default;
};

}  // namespace regard
