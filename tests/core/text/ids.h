// SPDX-License-Identifier: Apache-2.0
// The ids of a text's tokens.
#pragma once

#include "core/text/continuation.h"
#include "core/text/tokenizer.h"

#include <cstdint>
#include <string_view>
#include <vector>

namespace regard::testing {

using Ids = std::vector<std::int32_t>;

inline Ids ids_of(const Tokenizer& tokenizer, std::string_view text, bool special = true) {
  return regard::ids_of(tokenizer.encode(text, {.add_special = special}));
}

}  // namespace regard::testing
