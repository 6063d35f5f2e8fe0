// SPDX-License-Identifier: Apache-2.0
// What a token says, whichever vocabulary it is of: models that write spaces or capitals in other ways say the same word. Pure.
#pragma once

#include "core/text/tokenizer.h"

#include <string>

namespace regard {

/// The token's text without outer spaces, in lower case.
[[nodiscard]] std::string as_said(const Token& token);

}  // namespace regard
